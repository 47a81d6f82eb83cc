# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plain HTTP client of the simulator: a test sees exactly what the simulator sends."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import (
    ACCOUNT,
    PASSWORD,
    PROJECT_ID,
    USER,
    Control,
)

TOKEN = "token-of-the-tests"
SIGN_IN = {
    "auth": {
        "identity": {
            "methods": ["password"],
            "password": {
                "user": {"name": USER, "password": PASSWORD, "domain": {"name": ACCOUNT}},
            },
        },
        "scope": {"project": {"id": PROJECT_ID}},
    }
}
JOBS = f"/v1/{PROJECT_ID}/visualization-jobs"
# The method, path and content of a request that is accepted, for each operation; the jobs are those of `READY`.
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
class Response:
    """The answer to a request."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Simulator:
    """Requests to one simulator. Each has its own connection unless one is given."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        self.control = Control(address)

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
    ) -> Response:
        own = connection or self.connect(seconds)
        try:
            body = None if content is None else json.dumps(content)
            own.request(method, path, body, {"X-Auth-Token": token})
            response = own.getresponse()
            return Response(response.status, dict(response.headers), response.read())
        finally:
            if connection is None:
                own.close()

    def send(self, operation: str, **settings: Any) -> Response:
        """Send one of `REQUESTS` and return the answer."""
        return self.ask(*REQUESTS[operation], **settings)

    def reset(self, *faults: Mapping[str, Any], **options: Any) -> None:
        settings = {"token": TOKEN, "start_seconds": 0.2, "stop_seconds": 0.2, **options}
        self.control.reset({"options": settings, "jobs": READY, "faults": list(faults)})

    @property
    def log(self) -> list[dict[str, Any]]:
        return self.control.log()
