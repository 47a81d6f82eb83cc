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
from .answers import Refusal, Service
from .authentication import auth_of
from .dialect import in_dialect
from .faults import ACTIONS
from .log import Operation
from .state import State

Serving = Callable[[State, web.Request, bytes], Awaitable[web.Response]]

_JOBS = "/v1/{project_id}/visualization-jobs"
_ROUTES: tuple[tuple[str, str, Operation, Serving], ...] = (
    ("POST", _JOBS, Operation.CREATE, modelarts.create),
    ("GET", _JOBS, Operation.LIST, modelarts.list_jobs),
    ("GET", _JOBS + "/{job_id}", Operation.DETAILS, modelarts.details),
    ("PUT", _JOBS + "/{job_id}", Operation.MODIFY, modelarts.modify),
    ("DELETE", _JOBS + "/{job_id}", Operation.DELETE, modelarts.delete),
    ("POST", _JOBS + "/{job_id}/stop", Operation.STOP, modelarts.stop),
    ("POST", _JOBS + "/{job_id}/restart", Operation.RESTART, modelarts.restart),
    ("POST", "/v3/auth/tokens", Operation.SIGN_IN, iam.issue_token),
    ("GET", "/v3/projects", Operation.PROJECTS, iam.list_projects),
)


def application(state: State) -> web.Application:
    """ModelArts, IAM and the control interface over one state."""
    app = web.Application()
    app.add_subapp("/_simulator/", control.application(state))
    for method, path, operation, serving in _ROUTES:
        app.router.add_route(method, path, _served(state, operation, serving))
    app.router.add_route("*", "/{anything:.*}", _served(state, Operation.OTHER, _nothing_here))
    return app


def _served(
    state: State, operation: Operation, serving: Serving
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of an operation: it is logged, delayed, and met by faults."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        path, _mark, query = request.raw_path.partition("?")
        entry = request["entry"] = state.log_request(
            method=request.method,
            path=path,
            query=query,
            operation=operation,
            job_id=request.match_info.get("job_id"),
            auth=auth_of(request),
        )
        request_id = uuid.uuid4().hex
        if state.options.latency:
            await asyncio.sleep(state.options.latency)

        async def serve() -> web.StreamResponse:
            try:
                answer = await serving(state, request, body)
            except Refusal as refusal:
                answer = refusal.answer(state.options.error_field, request_id)
            return in_dialect(answer, state.options)

        fault = next((fault for fault in state.faults if fault.meets(entry)), None)
        answer = await ACTIONS[fault.action](fault, request, serve) if fault else await serve()
        if request.transport is not None and not request.transport.is_closing():
            entry.status = answer.status
        answer.headers.setdefault("X-Request-Id", request_id)
        return answer

    return handle


async def _nothing_here(state: State, request: web.Request, body: bytes) -> web.Response:
    raise Refusal(
        Service.GATEWAY, 404, "APIGW.0101", "The API does not exist or has not been published in the environment."
    )
