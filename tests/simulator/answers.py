# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers, and the refusals that handlers raise, in the shapes of ModelArts, the API gateway and IAM."""

from __future__ import annotations

from typing import Any, Optional

from aiohttp import web


class Refusal(Exception):
    """A request that is answered with an error. ``service``: whose shape the answer has."""

    def __init__(self, service: str, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.service = service
        self.status = status
        self.code = code
        self.text = text

    def answer(self, error_field: str, request_id: str) -> web.Response:
        bodies: dict[str, dict[str, Any]] = {
            "modelarts": {"is_success": False, "error_code": self.code, error_field: self.text},
            "gateway": {"error_code": self.code, "error_msg": self.text, "request_id": request_id},
            "iam": {"error": {"code": self.status, "message": self.text, "title": _TITLES.get(self.status, "Error")}},
        }
        return web.json_response(bodies[self.service], status=self.status)


_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


def success(body: Optional[dict[str, Any]] = None) -> web.Response:
    return web.json_response({"is_success": True, **(body or {})})
