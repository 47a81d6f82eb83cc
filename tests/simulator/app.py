# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The application: its routes, and the steps that every request takes."""

from __future__ import annotations

import asyncio
import math
import uuid
from email.utils import formatdate
from typing import Awaitable, Callable

from aiohttp import web

from . import control, iam, keystone, modelarts
from .authentication import auth_of, credential_of
from .dialect import in_dialect
from .log import AuthKind, Operation
from .options import Options
from .responses import Refusal, Responder
from .state import State

Serving = Callable[[State, web.Request, bytes], Awaitable[web.Response]]

# In bytes: a scenario with many jobs or a rule with a long answer may need that much.
LARGEST_REQUEST = 128 * 1024 * 1024
_JOBS = "/v1/{project_id}/visualization-jobs"
_ROUTES: tuple[tuple[str, str, Operation, Serving], ...] = (
    ("POST", _JOBS, Operation.CREATE, modelarts.create),
    ("GET", _JOBS, Operation.LIST, modelarts.list_jobs),
    ("GET", _JOBS + "/{job_id:[^/]+}", Operation.DETAILS, modelarts.details),
    ("PUT", _JOBS + "/{job_id:[^/]+}", Operation.MODIFY, modelarts.modify),
    ("DELETE", _JOBS + "/{job_id:[^/]+}", Operation.DELETE, modelarts.delete),
    ("POST", _JOBS + "/{job_id:[^/]+}/stop", Operation.STOP, modelarts.stop),
    ("POST", _JOBS + "/{job_id:[^/]+}/restart", Operation.RESTART, modelarts.restart),
    ("GET", "/v3{end:/?}", Operation.VERSION, iam.show_version),
    ("POST", "/v3/auth/tokens", Operation.SIGN_IN, iam.issue_token),
    ("GET", "/v3/projects", Operation.PROJECTS, iam.list_projects),
    ("GET", "/v3/auth/projects", Operation.PROJECTS, iam.list_own_projects),
)


def application(state: State) -> web.Application:
    """Return ModelArts, IAM and the control interface for one state."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    app.on_response_prepare.append(_completed(state))
    app.add_subapp("/_simulator/", control.application(state))
    for method, path, operation, serving in _ROUTES:
        app.router.add_route(method, path, _served(state, operation, serving))
    app.router.add_route("*", "/{anything:.*}", _served(state, Operation.OTHER, _nothing_here))
    return app


def _served(
    state: State, operation: Operation, serving: Serving
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of an operation, with the log, the latency, the rate limit and the faults."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        path, _mark, query = request.raw_path.partition("?")
        entry = request["entry"] = state.log_request(
            request.transport,
            method=request.method,
            path=path,
            query=query,
            operation=operation,
            job_id=request.match_info.get("job_id"),
            auth=auth_of(request),
            asked=body.decode("latin-1") if state.options.bodies else None,
        )
        credential = request["credential"] = credential_of(request)
        state.note_credential(entry.auth, credential)
        request_id = request["id"] = uuid.uuid4().hex
        wait = state.rate_limit.wait(state.now()) if state.rate_limit else 0.0
        if state.options.latency:
            await asyncio.sleep(state.options.latency)
        if wait:
            return _throttled(state.options, wait, request_id)

        async def serve() -> web.Response:
            if state.options.keystone and entry.auth is AuthKind.TOKEN:
                await keystone.look_up(state, request.headers["X-Auth-Token"])
            try:
                answer = await serving(state, request, body)
            except Refusal as refusal:
                answer = refusal.answer(state.options.error_field, request_id)
            return in_dialect(answer, state.options, entry.operation)

        fault = next((fault for fault in state.faults if fault.meets(entry)), None)
        return await fault.act(request, serve, state.random, state.in_background) if fault else await serve()

    return handle


def _throttled(options: Options, wait: float, request_id: str) -> web.Response:
    """Return the gateway's answer to a request that would be admitted in ``wait`` seconds."""
    period, unit = options.rate_period, "second"
    if period % 60 == 0:
        period, unit = period / 60, "minute"
    text = f"The throttling threshold has been reached: policy user over ratelimit,limit:{options.rate_limit},time:"
    refusal = Refusal(Responder.GATEWAY, 429, "APIGW.0308", f"{text}{period:g} {unit}")
    answer = refusal.answer(options.error_field, request_id)
    if options.rate_retry_after == "seconds":
        answer.headers["Retry-After"] = str(math.ceil(wait))
    elif options.rate_retry_after == "date":
        answer.headers["Retry-After"] = formatdate(math.ceil(options.clock() + wait), usegmt=True)
    return answer


def _completed(state: State) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what completes each answer before it is sent: its status is logged, and the common headers are set."""

    async def complete(request: web.Request, answer: web.StreamResponse) -> None:
        if "entry" not in request:
            return
        if request.transport is not None and not request.transport.is_closing():
            request["entry"].status = answer.status
            if state.options.bodies and isinstance(answer, web.Response):
                sent = answer.body or b""
                request["entry"].answered = sent.decode("latin-1") if isinstance(sent, bytes) else None
        request["entry"].ended = round(state.now(), 3)
        answer.headers.setdefault("X-Request-Id", request["id"])
        if state.options.clock_offset:
            answer.headers["Date"] = formatdate(state.options.clock(), usegmt=True)

    return complete


async def _nothing_here(state: State, request: web.Request, body: bytes) -> web.Response:
    raise Refusal(
        Responder.GATEWAY, 404, "APIGW.0101", "The API does not exist or has not been published in the environment."
    )
