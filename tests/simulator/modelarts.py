# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The seven operations of ModelArts v1 on visualization jobs."""

from __future__ import annotations

import json
import re
from operator import attrgetter
from typing import Any, Optional

from aiohttp import web

from .authentication import authenticate
from .job import Job
from .responses import Refusal, Responder, success
from .state import Project, State
from .status import INIT, Group, group_of

_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
_NUMBER = re.compile(r"[0-9]{1,10}")
# The attribute of a job for each value of sortBy; the status depends on the moment.
_SORTED_BY = {"job_id": "id", "job_name": "name", "job_desc": "description", "create_time": "create_time"}
MOST_JOBS = 100000


def _enter(state: State, request: web.Request, body: bytes) -> Project:
    """Return the project of the path. Raises Refusal if the client may not use it."""
    project_id = request.match_info["project_id"]
    authenticate(state, request, body, Responder.MODELARTS)
    project = state.projects.get(project_id)
    if project is None:
        raise Refusal(Responder.MODELARTS, 403, "ModelArts.0210", "The project ID is invalid.")
    return project


def _job(state: State, project: Project, request: web.Request, moment: Optional[float] = None) -> Job:
    job = state.find_job(project, request.match_info["job_id"], moment)
    if job is None:
        raise Refusal(
            Responder.MODELARTS, state.options.missing, "ModelArts.0103", "The visualization job does not exist."
        )
    return job


def _accept(state: State, request: web.Request, job: Job) -> None:
    """Record that the request changes the job. Call this before the change."""
    entry = request["entry"]
    entry.applied = True
    job.remember(entry.operation.value, state.now())


def _refuse(state: State, code: str, text: str) -> Refusal:
    return Refusal(Responder.MODELARTS, state.options.refusal_status, code, text)


def _content(state: State, body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise _refuse(state, "ModelArts.0101", "The request body is not a JSON object.")
    return content


def _description(state: State, content: dict[str, Any]) -> str:
    description = content.get("job_desc")
    if not isinstance(description, str) or len(description) > 256:
        raise _refuse(state, "ModelArts.0104", "job_desc must be of 0 to 256 characters.")
    return description


def _flavor(state: State, flavor: Any) -> Optional[dict[str, Any]]:
    if flavor is not None and not (isinstance(flavor, dict) and isinstance(flavor.get("code"), str)):
        raise _refuse(state, "ModelArts.0104", "flavor must be an object with a code.")
    return flavor


def _schedule(state: State, schedule: Any) -> Optional[list[dict[str, Any]]]:
    """Return the hours of an automatic stop. The reference says object and shows a list of one: the list works."""
    if schedule is None:
        return None
    shape = state.options.schedule_shape
    stops = [schedule] if isinstance(schedule, dict) and shape != "list" else schedule
    is_accepted = isinstance(schedule, list) is (shape == "list") or shape == "both"
    if is_accepted and isinstance(stops, list) and len(stops) == 1 and isinstance(stops[0], dict):
        stop = stops[0]
        hours = stop.get("duration")
        is_stop = (stop.get("type"), stop.get("time_unit")) == ("stop", "HOURS")
        if is_stop and isinstance(hours, int) and not isinstance(hours, bool) and 0 <= hours <= 24:
            return stops
    raise _refuse(state, "ModelArts.0104", f"schedule must be one stop after 0 to 24 hours (shape: {shape}).")


async def create(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    content = _content(state, body)
    name, train_url = content.get("job_name"), content.get("train_url")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _refuse(state, "ModelArts.0104", "job_name must be of 1 to 20 letters, digits, hyphens and underscores.")
    if not isinstance(train_url, str) or not train_url:
        raise _refuse(state, "ModelArts.0104", "train_url is missing.")
    description = _description(state, {"job_desc": "", **content})
    job_type = content.get("job_type", "tensorboard")
    if not isinstance(job_type, str):
        raise _refuse(state, "ModelArts.0104", "job_type must be a text.")
    flavor, schedule = _flavor(state, content.get("flavor")), _schedule(state, content.get("schedule"))
    job = state.make_job(state.next_id, name, INIT)
    state.next_id += 1
    job.train_url, job.description = train_url, description
    job.create_time = int(state.options.clock() * 1000)
    job.ran = 0.0
    job.job_type, job.flavor, job.schedule = job_type, flavor, schedule
    _accept(state, request, job)
    state.start(job)
    project.jobs[job.id] = job
    answer = {
        "job_id": str(job.id),
        "job_name": job.name,
        "status": str(job.status(state.now())),
        "create_time": str(job.create_time),
    }
    return success({**answer, "service_url": job.service_url} if state.options.created_url == "present" else answer)


async def list_jobs(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    query, now = request.query, state.moment_to_show(request.get("age"))
    per_page = _number(state, "per_page", query.get("per_page", "10"), least=1, most=state.options.most_per_page)
    page = _number(state, "page", query.get("page", "1"), least=1)
    sort_by, order = query.get("sortBy", "job_id"), query.get("order", "asc")
    if sort_by not in (*_SORTED_BY, "status") or order not in ("asc", "desc"):
        raise _refuse(state, "ModelArts.0104", "sortBy or order is invalid.")
    workspace_id = query.get("workspace_id", "0")
    if workspace_id not in project.workspaces:
        raise _refuse(state, "ModelArts.0102", f"The workspace {workspace_id} does not exist.")
    search = query.get("search_content", "")
    if len(search) > 64:
        raise _refuse(state, "ModelArts.0104", "search_content must be of 0 to 64 characters.")
    # Most of 10 000 jobs have never changed: skip them.
    jobs = (job if job.versions is None else job.as_of(now) for job in project.jobs.values())
    found = [job for job in jobs if job and job.workspace_id == workspace_id and search in job.name]
    if query.get("status"):
        status = _number(state, "status", query["status"], least=0)
        found = [job for job in found if job.status(now) == status]
    key = attrgetter(_SORTED_BY[sort_by]) if sort_by in _SORTED_BY else lambda job: job.status(now)
    found.sort(key=key, reverse=order == "desc")
    shown = found[(page - 1) * per_page : page * per_page]
    return success(
        {
            "job_total_count": len(found),
            "job_count_limit": MOST_JOBS,
            "quotas": MOST_JOBS,
            "jobs": [job.details(now, state.options.id_type) for job in shown],
        }
    )


def _number(state: State, name: str, text: str, least: int, most: int = 2**31 - 1) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise _refuse(state, "ModelArts.0101", f"{name} must be a number from {least} to {most}.")
    return int(text)


async def details(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    moment = state.moment_to_show(request.get("age"))
    return web.json_response(_job(state, project, request, moment).details(moment, state.options.id_type))


async def modify(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    description = _description(state, _content(state, body))
    _accept(state, request, job)
    job.description = description
    return success()


async def delete(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    status = job.status(state.now())
    if group_of(status) is Group.STOPPING:
        raise _refuse(state, "ModelArts.0105", f"This job can't be delete. job status: {status}")
    _accept(state, request, job)
    state.delete(job)
    return success()


async def stop(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    status = job.status(state.now())
    if group_of(status) in (Group.STOPPED, Group.STOPPING):
        raise _refuse(state, "ModelArts.0105", f"This job can't be stop. job status: {status}")
    _accept(state, request, job)
    state.stop(job)
    return success()


async def restart(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    status = job.status(state.now())
    accepted = {Group.STOPPED: True, Group.UNKNOWN: state.options.unknown_restart == "accept"}
    if not accepted.get(group_of(status), False):
        raise _refuse(state, "ModelArts.0105", f"This job can't be resubmit. job status: {status}")
    _accept(state, request, job)
    state.start(job)
    return success()
