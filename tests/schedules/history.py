# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happened in a task: what was sent and answered, and what it came to. In virtual time, and on real sockets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ansible_collections.mlops.modelarts.tests.schedules.trouble import (
    CHANGING,
    Effect,
    NoReply,
    Seen,
    effect_of,
    failure_in,
    id_in,
    pause_asked,
    says_gone,
    status_named,
)

# Of virtual time, which is counted in floating point, in seconds.
TINY = 1e-6


@dataclass
class Exchange:
    """A request and what its sender got to see. Times are in seconds.

    ``shown``: the status, description and name of each job that it shows, by ID; ``gone``: it says that its job does not
    exist; ``named``: the status that a refusal names. ``answered``: the HTTP status and the code of the answer.
    ``created``: the ID that a creation was answered. ``page``: which one of a list, and ``filtered``. ``pause``: for how
    long it asks not to be sent another request. ``token`` is the one that it was sent with, ``issued`` the one that it
    brought. ``ended`` is infinite as long as it is under way.
    """

    begun: float
    operation: str
    job_id: str
    name: Optional[str]
    fresh: bool
    token: str = ""
    page: int = 0
    filtered: bool = False
    ended: float = math.inf
    trouble: str = ""
    effect: Effect = Effect.UNKNOWN
    sent: bool = True
    answered: Tuple[Optional[int], str] = (None, "")
    shown: Dict[str, Any] = field(default_factory=dict)
    gone: bool = False
    named: Optional[int] = None
    created: str = ""
    pause: Optional[float] = None
    issued: str = ""

    @property
    def status(self) -> Optional[int]:
        return self.answered[0]

    @property
    def is_change(self) -> bool:
        return self.operation in CHANGING

    def note(self, seen: Seen) -> None:
        """Take in what the sender got to see."""
        self.effect = effect_of(seen, self.operation, self.job_id)
        if isinstance(seen, NoReply):
            self.sent = seen.sent
            return
        content, code = seen.parsed or {}, failure_in(seen)[0]
        self.answered, self.pause = (seen.status, code), pause_asked(seen)
        if self.effect is Effect.NOT_APPLIED and self.operation not in ("list", "sign-in"):
            self.gone, self.named = says_gone(seen), status_named(seen)
        if self.effect is not Effect.APPLIED:
            return
        if self.operation in ("details", "list"):
            jobs = content if self.operation == "list" else {"jobs": [content]}
            for job in jobs.get("jobs") or ():
                if id_in(job):
                    self.shown[id_in(job)] = {name: job.get(name) for name in ("status", "job_desc", "job_name")}
        elif self.operation == "sign-in":
            self.issued = seen.headers.get("X-Subject-Token", "")
        elif self.operation == "create":
            self.created = id_in(content)


@dataclass
class History:
    """Every exchange in order, the result, and when the task began, was interrupted and ended.

    ``options`` are the task's. ``accepted``: what the service accepted of the task, as (moment, operation, job ID).
    ``is_gone``: whether there is no job of that ID, or of that name, in the end. ``hidden``: what Ansible was told to
    mask. ``slack``: how far times are off, in seconds. ``lies``: the service denied what it had accepted.
    """

    options: Mapping[str, Any]
    check_mode: bool
    exchanges: List[Exchange]
    result: Dict[str, Any]
    begun: float
    ended: float
    accepted: Sequence[Tuple[float, str, int]]
    is_gone: Callable[[str], bool]
    hidden: Set[str]
    interrupted: float = math.inf
    slack: float = TINY
    lies: bool = False

    @property
    def changes(self) -> List[Exchange]:
        """The requests of the task that change something."""
        return [exchange for exchange in self.exchanges if exchange.is_change]

    def changes_of(self, job: Mapping[str, Any]) -> List[Exchange]:
        """Those for a job of the result."""
        return [exchange for exchange in self.changes if exchange.job_id == job["id"] or exchange.operation == "create"]

    def effective(self, job: Mapping[str, Any]) -> List[Exchange]:
        """Those for a job that were accepted, or may have been."""
        return [exchange for exchange in self.changes_of(job) if exchange.effect is not Effect.NOT_APPLIED]

    def shown(self, job: Mapping[str, Any], since: float = -math.inf) -> List[Tuple[Exchange, Dict[str, Any]]]:
        """What was read of a job, in requests that were sent since then."""
        job_id = job["id"]
        return [(read, read.shown[job_id]) for read in self.exchanges if read.begun >= since and job_id in read.shown]

    def statuses(self, job: Mapping[str, Any], since: float = -math.inf) -> List[Tuple[Exchange, int]]:
        """The statuses that were read of a job, or that refusals named, since then."""
        found: List[Tuple[Exchange, int]] = []
        for one in self.exchanges:
            status = one.shown[job["id"]]["status"] if job["id"] in one.shown else one.named
            if one.begun >= since and status is not None and (job["id"] in one.shown or one.job_id == job["id"]):
                found.append((one, status))
        return found
