# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of faults: which requests get another answer than the service would give."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from random import Random
from typing import Any, Awaitable, Callable, Coroutine, Mapping, Optional

from aiohttp import web

from .inputs import checked
from .log import Entry, Operation

Serve = Callable[[], Awaitable[web.Response]]
Background = Callable[[Coroutine[Any, Any, None]], None]

# The longest answer that a rule may give, in characters.
LONGEST_TEXT = 64 * 1024 * 1024
PAGE = "<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
# Seconds between two checks whether a client without an answer is still connected.
LOOK_SECONDS = 0.05
# The placeholder for the credential of a request in an answer that repeats it.
CREDENTIAL = "{credential}"
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")


class Timing(Enum):
    """When the request that meets a fault is applied."""

    NEVER = "before"
    FIRST = "after"
    LATER = "late"


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
    # The answer, for actions that give one: `text`, repeated so often, or else `body` as JSON.
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    text: Optional[str] = None
    repeat: int = 1
    # Seconds that a silence lasts (null: as long as the client waits), or the age of a stale read.
    seconds: Optional[float] = None
    # Seconds after its arrival when a late request is applied.
    late: float = 1.0

    @classmethod
    def from_rule(cls, rule: Any) -> Fault:
        """Return the rule of a JSON object. Raises ValueError if the rule could not act as intended."""
        fault = cls(**{"action": "", **checked(cls, rule, {entry.name for entry in fields(cls)})})
        if fault.action not in (*ACTIONS, STALE):
            raise ValueError(f"action must be one of {', '.join((*ACTIONS, STALE))}")
        if fault.action == STALE and fault.seconds is None:
            raise ValueError("stale needs seconds")
        if fault.operation is not None:
            Operation(fault.operation)
        if not 200 <= fault.status <= 599:
            raise ValueError("status must be from 200 to 599")
        for name, value in fault.headers.items():
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"{name!r} with {value!r} is no header")
        if len(fault.text or "") * fault.repeat > LONGEST_TEXT:
            raise ValueError(f"text may be of {LONGEST_TEXT} characters in all")
        try:
            re.compile(fault.path or "")
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from error
        return fault

    def meets(self, entry: Entry) -> bool:
        """Return whether the rule acts on this request, and count the request."""
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
            answer = web.Response(status=self.status, text=self.text * self.repeat, content_type="text/html")
        elif self.body is not None:
            answer = web.json_response(self.body, status=self.status)
        else:
            answer = web.Response(status=self.status)
        answer.headers.update(self.headers)
        return answer

    async def act(
        self, request: web.Request, serve: Serve, random: Random, background: Background
    ) -> web.StreamResponse:
        """Answer the request, or do not; ``serve`` is what the service would do."""
        if self.action == STALE:
            request["age"] = self.seconds
            return await serve()
        answering, when = ACTIONS[self.action]
        if when is Timing.LATER:
            background(_later(serve, self.late))
        return await answering(_Met(self, request, random, await serve() if when is Timing.FIRST else None))


async def _later(serve: Serve, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await serve()


@dataclass
class _Met:
    """A request that a rule acts on; ``served``: what the service answers, if the request was applied."""

    fault: Fault
    request: web.Request
    random: Random
    served: Optional[web.Response]

    @property
    def answer(self) -> web.Response:
        """The answer to damage."""
        return self.fault.answer() if self.served is None else self.served

    @property
    def body(self) -> bytes:
        body = self.answer.body
        return body if isinstance(body, bytes) else b""

    @property
    def gone(self) -> bool:
        """Whether the client has closed the connection."""
        return self.request.transport is None or self.request.transport.is_closing()

    async def silence(self) -> None:
        loop = asyncio.get_running_loop()
        until = None if self.fault.seconds is None else loop.time() + self.fault.seconds
        while not self.gone:
            left = LOOK_SECONDS if until is None else min(LOOK_SECONDS, until - loop.time())
            if left <= 0:
                return
            await asyncio.sleep(left)

    def drop(self) -> web.Response:
        """End the connection. The returned answer is not sent."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return web.Response()

    def put(self, body: bytes) -> web.Response:
        """Return the answer with another body."""
        answer = self.answer
        answer.body = body
        return answer

    async def begin(self, chunked: bool) -> tuple[web.StreamResponse, bytes]:
        """Send the headers and half of the body, and return the rest."""
        body, answer = self.body, self.answer
        headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
        begun = web.StreamResponse(status=answer.status, headers=headers)
        if chunked:
            begun.enable_chunked_encoding()
        else:
            # An empty body cannot be cut off: announce one byte.
            begun.content_length = len(body) or 1
        await begun.prepare(self.request)
        half = len(body) // 2
        if half:
            await begun.write(body[:half])
        return begun, body[half:]


async def _answer(met: _Met) -> web.StreamResponse:
    return met.fault.answer()


async def _echo(met: _Met) -> web.StreamResponse:
    fault, credential = met.fault, met.request["credential"]
    in_json = json.dumps(credential)[1:-1]
    return replace(
        fault,
        headers={name: value.replace(CREDENTIAL, credential) for name, value in fault.headers.items()},
        body=None if fault.body is None else json.loads(json.dumps(fault.body).replace(CREDENTIAL, in_json)),
        text=None if fault.text is None else fault.text.replace(CREDENTIAL, credential),
    ).answer()


async def _html(met: _Met) -> web.StreamResponse:
    return replace(met.fault, text=PAGE if met.fault.text is None else met.fault.text).answer()


async def _drop(met: _Met) -> web.StreamResponse:
    return met.drop()


async def _stall(met: _Met) -> web.StreamResponse:
    await met.silence()
    return met.drop() if met.served is None else met.served


async def _half(met: _Met) -> web.StreamResponse:
    begun, rest = await met.begin(chunked=False)
    await met.silence()
    if not met.gone:
        await begun.write(rest)
        met.request["entry"].answered = met.body.decode("latin-1")
    return begun


async def _truncate(met: _Met) -> web.StreamResponse:
    return await _cut_off(met, chunked=False)


async def _truncate_chunked(met: _Met) -> web.StreamResponse:
    return await _cut_off(met, chunked=True)


async def _cut_off(met: _Met, chunked: bool) -> web.StreamResponse:
    begun, _rest = await met.begin(chunked)
    if met.request.transport is not None:
        # Not abort(): the client must get what was written.
        met.request.transport.close()
    return begun


async def _garble(met: _Met) -> web.StreamResponse:
    body = bytearray(met.body)
    for place in met.random.sample(range(len(body)), -(-len(body) // 20)):
        body[place] ^= met.random.randrange(1, 256)
    return met.put(bytes(body))


async def _not_utf8(met: _Met) -> web.StreamResponse:
    before, mark, after = met.body.rpartition(b'"')
    return met.put(before + b"\xc3\x28" + mark + after)


async def _not_json(met: _Met) -> web.StreamResponse:
    return met.put(met.body[:-1] or b"OK")


_ANSWERING: Mapping[str, Callable[[_Met], Awaitable[web.StreamResponse]]] = {
    "answer": _answer,
    "echo": _echo,
    "html": _html,
    "drop": _drop,
    "stall": _stall,
    "half": _half,
    "truncate": _truncate,
    "truncate_chunked": _truncate_chunked,
    "garble": _garble,
    "not_utf8": _not_utf8,
    "not_json": _not_json,
}
# Each kind of answer, with each time of applying the request.
ACTIONS: Mapping[str, tuple[Callable[[_Met], Awaitable[web.StreamResponse]], Timing]] = {
    "answer": (_answer, Timing.NEVER),
    **{f"{name}_{when.value}": (answering, when) for name, answering in _ANSWERING.items() for when in Timing},
}
STALE = "stale"
