# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs from the list: those that fit a selection, in order."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional

from .._cloud.pages import readings_of
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

    ``quota``: how many jobs the project may have; ``None`` if the service does not say. ``complete``: nothing shows that
    a job is missing.
    """

    jobs: List[VizJob]
    quota: Optional[int]
    complete: bool

    @property
    def warning(self) -> Optional[str]:
        """What is wrong with the list, if anything is."""
        return None if self.complete else f"The list of {NOUNS} is incomplete: some may be missing."


def list_jobs(jobs: VizJobs, selection: Selection) -> Listing:
    """Read every page of the list, again if it is incomplete. Raises RequestFailed."""
    listing = Listing([], None, False)
    for query in readings_of(selection.query()):
        fitting: List[VizJob] = []
        quota: Optional[int] = None
        is_whole = False
        for page in jobs.pages(query):
            quota = quota if page.quota is None else page.quota
            fitting += filter(selection.fits, page.jobs.values())
            is_whole = page.is_whole
        listing = Listing(sorted(fitting, key=id_order), quota, is_whole)
        if is_whole:
            break
    return listing


def in_order(jobs: Iterable[VizJob], sort_by: str, descending: bool) -> List[VizJob]:
    """The jobs in order; jobs with equal keys follow in order of their IDs."""
    by_id = sorted(jobs, key=id_order)
    return sorted(by_id, key=_KEYS[sort_by], reverse=descending)
