# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of faults: which requests are answered otherwise than the service would, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any, Awaitable, Callable, Mapping, Optional

from aiohttp import web

from .inputs import checked
from .log import Entry, Operation

Serve = Callable[[], Awaitable[web.StreamResponse]]


@dataclass
class Fault:
    """One rule. It meets requests of ``operation``, ``method`` and ``path`` (a regular expression; each null for any),
    passes the first ``skip`` of them by, and then acts on ``times`` (null: on all)."""

    action: str
    operation: Optional[str] = None
    method: Optional[str] = None
    path: Optional[str] = None
    skip: int = 0
    times: Optional[int] = 1
    # The answer of those actions that give one: `text`, or else `body` as JSON.
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    text: Optional[str] = None

    @classmethod
    def from_rule(cls, rule: Any) -> Fault:
        """The rule of a JSON object. Raises ValueError if it could not act as it was meant to."""
        fault = cls(**{"action": "", **checked(cls, rule, {entry.name for entry in fields(cls)})})
        if fault.action not in ACTIONS:
            raise ValueError(f"action must be one of {', '.join(ACTIONS)}")
        if fault.operation is not None:
            Operation(fault.operation)
        if not 200 <= fault.status <= 599:
            raise ValueError("status must be from 200 to 599")
        try:
            re.compile(fault.path or "")
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from error
        return fault

    def meets(self, entry: Entry) -> bool:
        """Whether it acts on this request; counts those that it meets."""
        if self.times == 0 or (self.operation or entry.operation) != entry.operation:
            return False
        if (self.method or entry.method) != entry.method or not re.search(self.path or "", entry.path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def answer(self) -> web.Response:
        if self.text is not None:
            answer = web.Response(status=self.status, text=self.text, content_type="text/html")
        elif self.body is not None:
            answer = web.json_response(self.body, status=self.status)
        else:
            answer = web.Response(status=self.status)
        answer.headers.update(self.headers)
        return answer


async def _answer(fault: Fault, request: web.Request, serve: Serve) -> web.StreamResponse:
    return fault.answer()


async def _answer_after(fault: Fault, request: web.Request, serve: Serve) -> web.StreamResponse:
    await serve()
    return fault.answer()


async def _drop_before(fault: Fault, request: web.Request, serve: Serve) -> web.StreamResponse:
    return _drop(request)


async def _drop_after(fault: Fault, request: web.Request, serve: Serve) -> web.StreamResponse:
    await serve()
    return _drop(request)


def _drop(request: web.Request) -> web.Response:
    """End the connection. What is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


ACTIONS: Mapping[str, Callable[[Fault, web.Request, Serve], Awaitable[web.StreamResponse]]] = {
    "answer": _answer,
    "answer_after": _answer_after,
    "drop_before": _drop_before,
    "drop_after": _drop_after,
}
