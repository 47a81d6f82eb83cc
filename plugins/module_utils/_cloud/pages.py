# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of jobs: what its pages show, and whether they show all of it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Mapping, NamedTuple, Optional, Set, Tuple

from .._jobs.job import VizJob, job_id_from
from .._jobs.status import Status
from .._jobs.values import dictionaries, dictionary, text, whole_number

# How often a list is read that is not whole, where something depends on what it lacks.
MOST_READINGS = 3


class Page(NamedTuple):
    """A page of the list: the jobs on it that no page before had, by ID.

    ``total``: how many jobs the list has in all; ``quota``: how many the project may have; ``None`` if the service does
    not say. ``is_whole``: with this page the list was read to its end, and nothing shows that a job is missing.
    """

    jobs: Dict[str, VizJob]
    total: Optional[int]
    quota: Optional[int]
    is_whole: bool


class ListReading:
    """What the pages of one list have shown so far. ``is_over``, from the first page on: no more have to be read."""

    def __init__(self) -> None:
        self._ids: Set[str] = set()
        self._total: Optional[int] = None
        self._is_sound = True
        self.is_over: bool

    def page_from(self, answer: Mapping[str, Any]) -> Page:
        """The next page, from an answer.

        A list is whole if each page had ``jobs`` and each job an ID that can be read, if no total was lower than one
        before, and if as many different jobs came as the last total says; without a total, if an empty page came.
        """
        entries = answer.get("jobs")
        jobs = [job_from(entry, "") for entry in dictionaries(entries)]
        has_all = isinstance(entries, list) and len(entries) == len(jobs) and all(job.id for job in jobs)
        total = whole_number(answer.get("job_total_count"))
        has_shrunk = total is not None and self._total is not None and total < self._total
        self._is_sound = self._is_sound and has_all and not has_shrunk
        self._total = self._total if total is None else total
        new = {job.id: job for job in jobs if job.id and job.id not in self._ids}
        self._ids.update(new)
        is_complete = entries == [] if self._total is None else len(self._ids) == self._total
        self.is_over = is_complete or not new
        quota = whole_number(answer.get("quotas", answer.get("job_count_limit")))
        return Page(new, total, quota, self._is_sound and is_complete)


def readings_of(query: Dict[str, Any]) -> Tuple[Dict[str, Any], ...]:
    """The queries with which to read a list until it is whole.

    Only the first has the filters: it is not certain that the service's total counts them.
    """
    return (query, *({} for _number in range(MOST_READINGS - 1)))


def shown_id(fields: Mapping[str, Any]) -> Optional[str]:
    """The ID of the job in an answer; ``None`` if it has none that can be read."""
    return job_id_from(text(fields.get("job_id")) or "")


def job_from(fields: Mapping[str, Any], job_id: str) -> VizJob:
    """The job in an answer; ``job_id`` is its ID if the answer has none that can be read."""
    duration = whole_number(fields.get("duration"))
    schedules = dictionaries(fields.get("schedule")) or [dictionary(fields.get("schedule"))]
    return VizJob(
        id=shown_id(fields) or job_id,
        name=text(fields.get("job_name")),
        description=text(fields.get("job_desc")),
        status=Status.of(fields.get("status")),
        service_url=text(fields.get("service_url")),
        train_url=text(fields.get("train_url")),
        resource_id=text(fields.get("resource_id")),
        created_at=_timestamp(whole_number(fields.get("create_time"))),
        duration=None if duration is None else duration // 1000,
        job_type=text(fields.get("job_type")),
        flavor=text(dictionary(fields.get("flavor")).get("code")),
        auto_stop=whole_number(schedules[0].get("duration")),
    )


def _timestamp(milliseconds: Optional[int]) -> Optional[str]:
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None  # not a date of the calendar
