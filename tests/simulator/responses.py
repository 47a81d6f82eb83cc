# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers, and the refusals that operations raise, in the shapes of ModelArts, the API gateway and IAM."""

from __future__ import annotations

from enum import Enum
from typing import Any, Optional

from aiohttp import web


class Responder(Enum):
    """Who answers: a service, or the gateway in front of it."""

    MODELARTS = "ModelArts"
    GATEWAY = "API gateway"
    IAM = "IAM"


class Refusal(Exception):
    """An error as the answer to a request, in the shape of ``service``. IAM's errors may have a code."""

    def __init__(self, service: Responder, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.service = service
        self.status = status
        self.code = code
        self.text = text

    def answer(self, error_field: str, request_id: str) -> web.Response:
        """Return the answer; ``error_field`` is ModelArts' name for the text."""
        body: dict[str, Any]
        if self.service is Responder.MODELARTS:
            body = {"is_success": False, "error_code": self.code, error_field: self.text}
        elif self.service is Responder.GATEWAY:
            body = {"error_code": self.code, "error_msg": self.text, "request_id": request_id}
        elif self.code:
            body = {"error_code": self.code, "error_msg": self.text}
        else:
            body = {"error": {"code": self.status, "message": self.text, "title": _TITLES[self.status]}}
        return web.json_response(body, status=self.status)


_TITLES = {400: "Bad Request", 401: "Unauthorized"}


def success(body: Optional[dict[str, Any]] = None) -> web.Response:
    """Return ModelArts' answer to a request that it accepts."""
    return web.json_response({"is_success": True, **(body or {})})
