# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The seven operations of ModelArts v1 on visualization jobs."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from aiohttp import web

from .answers import Refusal, success
from .authentication import authenticate
from .job import RUNNING, Job, group_of
from .state import Project, State

_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
_SORTED_BY = {
    "job_id": lambda job, now: job.id,
    "job_name": lambda job, now: job.name,
    "job_desc": lambda job, now: job.description,
    "create_time": lambda job, now: job.create_time,
    "status": lambda job, now: job.status(now),
}
MOST_JOBS = 100000


def _enter(state: State, request: web.Request, body: bytes) -> Project:
    """The project of the path, for one who may work on it."""
    project_id = request.match_info["project_id"]
    request["entry"].auth = authenticate(state, request, body, project_id)
    project = state.projects.get(project_id)
    if project is None:
        raise Refusal("modelarts", 403, "ModelArts.0210", "The project ID is invalid.")
    return project


def _job(state: State, project: Project, request: web.Request) -> Job:
    job = state.find_job(project, request.match_info["job_id"])
    if job is None:
        raise Refusal("modelarts", state.options.missing, "ModelArts.0103", "The visualization job does not exist.")
    return job


def _refuse(state: State, code: str, text: str) -> Refusal:
    return Refusal("modelarts", state.options.refusal_status, code, text)


def _content(state: State, body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise _refuse(state, "ModelArts.0101", "The request body is not a JSON object.")
    return content


def _description(state: State, content: dict[str, Any]) -> str:
    description = content.get("job_desc", "")
    if not isinstance(description, str) or len(description) > 256:
        raise _refuse(state, "ModelArts.0104", "job_desc must be of 0 to 256 characters.")
    return description


async def create(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    content = _content(state, body)
    name, train_url = content.get("job_name"), content.get("train_url")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _refuse(state, "ModelArts.0104", "job_name must be of 1 to 20 letters, digits, hyphens and underscores.")
    if not isinstance(train_url, str) or not train_url:
        raise _refuse(state, "ModelArts.0104", "train_url is missing.")
    description = _description(state, content)
    job = state.make_job(state.next_id, name, RUNNING)
    state.next_id += 1
    job.train_url, job.description = train_url, description
    job.create_time = int(time.time() * 1000)
    job.ran = 0.0
    job.job_type = content.get("job_type", "tensorboard")
    job.flavor, job.schedule = content.get("flavor"), content.get("schedule")
    state.start(job)
    project.jobs[job.id] = job
    request["entry"].applied = True
    return success(
        {
            "job_id": str(job.id),
            "job_name": job.name,
            "status": str(job.status(state.now())),
            "create_time": str(job.create_time),
            "service_url": job.service_url,
        }
    )


async def list_jobs(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    query, now = request.query, state.now()
    per_page = _number(state, query, "per_page", 10, 1000)
    page = _number(state, query, "page", 1, 1000000)
    sorted_by = _SORTED_BY.get(query.get("sortBy", "job_id"))
    if sorted_by is None or query.get("order", "asc") not in ("asc", "desc"):
        raise _refuse(state, "ModelArts.0104", "sortBy or order is invalid.")
    workspace_id = query.get("workspace_id", "0")
    if workspace_id not in project.workspaces:
        raise _refuse(state, "ModelArts.0102", f"The workspace {workspace_id} does not exist.")
    search = query.get("search_content", "")
    if len(search) > 64:
        raise _refuse(state, "ModelArts.0104", "search_content must be of 0 to 64 characters.")
    found = [job for job in project.jobs.values() if job.workspace_id == workspace_id and search in job.name]
    found = [job for job in found if job.gone_at is None or job.gone_at > now]
    if query.get("status"):
        status = _number(state, query, "status", 0, 1000, least=0)
        found = [job for job in found if job.status(now) == status]
    found.sort(key=lambda job: sorted_by(job, now), reverse=query.get("order") == "desc")
    shown = found[(page - 1) * per_page : page * per_page]
    return success(
        {
            "job_total_count": len(found),
            "job_count_limit": MOST_JOBS,
            "quotas": MOST_JOBS,
            "jobs": [job.details(now, state.options.id_type) for job in shown],
        }
    )


def _number(state: State, query: Any, name: str, default: int, most: int, least: int = 1) -> int:
    text = query.get(name, str(default))
    if not text.isdigit() or not least <= int(text) <= most:
        raise _refuse(state, "ModelArts.0101", f"{name} must be a number from {least} to {most}.")
    return int(text)


async def details(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    return web.json_response(_job(state, project, request).details(state.now(), state.options.id_type))


async def modify(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    job.description = _description(state, _content(state, body))
    request["entry"].applied = True
    return success()


async def delete(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    status = job.status(state.now())
    if group_of(status) == "stopping":
        raise _refuse(state, "ModelArts.0105", f"This job can't be delete. job status: {status}")
    state.delete(project, job)
    request["entry"].applied = True
    return success()


async def stop(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    status = job.status(state.now())
    if group_of(status) in ("stopped", "stopping"):
        raise _refuse(state, "ModelArts.0105", f"This job can't be stop. job status: {status}")
    state.stop(job)
    request["entry"].applied = True
    return success()


async def restart(state: State, request: web.Request, body: bytes) -> web.Response:
    project = _enter(state, request, body)
    job = _job(state, project, request)
    status = job.status(state.now())
    refused = {"stopped": False, "unknown": state.options.unknown_restart == "refuse"}
    if refused.get(group_of(status), True):
        raise _refuse(state, "ModelArts.0105", f"This job can't be resubmit. job status: {status}")
    state.start(job)
    request["entry"].applied = True
    return success()
