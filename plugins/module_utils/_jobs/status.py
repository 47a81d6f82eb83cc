# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statuses of a visualization job, and their groups: which operations a status allows."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any, NamedTuple, Optional

from .values import whole_number


class Group(Enum):
    """Statuses that allow the same operations."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    ABSENT = "no such job"


# From the vendor's list of job statuses; only its SDK lists 22.
_KNOWN = {
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

_NUMBERS = {name: number for number, (name, _group) in _KNOWN.items()}
STATUS_NAMES = tuple(_NUMBERS)

# The name of a number that the table does not have.
_NUMBERED = re.compile(r"STATUS_([0-9]{1,9})")
_AT_END = re.compile(r"status:\s*([0-9]+)\W*$")


class Status(NamedTuple):
    """One status: its number (``None`` if the service gave none), its name, its group."""

    id: Optional[int]
    name: str
    group: Group

    @classmethod
    def of(cls, value: Any) -> Status:
        """The status with the number ``value``, which may be text; any other value is UNKNOWN."""
        number = whole_number(value)
        if number is None:
            return cls(None, *_KNOWN[0])
        return cls(number, *_KNOWN.get(number, (f"STATUS_{number}", Group.UNKNOWN)))

    @classmethod
    def named(cls, name: str) -> Optional[Status]:
        """The status of this name, such as RUNNING, or STATUS_99 for a number; ``None`` if there is none."""
        numbered = _NUMBERED.fullmatch(name)
        number = int(numbered.group(1)) if numbered else _NUMBERS.get(name)
        return None if number is None else cls.of(number)


# The status of a job that does not exist.
NOT_THERE = Status(None, "not there", Group.ABSENT)
DELETE_FAILED = Status.of(6)


def status_in(message: str) -> Optional[Status]:
    """The status that a refusal names at the end of its message, as in "... job status: 8"; ``None`` if it names none."""
    named = _AT_END.search(message)
    return Status.of(named.group(1)) if named else None
