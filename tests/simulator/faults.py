# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of faults: which requests are answered otherwise than the service would, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Mapping, Optional

from aiohttp import web

if TYPE_CHECKING:
    from .state import Logged

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
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    text: Optional[str] = None

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"action must be one of {', '.join(ACTIONS)}")

    def meets(self, entry: Logged) -> bool:
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
            return web.Response(status=self.status, text=self.text, content_type="text/html", headers=self.headers)
        if self.body is None:
            return web.Response(status=self.status, headers=self.headers)
        return web.json_response(self.body, status=self.status, headers=self.headers)


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
    request["entry"].status = None
    return web.Response(status=DROPPED)


DROPPED = 599
ACTIONS: Mapping[str, Callable[[Fault, web.Request, Serve], Awaitable[web.StreamResponse]]] = {
    "answer": _answer,
    "answer_after": _answer_after,
    "drop_before": _drop_before,
    "drop_after": _drop_after,
}
