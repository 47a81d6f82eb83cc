# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A model of ModelArts and IAM in virtual time: what its jobs go through, and what it answers to a request.

It is written from the API's description alone, and shares nothing with the collection. Times are in seconds.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import parse_qs, urlsplit

PROJECT = "p1"
MODELARTS = "https://modelarts.example"
IAM = "https://iam.example"
PASSWORD = "the password"

UNKNOWN, INIT, DELETE_FAILED, WAITING, RUNNING, KILLING = 0, 1, 6, 7, 8, 9
COMPLETED, FAILED, KILLED, CANCELED = 10, 11, 12, 13
STARTING = (1, 2, 4, 7, 15, 18, 19)
STOPPED = (3, 5, 10, 11, 12, 13, 14, 16, 17, 20, 21, 22)
GROUPS: Mapping[str, Tuple[int, ...]] = {
    "stopped": STOPPED,
    "starting": STARTING,
    "running": (RUNNING,),
    "stopping": (KILLING,),
}
# In which fields a refusal stands: those that the vendor's SDK reads.
SHAPES: Mapping[str, Callable[[str, str], Dict[str, Any]]] = {
    "error_message": lambda code, text: {"error_code": code, "error_message": text},
    "error_msg": lambda code, text: {"error_code": code, "error_msg": text},
    "errorMsg": lambda code, text: {"errorCode": code, "errorMsg": text},
    "message": lambda code, text: {"code": code, "message": text},
    "nested": lambda code, text: {"error": {"code": code, "message": text}},
}
# What a job that is not there answers, HTTP status and text. Of the silent ones only the list tells what they mean.
MISSING: Mapping[str, Tuple[int, str]] = {
    "404": (404, "The job does not exist."),
    "404 alone": (404, "failed"),
    "400": (400, "The job does not exist."),
    "200": (200, "No such visualization job."),
    "silent 400": (400, "failed"),
    "silent 200": (200, "The request was refused."),
}
# What the service makes of a description.
KEEPS: Mapping[str, Callable[[str], Optional[str]]] = {
    "as it is": str,
    "none for empty": lambda text: text or None,
    "trimmed": str.strip,
    "joined": lambda text: " ".join(text.split()),
}
# In the word of the service for what it does not do.
_VERBS = {"restart": "resubmit", "stop": "stop", "delete": "delete"}


def group_of(status: int) -> str:
    return next((group for group, statuses in GROUPS.items() if status in statuses), "unknown")


# What follows a request, or happens by itself: after how many seconds from now which status, ``None`` for gone.
Course = Tuple[Tuple[float, Optional[int]], ...]


@dataclass(frozen=True)
class View:
    """What of a job changes."""

    status: int
    description: Optional[str]


@dataclass
class Job:
    """A job's past and, unless something interferes, its future: since when it is what, ``None`` for not there."""

    id: int
    name: str
    up: Course
    down: Course
    # How deleting it ends.
    end: Course
    history: List[Tuple[float, Optional[View]]] = field(default_factory=list)
    listed: bool = True
    # From when on it may not be read any more.
    forbidden: float = math.inf
    train_url: str = "/bucket/logs/"
    settled: float = 0.0

    def at(self, moment: float) -> Optional[View]:
        number = bisect_right(self.history, moment, key=lambda entry: entry[0])
        return self.history[number - 1][1] if number else None

    def go(self, now: float, course: Course) -> None:
        """Set it off on a course, whatever else was to become of it."""
        view = self.at(now)
        self.history = [entry for entry in self.history if entry[0] <= now]
        for delay, status in course:
            view = None if view is None or status is None else replace(view, status=status)
            self.history.append((now + delay, view))

    def describe(self, now: float, description: Optional[str]) -> None:
        changed = [(moment, view and replace(view, description=description)) for moment, view in self.history]
        past = [entry for entry in self.history if entry[0] <= now]
        view = self.at(now)
        self.history = [
            *past,
            (now, view and replace(view, description=description)),
            *(entry for entry in changed if entry[0] > now),
        ]


@dataclass(frozen=True)
class Dialect:
    """What the API leaves open."""

    refusal_status: int = 400
    missing: str = "404"
    shape: str = "error_message"
    # Whether a refusal has is_success.
    says_no: bool = True
    names_status: bool = True
    keeps: str = "as it is"
    id_type: type = int
    restarts_unknown: bool = True
    stops_starting: bool = True
    stops_unknown: bool = True
    deletes_what_is_up: bool = True
    page_size: int = 1000
    # The code with which more entries on a page are refused; without one, pages are just shorter.
    page_refusal: str = ""
    # Whether the total of a list counts what its filter leaves out.
    counts_all: bool = False
    # How long a job that was stopped still counts as stopping.
    settling: float = 0.0

    def does(self, operation: str, group: str) -> bool:
        """Whether the service does it with a job whose status is of the group."""
        does = {
            "restart": {"stopped": True, "unknown": self.restarts_unknown},
            "stop": {"running": True, "starting": self.stops_starting, "unknown": self.stops_unknown},
            "delete": {
                "stopped": True,
                "unknown": True,
                "starting": self.deletes_what_is_up,
                "running": self.deletes_what_is_up,
            },
        }
        return operation == "update" or does[operation].get(group, False)


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    content: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def body(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()

    @cached_property
    def parsed(self) -> Optional[Mapping[str, Any]]:
        """What can be read in it; ``None`` where that is no JSON object."""
        try:
            content = json.loads(self.body.decode(errors="replace"))
        except ValueError:
            return None
        return content if isinstance(content, dict) else None


@dataclass(frozen=True)
class Request:
    """A request as it arrives. ``operation`` is one of restart, stop, delete, update, create, details, list, sign-in."""

    method: str
    url: str
    body: Optional[bytes]
    headers: Mapping[str, str]

    @cached_property
    def operation(self) -> str:
        path = self.path
        if path.startswith("/v3/"):
            return "sign-in"
        last = path.rsplit("/", 1)[1]
        if last in ("restart", "stop"):
            return last
        names = {
            ("POST", False): "create",
            ("GET", False): "list",
            ("GET", True): "details",
            ("PUT", True): "update",
            ("DELETE", True): "delete",
        }
        return names[self.method, last.isdigit()]

    @cached_property
    def path(self) -> str:
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> Dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.url).query).items()}

    @cached_property
    def job_id(self) -> str:
        return next((part for part in self.path.split("/")[4:5] if part), "")

    @cached_property
    def content(self) -> Dict[str, Any]:
        content: Dict[str, Any] = json.loads(self.body or b"{}")
        return content


@dataclass
class Service:
    """The services. ``age`` draws how old what the next read shows is; ``token_life`` is that of tokens issued.

    ``accepted`` is everything that was accepted of any sender: when, what, and which job.
    """

    dialect: Dialect
    jobs: Dict[int, Job]
    new_job: Callable[[int, str], Job]
    age: Callable[[], float]
    token_life: float
    # Requests that are admitted in each second; 0: all.
    limit: int = 0
    # Whether somebody else asks for the same, just before the first change.
    raced: bool = False
    # What becomes of each page of a list.
    flawed: Callable[[Dict[str, Any]], Dict[str, Any]] = dict
    accepted: List[Tuple[float, str, int]] = field(default_factory=list)
    tokens: Dict[str, float] = field(default_factory=dict)
    password: str = PASSWORD
    _admitted: Counter[int] = field(default_factory=Counter)

    def answer(self, request: Request, now: float) -> Reply:
        """What it says, having done it."""
        self._admitted[int(now)] += 1
        if self.limit and self._admitted[int(now)] > self.limit:
            return Reply(429, {"error_code": "APIGW.0308", "error_msg": f"limit:{self.limit},time:1 second"})
        token = request.headers.get("X-Auth-Token")
        if token is not None and self.tokens.get(token, 0.0) <= now:
            return Reply(401, {"error_code": "APIGW.0307", "error_msg": "The token must be updated."})
        if request.job_id and self._forbids(int(request.job_id), now):
            return self._refusal("ModelArts.0108", "no right to do so", 403)
        answering = {
            "sign-in": self._signed_in,
            "list": self._list,
            "create": self._created,
            "details": self._details,
        }
        return answering.get(request.operation, self._changed)(request, now)

    def _forbids(self, job_id: int, now: float) -> bool:
        return job_id in self.jobs and self.jobs[job_id].forbidden <= now

    def _details(self, request: Request, now: float) -> Reply:
        job = self.jobs.get(int(request.job_id))
        view = job.at(now - self.age()) if job else None
        return Reply(200, self._shown(job, view)) if job and view else self._missing()

    def _changed(self, request: Request, now: float) -> Reply:
        job = self.jobs.get(int(request.job_id))
        view = job.at(now) if job else None
        if job is not None and view is not None and self.raced:
            self.raced = False
            if self.dialect.does(request.operation, group_of(view.status)):
                self.change(request.operation, job, now, request.content)
            view = job.at(now)
        if job is None or view is None:
            return self._missing()
        status_now = KILLING if now < job.settled and view.status in STOPPED else view.status
        if not self.dialect.does(request.operation, group_of(status_now)):
            status = f" job status: {status_now}" if self.dialect.names_status else ""
            text = f"This job can't be {_VERBS[request.operation]}.{status}"
            return self._refusal("ModelArts.0105", text, self.dialect.refusal_status)
        self.change(request.operation, job, now, request.content)
        self.accepted.append((now, request.operation, job.id))
        return Reply(200, {"is_success": True})

    def change(self, operation: str, job: Job, now: float, content: Mapping[str, Any]) -> None:
        """Do it, whoever asks for it."""
        if operation == "update":
            job.describe(now, KEEPS[self.dialect.keeps](content["job_desc"]))
        else:
            job.go(now, {"restart": job.up, "stop": job.down, "delete": job.end}[operation])
            job.settled = job.history[-1][0] + self.dialect.settling if operation == "stop" else 0.0

    def _signed_in(self, request: Request, now: float) -> Reply:
        if request.content["auth"]["identity"]["password"]["user"]["password"] != self.password:
            return Reply(401, {"error": {"code": 401, "message": "wrong", "title": "Unauthorized"}})
        token = f"issued-{len(self.tokens)}"
        self.tokens[token] = now + self.token_life
        body = {"token": {"project": {"id": PROJECT}, "catalog": []}}
        return Reply(201, body, {"X-Subject-Token": token})

    def _created(self, request: Request, now: float) -> Reply:
        job = self.new_job(max(self.jobs, default=0) + 1, request.content["job_name"])
        description = KEEPS[self.dialect.keeps](request.content.get("job_desc", ""))
        job.history = [(now, View(INIT, description))]
        job.go(now, job.up)
        self.jobs[job.id] = job
        self.accepted.append((now, "create", job.id))
        return Reply(200, {"is_success": True, "job_id": str(job.id), "job_name": job.name, "status": "1"})

    def _list(self, request: Request, now: float) -> Reply:
        query, dialect = request.query, self.dialect
        size, number = int(query["per_page"]), int(query["page"])
        if size > dialect.page_size and dialect.page_refusal:
            return self._refusal(dialect.page_refusal, "per_page is too large", 400)
        size = min(size, dialect.page_size)
        seen: Sequence[Tuple[Job, Optional[View]]] = [(job, job.at(now - self.age())) for job in self.jobs.values()]
        there = [(job, view) for job, view in seen if view is not None and job.listed and now < job.forbidden]
        shown = [self._shown(job, view) for job, view in there if query.get("search_content", "") in job.name]
        page = shown[(number - 1) * size : number * size]
        total = len(there) if dialect.counts_all else len(shown)
        return Reply(200, self.flawed({"is_success": True, "job_total_count": total, "jobs": page}))

    def _shown(self, job: Job, view: View) -> Dict[str, Any]:
        return {
            "job_id": self.dialect.id_type(job.id),
            "job_name": job.name,
            "job_desc": view.description,
            "status": view.status,
            "train_url": job.train_url,
        }

    def _missing(self) -> Reply:
        status, text = MISSING[self.dialect.missing]
        return self._refusal("ModelArts.0103", text, status)

    def _refusal(self, code: str, text: str, status: int) -> Reply:
        return Reply(status, refusal(code, text, self.dialect.shape, self.dialect.says_no))


def refusal(code: str, text: str, shape: str, says_no: bool) -> Dict[str, Any]:
    """What a refusal says."""
    return {**({"is_success": False} if says_no else {}), **SHAPES[shape](code, text)}
