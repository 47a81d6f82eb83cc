# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM v3: its version, tokens for a password, and projects by name."""

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
    is_user, project = _asked_for(state, body)
    if not is_user:
        raise Refusal(Responder.IAM, 401, "", "The username or password is wrong.")
    if project is None:
        raise Refusal(Responder.IAM, 401, "", "The request you have made requires authentication.")
    token = state.issue_token(project.id)
    request["entry"].applied = True
    now = datetime.fromtimestamp(options.clock(), timezone.utc)
    domain = {"id": options.account_id, "name": options.account}
    content: dict[str, Any] = {
        "methods": ["password"],
        "issued_at": _moment(now),
        "expires_at": _moment(now + timedelta(seconds=options.token_seconds)),
        "user": {"id": options.user_id, "name": options.user, "domain": domain},
        "project": {"id": project.id, "name": project.name, "domain": domain},
        "roles": [{"id": "0", "name": "te_admin"}],
    }
    if "nocatalog" not in request.query:
        content["catalog"] = _catalog(state, project)
    return web.json_response({"token": content}, status=201, headers={"X-Subject-Token": token})


async def show_version(state: State, request: web.Request, body: bytes) -> web.Response:
    """Show the version, to everybody: the clients of OpenStack ask for it before they sign in."""
    links = [{"rel": "self", "href": f"{state.address}/v3/"}]
    return web.json_response({"version": {"id": "v3.6", "status": "stable", "links": links, "media-types": []}})


async def list_projects(state: State, request: web.Request, body: bytes) -> web.Response:
    authenticate(state, request, body, Responder.IAM)
    return _projects(state, request, request.query.get("name"))


async def list_own_projects(state: State, request: web.Request, body: bytes) -> web.Response:
    """List all projects: there is no filter, and the one user has a role in each."""
    authenticate(state, request, body, Responder.IAM)
    return _projects(state, request, None)


def _projects(state: State, request: web.Request, name: Optional[str]) -> web.Response:
    projects = [
        {"id": project.id, "name": project.name, "domain_id": state.options.account_id, "enabled": True}
        for project in state.projects.values()
        if name in (None, project.name)
    ]
    return web.json_response({"projects": projects, "links": {"self": f"{state.address}{request.path}"}})


def _asked_for(state: State, body: bytes) -> tuple[bool, Optional[Project]]:
    """Return whether it is the right user with the right password, and the project of the wanted token."""
    options = state.options
    try:
        auth = json.loads(body)["auth"]
        if auth["identity"]["methods"] != ["password"]:
            raise ValueError(auth["identity"]["methods"])
        user = auth["identity"]["password"]["user"]
        if "id" in user:
            is_user = user["id"] == options.user_id
        else:
            is_user = user["name"] == options.user and _is_account(state, user["domain"])
        is_user = user["password"] == options.password and is_user
        scope = auth["scope"]["project"]
        if "id" in scope:
            return is_user, state.projects.get(scope["id"])
        # A project's name is unique only within its account. Without one, it is the user's.
        if not _is_account(state, scope.get("domain", {"id": options.account_id})):
            return is_user, None
        return is_user, next((project for project in state.projects.values() if project.name == scope["name"]), None)
    except (ValueError, KeyError, TypeError):
        raise Refusal(Responder.IAM, 400, "", "The request body is invalid") from None


def _is_account(state: State, domain: dict[str, str]) -> bool:
    """Return whether a request names the account, by its ID or by its name."""
    if "id" in domain:
        return domain["id"] == state.options.account_id
    return domain["name"] == state.options.account


def _catalog(state: State, project: Project) -> list[dict[str, Any]]:
    def service(kind: str, *urls: str) -> dict[str, Any]:
        endpoints = [
            {"id": f"e-{kind}-{number}", "interface": "public", "region": state.options.region, "url": url}
            for number, url in enumerate(urls)
        ]
        return {"id": f"s-{kind}", "type": kind, "name": kind, "endpoints": endpoints}

    first, second = (f"{state.address}/{version}/{project.id}" for version in ("v1", "v2"))
    shapes = {
        "modelarts": [service("modelarts", first)],
        "versions": [service("modelarts", f"{state.address}/v1", second, first)],
        "bare": [service("modelarts", state.address)],
        "other": [service("modelartsv1", first), service("modelartsv2", second)],
        "none": [],
    }
    others = [service(f"service{number}", f"https://service{number}.invalid") for number in range(OTHER_SERVICES)]
    return [*others, service("identity", f"{state.address}/v3"), *shapes[state.options.catalog]]


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
