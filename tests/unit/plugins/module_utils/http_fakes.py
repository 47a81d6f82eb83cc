# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-ins for time and HTTP: a clock that only sleeping moves, and clients with answers written down beforehand."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import TokenAuth
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import ExchangeFailed, HttpResponse
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.transport import Transport
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import TOKEN
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import Connection

# No test sleeps as often: a loop that never ends fails instead.
MOST_PAUSES = 100_000


class VirtualClock:
    """Time that passes when somebody sleeps, or when a test lets it pass."""

    def __init__(self, output: int | None = None) -> None:
        self.time = 1000.0
        self.pauses: list[float] = []
        self.interrupted = False

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert len(self.pauses) < MOST_PAUSES, "an endless loop"
        self.pauses.append(seconds)
        self.time += seconds


class Request:
    """As much of a prepared request as an auth needs."""

    def __init__(self, method: str = "GET", url: str = "https://m.example/", body: bytes | None = None) -> None:
        self.method = method
        self.url = url
        self.body = body
        self.headers: dict[str, str] = {}


class ScriptedClient:
    """Plays its answers back in order; `log` holds what was sent: (method, path with query, fresh connection).

    An answer is an exception, or (status, content), or (status, content, headers), or a function that returns one.
    """

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.log: list[tuple[str, str, bool]] = []
        self.tokens: list[str] = []
        self.bodies: list[Any] = []

    @property
    def paths(self) -> list[str]:
        return [path for _method, path, _fresh in self.log]

    def exchange(self, method, url, *, body, auth, seconds, fresh):
        assert seconds > 0
        request = auth(Request(method, url))
        self.log.append((method, url.split("://", 1)[1].split("/", 1)[1], fresh))
        self.tokens.append(request.headers.get("X-Auth-Token"))
        self.bodies.append(None if body is None else json.loads(body))
        answer = self.answers.pop(0)
        if callable(answer):
            answer = answer()
        if isinstance(answer, ExchangeFailed):
            raise answer
        status, content, headers = (*answer, {})[:3]
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return HttpResponse(status, headers, body, request)


class ServingClient:
    """Serves details and list of stopped jobs by ID; the list does not show those ``elsewhere``.

    ``missing``: the HTTP status for a job that does not exist; ``list_answer`` replaces every answer of the list, and
    ``total`` its total.
    """

    def __init__(self, listed, elsewhere=(), missing=404, per_page=1000, list_answer=None, total=None):
        self.listed, self.elsewhere, self.missing, self.total = listed, elsewhere, missing, total
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
        return HttpResponse(status, {}, json.dumps(content).encode(), request)

    def _page(self, number):
        shown = self.listed[(number - 1) * self.per_page : number * self.per_page]
        jobs = [{"job_id": int(job_id), "status": 13} for job_id in shown]
        return {"is_success": True, "job_total_count": self.total or len(self.listed), "jobs": jobs}

    def _details(self, job_id):
        if job_id in self.listed or job_id in self.elsewhere:
            return 200, {"job_id": int(job_id), "status": 13}
        return self.missing, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "none"}


def connection_with(auth_method=TOKEN, auth_values=None, **others):
    """A connection; by default with a token that was issued elsewhere."""
    values = {
        "endpoint": None,
        "region_endpoint": None,
        "region": None,
        "auth_url": "https://i.example",
        "project_id": None,
        "project_name": None,
        "workspace_id": None,
        "verify": True,
        "api_timeout": 30,
        "retries": 5,
        **others,
    }
    return Connection(auth_method=auth_method, auth_values=auth_values or {"token": "ready"}, **values)


def ready_token():
    return TokenAuth(connection_with(), lambda secret: None)


class Setting:
    """A transport over scripted answers in virtual time; every random pause is the longest possible."""

    def __init__(self, *answers, client=None, auth=None, seconds=600, retries=5, lock=None):
        self.client = client or ScriptedClient(*answers)
        self.clock = VirtualClock()
        self.deadline = Deadline(self.clock, seconds)
        self.auth = auth or ready_token()
        self.transport = Transport(
            self.client,
            self.auth,
            self.deadline,
            clock=self.clock,
            draw=lambda bound: bound,
            lock=lock or contextlib.nullcontext(),
            api_timeout=30,
            retries=retries,
        )


REFUSED = ExchangeFailed("the connection was refused", is_refused=True)
RESET = ExchangeFailed("the connection was closed before the whole response arrived", is_sent=True)
NO_SUCH_HOST = ExchangeFailed("the host name cannot be resolved")
UNTRUSTED = ExchangeFailed(
    "its certificate could not be verified (self-signed)",
    hint="Set ca_path to the certificate of the CA that signed it.",
)
NO_CONNECTION = ExchangeFailed("no connection within 30 s", is_late=True)
YES = (200, {"is_success": True})
STATE_CONFLICT = (
    400,
    {"is_success": False, "error_code": "ModelArts.0105", "error_message": "This job can't be resubmit. job status: 8"},
)
