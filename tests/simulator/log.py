# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of requests: what tests count."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Iterable, Optional


class Operation(str, Enum):
    """The operation of a request; ``other`` is anything that the simulator does not serve."""

    CREATE = "create"
    LIST = "list"
    DETAILS = "details"
    MODIFY = "modify"
    DELETE = "delete"
    STOP = "stop"
    RESTART = "restart"
    SIGN_IN = "sign-in"
    PROJECTS = "projects"
    VERSION = "version"
    OTHER = "other"


class AuthKind(str, Enum):
    """The kind of a request's credential, whether it was accepted or not."""

    TOKEN = "token"
    SIGNATURE = "signature"
    NONE = "none"


@dataclass
class Entry:
    """One request. ``time``: seconds since the start; ``connection``: the number of its connection, and ``fresh``:
    whether it was the first request on it; ``status``: of the answer, null where none was sent; ``applied``: whether the
    request changed something, or signed in; ``ended``: when it was answered. With the option ``bodies`` what was ``asked``
    and ``answered``, a character for each byte, null where it was not sent whole."""

    number: int
    time: float
    method: str
    path: str
    query: str
    operation: Operation
    job_id: Optional[str]
    auth: AuthKind
    connection: int
    fresh: bool
    status: Optional[int] = None
    applied: bool = False
    asked: Optional[str] = None
    answered: Optional[str] = None
    ended: Optional[float] = None


@dataclass
class Summary:
    """How many requests there were, how many changed something, how many were the first on their connection, and how many
    got each status (``none``: no answer)."""

    requests: int = 0
    applied: int = 0
    fresh: int = 0
    statuses: dict[str, int] = field(default_factory=dict)


def summaries(entries: Iterable[Entry]) -> dict[str, Summary]:
    """Return a summary for each operation in the log."""
    found: dict[str, Summary] = {}
    for entry in entries:
        summary = found.setdefault(entry.operation.value, Summary())
        summary.requests += 1
        summary.applied += entry.applied
        summary.fresh += entry.fresh
        status = "none" if entry.status is None else str(entry.status)
        summary.statuses[status] = summary.statuses.get(status, 0) + 1
    return found
