# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to sign in. Each is one small class that puts what it has into every request."""

from __future__ import annotations

import copy
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Dict, Mapping, NamedTuple, Optional, Tuple, Type
from urllib.parse import urlsplit

from .._jobs.failure import ModelArtsError, attempting, clean
from .answers import dictionaries, dictionary
from .catalog import catalog_endpoint
from .error_codes import Category, Meaning
from .http_client import AuthBase
from .signing import DATE_FORMAT, DATE_HEADER, authorization

if TYPE_CHECKING:
    import requests

    from .._settings.connection import Connection
    from .transport import Answer, Transport

TOKEN_HEADER = "X-Auth-Token"
# What can stand in an HTTP header.
HEADER_VALUE = re.compile(r"[!-~]+")
# What can be the ID of a project: it becomes a part of the path of requests.
PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")


class Target(NamedTuple):
    """The address of ModelArts, without its version, and the project to work on."""

    endpoint: str
    project_id: str


class Credentials(AuthBase):
    """What a request is signed with.

    ``needs``: the parameters without which there is no signing in; ``may``: those that complete it; ``marks``: those
    that tell that this way is meant; ``names``: those that say who signs in, and are no secrets.
    """

    title: ClassVar[str]
    needs: ClassVar[Tuple[str, ...]]
    may: ClassVar[Tuple[str, ...]] = ()
    marks: ClassVar[Tuple[str, ...]]
    names: ClassVar[Tuple[str, ...]] = ()

    def __init__(self, values: Mapping[str, str], hide: Callable[[str], None]) -> None:
        """``values`` of ``needs`` and ``may``; ``hide`` is told each secret that comes up later."""
        self._values = values
        self._hide = hide

    @property
    def identity(self) -> Dict[str, str]:
        """Who signs in, without any secret; empty where only the secret says who."""
        return {name: self._values[name] for name in self.names}

    def sign_in(self, connection: Connection, transport: Transport) -> Target:
        """Get ready for requests to ModelArts, and return where they go. Raises ModelArtsError."""
        project_id = connection.project_id or find_project(connection, transport)
        return Target(connection.endpoint or connection.region_endpoint or "", project_id)

    def renew(self, transport: Transport, refused: requests.PreparedRequest) -> bool:
        """Replace what ``refused`` was signed with, if that can be; then it may be sent again.

        The transport lets one thread at a time do so.
        """
        return False


class AccessKey(Credentials):
    """Each request signed with an access key; a temporary one comes with a security token."""

    title = "an access key"
    needs = ("access_key", "secret_key")
    may = ("security_token",)
    marks = ("access_key", "secret_key", "security_token")
    names = ("access_key",)

    _project_id: Optional[str] = None

    def sign_in(self, connection: Connection, transport: Transport) -> Target:
        target = super().sign_in(connection, transport)
        # Only now: a request to IAM that looks a project up is not one of a project.
        self._project_id = target.project_id
        return target

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        now = datetime.now(timezone.utc)
        headers = {"Host": _host(request.url or ""), DATE_HEADER: now.strftime(DATE_FORMAT)}
        if self._project_id is not None:
            headers["X-Project-Id"] = self._project_id
        if "security_token" in self._values:
            headers["X-Security-Token"] = self._values["security_token"]
        if "Content-Type" in request.headers:
            headers["Content-Type"] = request.headers["Content-Type"]
        body = request.body or b""
        headers["Authorization"] = authorization(
            self._values["access_key"],
            self._values["secret_key"],
            request.method or "",
            request.url or "",
            headers,
            body if isinstance(body, bytes) else str(body).encode(),
            now,
        )
        request.headers.update(headers)
        return request


class Token(Credentials):
    """A token that was issued elsewhere: it can't be renewed."""

    title = "a token"
    needs = ("token",)
    marks = ("token",)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[TOKEN_HEADER] = self._values["token"]
        return request


class Password(Credentials):
    """A user's password, exchanged for a token that is renewed when it has expired."""

    title = "a password"
    needs = ("username", "password", "domain_name")
    may = ("project_domain_name",)
    marks = ("username", "password")
    names = ("username", "domain_name")

    _token = ""

    def __init__(self, values: Mapping[str, str], hide: Callable[[str], None]) -> None:
        super().__init__(values, hide)
        self._refusal: Optional[ModelArtsError] = None

    def sign_in(self, connection: Connection, transport: Transport) -> Target:
        self._connection = connection
        with attempting(f"sign in at {connection.auth_url}"):
            # The catalog lists all services: it would be most of the answer.
            token = self._issue_token(transport, with_catalog=connection.endpoint is None)
            project_id = connection.project_id or str(dictionary(token.get("project")).get("id") or "")
            if not PLAIN_ID.fullmatch(project_id):
                raise ModelArtsError(_NO_PROJECT_IN_TOKEN)
            return Target(
                connection.endpoint
                or catalog_endpoint(token.get("catalog"), connection.region)
                or connection.region_endpoint
                or _nowhere(connection.region),
                project_id,
            )

    def renew(self, transport: Transport, refused: requests.PreparedRequest) -> bool:
        with attempting(f"renew the token at {self._connection.auth_url}"):
            # Another thread may have been here first.
            if self._token == refused.headers.get(TOKEN_HEADER):
                self._renew(transport)
        return True

    def _renew(self, transport: Transport) -> None:
        if self._refusal is not None:
            # Signing in again and again with what was refused once can lock the user out.
            raise copy.copy(self._refusal)
        try:
            self._issue_token(transport, with_catalog=False)
        except ModelArtsError as error:
            self._refusal = None if error.passing else error
            raise

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[TOKEN_HEADER] = self._token
        return request

    def _issue_token(self, transport: Transport, with_catalog: bool) -> Dict[str, Any]:
        """Exchange the password for a token of the project, and return what IAM tells about it."""
        domain = {"name": self._values["domain_name"]}
        user = {"name": self._values["username"], "password": self._values["password"], "domain": domain}
        if self._connection.project_id:
            project: Dict[str, Any] = {"id": self._connection.project_id}
        else:
            project_domain = {"name": self._values.get("project_domain_name", self._values["domain_name"])}
            project = {"name": self._connection.project_name, "domain": project_domain}
        answer = transport.ask_for_token(
            f"{self._connection.auth_url}/v3/auth/tokens{'' if with_catalog else '?nocatalog=1'}",
            {
                "auth": {
                    "identity": {"methods": ["password"], "password": {"user": user}},
                    "scope": {"project": project},
                }
            },
            Unsigned({}, self._hide),
        )
        issued = answer.headers.get("X-Subject-Token") or ""
        if not HEADER_VALUE.fullmatch(issued):
            raise ModelArtsError(_NO_TOKEN)
        self._hide(issued)
        self._token = issued
        return dictionary(answer.body.get("token"))


class Unsigned(Credentials):
    """Nothing: for the request that brings its secret in its content."""

    title = "nothing"
    needs = ()
    marks = ()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


# In order of precedence.
WAYS: Tuple[Type[Credentials], ...] = (AccessKey, Token, Password)

_NO_TOKEN = Meaning(Category.ENDPOINT, "the answer has no token", "Check auth_url.")
_NO_PROJECT_IN_TOKEN = Meaning(
    Category.AUTHENTICATION, "the token is for no project", "Set project_id, or project_name, to one of the user's."
)


def _nowhere(region: Optional[str]) -> str:
    where = f"in region {region}" if region else "for one region"
    text = f"the catalog of the token lists no address of ModelArts {where}"
    raise ModelArtsError(Meaning(Category.ENDPOINT, text, "Set endpoint, or region and cloud_domain."))


def find_project(connection: Connection, transport: Transport) -> str:
    """The ID of the project that the connection names. Raises ModelArtsError."""
    name = connection.project_name
    with attempting(f"look up project {clean(str(name))} at {connection.auth_url}"):
        projects = dictionaries(_projects(connection, transport, name).body.get("projects"))
        named = [str(project.get("id") or "") for project in projects if project.get("name") == name]
        ids = [project_id for project_id in named if PLAIN_ID.fullmatch(project_id)]
        if len(ids) == 1:
            return ids[0]
        found = f"there are several, {', '.join(ids)}" if ids else "there is none of that name"
        raise ModelArtsError(Meaning(Category.NOT_FOUND, found, "Set project_id, or another project_name."))


def _projects(connection: Connection, transport: Transport, name: Optional[str]) -> Answer:
    """The answer with the project of that name, if the user can have it, and maybe others."""
    try:
        return transport.read(f"{connection.auth_url}/v3/projects", {"name": name})
    except ModelArtsError as error:
        if error.category is not Category.PERMISSION:
            raise
    # Not everybody may search through all projects, but everybody may list those that are open to them.
    return transport.read(f"{connection.auth_url}/v3/auth/projects")


def _host(url: str) -> str:
    """The Host header for ``url`` as HTTP has it: the port only if it is not the scheme's own."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in (None, {"http": 80, "https": 443}[parts.scheme]) else f"{host}:{parts.port}"
