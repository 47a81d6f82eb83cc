# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of the simulator, and nothing in between: what comes over the wire is what a test sees."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

PROJECT = "0123456789abcdef0123456789abcdef"
TOKEN = "token-of-the-tests"
SIGN_IN = {
    "auth": {
        "identity": {
            "methods": ["password"],
            "password": {
                "user": {
                    "name": "demo-user",
                    "password": "demo-Passw0rd!secret",
                    "domain": {"name": "demo-account"},
                }
            },
        },
        "scope": {"project": {"id": PROJECT}},
    }
}
JOBS = f"/v1/{PROJECT}/visualization-jobs"
# The method, the path and the content of each request, made so that it is accepted; the jobs are those of `READY`.
REQUESTS: Mapping[str, tuple[str, str, Any]] = {
    "create": ("POST", JOBS, {"job_name": "new", "train_url": "/bucket/run/"}),
    "list": ("GET", f"{JOBS}?per_page=1000&page=1", None),
    "details": ("GET", f"{JOBS}/1", None),
    "modify": ("PUT", f"{JOBS}/1", {"job_desc": "other"}),
    "delete": ("DELETE", f"{JOBS}/1", None),
    "stop": ("POST", f"{JOBS}/2/stop", None),
    "restart": ("POST", f"{JOBS}/1/restart", None),
    "sign-in": ("POST", "/v3/auth/tokens", SIGN_IN),
}
CHANGING = tuple(name for name in REQUESTS if name not in ("list", "details"))
READY = {"1": {"status": "CANCELED"}, "2": {"status": "RUNNING"}}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Simulator:
    """Requests to one simulator, each on a connection of its own unless it is given one."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc

    def connect(self, seconds: float = 10.0) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, timeout=seconds)

    def ask(
        self,
        method: str,
        path: str,
        content: Any = None,
        connection: Optional[http.client.HTTPConnection] = None,
        seconds: float = 10.0,
        token: str = TOKEN,
    ) -> Answer:
        own = connection or self.connect(seconds)
        try:
            body = None if content is None else json.dumps(content)
            own.request(method, path, body, {"X-Auth-Token": token})
            response = own.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            if connection is None:
                own.close()

    def send(self, operation: str, **settings: Any) -> Answer:
        """One of the requests that the service would accept."""
        return self.ask(*REQUESTS[operation], **settings)

    def control(self, method: str, path: str, content: Any = None) -> Any:
        answer = self.ask(method, f"/_simulator/{path}", content)
        if answer.status != 200:
            raise ValueError(answer.json["error"])
        return answer.json

    def reset(self, *faults: Mapping[str, Any], **options: Any) -> None:
        settings = {"token": TOKEN, "start_seconds": 0.2, "stop_seconds": 0.2, **options}
        self.control("POST", "reset", {"options": settings, "jobs": READY, "faults": list(faults)})

    @property
    def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", "requests")
        return entries
