# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A visualization job and how its status changes with time."""

from __future__ import annotations

from collections import deque
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Optional

from .status import COMPLETED, INIT, KILLED, KILLING, RUNNING, SUBMIT_TRYING, WAITING

# How many earlier states of a job are kept.
MOST_VERSIONS = 16


@dataclass
class Job:
    """A job. ``course`` says which status holds from which moment; the status is looked up when it is needed.

    Moments are seconds of the simulator's clock; ``create_time`` is in milliseconds since the epoch.
    """

    id: int
    name: str
    description: str = ""
    workspace_id: str = "0"
    train_url: str = ""
    service_url: str = ""
    resource_id: str = ""
    create_time: int = 0
    job_type: str = "tensorboard"
    flavor: Optional[dict[str, Any]] = None
    schedule: Optional[list[dict[str, Any]]] = None
    # The statuses that it passes through, and the seconds for that where they differ from the options.
    way_up: list[int] = field(default_factory=lambda: [INIT, SUBMIT_TRYING, WAITING, RUNNING])
    way_down: list[int] = field(default_factory=lambda: [KILLING, KILLED])
    start_seconds: Optional[float] = None
    stop_seconds: Optional[float] = None
    # Fields to add to its answers; null removes one.
    extra: dict[str, Any] = field(default_factory=dict)
    course: list[tuple[float, int]] = field(default_factory=list)
    gone_at: Optional[float] = None
    # Seconds of its last run, and the moment when that began.
    ran: float = 0.0
    ran_from: Optional[float] = None
    # How often each change was accepted, and the job as it was before each of the last changes (null: it did not exist).
    accepted: dict[str, int] = field(default_factory=dict)
    versions: Optional[deque[tuple[float, Optional[Job]]]] = None

    def remember(self, operation: str, now: float) -> None:
        """Record an accepted request, before it changes the job."""
        self.accepted[operation] = self.accepted.get(operation, 0) + 1
        if self.versions is None:
            self.versions = deque(maxlen=MOST_VERSIONS)
        self.versions.append((now, None if operation == "create" else copy(self)))

    def as_of(self, moment: float) -> Optional[Job]:
        """Return the job as it was then; null if it did not exist."""
        version: Optional[Job] = self
        if self.versions and moment < self.versions[-1][0]:
            version = next(version for until, version in self.versions if moment < until)
        return None if version is None or version.gone(moment) else version

    def status(self, now: float) -> int:
        # A loop is faster than a generator: a list of 10 000 jobs does this for each.
        for moment, status in reversed(self.course):
            if moment <= now:
                return status
        return self.course[0][1]

    def gone(self, now: float) -> bool:
        """Return whether the job has been deleted."""
        return self.gone_at is not None and self.gone_at <= now

    def set_status(self, status: int, now: float) -> None:
        """Set the status, which then lasts."""
        self.ran_from, self.ran = self.last_run(now)
        self.course = [(now, status)]

    def go(self, way: list[int], seconds: float, now: float) -> None:
        """Pass through the statuses of ``way``, the first one now and the last one after ``seconds``."""
        pause = seconds / max(1, len(way) - 1)
        self.set_status(way[0], now)
        self.course += [(now + number * pause, status) for number, status in enumerate(way[1:], 1)]
        if way[-1] == RUNNING and self.schedule:
            hours = self.schedule[0].get("duration")
            if hours:
                self.course.append((self.course[-1][0] + hours * 3600, COMPLETED))

    def last_run(self, now: float) -> tuple[Optional[float], float]:
        """Return the moment when the job last became RUNNING, and the seconds of that run."""
        start = None
        for moment, status in self.course:
            if moment > now:
                break
            if start is not None:
                return start, moment - start
            if status == RUNNING:
                start = moment
        return (self.ran_from, self.ran) if start is None else (start, now - start)

    def details(self, now: float, id_type: str) -> dict[str, Any]:
        """Return the job as answers show it; ``id_type``: ``number`` or ``string``."""
        answer = self.true_details(now)
        if id_type == "string":
            answer["job_id"] = str(self.id)
        for name, value in self.extra.items():
            if value is None:
                answer.pop(name, None)
            else:
                answer[name] = value
        return answer

    def true_details(self, now: float) -> dict[str, Any]:
        """Return the true job, without the fields that a test changed in its answers."""
        answer: dict[str, Any] = {
            "job_id": self.id,
            "job_name": self.name,
            "job_desc": self.description,
            "status": self.status(now),
            "create_time": self.create_time,
            "duration": round(self.last_run(now)[1] * 1000),
            "service_url": self.service_url,
            "train_url": self.train_url,
            "resource_id": self.resource_id,
            "job_type": self.job_type,
        }
        if self.schedule:
            answer["schedule"] = self.schedule
        if self.flavor:
            answer["flavor"] = self.flavor
        return answer
