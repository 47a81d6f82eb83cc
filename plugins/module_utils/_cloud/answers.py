# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an HTTP response says about its request: its outcome, its content, or why the request failed."""

from __future__ import annotations

import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, Dict, Mapping, Optional, Tuple, Union

from .._jobs.failure import Category, Failure, Outcome
from .._jobs.text import clean
from .error_codes import classify
from .http_client import HttpResponse
from .masking import forms_of, mask
from .signing import signature_in

# Python would take any codec that it has; some of them take very long, or fail.
_CHARSET = re.compile(r"charset=\"?(gbk|gb2312|gb18030|big5|utf-16(?:le|be)?)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_PERIOD = re.compile(r"\b(\d+)\s*(second|minute|hour)", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
# Characters in which the title of a page is searched, and characters of the longest integer, with its sign.
_LONGEST_HEAD = 4096
_LONGEST_NUMBER = 20

# An answer without is_success means yes if it has one of these.
_CONTENT = ("job_id", "jobs", "token", "projects")

_FOREIGN = Failure(Category.ENDPOINT, "the response did not come from ModelArts or IAM")


def parse(response: HttpResponse) -> Union[Dict[str, Any], Failure]:
    """The body of an answer that says yes, else the failure."""
    text = _mask_signature(response, _text(response))
    body = _parse_json(text)
    outcome = outcome_of(response.status, body)
    if outcome is Outcome.APPLIED and body is not None:
        return body
    return _failure(response, text, body)._replace(outcome=outcome)


def outcome_of(status: int, body: Optional[Mapping[str, Any]]) -> Outcome:
    """Whether the service applied the request. ``body`` is ``None`` if it is no JSON object.

    The first row that fits decides.
    """
    rows: Tuple[Tuple[bool, Outcome], ...] = (
        (status in (401, 429) or 300 <= status < 400, Outcome.NOT_APPLIED),
        (body is None, Outcome.UNKNOWN),
        (_says(body, False), Outcome.NOT_APPLIED),
        (status == 408, Outcome.UNKNOWN),
        (400 <= status < 500, Outcome.NOT_APPLIED),
        (200 <= status < 300 and (_says(body, True) or _has_content(body or {})), Outcome.APPLIED),
    )
    return next((outcome for fits, outcome in rows if fits), Outcome.UNKNOWN)


def _has_content(body: Mapping[str, Any]) -> bool:
    """Whether an answer means yes without is_success, as a job's details and the answers of IAM do."""
    return "is_success" not in body and any(name in body for name in _CONTENT)


def _says(body: Optional[Mapping[str, Any]], success: bool) -> bool:
    value = (body or {}).get("is_success")
    return value is success or (isinstance(value, str) and value.lower() == str(success).lower())


def _text(response: HttpResponse) -> str:
    try:
        return response.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _CHARSET.search(response.headers.get("Content-Type") or "")
    return response.body.decode(declared.group(1) if declared else "latin-1", errors="replace")


def _mask_signature(response: HttpResponse, text: str) -> str:
    """``text`` of the response without the signature of its request.

    It cannot be registered like the other secrets: each request has another one, too many to search all results for.
    """
    signature = signature_in(response.request.headers.get("Authorization") or "")
    return mask(text, forms_of(signature)) if signature else text


def _parse_json(text: str) -> Optional[Dict[str, Any]]:
    try:
        body = json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError):
        # JSON that is nested deeper than Python's own limit is not read.
        return None
    return body if isinstance(body, dict) else None


def _integer(digits: str) -> Any:
    """The number, or its text if it is too long to be one of the service's: the conversion could take hours."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _failure(response: HttpResponse, text: str, body: Optional[Mapping[str, Any]]) -> Failure:
    status, headers = response.status, response.headers
    code, message = (None, _title(text)) if body is None else _code_and_message(body, status)
    message = clean(message)
    failure = classify(code, status)
    if body is None and (200 <= status < 300 or (status == 404 and text.strip())):
        failure = _FOREIGN
    request_id = headers.get("X-Request-Id")
    request_id = _mask_signature(response, request_id) if request_id else _string((body or {}).get("request_id"))
    return failure._replace(
        code=None if code is None else clean(code),
        message=message,
        http_status=status,
        request_id=None if request_id is None else clean(request_id),
        retry_after=_retry_after(headers, message if failure.category is Category.THROTTLED else ""),
    )


def _code_and_message(body: Mapping[str, Any], status: int) -> Tuple[Optional[str], str]:
    """The code and the text of a failure, in the shapes of ModelArts, the gateway and IAM."""
    inner = body.get("error")
    if isinstance(inner, Mapping):
        code = _string(inner.get("code"))
        # Keystone repeats the HTTP status there.
        return (None if code == str(status) else code), _string(inner.get("message") or inner.get("title")) or ""
    message = next((body[name] for name in ("error_message", "error_msg", "message") if body.get(name)), None)
    return _string(body.get("error_code")), _string(message) or ""


def _string(value: Any) -> Optional[str]:
    return str(value) if isinstance(value, (str, int)) and value != "" else None


def _title(text: str) -> str:
    """What an HTML page, or a plain text, says in short."""
    title = _TITLE.search(text[:_LONGEST_HEAD])
    return title.group(1) if title else ("an HTML page" if text.lstrip().startswith("<") else text)


def _retry_after(headers: Mapping[str, str], message: str) -> Optional[float]:
    """Seconds until the next request, from the header, else from the period that the message names."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    date = _timestamp(value)
    if date is not None:
        # Relative to the server's clock, if the response shows it: ours may be wrong.
        served = _timestamp(headers.get("Date") or "")
        return max(0.0, date - (time.time() if served is None else served))
    period = _PERIOD.search(message)
    return float(period.group(1)) * _SECONDS[period.group(2).lower()] if period else None


def _timestamp(date: str) -> Optional[float]:
    """A header's date in seconds since the epoch; ``None`` for anything else."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
