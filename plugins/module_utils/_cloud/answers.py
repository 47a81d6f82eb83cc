# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an HTTP answer says: the one table of what became of a request, and the failure that an answer tells of."""

from __future__ import annotations

import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .._jobs.failure import ModelArtsError, Outcome, clean
from .error_codes import Category, Meaning, meaning_of
from .http_client import RawAnswer
from .masking import forms_of, without
from .signing import signature_in

# Python would take any codec that it has, and some take very long, or fail.
_CHARSET = re.compile(r"charset=\"?(gbk|gb2312|gb18030|big5|utf-16(?:le|be)?)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_PERIOD = re.compile(r"\b(\d+)\s*(second|minute|hour)", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
# Characters: those of a page that its title is looked for in, and those of a long integer with its sign.
_LONGEST_HEAD = 4096
_LONGEST_NUMBER = 20

# What an answer that means yes has one of, where it does not say is_success.
_SUBSTANCE = ("job_id", "jobs", "token", "projects")

_NOT_OURS = Meaning(Category.ENDPOINT, "the answer is not one of ModelArts or IAM")


def understood(raw: RawAnswer) -> Dict[str, Any]:
    """The body of an answer that says yes. Raises ModelArtsError for any other."""
    text = _without_signature(raw, _text(raw))
    body = _parsed(text)
    outcome = became(raw.status, body)
    if outcome is None and body is not None:
        return body
    raise _failure(raw, text, body, outcome or Outcome.UNKNOWN)


def became(status: int, body: Optional[Mapping[str, Any]]) -> Optional[Outcome]:
    """What became of a request that got an answer: ``None`` means applied. ``body`` is ``None`` if not a JSON object.

    The first row that fits decides.
    """
    rows: Tuple[Tuple[bool, Optional[Outcome]], ...] = (
        (status in (401, 429) or 300 <= status < 400, Outcome.NOT_APPLIED),
        (body is None, Outcome.UNKNOWN),
        (_says(body, False), Outcome.NOT_APPLIED),
        (status == 408, Outcome.UNKNOWN),
        (400 <= status < 500, Outcome.NOT_APPLIED),
        (200 <= status < 300 and (_says(body, True) or _shows_what_was_asked_for(body or {})), None),
    )
    return next((outcome for fits, outcome in rows if fits), Outcome.UNKNOWN)


def _shows_what_was_asked_for(body: Mapping[str, Any]) -> bool:
    """Whether an answer means yes without is_success, as details do, and what IAM answers."""
    return "is_success" not in body and any(name in body for name in _SUBSTANCE)


def _says(body: Optional[Mapping[str, Any]], success: bool) -> bool:
    value = (body or {}).get("is_success")
    return value is success or (isinstance(value, str) and value.lower() == str(success).lower())


def _text(raw: RawAnswer) -> str:
    try:
        return raw.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _CHARSET.search(raw.headers.get("Content-Type") or "")
    return raw.body.decode(declared.group(1) if declared else "latin-1", errors="replace")


def _without_signature(raw: RawAnswer, text: str) -> str:
    """``text`` of the answer without the signature of its request.

    It cannot be hidden with the other secrets: there is another one in each request, too many to look for in all results.
    """
    signature = signature_in(raw.request.headers.get("Authorization") or "")
    return without(text, forms_of(signature)) if signature else text


def dictionary(value: Any) -> Dict[str, Any]:
    """``value`` where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def dictionaries(value: Any) -> List[Dict[str, Any]]:
    """The JSON objects in ``value`` where it is a list, else none."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _parsed(text: str) -> Optional[Dict[str, Any]]:
    try:
        body = json.loads(text, parse_int=_whole)
    except (ValueError, RecursionError):
        # What is nested deeper than Python's own limit is not read.
        return None
    return body if isinstance(body, dict) else None


def _whole(digits: str) -> Any:
    """A number, or one that is too long to be one of the service's as it is written: to convert it could take hours."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _failure(raw: RawAnswer, text: str, body: Optional[Mapping[str, Any]], outcome: Outcome) -> ModelArtsError:
    code, message = _code_and_message(body, raw.status) if body is not None else (None, _title(text))
    message = clean(message)
    request_id = raw.headers.get("X-Request-Id")
    meaning = meaning_of(code, raw.status)
    if body is None and (200 <= raw.status < 300 or (raw.status == 404 and text.strip())):
        meaning = _NOT_OURS
    return ModelArtsError(
        meaning,
        outcome,
        code=code,
        message=message,
        http_status=raw.status,
        request_id=_without_signature(raw, request_id) if request_id else _string((body or {}).get("request_id")),
        retry_after=_retry_after(raw.headers, message if meaning.category is Category.THROTTLED else ""),
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
    """What a page of HTML, or a plain text, says in short."""
    title = _TITLE.search(text[:_LONGEST_HEAD])
    return title.group(1) if title else ("an HTML page" if text.lstrip().startswith("<") else text)


def _retry_after(headers: Mapping[str, str], message: str) -> Optional[float]:
    """Seconds to wait before the next request: as the header says, else the period that the message names."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    date = _seconds(value)
    if date is not None:
        # By the server's own clock where it tells it: ours may be off.
        served = _seconds(headers.get("Date") or "")
        return max(0.0, date - (time.time() if served is None else served))
    period = _PERIOD.search(message)
    return float(period.group(1)) * _SECONDS[period.group(2).lower()] if period else None


def _seconds(date: str) -> Optional[float]:
    """A header's date in seconds since the epoch; ``None`` for anything else."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
