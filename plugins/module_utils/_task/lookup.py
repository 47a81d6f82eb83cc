# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which jobs a task asks about, and reading them."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from .._cloud.clock import Clock
from .._cloud.viz_jobs import VizJobs
from .._jobs.failure import Failure, RequestFailed
from .._jobs.job import NOUNS, VizJob, job_label
from .job_names import JOB_NAMES_SPEC, job_names_from
from .listing import ORDER_SPEC, in_order, list_jobs
from .reader import JobReader
from .selection import SELECTION_SPEC, Selection, selection_from
from .workers import Workers

# Threads that read jobs one by one.
_PARALLEL = 8

LOOKUP_SPEC: Dict[str, Dict[str, Any]] = {
    **JOB_NAMES_SPEC,
    **SELECTION_SPEC,
    **ORDER_SPEC,
}


class Lookup(NamedTuple):
    """Which jobs to look up: those of ``ids``, or all; of them, those that fit the selection.

    ``strict``: a missing job is a failure. ``sort_by`` and ``descending`` are their order.
    """

    ids: Optional[Tuple[str, ...]]
    strict: bool
    selection: Selection
    sort_by: str
    descending: bool


class Found(NamedTuple):
    """What a lookup found. ``missing``: the IDs that certainly have no job; ``warning``: what may be wrong with it."""

    jobs: List[VizJob]
    missing: List[str]
    quota: Optional[int] = None
    warning: Optional[str] = None

    def as_dict(self, with_diff: bool) -> Dict[str, Any]:
        """The result of the module."""
        return {
            "changed": False,
            "jobs": [job.as_dict() for job in self.jobs],
            "missing": self.missing,
            "total": len(self.jobs),
            "quota": self.quota,
            "complete": self.warning is None,
        }


# The result of a lookup that failed.
NOTHING: Mapping[str, Any] = {"jobs": [], "missing": [], "total": None, "quota": None, "complete": None}


def lookup_from(parameters: Mapping[str, Any]) -> Lookup:
    """The lookup that the parameters of ``LOOKUP_SPEC`` describe. Raises OptionError."""
    names = job_names_from(parameters, f"remove it to look up all {NOUNS}")
    return Lookup(
        ids=names.ids or None,
        strict=names.option == "job_id",
        selection=selection_from(parameters, names.name),
        sort_by=parameters["sort_by"],
        descending=parameters["order"] == "desc",
    )


def look_up(jobs: VizJobs, lookup: Lookup, clock: Clock) -> Found:
    """Read the jobs. Raises RequestFailed."""
    if lookup.ids is None:
        listing = list_jobs(jobs, lookup.selection)
        ordered = in_order(listing.jobs, lookup.sort_by, lookup.descending)
        return Found(ordered, [], listing.quota, listing.warning)
    readings = JobReader(jobs, Workers(_PARALLEL), clock).read_settled(lookup.ids)
    missing = []
    for job_id in lookup.ids:
        reading = readings[job_id]
        if not isinstance(reading, Failure):
            continue
        if lookup.strict or not reading.gone:
            raise RequestFailed(reading.during(f"read {job_label(job_id)}"))
        missing.append(job_id)
    found = [job for job in readings.values() if isinstance(job, VizJob) and lookup.selection.fits(job)]
    return Found(in_order(found, lookup.sort_by, lookup.descending), missing)
