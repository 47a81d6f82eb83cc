# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may send a request: a token of the project, or a signature."""

from __future__ import annotations

from typing import Optional

from aiohttp import web

from .answers import Refusal
from .signature import verify
from .state import State


def authenticate(state: State, request: web.Request, body: bytes, project_id: Optional[str]) -> str:
    """How the request is authenticated, ``token`` or ``signature``. Raises Refusal if it is not."""
    token = request.headers.get("X-Auth-Token")
    if token is not None:
        _check_token(state, token, project_id)
        return "token"
    if "Authorization" in request.headers:
        verify(state.options, request.method, request.raw_path, request.headers, body, project_id)
        return "signature"
    raise Refusal("modelarts", 401, "ModelArts.0201", "The request has no token.")


def _check_token(state: State, token: str, project_id: Optional[str]) -> None:
    known = state.tokens.get(token)
    if known is None:
        raise Refusal("modelarts", 401, "ModelArts.0203", "The token is invalid.")
    if known.expires_at <= state.now():
        raise Refusal("gateway", 401, "APIGW.0307", "The token must be updated.")
    if project_id is not None and known.project_id != project_id:
        raise Refusal("modelarts", 403, "ModelArts.0210", "The project ID is not that of the token.")
