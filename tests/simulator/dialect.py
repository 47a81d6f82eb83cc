# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variants of the same answer that a client must understand."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .log import Operation
from .options import Options


def in_dialect(answer: web.Response, options: Options, operation: Operation) -> web.Response:
    """Return the answer in the variant that the options choose."""
    is_bare = operation is Operation.DETAILS and options.details_refusal == "bare"
    if (options.encoding, options.success_field, is_bare) == ("utf-8", "present", False):
        return answer
    body: dict[str, Any] = json.loads(answer.text or "null")
    if is_bare and body.get("is_success") is False:
        del body["is_success"]
    if body.get("is_success") is True and options.success_field != "present":
        del body["is_success"]
        if options.success_field == "string":
            body["is_success"] = "true"
    # A byte-order mark is not announced.
    charset = options.encoding.replace("utf-8-sig", "utf-8")
    answer.body = json.dumps(body, ensure_ascii=False).encode(options.encoding)
    answer.headers["Content-Type"] = f"application/json; charset={charset}"
    return answer
