# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-ins: time that passes only where it is slept, and services whose answers are written down beforehand."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.error_codes import Category, Meaning, meaning_of
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import RawAnswer, WireError
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import ModelArtsError, Outcome
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import State, plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import Survey
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import carry_out
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers


class VirtualClock:
    """Time that passes where somebody sleeps, or where a test lets it pass."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.pauses: list[float] = []
        self.interrupted = False

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


class Request:
    """What credentials are shown of a request."""

    def __init__(self, method: str = "GET", url: str = "https://m.example/") -> None:
        self.method = method
        self.url = url
        self.body = None
        self.headers: dict[str, str] = {}


class ScriptedWire:
    """Plays its answers back in order; `log` holds what was sent: (method, path with query, fresh connection)."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.log: list[tuple[str, str, bool]] = []
        self.tokens: list[str] = []
        self.bodies: list[Any] = []

    def exchange(self, method, url, *, body, auth, seconds, fresh):
        assert seconds > 0
        request = auth(Request(method, url))
        self.log.append((method, url.split("://", 1)[1].split("/", 1)[1], fresh))
        self.tokens.append(request.headers.get("X-Auth-Token"))
        self.bodies.append(None if body is None else json.loads(body))
        answer = self.answers.pop(0)
        if isinstance(answer, WireError):
            raise answer
        status, content, headers = (*answer, {})[:3]
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return RawAnswer(status, headers, body, request)


class ServingWire:
    """Serves details and list of stopped jobs by ID; ``elsewhere`` are those that the list does not show.

    ``missing``: the HTTP status for a job that is not there; ``list_answer``: what the list answers instead.
    """

    def __init__(self, listed, elsewhere=(), missing=404, per_page=1000, list_answer=None):
        self.listed, self.elsewhere, self.missing = listed, elsewhere, missing
        self.per_page, self.list_answer = per_page, list_answer
        self.lists = self.details = 0

    def counts(self):
        return self.lists, self.details

    def exchange(self, method, url, *, body, auth, seconds, fresh):
        request = auth(Request(method, url))
        path, _mark, query = url.partition("?")
        if query:
            self.lists += 1
            answer = self.list_answer or (200, self._page(int(query.rsplit("page=", 1)[1])))
        else:
            self.details += 1
            answer = self._details(path.rsplit("/", 1)[1])
        status, content = answer
        return RawAnswer(status, {}, json.dumps(content).encode(), request)

    def _page(self, number):
        shown = self.listed[(number - 1) * self.per_page : number * self.per_page]
        jobs = [{"job_id": int(job_id), "status": 13} for job_id in shown]
        return {"is_success": True, "job_total_count": len(self.listed), "jobs": jobs}

    def _details(self, job_id):
        if job_id in self.listed or job_id in self.elsewhere:
            return 200, {"job_id": int(job_id), "status": 13}
        return self.missing, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "none"}


REFUSED = WireError("the connection was refused", sent=False, refused=True, certificate=False)
RESET = WireError("the connection was closed before the whole answer came", sent=True, refused=False, certificate=False)
NO_SUCH_HOST = WireError("the host name cannot be resolved", sent=False, refused=False, certificate=False)
UNTRUSTED = WireError("its certificate does not verify (self-signed)", sent=False, refused=False, certificate=True)
YES = (200, {"is_success": True})
STATE_CONFLICT = (
    400,
    {"is_success": False, "error_code": "ModelArts.0105", "error_message": "This job can't be resubmit. job status: 8"},
)


def conflict(status, text="resubmit"):
    return ModelArtsError(
        meaning_of("ModelArts.0105", 400),
        code="ModelArts.0105",
        message=f"This job can't be {text}. job status: {status}",
        http_status=400,
    )


def refusal(code="ModelArts.0108", http_status=403):
    return ModelArtsError(meaning_of(code, http_status), code=code, message="no", http_status=http_status)


def lost():
    return ModelArtsError(Meaning(Category.CONNECTION, "the connection was closed"), Outcome.UNKNOWN)


def gone():
    error = ModelArtsError(Meaning(Category.NOT_FOUND, "there is no such job"), http_status=404)
    error.gone = True
    return error


def viz(status, job_id="10", **fields):
    return VizJob(job_id, f"viz-{job_id}", status=Status.of(status), **fields)


GONE = "gone"
ACCEPTED = "accepted"


class Service:
    """A service with one job that shows itself as written down, the last way for good, and answers as written down.

    A look is a status, a job, ``GONE`` or an error; an answer is ``ACCEPTED``, the content of one, or an error.
    """

    def __init__(self, answers, looks):
        self.answers = list(answers)
        self.looks = list(looks)
        self.sent = []
        self.contents = []
        self.names = []
        self.reads = 0

    def send(self, operation, job_id, content=None):
        self.sent.append(operation.name.lower())
        self.contents.append(content)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {} if answer is ACCEPTED else answer

    def get(self, job_id, unlisted=False):
        self.reads += 1
        return self._look(job_id)

    def named(self, name):
        self.reads += 1
        self.names.append(name)
        return None if self.looks[0] is GONE and (len(self.looks) == 1 or self.looks.pop(0)) else self._look("10")

    def missing(self, name):
        return gone()

    def _look(self, job_id):
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if look is GONE:
            raise gone()
        if isinstance(look, Exception):
            raise look
        return look if isinstance(look, VizJob) else viz(look, job_id)


class Way:
    """What became of a task on one job, and what it took."""

    def __init__(self, progress, service, seconds):
        self.actions, self.changed, self.job, self.error = (
            progress.actions,
            progress.changed,
            progress.job,
            progress.error,
        )
        self.sent, self.contents, self.reads, self.seconds = service.sent, service.contents, service.reads, seconds
        self.names = service.names

    @property
    def category(self):
        return self.error.category.value if self.error else None


def go(job, state, answers, looks, *, force=False, wait=True, timeout=600, new_job=None):
    """Take one job to a state, in virtual time."""
    clock, service, workers = VirtualClock(), Service(answers, looks), Workers(1)
    start = clock.now()
    planned = plan(job, State(state), force, wait, new_job)
    survey = Survey(service, workers)
    progress = carry_out([planned], service, survey, workers, Deadline(clock, timeout), clock, 10)[0]
    return Way(progress, service, clock.now() - start)
