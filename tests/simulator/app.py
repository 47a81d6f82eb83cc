# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The application: routes, and what every request goes through."""

from __future__ import annotations

import asyncio
import uuid
from typing import Awaitable, Callable

from aiohttp import web

from . import control, iam, modelarts
from .answers import Refusal
from .faults import ACTIONS
from .state import State

Operation = Callable[[State, web.Request, bytes], Awaitable[web.StreamResponse]]

_JOBS = "/v1/{project_id}/visualization-jobs"
_OPERATIONS: tuple[tuple[str, str, str, Operation], ...] = (
    ("POST", _JOBS, "create", modelarts.create),
    ("GET", _JOBS, "list", modelarts.list_jobs),
    ("GET", _JOBS + "/{job_id}", "details", modelarts.details),
    ("PUT", _JOBS + "/{job_id}", "modify", modelarts.modify),
    ("DELETE", _JOBS + "/{job_id}", "delete", modelarts.delete),
    ("POST", _JOBS + "/{job_id}/stop", "stop", modelarts.stop),
    ("POST", _JOBS + "/{job_id}/restart", "restart", modelarts.restart),
    ("POST", "/v3/auth/tokens", "sign-in", iam.issue_token),
    ("GET", "/v3/projects", "projects", iam.list_projects),
)


def application(state: State) -> web.Application:
    """ModelArts, IAM and the control interface over one state."""
    app = web.Application()
    app.middlewares.append(_control_errors)
    app.add_routes(control.routes(state))
    for method, path, name, operation in _OPERATIONS:
        app.router.add_route(method, path, _served(state, name, operation))
    app.router.add_route("*", "/{anything:.*}", _served(state, "other", _nothing_here))
    return app


@web.middleware
async def _control_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A slip in a test is told as what it is, not as a failure of the simulator."""
    try:
        return await handler(request)
    except (ValueError, TypeError) as error:
        if not request.path.startswith("/_simulator/"):
            raise
        return web.json_response({"error": str(error)}, status=400)


def _served(state: State, name: str, operation: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of an operation: it is logged, delayed, and met by faults."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        path, _mark, query = request.raw_path.partition("?")
        entry = request["entry"] = state.log_request(
            request.method, path, query, name, request.match_info.get("job_id")
        )
        request_id = uuid.uuid4().hex
        if state.options.latency:
            await asyncio.sleep(state.options.latency)

        async def serve() -> web.StreamResponse:
            try:
                answer = await operation(state, request, body)
            except Refusal as refusal:
                answer = refusal.answer(state.options.error_field, request_id)
            return answer

        fault = next((fault for fault in state.faults if fault.meets(entry)), None)
        answer = await ACTIONS[fault.action](fault, request, serve) if fault else await serve()
        if request.transport is not None and not request.transport.is_closing():
            entry.status = answer.status
        answer.headers["X-Request-Id"] = request_id
        return answer

    return handle


async def _nothing_here(state: State, request: web.Request, body: bytes) -> web.StreamResponse:
    raise Refusal("gateway", 404, "APIGW.0101", "The API does not exist or has not been published in the environment.")
