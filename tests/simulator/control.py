# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface, under /_simulator/: what tests set and look up. It is neither logged nor authenticated."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from .faults import Fault
from .job import STATUSES, Job
from .state import State

_NUMBERS = {name: number for number, (name, _group) in STATUSES.items()}
_SETTABLE = {entry.name for entry in fields(Job)} - {"id", "course", "gone_at"}


def routes(state: State) -> list[web.RouteDef]:
    async def requests(request: web.Request) -> web.Response:
        wanted = {name: request.query[name] for name in ("operation", "job_id") if name in request.query}
        entries = [asdict(entry) for entry in state.log]
        return web.json_response(
            [entry for entry in entries if all(entry[name] == value for name, value in wanted.items())]
        )

    async def forget_requests(request: web.Request) -> web.Response:
        state.log.clear()
        return web.json_response({})

    async def reset(request: web.Request) -> web.Response:
        state.reset()
        return web.json_response({})

    async def change_options(request: web.Request) -> web.Response:
        state.options.change(await request.json())
        return web.json_response(asdict(state.options))

    async def show_job(request: web.Request) -> web.Response:
        job = state.find_job(state.project, request.match_info["job_id"])
        return web.json_response(state.job_view(job)) if job else web.json_response({}, status=404)

    async def put_job(request: web.Request) -> web.Response:
        return web.json_response(state.job_view(_put(state, int(request.match_info["job_id"]), await request.json())))

    async def delete_job(request: web.Request) -> web.Response:
        state.project.jobs.pop(int(request.match_info["job_id"]), None)
        return web.json_response({})

    async def expire_tokens(request: web.Request) -> web.Response:
        state.expire_tokens()
        return web.json_response({})

    async def add_faults(request: web.Request) -> web.Response:
        state.faults += [Fault(**rule) for rule in await request.json()]
        return web.json_response([asdict(fault) for fault in state.faults])

    async def show_faults(request: web.Request) -> web.Response:
        return web.json_response([asdict(fault) for fault in state.faults])

    async def forget_faults(request: web.Request) -> web.Response:
        state.faults.clear()
        return web.json_response({})

    return [
        web.get("/_simulator/requests", requests),
        web.delete("/_simulator/requests", forget_requests),
        web.post("/_simulator/reset", reset),
        web.patch("/_simulator/options", change_options),
        web.get(r"/_simulator/jobs/{job_id:\d+}", show_job),
        web.put(r"/_simulator/jobs/{job_id:\d+}", put_job),
        web.delete(r"/_simulator/jobs/{job_id:\d+}", delete_job),
        web.post("/_simulator/tokens/expire", expire_tokens),
        web.post("/_simulator/faults", add_faults),
        web.get("/_simulator/faults", show_faults),
        web.delete("/_simulator/faults", forget_faults),
    ]


def _put(state: State, number: int, values: dict[str, Any]) -> Job:
    """Make the job, or change it. Raises ValueError for a field that it does not have."""
    jobs = state.project.jobs
    job = jobs.get(number) or state.make_job(number, f"viz-{number}", 13)
    status = values.pop("status", None)
    unknown = set(values) - _SETTABLE
    if unknown:
        raise ValueError(f"a job has no {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(job, name, value)
    if status is not None:
        job.set_status(_NUMBERS.get(status, status), state.now())
    state.project.workspaces.add(job.workspace_id)
    jobs[number] = job
    state.next_id = max(state.next_id, number + 1)
    return job
