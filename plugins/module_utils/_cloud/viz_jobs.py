# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of the ModelArts API on visualization jobs: paths, bodies, answers."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, Iterator, Mapping, Optional, Set, Tuple
from urllib.parse import quote

from .._jobs.absence import says_gone
from .._jobs.failure import Category, Failure, RequestFailed, attempting
from .._jobs.job import NOUN, NOUNS, NewJob, VizJob, job_id_from
from .._jobs.rules import Step
from .._jobs.text import clean
from .answers import succeeds
from .pages import ListReading, Page, job_from, readings_of, shown_id
from .transport import Transport

# How many jobs to ask for in one request. The vendor's pages disagree on the most that the service accepts.
PAGE_SIZES: Tuple[int, ...] = (1000, 100)
_SIZE_REFUSED = ("ModelArts.0101", "ModelArts.0104")
# A list that goes on forever ends here.
_MOST_PAGES = 200
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


_INCOMPLETE = Failure(
    Category.SERVER,
    f"the list of {NOUNS} is incomplete, so nothing shows whether the job exists",
    "Run the task again later.",
)


class VizJobs:
    """The visualization jobs of one project. Every failure is raised as RequestFailed.

    ``workspace_id``: the workspace whose list is read; ``None`` for the default one.
    """

    def __init__(self, transport: Transport, endpoint: str, project_id: str, workspace_id: Optional[str]) -> None:
        self._transport = transport
        self._url = f"{endpoint}/v1/{quote(project_id, safe='')}/visualization-jobs"
        self._project_id = project_id
        self.workspace_id = workspace_id
        self._page_sizes = PAGE_SIZES
        # The IDs of the jobs that the list has shown, or whose deletion the service has accepted.
        self._known: Set[str] = set()

    def get(self, job_id: str) -> VizJob:
        """The job as it is now. The failure has ``gone`` set if ModelArts says that the job does not exist."""

        def is_answer(body: Mapping[str, Any]) -> bool:
            return shown_id(body) == job_id_from(job_id)

        try:
            return job_from(self._transport.get(f"{self._url}/{job_id}", is_answer).body, job_id)
        except RequestFailed as error:
            failure = error.failure
        raise RequestFailed(self.no_such_job(failure) if says_gone(failure) else failure)

    def find(self, name: str) -> Optional[VizJob]:
        """The one job of exactly this name in the workspace; ``None`` if a whole list has none."""
        for query in readings_of({"search_content": name[:LONGEST_SEARCH]}):
            found: Dict[str, VizJob] = {}
            is_whole = False
            for page in self.pages(query):
                found.update((job.id, job) for job in page.jobs.values() if job.name == name)
                is_whole = page.is_whole
            if len(found) > 1:
                several = f"several jobs have that name: {', '.join(found)}"
                failure = Failure(Category.INVALID_REQUEST, several, "Set job_id to the one you mean.")
                raise RequestFailed(failure.during(_finding(name)))
            if found or is_whole:
                return next(iter(found.values()), None)
        raise RequestFailed(_INCOMPLETE.during(_finding(name)))

    def knows(self, job_id: str) -> bool:
        """Whether the list that is read is the one that the job would be in."""
        return self.workspace_id is not None or job_id in self._known

    def no_such_name(self, name: str) -> Failure:
        """That no job in the workspace has this name."""
        return self.no_such_job(Failure(Category.NOT_FOUND, "")).during(_finding(name))

    def no_such_job(self, failure: Failure) -> Failure:
        """``failure`` of a request for a job, which proves that the job does not exist."""
        project = f"project {self._project_id}"
        if self.workspace_id is not None:
            project += f", workspace {self.workspace_id}"
        text = f"there is no such job in {project}"
        return failure._replace(category=Category.NOT_FOUND, text=text, own_hint=None, gone=True)

    def request(self, step: Step, job_id: str, new_job: Optional[NewJob]) -> Optional[VizJob]:
        """Send the request of a step. For CREATE returns the new job, with an empty ``id`` if the answer has none.

        The service answers at once, and makes the change later. The failure has ``gone`` set if ModelArts says that the
        job does not exist.
        """
        method, suffix = _REQUESTS[step]
        url = f"{self._url}/{job_id}{suffix}" if job_id else self._url
        content = _content(step, new_job)
        failure: Optional[Failure] = None
        try:
            answer = self._transport.change(method, url, content, _is_created if step is Step.CREATE else succeeds).body
        except RequestFailed as error:
            failure = error.failure
        if failure is not None:
            is_gone = step is not Step.CREATE and says_gone(failure)
            raise RequestFailed(self.no_such_job(failure) if is_gone else failure)
        if step is Step.DELETE:
            self._known.add(job_id)
        return job_from({**(content or {}), **answer}, "") if step is Step.CREATE else None

    def pages(self, query: Mapping[str, Any]) -> Iterator[Page]:
        """The list page by page, until it is whole, or a page has nothing new.

        ``query``: filters of the API, such as ``search_content`` or ``status``.
        """
        if self.workspace_id is not None:
            query = {**query, "workspace_id": self.workspace_id}
        reading = ListReading()
        for number in range(1, _MOST_PAGES + 1):
            with attempting(f"list the {NOUNS}"):
                page = reading.page_from(self._page(query, number))
            self._known.update(page.jobs)
            yield page
            if reading.is_over:
                return

    def _page(self, query: Mapping[str, Any], number: int) -> Mapping[str, Any]:
        """The answer with a page, in the largest size that the service accepts."""
        size = self._page_sizes[0]
        try:
            query = {**query, "per_page": size, "page": number}
            answer = self._transport.get(self._url, partial(_is_list, size), query).body
        except RequestFailed as error:
            if len(self._page_sizes) == 1 or error.failure.code not in _SIZE_REFUSED:
                raise
            self._page_sizes = self._page_sizes[1:]
        else:
            self._page_sizes = (size,)
            return answer
        return self._page(query, number)


def _is_created(body: Mapping[str, Any]) -> bool:
    return succeeds(body) or shown_id(body) is not None


def _is_list(size: int, body: Mapping[str, Any]) -> bool:
    """Whether the answer is a page with at most as many entries as were asked for."""
    jobs = body.get("jobs")
    return len(jobs) <= size if isinstance(jobs, list) else succeeds(body)


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
