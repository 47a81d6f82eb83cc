# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statuses of a visualization job, grouped by what can be done with it."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any, NamedTuple, Optional


class Group(Enum):
    """What a status means for the operations on a job."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    ABSENT = "no such job"


# From the vendor's job statuses; 22 stands in its SDK alone.
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

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")
# How a number that no table knows is named.
_NUMBERED = re.compile(r"STATUS_([0-9]{1,9})")


class Status(NamedTuple):
    """One status: its number (``None`` where the service gave none), its name, its group."""

    id: Optional[int]
    name: str
    group: Group

    @classmethod
    def of(cls, value: Any) -> Status:
        """The status that the service means by ``value``: a number, also as a string; any other value is unknown."""
        number = whole_number(value)
        if number is None:
            return cls(None, *_KNOWN[0])
        return cls(number, *_KNOWN.get(number, (f"STATUS_{number}", Group.UNKNOWN)))

    @classmethod
    def named(cls, name: str) -> Optional[Status]:
        """The status of this name, such as RUNNING, or STATUS_99 for a number; ``None`` where there is none."""
        numbered = _NUMBERED.fullmatch(name)
        number = int(numbered.group(1)) if numbered else _NUMBERS.get(name)
        return None if number is None else cls.of(number)


# What a job that is not there has for a status.
NOT_THERE = Status(None, "not there", Group.ABSENT)


def whole_number(value: Any) -> Optional[int]:
    """``value`` as the service gives numbers, as a number or in a string; ``None`` for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if _WHOLE_NUMBER.fullmatch(value) else None
    return value if isinstance(value, int) else None
