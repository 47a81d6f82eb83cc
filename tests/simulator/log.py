# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of requests: what tests count."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional


class Operation(str, Enum):
    """What a request asks for; ``other`` is anything that the simulator does not serve."""

    CREATE = "create"
    LIST = "list"
    DETAILS = "details"
    MODIFY = "modify"
    DELETE = "delete"
    STOP = "stop"
    RESTART = "restart"
    SIGN_IN = "sign-in"
    PROJECTS = "projects"
    OTHER = "other"


class Auth(str, Enum):
    """What a request brought to show who sent it, accepted or not."""

    TOKEN = "token"
    SIGNATURE = "signature"
    NONE = "none"


@dataclass
class Entry:
    """One request. ``time``: seconds since the start; ``status``: of the answer, null where none was sent; ``applied``:
    whether the request changed something, or signed in."""

    number: int
    time: float
    method: str
    path: str
    query: str
    operation: Operation
    job_id: Optional[str]
    auth: Auth
    status: Optional[int] = None
    applied: bool = False
