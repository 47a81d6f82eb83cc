# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-ins: time that passes only where it is slept, and a wire whose answers are written down beforehand."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.mlops.modelarts.plugins.module_utils.wire import RawAnswer, WireError


class VirtualClock:
    """Time that passes where somebody sleeps, or where a test lets it pass."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


class Request:
    """What credentials are shown of a request."""

    def __init__(self, method: str, url: str) -> None:
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


REFUSED = WireError("the connection was refused", sent=False, refused=True, certificate=False)
RESET = WireError("the connection was closed before the whole answer came", sent=True, refused=False, certificate=False)
NO_SUCH_HOST = WireError("the host name cannot be resolved", sent=False, refused=False, certificate=False)
UNTRUSTED = WireError("its certificate does not verify (self-signed)", sent=False, refused=False, certificate=True)
YES = (200, {"is_success": True})
CONFLICT = (
    400,
    {"is_success": False, "error_code": "ModelArts.0105", "error_message": "This job can't be resubmit. job status: 8"},
)
