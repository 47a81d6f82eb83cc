# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verification of requests signed with an access key: SDK-HMAC-SHA256, recomputed from what arrived."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta, timezone
from typing import Mapping, Optional
from urllib.parse import parse_qsl, quote, unquote

from .answers import Refusal
from .options import Options

_AUTHORIZATION = re.compile(r"SDK-HMAC-SHA256 Access=([^,\s]+), SignedHeaders=([a-z0-9;_-]+), Signature=([0-9a-f]{64})")
# How far the date of a request may be off.
TOLERANCE = timedelta(minutes=15)


def verify(
    options: Options, method: str, raw_path: str, headers: Mapping[str, str], body: bytes, project_id: Optional[str]
) -> None:
    """Raise Refusal unless the request is signed by the access key, as a request of ``project_id`` if there is one."""
    match = _AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if match is None:
        raise Refusal("modelarts", 401, "ModelArts.0206", "The authorization header is invalid.")
    access_key, names, signature = match.group(1), match.group(2).split(";"), match.group(3)
    if access_key != options.access_key:
        raise _refusal("verify aksk signature fail: access key not found")
    needed = {"host", "x-sdk-date"}
    if project_id is not None:
        needed.add("x-project-id")
    if options.security_token is not None:
        needed.add("x-security-token")
    if not needed <= set(names) or names != sorted(names):
        raise _refusal(f"verify aksk signature fail: {', '.join(sorted(needed))} must be signed")
    if any(name not in headers for name in names):
        raise _refusal("verify aksk signature fail: a signed header is missing")
    _check_date(headers["X-Sdk-Date"])
    to_sign = _string_to_sign(method, raw_path, headers, names, body)
    expected = hmac.new(options.secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, signature):
        raise _refusal("verify aksk signature fail: signature does not match")
    if project_id is not None and headers["X-Project-Id"] != project_id:
        raise Refusal("modelarts", 403, "ModelArts.0210", "The project ID is not that of the credentials.")
    if options.security_token is not None and headers["X-Security-Token"] != options.security_token:
        raise _refusal("verify aksk signature fail: security token is invalid")


def _check_date(text: str) -> None:
    try:
        date = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise _refusal("verify aksk signature fail: X-Sdk-Date is malformed") from None
    if abs(datetime.now(timezone.utc) - date) > TOLERANCE:
        raise _refusal("verify aksk signature fail: the request has expired, check the clock")


def _string_to_sign(method: str, raw_path: str, headers: Mapping[str, str], names: list[str], body: bytes) -> str:
    path, _mark, query = raw_path.partition("?")
    uri = "/".join(_encode(unquote(segment)) for segment in path.split("/"))
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    canonical = "\n".join(
        [
            method,
            uri if uri.endswith("/") else uri + "/",
            "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs),
            "".join(f"{name}:{headers[name].strip()}\n" for name in names),
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    return f"SDK-HMAC-SHA256\n{headers['X-Sdk-Date']}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")


def _refusal(text: str) -> Refusal:
    return Refusal("gateway", 401, "APIGW.0301", f"Incorrect IAM authentication information: {text}")
