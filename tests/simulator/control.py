# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface under /_simulator/, for tests. It is neither logged nor authenticated."""

from __future__ import annotations

import signal
from dataclasses import asdict, dataclass
from typing import Any, Awaitable, Callable

from aiohttp import web

from . import scenario
from .inputs import checked
from .log import summaries
from .state import State

_FILTERS = ("operation", "job_id")
_JOB = r"/jobs/{job_id:\d{1,18}}"


@dataclass
class _Expiry:
    """In how many seconds tokens expire."""

    seconds: float = 0.0


class Control:
    """The handlers of the control interface, for one state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def show_requests(self, request: web.Request) -> web.Response:
        wanted = {name: request.query[name] for name in _FILTERS if name in request.query}
        entries = [
            entry for entry in self._state.log if all(getattr(entry, name) == value for name, value in wanted.items())
        ]
        if request.query.get("count") == "true":
            return web.json_response({name: asdict(summary) for name, summary in summaries(entries).items()})
        return web.json_response([vars(entry) for entry in entries])

    async def forget_requests(self, request: web.Request) -> web.Response:
        self._state.log.clear()
        return web.json_response({})

    async def show_credentials(self, request: web.Request) -> web.Response:
        kept = self._state.credentials
        return web.json_response({f"{kind.value}s": sorted(seen) for kind, seen in kept.items()})

    async def reset(self, request: web.Request) -> web.Response:
        scenario.Scenario.of(await _values(request)).set_up(self._state)
        return web.json_response({})

    async def stop(self, request: web.Request) -> web.Response:
        # Like a signal from outside: this answer is still sent.
        signal.raise_signal(signal.SIGTERM)
        return web.json_response({})

    async def change_options(self, request: web.Request) -> web.Response:
        self._state.change_options(await request.json())
        return web.json_response(asdict(self._state.options))

    async def show_jobs(self, request: web.Request) -> web.Response:
        return web.json_response(
            {str(number): self._state.job_view(job) for number, job in self._state.project.jobs.items()}
        )

    async def show_job(self, request: web.Request) -> web.Response:
        job = self._state.find_job(self._state.project, request.match_info["job_id"])
        return web.json_response(self._state.job_view(job)) if job else web.json_response({}, status=404)

    async def put_job(self, request: web.Request) -> web.Response:
        return web.json_response(
            self._state.job_view(scenario.put_job(self._state, request.match_info["job_id"], await request.json()))
        )

    async def delete_job(self, request: web.Request) -> web.Response:
        self._state.project.jobs.pop(int(request.match_info["job_id"]), None)
        return web.json_response({})

    async def expire_tokens(self, request: web.Request) -> web.Response:
        self._state.expire_tokens(_Expiry(**checked(_Expiry, await _values(request), ("seconds",))).seconds)
        return web.json_response({})

    async def add_faults(self, request: web.Request) -> web.Response:
        scenario.add_faults(self._state, await request.json())
        return await self.show_faults(request)

    async def show_faults(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(fault) for fault in self._state.faults])

    async def forget_faults(self, request: web.Request) -> web.Response:
        self._state.faults.clear()
        return web.json_response({})


def application(state: State) -> web.Application:
    """Return the control interface of the state."""
    control = Control(state)
    app = web.Application(middlewares=[_errors])
    app.add_routes(
        [
            web.get("/requests", control.show_requests),
            web.delete("/requests", control.forget_requests),
            web.get("/credentials", control.show_credentials),
            web.post("/reset", control.reset),
            web.post("/stop", control.stop),
            web.patch("/options", control.change_options),
            web.get("/jobs", control.show_jobs),
            web.get(_JOB, control.show_job),
            web.put(_JOB, control.put_job),
            web.delete(_JOB, control.delete_job),
            web.post("/tokens/expire", control.expire_tokens),
            web.post("/faults", control.add_faults),
            web.get("/faults", control.show_faults),
            web.delete("/faults", control.forget_faults),
        ]
    )
    return app


async def _values(request: web.Request) -> Any:
    """Return the body of a request that may have none, or null."""
    return (await request.json() if request.can_read_body else None) or {}


@web.middleware
async def _errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer a mistake of a test with 400 and the reason, not as a failure of the simulator."""
    try:
        return await handler(request)
    except ValueError as error:
        return web.json_response({"error": str(error)}, status=400)
