# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs from the list: those that fit a selection, in order."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional

from .._cloud.viz_jobs import VizJobs
from .._jobs.job import NOUNS, VizJob, id_order
from .selection import Selection

Key = Callable[[VizJob], Any]
_KEYS: Dict[str, Key] = {
    "id": id_order,
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
    """The jobs that fit, in order of their IDs.

    ``quota``: how many jobs the project may have; ``total``: how many jobs the service says the list has, after its own
    filters; both are ``None`` if it does not say. ``seen``: how many it listed.
    """

    jobs: List[VizJob]
    quota: Optional[int]
    total: Optional[int]
    seen: int

    @property
    def warning(self) -> Optional[str]:
        """What is wrong with the list, if anything is."""
        if self.total is None or self.seen >= self.total:
            return None
        return f"ModelArts counts {self.total} {NOUNS} but listed {self.seen}: some may be missing."


def list_jobs(jobs: VizJobs, selection: Selection) -> Listing:
    """Read every page of the list. Raises RequestFailed."""
    fitting: List[VizJob] = []
    quota: Optional[int] = None
    total: Optional[int] = None
    seen = 0
    for page in jobs.pages(selection.query()):
        quota = quota if page.quota is None else page.quota
        total = total if page.total is None else page.total
        seen += len(page.jobs)
        fitting += filter(selection.fits, page.jobs.values())
    return Listing(sorted(fitting, key=id_order), quota, total, seen)


def in_order(jobs: Iterable[VizJob], sort_by: str, descending: bool) -> List[VizJob]:
    """The jobs in order; jobs with equal keys follow in order of their IDs."""
    by_id = sorted(jobs, key=id_order)
    return sorted(by_id, key=_KEYS[sort_by], reverse=descending)
