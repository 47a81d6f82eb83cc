# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that a list was read for, and their order."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional

from .._cloud.clock import READING, Clock, Deadline
from .._cloud.error_codes import Category, Meaning
from .._cloud.viz_jobs import Jobs, VizJob, connect
from .._settings.connection import Connection
from .runtime import Runtime
from .selection import Selection

Key = Callable[[VizJob], Any]


_KEYS: Dict[str, Key] = {
    "id": lambda job: int(job.id),
    "name": lambda job: job.name or "",
    "description": lambda job: job.description or "",
    "created_at": lambda job: job.created_at or "",
    "status": lambda job: job.status.name if job.status else "",
}

ORDER_SPEC: Dict[str, Dict[str, Any]] = {
    "sort_by": {"type": "str", "choices": list(_KEYS), "default": "id"},
    "order": {"type": "str", "choices": ["asc", "desc"], "default": "asc"},
}


class Listing(NamedTuple):
    """What was read: the jobs that fit, by ID.

    ``quota``: how many jobs the project may have; ``total``: how many the service says that its list has, which is what
    it could filter; both are ``None`` where it does not say. ``seen``: how many it did list.
    """

    jobs: List[VizJob]
    quota: Optional[int]
    total: Optional[int]
    seen: int

    @property
    def complaint(self) -> Optional[str]:
        """A sentence on what is wrong with the list, if anything is."""
        if self.total is None or self.seen >= self.total:
            return None
        return (
            f"ModelArts says that there are {self.total} visualization jobs to list, but has listed {self.seen}: "
            "some may be missing."
        )


# Here is no wait_timeout that could be raised.
_TIME_IS_UP = Meaning(
    Category.TIMEOUT,
    f"the {READING:.0f} seconds that reading may take were over",
    "Try again later, or ask for fewer jobs.",
)


def connect_to_read(connection: Connection) -> Jobs:
    """Sign in, and return the way to the jobs, for as long as reading may take. Raises ModelArtsError."""
    runtime = Runtime(Clock())
    return connect(connection, Deadline(runtime.clock, READING, _TIME_IS_UP), runtime)


def list_jobs(jobs: Jobs, selection: Selection) -> Listing:
    """Read every page of the list, and return the jobs that fit. Raises ModelArtsError."""
    fitting: List[VizJob] = []
    quota: Optional[int] = None
    total: Optional[int] = None
    seen = 0
    for page in jobs.pages(selection.query()):
        quota = quota if page.quota is None else page.quota
        total = total if page.total is None else page.total
        seen += len(page.jobs)
        fitting += filter(selection.fits, page.jobs.values())
    return Listing(sorted(fitting, key=_KEYS["id"]), quota, total, seen)


def in_order(jobs: Iterable[VizJob], sort_by: str, descending: bool) -> List[VizJob]:
    """The jobs in order; those that are equal in it follow by ID."""
    by_id = sorted(jobs, key=_KEYS["id"])
    return sorted(by_id, key=_KEYS[sort_by], reverse=descending)
