# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verification of requests signed with an access key: SDK-HMAC-SHA256 of the request as it arrived."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timezone
from typing import Mapping, Optional
from urllib.parse import parse_qsl, quote, unquote

from aiohttp import web

from .options import Options
from .responses import Refusal, Responder

ALGORITHM = "SDK-HMAC-SHA256"
_AUTHORIZATION = re.compile(ALGORITHM + r" Access=([^,\s]+), SignedHeaders=([a-z0-9;_-]+), Signature=([0-9a-f]{64})")
# How far the date of a request may be off, in seconds.
TOLERANCE = 15 * 60


def verify(options: Options, request: web.Request, body: bytes, project_id: Optional[str]) -> None:
    """Raise Refusal unless the access key signed the request, for ``project_id`` if there is one."""
    match = _AUTHORIZATION.fullmatch(request.headers["Authorization"])
    if match is None:
        raise Refusal(Responder.MODELARTS, 401, "ModelArts.0206", "The authorization header is invalid.")
    access_key, names, signature = match.group(1), match.group(2).split(";"), match.group(3)
    if access_key != options.access_key:
        raise _refusal("access key not found")
    # The headers that must be signed, and their values where the signature alone does not determine them.
    needed: dict[str, Optional[str]] = {"host": None, "x-sdk-date": None}
    if project_id is not None:
        needed["x-project-id"] = project_id
    if options.security_token is not None:
        needed["x-security-token"] = options.security_token
    headers = _signed(request, names)
    missing = [name for name in needed if name not in headers]
    if missing:
        raise _refusal(f"{', '.join(missing)} must be signed")
    _check_date(headers["x-sdk-date"], options.clock())
    to_sign = _string_to_sign(request, headers, body)
    expected = hmac.new(options.secret_key.encode(), to_sign, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, signature):
        raise _refusal("signature does not match")
    for name, value in needed.items():
        if value not in (None, headers[name]):
            raise _refusal(f"{name} is invalid")


def _signed(request: web.Request, names: list[str]) -> dict[str, str]:
    """Return the signed headers, sorted by name. Each must occur once: of two, which one was signed?"""
    if names != sorted(set(names)):
        raise _refusal("the names of the signed headers are not sorted")
    for name in names:
        if len(request.headers.getall(name, [])) != 1:
            raise _refusal(f"the signed header {name} is missing or repeated")
    return {name: request.headers[name].strip() for name in names}


def _check_date(text: str, now: float) -> None:
    try:
        date = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise _refusal("X-Sdk-Date is malformed") from None
    if abs(now - date.timestamp()) > TOLERANCE:
        raise _refusal("the request has expired, check the clock")


def _string_to_sign(request: web.Request, headers: Mapping[str, str], body: bytes) -> bytes:
    path, _mark, query = request.raw_path.partition("?")
    # Decoded before it is split, as in the vendor's SDK: "%2F" separates like "/".
    uri = "/".join(_encode(segment) for segment in unquote(path).split("/"))
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    canonical = "\n".join(
        [
            request.method,
            uri if uri.endswith("/") else uri + "/",
            "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs),
            "".join(f"{name}:{value}\n" for name, value in headers.items()),
            ";".join(headers),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    # aiohttp keeps bytes of a header that are not UTF-8 as surrogates.
    hashed = hashlib.sha256(canonical.encode(errors="surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{headers['x-sdk-date']}\n{hashed}".encode()


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")


def _refusal(text: str) -> Refusal:
    return Refusal(
        Responder.GATEWAY,
        401,
        "APIGW.0301",
        f"Incorrect IAM authentication information: verify aksk signature fail: {text}",
    )
