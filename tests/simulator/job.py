# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A visualization job and how its status changes with time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

STATUSES = {
    0: ("UNKNOWN", "unknown"),
    1: ("INIT", "starting"),
    2: ("IMAGE_CREATING", "starting"),
    3: ("IMAGE_FAILED", "stopped"),
    4: ("SUBMIT_TRYING", "starting"),
    5: ("SUBMIT_FAILED", "stopped"),
    6: ("DELETE_FAILED", "unknown"),
    7: ("WAITING", "starting"),
    8: ("RUNNING", "running"),
    9: ("KILLING", "stopping"),
    10: ("COMPLETED", "stopped"),
    11: ("FAILED", "stopped"),
    12: ("KILLED", "stopped"),
    13: ("CANCELED", "stopped"),
    14: ("LOST", "stopped"),
    15: ("SCALING", "starting"),
    16: ("SUBMIT_MODEL_FAILED", "stopped"),
    17: ("DEPLOY_SERVICE_FAILED", "stopped"),
    18: ("CHECK_INIT", "starting"),
    19: ("CHECK_RUNNING", "starting"),
    20: ("CHECK_RUNNING_COMPLETED", "stopped"),
    21: ("CHECK_FAILED", "stopped"),
    22: ("MOUNT_FAILED", "stopped"),
}
INIT, RUNNING, KILLING, COMPLETED = 1, 8, 9, 10


def group_of(status: int) -> str:
    """The group of a status; a number that the table lacks is of group unknown."""
    return STATUSES.get(status, ("", "unknown"))[1]


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
    way_up: list[int] = field(default_factory=lambda: [1, 4, 7, 8])
    way_down: list[int] = field(default_factory=lambda: [9, 12])
    start_seconds: Optional[float] = None
    stop_seconds: Optional[float] = None
    # Fields to add to its answers; null leaves one out.
    extra: dict[str, Any] = field(default_factory=dict)
    course: list[tuple[float, int]] = field(default_factory=list)
    gone_at: Optional[float] = None
    ran: float = 0.0

    def status(self, now: float) -> int:
        return next(status for moment, status in reversed(self.course) if moment <= now)

    def set_status(self, status: int, now: float) -> None:
        """Be in this status, from now on and for good."""
        self.course = [(min(now, 0.0), status)]

    def go(self, way: list[int], seconds: float, now: float) -> None:
        """Go through the statuses of ``way``, the first at once and the last after ``seconds``."""
        pause = seconds / max(1, len(way) - 1)
        self.course = [(now, way[0])] + [(now + number * pause, status) for number, status in enumerate(way[1:], 1)]
        if way[-1] == RUNNING and self.schedule:
            hours = float(self.schedule[0].get("duration") or 0)
            if hours:
                self.course.append((self.course[-1][0] + hours * 3600, COMPLETED))

    def running_seconds(self, now: float) -> float:
        """Seconds since it was last RUNNING, or that it ran then."""
        start = next((moment for moment, status in self.course if status == RUNNING and moment <= now), None)
        if start is None:
            return self.ran
        end = next((moment for moment, _status in self.course if start < moment <= now), now)
        return max(0.0, end - start)

    def details(self, now: float, id_type: str) -> dict[str, Any]:
        """The job as answers show it."""
        answer: dict[str, Any] = {
            "job_id": str(self.id) if id_type == "string" else self.id,
            "job_name": self.name,
            "job_desc": self.description,
            "status": self.status(now),
            "create_time": self.create_time,
            "duration": int(self.running_seconds(now) * 1000),
            "service_url": self.service_url,
            "train_url": self.train_url,
            "resource_id": self.resource_id,
            "job_type": self.job_type,
        }
        if self.schedule:
            answer["schedule"] = self.schedule
        if self.flavor:
            answer["flavor"] = self.flavor
        answer.update(self.extra)
        return {name: value for name, value in answer.items() if not (name in self.extra and value is None)}
