# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants to know of which jobs, and finding it out."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from .._cloud.error_codes import Category
from .._cloud.viz_jobs import JOB_ID, Jobs, VizJob, job_label
from .._jobs.failure import ModelArtsError, OptionError, attempting
from .listing import ORDER_SPEC, in_order, list_jobs
from .reader import Survey
from .selection import SELECTION_SPEC, Selection, selection_from
from .workers import Workers

# How many jobs are asked for at a time, where they are asked for one by one.
_PARALLEL = 8

LOOKUP_SPEC: Dict[str, Dict[str, Any]] = {
    "job_id": {"type": "str"},
    "job_ids": {"type": "list", "elements": "str"},
    "name": {"type": "str"},
    **SELECTION_SPEC,
    **ORDER_SPEC,
}


class Lookup(NamedTuple):
    """Which jobs are looked up: those of ``ids``, or without any all; of them, those that fit the selection.

    ``strict``: it is a failure if there is no such job. The rest is the order that they are returned in.
    """

    ids: Optional[Tuple[str, ...]]
    strict: bool
    selection: Selection
    sort_by: str
    descending: bool


class Found(NamedTuple):
    """What a lookup came to. ``missing``: the IDs of no job; ``warning``: what may be wrong with it, if anything is."""

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
        }


# The result of a module that failed.
NOTHING: Mapping[str, Any] = {"jobs": [], "missing": [], "total": None, "quota": None}


def lookup_from(parameters: Mapping[str, Any]) -> Lookup:
    """The lookup that the parameters of ``LOOKUP_SPEC`` describe. Raises OptionError."""
    # What a template makes of nothing is a list of one empty text.
    job_ids = [text for text in (job_id.strip() for job_id in parameters["job_ids"] or ()) if text]
    named = {"job_id": parameters["job_id"], "job_ids": job_ids, "name": parameters["name"]}
    given = [option for option, value in named.items() if value]
    if not given and parameters["job_ids"] is not None:
        raise OptionError("job_ids is empty: give it at least one ID, or leave it out to be told of all jobs.")
    if len(given) > 1:
        raise OptionError(f"{' and '.join(given)} are {len(given)} ways to name jobs: give one of them.")
    ids = [parameters["job_id"]] if given == ["job_id"] else job_ids
    for job_id in ids:
        if not JOB_ID.fullmatch(job_id):
            raise OptionError(f"{given[0]} must be the number of a visualization job, such as 10; got {job_id!r}.")
    return Lookup(
        ids=tuple(dict.fromkeys(str(int(job_id)) for job_id in ids)) or None,
        strict=given == ["job_id"],
        selection=selection_from(parameters, parameters["name"] or None),
        sort_by=parameters["sort_by"],
        descending=parameters["order"] == "desc",
    )


def look_up(jobs: Jobs, lookup: Lookup) -> Found:
    """Read the jobs. Raises ModelArtsError."""
    if lookup.ids is None:
        listing = list_jobs(jobs, lookup.selection)
        ordered = in_order(listing.jobs, lookup.sort_by, lookup.descending)
        return Found(ordered, [], listing.quota, listing.complaint)
    sightings = Survey(jobs, Workers(_PARALLEL)).look(lookup.ids)
    missing = []
    for job_id, sighting in sightings.items():
        if not isinstance(sighting, ModelArtsError):
            continue
        if lookup.strict or sighting.category is not Category.NOT_FOUND:
            with attempting(f"read {job_label(job_id)}"):
                raise sighting
        missing.append(job_id)
    there = [job for job in sightings.values() if isinstance(job, VizJob) and lookup.selection.fits(job)]
    return Found(
        in_order(there, lookup.sort_by, lookup.descending), [job_id for job_id in lookup.ids if job_id in missing]
    )
