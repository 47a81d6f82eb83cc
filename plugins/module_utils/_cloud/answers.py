# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an HTTP response says about its request: its outcome, its content, or why the request failed."""

from __future__ import annotations

import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Union

from .._jobs.absence import says_gone
from .._jobs.failure import Category, Failure, Outcome
from .._jobs.text import clean
from .._jobs.values import dictionary
from .error_codes import classify, known_category, normalized
from .http_client import HttpResponse
from .masking import forms_of, mask_forms
from .signing import signature_in

# Python would take any codec that it has; some of them take very long, or fail.
_CHARSET = re.compile(r"charset=\"?(gbk|gb2312|gb18030|big5|utf-16(?:le|be)?)\b", re.IGNORECASE)
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title")
_PERIOD = re.compile(r"\b(\d+)\s*(second|minute|hour)", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
# Characters in which the title of a page is searched, and characters of the longest integer, with its sign.
_LONGEST_HEAD = 4096
_LONGEST_NUMBER = 20
# Objects and lists in an answer; a thousand jobs have a few thousand. Each empty one takes 20 times its text in memory.
_MOST_OBJECTS = 100_000

# What an object in an answer may say about a failure, in the order in which the vendor's SDK reads it. The generic names
# are also those of data: there, only both together are a failure.
_CODES = ("error_code", "errorCode")
_MESSAGES = ("error_msg", "error_message", "errorMsg", "message", "title", "error")
# The codes of others than ModelArts, as in the table.
_OTHERS = ("APIGW.", "IAM.")

# What a policy refused, encoded for the account's administrator. It is of use only as a whole.
_AUTHORIZATION = "encoded_authorization_message"
_ENCODED = re.compile(r"[\w+/=.-]{1,8192}", re.ASCII)

_FOREIGN = Failure(Category.ENDPOINT, "the response did not come from ModelArts or IAM")
_NOWHERE = Failure(Category.ENDPOINT, "nothing was found at this address")
_UNEXPECTED = Failure(Category.SERVER, "the response does not answer the request")

# Whether a JSON object is what an operation answers. It is asked only about a response with an HTTP status of success.
IsAnswer = Callable[[Mapping[str, Any]], bool]


def succeeds(body: Mapping[str, Any]) -> bool:
    """Whether an answer says that the request succeeded."""
    return _says(body, True)


def parse(
    response: HttpResponse, is_answer: IsAnswer, mask: Callable[[str], str] = str
) -> Union[Dict[str, Any], Failure]:
    """The body of an answer that says yes, else the failure. ``mask`` takes the secrets from the failure's texts."""
    text = _mask_signature(response, _text(response))
    body = _parse_json(text)
    is_expected = body is not None and _is_success(response.status) and is_answer(body)
    failure = _failure(response, text, body, is_expected, mask)
    outcome = _outcome(failure, body, is_expected)
    if outcome is Outcome.APPLIED and body is not None:
        return body
    return failure._replace(outcome=outcome)


def _outcome(failure: Failure, body: Optional[Mapping[str, Any]], is_expected: bool) -> Outcome:
    """Whether the service applied the request. ``body`` is ``None`` if it is no JSON object.

    The first row that fits decides.
    """
    status = failure.http_status or 0
    known = known_category(failure.code)
    rows: Tuple[Tuple[bool, Outcome], ...] = (
        (known not in (None, Category.SERVER, Category.UNKNOWN) or says_gone(failure), Outcome.NOT_APPLIED),
        (status == 408 or status >= 500, Outcome.UNKNOWN),
        (status >= 300, Outcome.NOT_APPLIED),
        (known is Category.SERVER, Outcome.UNKNOWN),
        (_says(body, False), Outcome.NOT_APPLIED),
        (failure.code is not None and not _says(body, True), Outcome.NOT_APPLIED),
        (is_expected, Outcome.APPLIED),
    )
    return next((outcome for fits, outcome in rows if fits), Outcome.UNKNOWN)


def _is_success(status: int) -> bool:
    return 200 <= status < 300


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
    return mask_forms(text, forms_of(signature)) if signature else text


def _parse_json(text: str) -> Optional[Dict[str, Any]]:
    if text.count("{") + text.count("[") > _MOST_OBJECTS:
        return None
    try:
        body = json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError):
        # JSON that is nested deeper than Python's own limit is not read.
        return None
    return body if isinstance(body, dict) else None


def _integer(digits: str) -> Any:
    """The number, or its text if it is too long to be one of the service's: the conversion could take hours."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _failure(
    response: HttpResponse,
    text: str,
    body: Optional[Dict[str, Any]],
    is_expected: bool,
    mask: Callable[[str], str],
) -> Failure:
    status, headers = response.status, response.headers
    code, message = (None, _title(text)) if body is None else _code_and_message(body, status, is_expected)
    message = clean(message, mask)
    request_id = headers.get("X-Request-Id")
    request_id = _mask_signature(response, request_id) if request_id else _string((body or {}).get("request_id"))
    is_others = normalized(code or "").startswith(_OTHERS)
    failure = classify(code, status)._replace(
        code=None if code is None else clean(code, mask),
        message=message,
        http_status=status,
        request_id=None if request_id is None else clean(request_id, mask),
        authorization=_authorization(body or {}),
        is_from_modelarts=(code or "").startswith("ModelArts.") or (_says(body, False) and not is_others),
    )
    is_throttled = failure.category is Category.THROTTLED
    return _corrected(failure, body)._replace(retry_after=_retry_after(headers, message if is_throttled else ""))


def _corrected(failure: Failure, body: Optional[Mapping[str, Any]]) -> Failure:
    """The failure with what its HTTP status alone does not say."""
    status = failure.http_status or 0
    kind: Optional[Failure] = None
    if known_category(failure.code) is not None:
        return failure
    if status == 404 and not failure.is_from_modelarts:
        kind = _NOWHERE
    elif _is_success(status) and failure.code is None and not _says(body, False):
        kind = _FOREIGN if body is None else _UNEXPECTED
    elif status >= 500:
        # A text about the job counts for more than a status about the service.
        not_found = classify(None, 404)
        candidate = failure._replace(category=not_found.category, text=not_found.text)
        return candidate if says_gone(candidate) else failure
    return failure if kind is None else failure._replace(category=kind.category, text=kind.text)


def _code_and_message(body: Dict[str, Any], status: int, is_expected: bool) -> Tuple[Optional[str], str]:
    """The code and the text of a failure. Objects inside an answer that is as expected are data."""
    first_message = ""
    waiting = [body]
    for fields in waiting:
        message = next((text for text in map(_string, map(fields.get, _MESSAGES)) if text), "")
        codes = (*_CODES, "code") if _string(fields.get("message")) else _CODES
        code = next((text for text in map(_string, map(fields.get, codes)) if text), None)
        # Keystone repeats the HTTP status there.
        if code not in (None, "0", str(status)):
            return code, message
        first_message = first_message or message
        if not is_expected:
            waiting += filter(None, map(dictionary, fields.values()))
    return None, first_message


def _authorization(body: Mapping[str, Any]) -> Optional[str]:
    """The encoded message about a refusal, from the answer or from an object in it."""
    found = (fields.get(_AUTHORIZATION) for fields in (body, *map(dictionary, body.values())))
    return next((text for text in found if isinstance(text, str) and _ENCODED.fullmatch(text)), None)


def _string(value: Any) -> Optional[str]:
    is_text = isinstance(value, (str, int)) and not isinstance(value, bool)
    return (str(value) or None) if is_text else None


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
