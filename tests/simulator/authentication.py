# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may send a request: a token of the project, or a signature."""

from __future__ import annotations

from enum import Enum

from aiohttp import web

from .log import AuthKind
from .responses import Refusal, Responder
from .signature import ALGORITHM, verify
from .state import State


class _Wrong(Enum):
    MISSING = "no token"
    UNKNOWN = "a token that was never issued"
    EXPIRED = "a token whose time is up"


# The responder, the code, and the text.
_REFUSALS = {
    Responder.MODELARTS: {
        _Wrong.MISSING: (Responder.MODELARTS, "ModelArts.0201", "The request has no token."),
        _Wrong.UNKNOWN: (Responder.MODELARTS, "ModelArts.0203", "The token is invalid."),
        _Wrong.EXPIRED: (Responder.GATEWAY, "APIGW.0307", "The token must be updated."),
    },
    Responder.IAM: {
        _Wrong.MISSING: (Responder.IAM, "IAM.0001", "Authentication failed."),
        _Wrong.UNKNOWN: (Responder.IAM, "IAM.0067", "The token is invalid."),
        _Wrong.EXPIRED: (Responder.IAM, "IAM.0066", "The token has expired."),
    },
}


def auth_of(request: web.Request) -> AuthKind:
    """Return the kind of the request's credential. A token takes precedence over a signature."""
    if "X-Auth-Token" in request.headers:
        return AuthKind.TOKEN
    signed = request.headers.get("Authorization", "").startswith(ALGORITHM)
    return AuthKind.SIGNATURE if signed else AuthKind.NONE


def credential_of(request: web.Request) -> str:
    """Return the token or signature of the request, whether it is accepted or not; empty without one."""
    if auth_of(request) is AuthKind.TOKEN:
        return request.headers["X-Auth-Token"]
    return request.headers.get("Authorization", "").rpartition("Signature=")[2]


def authenticate(state: State, request: web.Request, body: bytes, service: Responder) -> None:
    """Raise Refusal unless the credential is valid for the service, and for the project in the path if there is one."""
    project_id = request.match_info.get("project_id")
    text = request.headers.get("X-Auth-Token")
    if text is None and "Authorization" in request.headers:
        verify(state.options, request, body, project_id)
        return
    if text is None:
        raise _refusal(service, _Wrong.MISSING)
    token = state.tokens.get(text)
    if token is None:
        raise _refusal(service, _Wrong.UNKNOWN)
    if token.expires_at <= state.now():
        raise _refusal(service, _Wrong.EXPIRED)
    if project_id not in (None, token.project_id):
        raise Refusal(Responder.MODELARTS, 403, "ModelArts.0210", "The project ID is not that of the token.")


def _refusal(service: Responder, wrong: _Wrong) -> Refusal:
    shape, code, text = _REFUSALS[service][wrong]
    return Refusal(shape, 401, code, text)
