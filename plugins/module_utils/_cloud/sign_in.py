# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in: from a connection to the address and the project of the requests that follow."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional

from .._jobs.failure import Category, Failure, RequestFailed, attempting
from .._jobs.text import clean
from .._jobs.values import dictionaries, dictionary
from .._settings.auth_methods import PLAIN_ID
from .._settings.connection import Connection
from .auth import Auth
from .catalog import catalog_endpoint
from .transport import Answer, Transport

_UNSCOPED = Failure(
    Category.AUTHENTICATION,
    "the token is not scoped to a project",
    "Set project_id, or project_name, to one of the user's projects.",
)


class Target(NamedTuple):
    """The address of ModelArts, without its version, and the ID of the project."""

    endpoint: str
    project_id: str


def sign_in(connection: Connection, auth: Auth, transport: Transport) -> Target:
    """Prepare ``auth`` for requests to ModelArts, and return their target.

    Raises RequestFailed, and OptionError if the catalog names an address that must not get credentials.
    """
    # The catalog lists all services: it would be most of the answer.
    request = auth.sign_in_request(with_catalog=connection.endpoint is None)
    if request is None:
        project_id = connection.project_id or _find_project(connection, transport)
        target = Target(connection.endpoint or connection.region_endpoint or "", project_id)
    else:
        with attempting(f"sign in at {request.auth_url}"):
            answer = transport.sign_in(request)
            auth.accept(answer.headers)
            target = _target_of(dictionary(answer.body.get("token")), connection)
    auth.use_project(target.project_id)
    return target


def _target_of(token: Mapping[str, Any], connection: Connection) -> Target:
    """The target, completed from what IAM says about the token."""
    project_id = connection.project_id or str(dictionary(token.get("project")).get("id") or "")
    if not PLAIN_ID.fullmatch(project_id):
        raise RequestFailed(_UNSCOPED)
    endpoint = (
        connection.endpoint or catalog_endpoint(token.get("catalog"), connection.region) or connection.region_endpoint
    )
    if not endpoint:
        where = f" in region '{connection.region}'" if connection.region else ""
        text = f"the token's catalog does not list exactly one address of ModelArts{where}"
        raise RequestFailed(Failure(Category.ENDPOINT, text, "Set endpoint, or region and cloud_domain."))
    return Target(endpoint, project_id)


def _find_project(connection: Connection, transport: Transport) -> str:
    """The ID of the project that the connection names. Raises RequestFailed."""
    name = connection.project_name
    with attempting(f"look up project '{clean(str(name))}' at {connection.auth_url}"):
        projects = dictionaries(_projects(connection, transport, name).body.get("projects"))
        named = [str(project.get("id") or "") for project in projects if project.get("name") == name]
        ids = [project_id for project_id in named if PLAIN_ID.fullmatch(project_id)]
        if len(ids) == 1:
            return ids[0]
        text = f"several projects have that name: {', '.join(ids)}" if ids else "no project has that name"
        raise RequestFailed(Failure(Category.NOT_FOUND, text, "Set project_id, or another project_name."))


def _projects(connection: Connection, transport: Transport, name: Optional[str]) -> Answer:
    """The answer with the project of that name, if the user has access to it; it may have others, too."""
    try:
        return transport.get(f"{connection.auth_url}/v3/projects", _has_projects, {"name": name})
    except RequestFailed as error:
        if error.failure.category is not Category.PERMISSION:
            raise
    # Not everybody may search all projects, but everybody may list those that are open to them.
    return transport.get(f"{connection.auth_url}/v3/auth/projects", _has_projects)


def _has_projects(body: Mapping[str, Any]) -> bool:
    return "projects" in body
