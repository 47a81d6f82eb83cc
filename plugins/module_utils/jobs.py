# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Visualization jobs: what one looks like, and the operations of the ModelArts API on them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from enum import Enum
from typing import Any, Dict, Iterator, Mapping, Optional, Set
from urllib.parse import quote

from .answers import dictionaries
from .clock import Clock, Deadline
from .error_codes import Category, Meaning
from .errors import ModelArtsError, Outcome, attempting, clean
from .options import Connection
from .status import Status, whole_number
from .transport import Transport
from .wire import Wire

# The most that the service lists in one answer.
JOBS_PER_PAGE = 1000
# The longest text that the service searches for, in characters.
LONGEST_SEARCH = 64


class Operation(Enum):
    """A request that changes a job: its method and what follows the job's address."""

    RESTART = ("POST", "/restart")
    STOP = ("POST", "/stop")


@dataclass(frozen=True)
class VizJob:
    """A visualization job as the service showed it. ``created_at`` is ISO 8601 in UTC, ``duration`` in seconds."""

    id: str
    name: Optional[str] = None
    description: Optional[str] = None
    status: Optional[Status] = None
    service_url: Optional[str] = None
    train_url: Optional[str] = None
    resource_id: Optional[str] = None
    created_at: Optional[str] = None
    duration: Optional[int] = None

    @classmethod
    def from_answer(cls, fields: Mapping[str, Any], job_id: str) -> VizJob:
        """The job in an answer; ``job_id`` stands in where the answer does not say."""
        duration = whole_number(fields.get("duration"))
        return cls(
            id=_text(fields.get("job_id")) or job_id,
            name=_text(fields.get("job_name")),
            description=_text(fields.get("job_desc")),
            status=Status.of(fields.get("status")),
            service_url=_text(fields.get("service_url")),
            train_url=_text(fields.get("train_url")),
            resource_id=_text(fields.get("resource_id")),
            created_at=_moment(whole_number(fields.get("create_time"))),
            duration=None if duration is None else duration // 1000,
        )

    def with_status(self, status: Status) -> VizJob:
        """The same job, as of now in another status."""
        return replace(self, status=status)

    @property
    def label(self) -> str:
        """How messages name the job."""
        return job_label(self.id, self.name)


@dataclass(frozen=True)
class Page:
    """A page of the list: the jobs on it that no page before it had, by ID.

    ``total``: how many the list has in all; ``quota``: how many the project may have; ``None`` where the service does
    not say.
    """

    jobs: Dict[str, VizJob]
    total: Optional[int]
    quota: Optional[int]


class Jobs:
    """The operations on the jobs of one project. Every failure is a ModelArtsError."""

    def __init__(self, transport: Transport, endpoint: str, project_id: str, workspace_id: Optional[str]) -> None:
        self._transport = transport
        self._address = f"{endpoint}/v1/{quote(project_id, safe='')}/visualization-jobs"
        self._project_id = project_id
        self._workspace_id = workspace_id

    def get(self, job_id: str) -> VizJob:
        """The job as it is now."""
        try:
            return VizJob.from_answer(self._transport.read(f"{self._address}/{job_id}").body, job_id)
        except ModelArtsError as failure:
            error = failure
        if error.http_status == 404 and error.category is not Category.ENDPOINT:
            error.meaning = self._no_such_job()
        elif _may_mean_missing(error):
            # What a job that does not exist answers is not documented: the list knows better.
            for job in self.listed({}):
                if job.id == job_id:
                    return job
            error.meaning = self._no_such_job()
        raise error

    def named(self, name: str) -> VizJob:
        """The one job of exactly this name."""
        found = {job.id: job for job in self.listed({"search_content": name[:LONGEST_SEARCH]}) if job.name == name}
        if len(found) == 1:
            return next(iter(found.values()))
        with attempting(f"find the visualization job named {clean(name)}"):
            if not found:
                raise ModelArtsError(self._no_such_job())
            several = f"several have that name, with the IDs {', '.join(found)}"
            raise ModelArtsError(Meaning(Category.INVALID_REQUEST, several, "Set job_id to the one you mean."))

    def send(self, operation: Operation, job_id: str) -> None:
        """Ask the service to change the job; it answers at once, and does it later."""
        method, path = operation.value
        self._transport.change(method, f"{self._address}/{job_id}{path}")

    def pages(self, query: Mapping[str, Any]) -> Iterator[Page]:
        """The list page by page, until it ends or what it says that it has in all has been seen.

        ``query``: filters in the API's own terms, such as ``search_content`` or ``status``.
        """
        if self._workspace_id is not None:
            query = {**query, "workspace_id": self._workspace_id}
        seen: Set[str] = set()
        for number in itertools.count(1):
            with attempting("list the visualization jobs"):
                answer = self._transport.read(self._address, {**query, "per_page": JOBS_PER_PAGE, "page": number}).body
            listed = [VizJob.from_answer(entry, "") for entry in dictionaries(answer.get("jobs"))]
            page = Page(
                {job.id: job for job in listed if job.id and job.id not in seen},
                total=whole_number(answer.get("job_total_count")),
                quota=whole_number(answer.get("quotas", answer.get("job_count_limit"))),
            )
            yield page
            seen.update(page.jobs)
            if not page.jobs or (page.total is not None and len(seen) >= page.total):
                return

    def listed(self, query: Mapping[str, Any]) -> Iterator[VizJob]:
        """All jobs of `pages`."""
        for page in self.pages(query):
            yield from page.jobs.values()

    def _no_such_job(self) -> Meaning:
        workspace = f", workspace {self._workspace_id}" if self._workspace_id is not None else ""
        return Meaning(Category.NOT_FOUND, f"there is no such job in project {self._project_id}{workspace}")


def connect(connection: Connection, deadline: Deadline, clock: Clock) -> Jobs:
    """Sign in, and return the way to the jobs. Raises ModelArtsError."""
    transport = Transport(
        Wire(connection.verify), connection.credentials, deadline, clock, connection.api_timeout, connection.retries
    )
    target = connection.credentials.sign_in(connection, transport)
    return Jobs(transport, target.endpoint, target.project_id, connection.workspace_id)


def job_label(job_id: str, name: Optional[str] = None) -> str:
    """How a message names a job."""
    return f"visualization job {job_id}" + (f" ({clean(name)})" if name else "")


def _may_mean_missing(error: ModelArtsError) -> bool:
    """Whether the failure is not about rights, throttling or the service itself."""
    return error.outcome is Outcome.NOT_APPLIED and error.category in (
        Category.CONFLICT,
        Category.INVALID_REQUEST,
        Category.NOT_FOUND,
        Category.UNKNOWN,
    )


def _text(value: Any) -> Optional[str]:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def _moment(milliseconds: Optional[int]) -> Optional[str]:
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None  # not a moment that a calendar has
