# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of the ModelArts API on visualization jobs: paths, bodies, answers, pages."""

from __future__ import annotations

import itertools
from datetime import datetime, timezone
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional, Set
from urllib.parse import quote

from .._jobs.failure import Category, Failure, RequestFailed, attempting
from .._jobs.job import JOB_ID, NOUN, NOUNS, NewJob, VizJob
from .._jobs.rules import Step
from .._jobs.status import Status
from .._jobs.text import clean
from .._jobs.values import dictionaries, dictionary, text, whole_number
from .transport import Transport

# The most jobs that the service lists in one answer.
JOBS_PER_PAGE = 1000
# The longest text that the service searches for, in characters.
LONGEST_SEARCH = 64
# The workspace that the service takes if a request names none.
DEFAULT_WORKSPACE = "0"

# The method of each step's request, and what follows the address of the job, or of the list for a new one.
_REQUESTS = {
    Step.CREATE: ("POST", ""),
    Step.UPDATE: ("PUT", ""),
    Step.STOP: ("POST", "/stop"),
    Step.RESTART: ("POST", "/restart"),
    Step.DELETE: ("DELETE", ""),
}


class Page(NamedTuple):
    """A page of the list: the jobs on it that no page before had, by ID.

    ``total``: how many jobs the list has in all; ``quota``: how many the project may have; ``None`` if the service does
    not say.
    """

    jobs: Dict[str, VizJob]
    total: Optional[int]
    quota: Optional[int]


class VizJobs:
    """The visualization jobs of one project. Every failure is raised as RequestFailed.

    ``workspace_id``: the workspace whose list is read; ``None`` for the default one.
    """

    def __init__(self, transport: Transport, endpoint: str, project_id: str, workspace_id: Optional[str]) -> None:
        self._transport = transport
        self._url = f"{endpoint}/v1/{quote(project_id, safe='')}/visualization-jobs"
        self._project_id = project_id
        self.workspace_id = workspace_id
        # The IDs of the jobs that were created or changed, read one by one, or listed.
        self._known: Set[str] = set()

    def get(self, job_id: str, unlisted: bool = False) -> VizJob:
        """The job as it is now. ``unlisted``: the whole list was read just now, and does not have it.

        The failure has ``gone`` set if the job certainly does not exist.
        """
        try:
            job = job_from(self._transport.get(f"{self._url}/{job_id}").body, job_id)
        except RequestFailed as error:
            failure = error.failure
        else:
            self._known.add(job_id)
            return job
        if failure.http_status == 404 and failure.may_mean_missing:
            failure = self._missing(failure, is_certain=True)
        elif failure.may_mean_missing:
            # The answer for a job that does not exist is not documented: the list knows better.
            for job in () if unlisted else self.listed({}):
                if job.id == job_id:
                    return job
            # A job that was never seen may be in a workspace whose list was not read.
            failure = self._missing(failure, self.workspace_id is not None or job_id in self._known)
        raise RequestFailed(failure)

    def find(self, name: str) -> Optional[VizJob]:
        """The one job of exactly this name in the workspace; ``None`` if there is none."""
        found = {job.id: job for job in self.listed({"search_content": name[:LONGEST_SEARCH]}) if job.name == name}
        if len(found) > 1:
            several = f"several jobs have that name: {', '.join(found)}"
            failure = Failure(Category.INVALID_REQUEST, several, "Set job_id to the one you mean.")
            raise RequestFailed(failure.during(_finding(name)))
        return next(iter(found.values()), None)

    def no_such_name(self, name: str) -> Failure:
        """That no job in the workspace has this name."""
        return self._missing(Failure(Category.NOT_FOUND, ""), is_certain=True).during(_finding(name))

    def request(self, step: Step, job_id: str, new_job: Optional[NewJob]) -> Optional[VizJob]:
        """Send the request of a step. For CREATE returns the new job, with an empty ``id`` if the answer has none.

        The service answers at once, and makes the change later.
        """
        method, suffix = _REQUESTS[step]
        url = f"{self._url}/{job_id}{suffix}" if job_id else self._url
        content = _content(step, new_job)
        answer = self._transport.change(method, url, content).body
        job = job_from({**(content or {}), **answer}, "")
        if job.id:
            self._known.add(job.id)
        return job if step is Step.CREATE else None

    def pages(self, query: Mapping[str, Any]) -> Iterator[Page]:
        """The list page by page, until a page has nothing new or as many jobs were listed as the total says.

        ``query``: filters of the API, such as ``search_content`` or ``status``.
        """
        if self.workspace_id is not None:
            query = {**query, "workspace_id": self.workspace_id}
        seen: Set[str] = set()
        for number in itertools.count(1):
            with attempting(f"list the {NOUNS}"):
                answer = self._transport.get(self._url, {**query, "per_page": JOBS_PER_PAGE, "page": number}).body
            jobs = [job_from(entry, "") for entry in dictionaries(answer.get("jobs"))]
            page = Page(
                {job.id: job for job in jobs if job.id and job.id not in seen},
                total=whole_number(answer.get("job_total_count")),
                quota=whole_number(answer.get("quotas", answer.get("job_count_limit"))),
            )
            seen.update(page.jobs)
            self._known.update(page.jobs)
            yield page
            if not page.jobs or (page.total is not None and len(seen) >= page.total):
                return

    def listed(self, query: Mapping[str, Any]) -> Iterator[VizJob]:
        """All jobs of `pages`."""
        for page in self.pages(query):
            yield from page.jobs.values()

    def _missing(self, failure: Failure, is_certain: bool) -> Failure:
        """``failure``, which means that there is no such job."""
        project, hint = f"project {self._project_id}", None
        if self.workspace_id is not None:
            project += f", workspace {self.workspace_id}"
        if not is_certain:
            project = f"the default workspace of {project}"
            hint = "Check job_id, region and project_id, or set workspace_id: the job may be in another workspace."
        return failure._replace(
            category=Category.NOT_FOUND, text=f"there is no such job in {project}", own_hint=hint, gone=is_certain
        )


def job_from(fields: Mapping[str, Any], job_id: str) -> VizJob:
    """The job in an answer; ``job_id`` is its ID if the answer has none."""
    duration = whole_number(fields.get("duration"))
    schedules = dictionaries(fields.get("schedule")) or [dictionary(fields.get("schedule"))]
    shown_id = text(fields.get("job_id")) or ""
    return VizJob(
        id=shown_id if JOB_ID.fullmatch(shown_id) else job_id,
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


def _content(step: Step, new_job: Optional[NewJob]) -> Optional[Dict[str, Any]]:
    """The body of a step's request."""
    if new_job is None or step not in (Step.CREATE, Step.UPDATE):
        return None
    if step is Step.UPDATE:
        return {"job_desc": new_job.description}
    # A list, as in the reference's example; its table says otherwise.
    schedule = [{"type": "stop", "time_unit": "HOURS", "duration": new_job.auto_stop}]
    content = {
        "job_name": new_job.name,
        "train_url": new_job.train_url,
        "job_desc": new_job.description,
        "job_type": new_job.job_type,
        "flavor": {"code": new_job.flavor} if new_job.flavor else None,
        "schedule": None if new_job.auto_stop is None else schedule,
    }
    return {name: value for name, value in content.items() if value is not None}


def _finding(name: str) -> str:
    return f"find the {NOUN} named '{clean(name)}'"


def _timestamp(milliseconds: Optional[int]) -> Optional[str]:
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None  # not a date of the calendar
