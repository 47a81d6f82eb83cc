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

# Of how many changes a job is remembered as it was before.
MOST_VERSIONS = 16


@dataclass
class Job:
    """A job. Its status is looked up when asked for: ``course`` says from which moment which status holds.

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
    # The statuses that it goes through, and how long that takes where it is not as the options say.
    way_up: list[int] = field(default_factory=lambda: [INIT, SUBMIT_TRYING, WAITING, RUNNING])
    way_down: list[int] = field(default_factory=lambda: [KILLING, KILLED])
    start_seconds: Optional[float] = None
    stop_seconds: Optional[float] = None
    # Fields to add to its answers; null leaves one out.
    extra: dict[str, Any] = field(default_factory=dict)
    course: list[tuple[float, int]] = field(default_factory=list)
    gone_at: Optional[float] = None
    # Seconds that it ran the last time, and the moment that began at.
    ran: float = 0.0
    ran_from: Optional[float] = None
    # How often each operation that changes it was accepted, and what it was until each of the last such moments (null:
    # nothing yet).
    accepted: dict[str, int] = field(default_factory=dict)
    versions: Optional[deque[tuple[float, Optional[Job]]]] = None

    def remember(self, operation: str, now: float) -> None:
        """Note that a request is accepted, before it changes the job."""
        self.accepted[operation] = self.accepted.get(operation, 0) + 1
        if self.versions is None:
            self.versions = deque(maxlen=MOST_VERSIONS)
        self.versions.append((now, None if operation == "create" else copy(self)))

    def as_of(self, moment: float) -> Optional[Job]:
        """What it was then; null if it was not there yet, or no more."""
        version: Optional[Job] = self
        if self.versions and moment < self.versions[-1][0]:
            version = next(version for until, version in self.versions if moment < until)
        return None if version is None or version.gone(moment) else version

    def status(self, now: float) -> int:
        # A loop, not a generator: a list of 10 000 jobs asks for each.
        for moment, status in reversed(self.course):
            if moment <= now:
                return status
        return self.course[0][1]

    def gone(self, now: float) -> bool:
        """Whether its deletion is over."""
        return self.gone_at is not None and self.gone_at <= now

    def set_status(self, status: int, now: float) -> None:
        """Be in this status, from now on and for good."""
        self.ran_from, self.ran = self.last_run(now)
        self.course = [(now, status)]

    def go(self, way: list[int], seconds: float, now: float) -> None:
        """Go through the statuses of ``way``, the first at once and the last after ``seconds``."""
        pause = seconds / max(1, len(way) - 1)
        self.set_status(way[0], now)
        self.course += [(now + number * pause, status) for number, status in enumerate(way[1:], 1)]
        if way[-1] == RUNNING and self.schedule:
            hours = self.schedule[0].get("duration")
            if hours:
                self.course.append((self.course[-1][0] + hours * 3600, COMPLETED))

    def last_run(self, now: float) -> tuple[Optional[float], float]:
        """When it last became RUNNING, and for how many seconds it has run since or did then."""
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
        """The job as answers show it; ``id_type``: ``number`` or ``string``."""
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
        """The job as it is, whatever its answers are made to say."""
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
