# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Visualization jobs: what one looks like, and the operations of the ModelArts API on them."""

from __future__ import annotations

import itertools
import re
from datetime import datetime, timezone
from enum import Enum
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional, Set
from urllib.parse import quote

from .._jobs.failure import ModelArtsError, attempting, clean
from .._jobs.status import Group, Status, whole_number
from .._settings.connection import Connection
from .._task.runtime import Runtime
from .answers import dictionaries, dictionary
from .clock import Deadline
from .error_codes import Category, Meaning
from .transport import Transport

# The most that the service lists in one answer.
JOBS_PER_PAGE = 1000
# The longest text that the service searches for, in characters.
LONGEST_SEARCH = 64
# The workspace that the service takes where none is named.
DEFAULT_WORKSPACE = "0"


class Operation(Enum):
    """A request that changes a job: its method and what follows the job's address, or for a new one that of the list."""

    CREATE = ("POST", "")
    UPDATE = ("PUT", "")
    DELETE = ("DELETE", "")
    RESTART = ("POST", "/restart")
    STOP = ("POST", "/stop")


class NewJob(NamedTuple):
    """What a job should be like, where a task says so. ``auto_stop`` is in hours, 0 for never."""

    name: str
    train_url: Optional[str] = None
    description: Optional[str] = None
    job_type: Optional[str] = None
    flavor: Optional[str] = None
    auto_stop: Optional[int] = None

    @property
    def fields(self) -> Dict[str, Any]:
        """What is said, by option."""
        return {name: value for name, value in self._asdict().items() if value is not None}

    @property
    def content(self) -> Dict[str, Any]:
        """The request to create it. The schedule is a list, as the reference's example has it, not its table."""
        schedule = [{"type": "stop", "time_unit": "HOURS", "duration": self.auto_stop}]
        content = {
            "job_name": self.name,
            "train_url": self.train_url,
            "job_desc": self.description,
            "job_type": self.job_type,
            "flavor": {"code": self.flavor} if self.flavor else None,
            "schedule": None if self.auto_stop is None else schedule,
        }
        return {name: value for name, value in content.items() if value is not None}


class VizJob(NamedTuple):
    """A visualization job as the service showed it.

    ``id`` is empty for one that has none yet. ``created_at`` is ISO 8601 in UTC, ``duration`` in seconds, ``auto_stop`` in
    hours; it, ``job_type`` and ``flavor`` are shown by some deployments only.
    """

    id: str
    name: Optional[str] = None
    description: Optional[str] = None
    status: Optional[Status] = None
    service_url: Optional[str] = None
    train_url: Optional[str] = None
    resource_id: Optional[str] = None
    created_at: Optional[str] = None
    duration: Optional[int] = None
    job_type: Optional[str] = None
    flavor: Optional[str] = None
    auto_stop: Optional[int] = None

    @classmethod
    def from_answer(cls, fields: Mapping[str, Any], job_id: str) -> VizJob:
        """The job in an answer; ``job_id`` stands in where the answer does not say."""
        duration = whole_number(fields.get("duration"))
        schedules = dictionaries(fields.get("schedule")) or [dictionary(fields.get("schedule"))]
        return cls(
            id=_job_id(fields.get("job_id")) or job_id,
            name=_text(fields.get("job_name")),
            description=_text(fields.get("job_desc")),
            status=Status.of(fields.get("status")),
            service_url=_text(fields.get("service_url")),
            train_url=_text(fields.get("train_url")),
            resource_id=_text(fields.get("resource_id")),
            created_at=_moment(whole_number(fields.get("create_time"))),
            duration=None if duration is None else duration // 1000,
            job_type=_text(fields.get("job_type")),
            flavor=_text(dictionary(fields.get("flavor")).get("code")),
            auto_stop=whole_number(schedules[0].get("duration")),
        )

    def with_status(self, status: Status) -> VizJob:
        """The same job, as of now in another status."""
        return self._replace(status=status)

    def as_dict(self) -> Dict[str, Any]:
        """What results show of the job."""
        status = None if self.status is None or self.status.group is Group.ABSENT else self.status
        return {
            "id": self.id or None,
            "name": self.name,
            "description": self.description,
            "status": status.name if status else None,
            "status_id": status.id if status else None,
            "service_url": self.service_url,
            "train_url": self.train_url,
            "resource_id": self.resource_id,
            "created_at": self.created_at,
            "duration": self.duration,
        }

    @property
    def label(self) -> str:
        """How messages name the job."""
        return job_label(self.id, self.name)


class Page(NamedTuple):
    """A page of the list: the jobs on it that no page before it had, by ID.

    ``total``: how many the list has in all; ``quota``: how many the project may have; ``None`` where the service does
    not say.
    """

    jobs: Dict[str, VizJob]
    total: Optional[int]
    quota: Optional[int]


class Jobs:
    """The operations on the jobs of one project. Every failure is a ModelArtsError.

    ``workspace_id``: the workspace whose list is read; ``None`` for the default one.
    """

    def __init__(self, transport: Transport, endpoint: str, project_id: str, workspace_id: Optional[str]) -> None:
        self._transport = transport
        self._address = f"{endpoint}/v1/{quote(project_id, safe='')}/visualization-jobs"
        self._project_id = project_id
        self.workspace_id = workspace_id
        # The IDs of jobs that were created, read one by one, or listed.
        self._known: Set[str] = set()

    def get(self, job_id: str, unlisted: bool = False) -> VizJob:
        """The job as it is now. ``unlisted``: the whole list was read just now, and does not have it.

        An error that says that there is no such job has ``gone`` set where that is certain.
        """
        try:
            job = VizJob.from_answer(self._transport.read(f"{self._address}/{job_id}").body, job_id)
        except ModelArtsError as failure:
            error = failure
        else:
            self._known.add(job_id)
            return job
        if error.http_status == 404 and error.may_mean_missing:
            error.gone = True
            error.meaning = self._no_such_job()
        elif error.may_mean_missing:
            # What a job that does not exist answers is not documented: the list knows better.
            for job in () if unlisted else self.listed({}):
                if job.id == job_id:
                    return job
            # One that was never seen may be in a workspace whose list was not read.
            error.gone = self.workspace_id is not None or job_id in self._known
            error.meaning = self._no_such_job() if error.gone else self._maybe_elsewhere()
        raise error

    def named(self, name: str) -> Optional[VizJob]:
        """The one job of exactly this name, in the workspace; ``None`` if there is none."""
        found = {job.id: job for job in self.listed({"search_content": name[:LONGEST_SEARCH]}) if job.name == name}
        if len(found) > 1:
            several = f"several have that name, with the IDs {', '.join(found)}"
            with attempting(f"find the visualization job named {clean(name)}"):
                raise ModelArtsError(Meaning(Category.INVALID_REQUEST, several, "Set job_id to the one you mean."))
        return next(iter(found.values()), None)

    def missing(self, name: str) -> ModelArtsError:
        """That there is no job of this name in the workspace."""
        error = ModelArtsError(self._no_such_job())
        error.gone = True
        error.attempt = f"find the visualization job named {clean(name)}"
        return error

    def send(self, operation: Operation, job_id: str, content: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
        """Ask the service to change the job, or with an empty ``job_id`` to create one; returns its answer.

        It answers at once, and does it later.
        """
        method, path = operation.value
        address = f"{self._address}/{job_id}{path}" if job_id else self._address
        answer = self._transport.change(method, address, content).body
        created = _job_id(answer.get("job_id"))
        if created:
            self._known.add(created)
        return answer

    def pages(self, query: Mapping[str, Any]) -> Iterator[Page]:
        """The list page by page, until it ends or what it says that it has in all has been seen.

        ``query``: filters in the API's own terms, such as ``search_content`` or ``status``.
        """
        if self.workspace_id is not None:
            query = {**query, "workspace_id": self.workspace_id}
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
            seen.update(page.jobs)
            self._known.update(page.jobs)
            yield page
            if not page.jobs or (page.total is not None and len(seen) >= page.total):
                return

    def listed(self, query: Mapping[str, Any]) -> Iterator[VizJob]:
        """All jobs of `pages`."""
        for page in self.pages(query):
            yield from page.jobs.values()

    def _no_such_job(self) -> Meaning:
        workspace = f", workspace {self.workspace_id}" if self.workspace_id is not None else ""
        return Meaning(Category.NOT_FOUND, f"there is no such job in project {self._project_id}{workspace}")

    def _maybe_elsewhere(self) -> Meaning:
        return Meaning(
            Category.NOT_FOUND,
            f"there is no such job in the default workspace of project {self._project_id}",
            "Check job_id, region and project_id, and set workspace_id: without it, it may be in another workspace.",
        )


def connect(connection: Connection, deadline: Deadline, runtime: Runtime) -> Jobs:
    """Sign in, and return the way to the jobs. Raises ModelArtsError."""
    transport = Transport(
        runtime.wire(connection.verify),
        connection.credentials,
        deadline,
        runtime,
        connection.api_timeout,
        connection.retries,
    )
    target = connection.credentials.sign_in(connection, transport)
    return Jobs(transport, target.endpoint, target.project_id, connection.workspace_id)


def job_label(job_id: str, name: Optional[str] = None) -> str:
    """How a message names a job."""
    if not job_id:
        return f"visualization job {clean(name or '')}"
    return f"visualization job {job_id}" + (f" ({clean(name)})" if name else "")


# What a job is addressed by; nothing else may get into the path of a request.
JOB_ID = re.compile(r"[0-9]{1,20}")


def _job_id(value: Any) -> Optional[str]:
    text = _text(value)
    return text if text and JOB_ID.fullmatch(text) else None


def _text(value: Any) -> Optional[str]:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return None
    # JSON may hold half of a character, which no text has: it stays as it was written, else Ansible refuses the result.
    return str(value).encode(errors="backslashreplace").decode()


def _moment(milliseconds: Optional[int]) -> Optional[str]:
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None  # not a moment that a calendar has
