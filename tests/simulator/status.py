# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statuses of visualization jobs, and what can be done to a job in each."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Group(Enum):
    """The groups of statuses: they decide which requests a job accepts."""

    UNKNOWN = "unknown"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"


STATUSES = {
    0: ("UNKNOWN", Group.UNKNOWN),
    1: ("INIT", Group.STARTING),
    2: ("IMAGE_CREATING", Group.STARTING),
    3: ("IMAGE_FAILED", Group.STOPPED),
    4: ("SUBMIT_TRYING", Group.STARTING),
    5: ("SUBMIT_FAILED", Group.STOPPED),
    6: ("DELETE_FAILED", Group.UNKNOWN),
    7: ("WAITING", Group.STARTING),
    8: ("RUNNING", Group.RUNNING),
    9: ("KILLING", Group.STOPPING),
    10: ("COMPLETED", Group.STOPPED),
    11: ("FAILED", Group.STOPPED),
    12: ("KILLED", Group.STOPPED),
    13: ("CANCELED", Group.STOPPED),
    14: ("LOST", Group.STOPPED),
    15: ("SCALING", Group.STARTING),
    16: ("SUBMIT_MODEL_FAILED", Group.STOPPED),
    17: ("DEPLOY_SERVICE_FAILED", Group.STOPPED),
    18: ("CHECK_INIT", Group.STARTING),
    19: ("CHECK_RUNNING", Group.STARTING),
    20: ("CHECK_RUNNING_COMPLETED", Group.STOPPED),
    21: ("CHECK_FAILED", Group.STOPPED),
    22: ("MOUNT_FAILED", Group.STOPPED),
}
INIT, SUBMIT_TRYING, WAITING, RUNNING, KILLING, COMPLETED, KILLED, CANCELED = 1, 4, 7, 8, 9, 10, 12, 13
_NUMBERS = {name: number for number, (name, _group) in STATUSES.items()}


def group_of(status: int) -> Group:
    """Return the group of a status: unknown for a number that is not in the table."""
    return STATUSES.get(status, ("", Group.UNKNOWN))[1]


def number_of(status: Any) -> int:
    """Return the number of a status given by its name or by any number. Raises ValueError for anything else."""
    number = _NUMBERS.get(status) if isinstance(status, str) else status
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"{status!r} is no status")
    return number
