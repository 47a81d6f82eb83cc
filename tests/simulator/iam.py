# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM v3: tokens for a password, and projects by name."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from aiohttp import web

from .authentication import authenticate
from .responses import Refusal, Responder
from .state import Project, State

# A real catalog lists a few hundred services.
OTHER_SERVICES = 200


async def issue_token(state: State, request: web.Request, body: bytes) -> web.Response:
    options = state.options
    user, project = _asked_for(state, body)
    right = {"name": options.user, "password": options.password, "domain": {"name": options.account}}
    if user != right:
        raise Refusal(Responder.IAM, 401, "", "The username or password is wrong.")
    if project is None:
        raise Refusal(Responder.IAM, 401, "", "The request you have made requires authentication.")
    token = state.issue_token(project.id)
    request["entry"].applied = True
    now = datetime.fromtimestamp(options.clock(), timezone.utc)
    content: dict[str, Any] = {
        "methods": ["password"],
        "issued_at": _moment(now),
        "expires_at": _moment(now + timedelta(seconds=options.token_seconds)),
        "user": {"id": "simulated-user", "name": options.user, "domain": {"id": "d1", "name": options.account}},
        "project": {"id": project.id, "name": project.name, "domain": {"id": "d1", "name": options.account}},
        "roles": [{"id": "0", "name": "te_admin"}],
    }
    if "nocatalog" not in request.query:
        content["catalog"] = _catalog(state, project)
    return web.json_response({"token": content}, status=201, headers={"X-Subject-Token": token})


async def list_projects(state: State, request: web.Request, body: bytes) -> web.Response:
    authenticate(state, request, body, Responder.IAM)
    return _projects(state, request, request.query.get("name"))


async def list_own_projects(state: State, request: web.Request, body: bytes) -> web.Response:
    """List all projects: there is no filter, and the one user has a role in each."""
    authenticate(state, request, body, Responder.IAM)
    return _projects(state, request, None)


def _projects(state: State, request: web.Request, name: Optional[str]) -> web.Response:
    projects = [
        {"id": project.id, "name": project.name, "domain_id": "d1", "enabled": True}
        for project in state.projects.values()
        if name in (None, project.name)
    ]
    return web.json_response({"projects": projects, "links": {"self": f"{state.address}{request.path}"}})


def _asked_for(state: State, body: bytes) -> tuple[dict[str, Any], Optional[Project]]:
    """Return the user, as far as it is checked, and the project of the wanted token."""
    try:
        auth = json.loads(body)["auth"]
        if auth["identity"]["methods"] != ["password"]:
            raise ValueError(auth["identity"]["methods"])
        user = auth["identity"]["password"]["user"]
        claimed = {"name": user["name"], "password": user["password"], "domain": {"name": user["domain"]["name"]}}
        scope = auth["scope"]["project"]
        if "id" in scope:
            return claimed, state.projects.get(scope["id"])
        # A project's name is unique only within its account.
        if scope["domain"]["name"] != state.options.account:
            return claimed, None
        return claimed, next((project for project in state.projects.values() if project.name == scope["name"]), None)
    except (ValueError, KeyError, TypeError):
        raise Refusal(Responder.IAM, 400, "", "The request body is invalid") from None


def _catalog(state: State, project: Project) -> list[dict[str, Any]]:
    def service(kind: str, url: str) -> dict[str, Any]:
        endpoint = {"id": f"e-{kind}", "interface": "public", "region": state.options.region, "url": url}
        return {"id": f"s-{kind}", "type": kind, "name": kind, "endpoints": [endpoint]}

    others = [service(f"service{number}", f"https://service{number}.invalid") for number in range(OTHER_SERVICES)]
    return [*others, service("modelarts", f"{state.address}/v1/{project.id}")]


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
