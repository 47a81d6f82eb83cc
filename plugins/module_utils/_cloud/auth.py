# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What signs requests: one small class for each auth method. None of them sends anything."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import urlsplit

from .._jobs.failure import Category, Failure, RequestFailed
from .._jobs.text import clean, joined
from .._settings.auth_methods import ACCESS_KEY, HEADER_VALUE, PASSWORD, TOKEN
from .._settings.connection import Connection
from .signing import DATE_FORMAT, DATE_HEADER, authorization

if TYPE_CHECKING:
    import requests

TOKEN_HEADER = "X-Auth-Token"

_NO_TOKEN = Failure(Category.ENDPOINT, "the response has no token", "Check auth_url.")
_CHECK_KEY = "Check access_key, secret_key, the project they belong to, and this machine's clock."
_CHECK_TEMPORARY_KEY = (
    "The temporary access key may have expired: use a new one. Otherwise, check access_key, secret_key, "
    "security_token, the project they belong to, and this machine's clock."
)


class SignInRequest(NamedTuple):
    """A request for a token, sent to the IAM at ``auth_url``. ``with_catalog``: the answer also lists all services.

    ``hint_if_refused``: what to do if IAM refuses it.
    """

    auth_url: str
    content: Mapping[str, Any]
    with_catalog: bool = False
    hint_if_refused: Optional[str] = None

    @property
    def url(self) -> str:
        """Where to post the content."""
        return f"{self.auth_url}/v3/auth/tokens{'' if self.with_catalog else '?nocatalog=1'}"


class Auth:
    """Signs requests. This one adds nothing to them: it is for requests that have the secret in their content."""

    # The kinds of failures that are about the credentials, and what to do then; ``None``: what the kind itself says.
    refusals: Tuple[Category, ...] = (Category.AUTHENTICATION, Category.NOT_FOUND)

    def __init__(self, hint_if_refused: Optional[str] = None) -> None:
        self.hint_if_refused = hint_if_refused

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign ``request``, and return it."""
        return request

    def sign_in_request(self, with_catalog: bool = False) -> Optional[SignInRequest]:
        """The request that would renew what this signs with; ``None`` if nothing can."""
        return None

    def accept(self, headers: Mapping[str, str]) -> None:
        """Sign with what the answer to `sign_in_request` brought. Raises RequestFailed if it brought nothing."""

    def has_signed(self, request: requests.PreparedRequest) -> bool:
        """Whether what signed ``request`` is still what this signs with."""
        return True

    def use_project(self, project_id: str) -> None:
        """Sign requests of this project from now on."""

    def explain(self, failure: Failure) -> Failure:
        """The failure of a request, with what to do if it is about what this signs with."""
        if self.hint_if_refused is None or failure.category not in self.refusals:
            return failure
        return failure._replace(own_hint=self.hint_if_refused)


class AccessKeyAuth(Auth):
    """Signs each request with an access key; a temporary one has a security token."""

    refusals = (Category.AUTHENTICATION, Category.TOKEN_EXPIRED)

    def __init__(self, connection: Connection, register_secret: Callable[[str], None]) -> None:
        hint = _CHECK_TEMPORARY_KEY if "security_token" in connection.auth_values else _CHECK_KEY
        super().__init__(f"{connection.hint_if_refused} {hint}" if connection.hint_if_refused else hint)
        self._values = connection.auth_values
        # Only once the project is known: the request that looks it up is not one of a project.
        self._project_id: Optional[str] = None

    def use_project(self, project_id: str) -> None:
        self._project_id = project_id

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


class TokenAuth(Auth):
    """Sends a token that was issued elsewhere; nothing can renew it."""

    def __init__(self, connection: Connection, register_secret: Callable[[str], None]) -> None:
        super().__init__()
        self._token = connection.auth_values["token"]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[TOKEN_HEADER] = self._token
        return request


class PasswordAuth(Auth):
    """Sends a token that IAM issued for a user's password; the password renews it."""

    def __init__(self, connection: Connection, register_secret: Callable[[str], None]) -> None:
        super().__init__()
        self._connection = connection
        self._register_secret = register_secret
        self._token = ""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[TOKEN_HEADER] = self._token
        return request

    def sign_in_request(self, with_catalog: bool = False) -> Optional[SignInRequest]:
        connection, values = self._connection, self._connection.auth_values
        if "user_id" in values:
            user: Dict[str, Any] = {"id": values["user_id"], "password": values["password"]}
        else:
            user = {"name": values["username"], "password": values["password"], "domain": _domain(values, "domain")}
        if connection.project_id:
            project: Dict[str, Any] = {"id": connection.project_id}
        else:
            # A name is unique in its domain only. The vendor's IAM assumes the user's, Keystone wants it named.
            domain = _domain(values, "project_domain") or _domain(values, "domain")
            project = {"name": connection.project_name, **({"domain": domain} if domain else {})}
        identity = {"methods": ["password"], "password": {"user": user}}
        content = {"auth": {"identity": identity, "scope": {"project": project}}}
        return SignInRequest(connection.auth_url or "", content, with_catalog, self._hint())

    def _hint(self) -> str:
        """What to check if IAM refuses the password: one of these is wrong, and IAM does not say which."""
        connection, values = self._connection, self._connection.auth_values
        names = ("user_id", "password") if "user_id" in values else ("username", "password", "domain_id", "domain_name")
        project = "project_id" if connection.project_id else "project_name"
        name = clean(connection.project_id or connection.project_name or "")
        return f"Check {joined([*(name for name in names if name in values), f'{project} {name!r}'], 'and')}."

    def accept(self, headers: Mapping[str, str]) -> None:
        token = headers.get("X-Subject-Token") or ""
        if not HEADER_VALUE.fullmatch(token):
            raise RequestFailed(_NO_TOKEN)
        self._register_secret(token)
        self._token = token

    def has_signed(self, request: requests.PreparedRequest) -> bool:
        return request.headers.get(TOKEN_HEADER) == self._token


AUTHS: Dict[str, Callable[[Connection, Callable[[str], None]], Auth]] = {
    ACCESS_KEY.name: AccessKeyAuth,
    TOKEN.name: TokenAuth,
    PASSWORD.name: PasswordAuth,
}


def auth_for(connection: Connection, register_secret: Callable[[str], None]) -> Auth:
    """What signs the requests of the connection. ``register_secret`` is called with each token that is issued."""
    return AUTHS[connection.auth_method.name](connection, register_secret)


def _domain(values: Mapping[str, str], parameter: str) -> Dict[str, str]:
    """The domain as a token request names it: by its ID, else by its name; empty where neither is set."""
    keys = (("id", f"{parameter}_id"), ("name", f"{parameter}_name"))
    return next(({key: values[name]} for key, name in keys if name in values), {})


def _host(url: str) -> str:
    """The Host header for ``url`` as in HTTP: with the port only if it is not the scheme's own."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in (None, {"http": 80, "https": 443}[parts.scheme]) else f"{host}:{parts.port}"
