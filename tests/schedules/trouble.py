# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can become of a request on its way: whether and when it is applied, and what its sender gets to see."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from random import Random
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Union

from ansible_collections.mlops.modelarts.tests.schedules.service import SHAPES, Reply, refusal


class When(Enum):
    """When a request is applied."""

    NEVER = "never"
    NOW = "now"
    LATE = "late"


class Effect(Enum):
    """What its sender may conclude of a request that changes something."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    UNKNOWN = "unknown"


# Seconds, as virtual time tells moments apart.
SHORTEST_PAUSE = 1e-6
# In the words of the gateway, which admits so many requests in so many seconds.
_PERIOD = re.compile(r"time:(\d+) second")
# What a proxy or a gateway in between may answer.
PAGE = b"<html><title>Bad Gateway</title></html>"


@dataclass(frozen=True)
class NoReply:
    """There is no answer. ``silent``: it was waited for until the sender had no more time."""

    sent: bool
    refused: bool = False
    silent: bool = False


Seen = Union[Reply, NoReply]


@dataclass(frozen=True)
class Trouble:
    """What is to become of one request. ``late``: after how many seconds it is applied, if late."""

    name: str
    when: When
    late: float
    spoilt: Callable[[Reply], Seen]


CHANGING = ("create", "update", "delete", "restart", "stop")
READS = ("details", "list")
ANY: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of trouble. ``spoilt`` gets the service's own answer, which is an empty one unless it is applied now.

    ``operations``: those that it meets, none for any. ``may_hide``: it looks as if there was no such job, unless the list
    shows it.
    """

    spoilt: Callable[[Random, Reply], Seen]
    whens: Tuple[When, ...] = tuple(When)
    # Whether a task gets past it, if it does not go on for ever: where a request changes something, and where not.
    passes: bool = False
    passes_for_reads: bool = True
    operations: Tuple[str, ...] = ANY
    may_hide: bool = False


def _reset(_draw: Random, _answer: Reply) -> Seen:
    return NoReply(sent=True)


def _silence(_draw: Random, _answer: Reply) -> Seen:
    return NoReply(sent=True, silent=True)


def _page(draw: Random, _answer: Reply) -> Seen:
    return Reply(draw.choice((200, 408, 500, 502, 503, 504)), PAGE, _retry_after(draw))


def _gateway(draw: Random, _answer: Reply) -> Seen:
    """A failure inside, which also comes with is_success."""
    status, code = draw.choice(
        (
            (408, "ModelArts.6100"),
            (500, "ModelArts.6100"),
            (500, "ModelArts.0010"),
            (200, "ModelArts.0010"),
            (502, "APIGW.0202"),
            (503, "APIG.0201"),
            (504, "APIGW.0203"),
        )
    )
    return Reply(status, _refusal(draw, code, "Backend unavailable."), _retry_after(draw))


def _refusal(draw: Random, code: str, text: str) -> Dict[str, Any]:
    return refusal(code, text, draw.choice(sorted(SHAPES)), draw.random() < 0.5)


def _empty(draw: Random, _answer: Reply) -> Seen:
    return Reply(200, draw.choice((b"", b"{}", b"[]", b"null")))


def _truncated(draw: Random, answer: Reply) -> Seen:
    return replace(answer, content=answer.body[: draw.randrange(len(answer.body))])


def _garbled(draw: Random, answer: Reply) -> Seen:
    body = bytearray(answer.body)
    for position in draw.sample(range(len(body)), max(1, len(body) // 20)):
        body[position] = draw.choice(b"\x00\x07\xff")
    # What can still be read is not noticed.
    body[0] = 0
    return replace(answer, content=bytes(body))


def _busy(draw: Random, _answer: Reply) -> Seen:
    texts = ("limit:60,time:1 second", "slow down")
    contents = (*({"error_code": "APIGW.0308", "error_msg": text} for text in texts), PAGE)
    status = draw.choice((429, 429, 503))
    return Reply(status, draw.choice(contents[: 3 if status == 429 else 2]), _retry_after(draw))


def _expired(draw: Random, _answer: Reply) -> Seen:
    codes = ("APIGW.0307", "ModelArts.0202", "IAM.0066")
    return Reply(401, draw.choice((*({"error_code": code, "error_msg": "expired"} for code in codes), PAGE)))


def _skewed(_draw: Random, _answer: Reply) -> Seen:
    text = "Incorrect IAM authentication information: verify signature: time skewed"
    return Reply(401, {"error_code": "APIGW.0301", "error_msg": text})


def _forbidden(_draw: Random, _answer: Reply) -> Seen:
    return Reply(403, {"is_success": False, "error_code": "ModelArts.0108", "error_message": "no right to do so"})


def _redirect(_draw: Random, _answer: Reply) -> Seen:
    return Reply(307, b"", {"Location": "https://elsewhere.example/"})


def _no(draw: Random, _answer: Reply) -> Seen:
    status, code = draw.choice(((400, "ModelArts.0116"), (200, "ModelArts.0116"), (500, "ModelArts.0109")))
    return Reply(status, _refusal(draw, code, "it is not possible"))


def _odd(draw: Random, _answer: Reply) -> Seen:
    """A refusal that does not say why: of details, that may be since there is no such job."""
    code = draw.choice(("ModelArts.0103", "ModelArts.0104", "ModelArts.9999"))
    return Reply(draw.choice((400, 200, 409)), _refusal(draw, code, "failed"))


def _nowhere(draw: Random, _answer: Reply) -> Seen:
    """What does not exist is not the job."""
    workspace = draw.choice(("ModelArts.0102", "ModelArts.7005"))
    contents = (
        b"",
        b"404 page not found",
        PAGE,
        {"message": "no Route matched with those values"},
        {"timestamp": "2026-01-01T00:00:00Z", "status": 404, "error": "Not Found", "path": "/v1/p1"},
        {"error_code": "APIG.0101", "error_msg": "The API does not exist", "request_id": "x"},
        _refusal(draw, workspace, "The workspace does not exist."),
        _refusal(draw, "ModelArts.0104", "The project does not exist."),
    )
    return Reply(404, draw.choice(contents))


def _not_sure(draw: Random, _answer: Reply) -> Seen:
    """A 200 that says nothing of success, but is no error page either."""
    return Reply(200, draw.choice(({"error_code": "", "error_msg": ""}, {"request_id": "1"}, {"is_success": None})))


def _another(draw: Random, answer: Reply) -> Seen:
    """Details of another job, or of nobody knows which."""
    if not answer.parsed or "job_id" not in answer.parsed:
        return answer
    wrong = draw.choice((int(answer.parsed["job_id"]) + 1, 99999, "", None, 10.0, "9" * 21))
    return replace(answer, content={**answer.parsed, "job_id": wrong, "status": draw.randint(0, 22)})


def _renewal(draw: Random, _answer: Reply) -> Seen:
    """What IAM, or a proxy before it, may answer to a sign-in."""
    status = draw.choice((200, 201, 400, 401, 403, 404, 404, 409, 429, 500, 503))
    contents = (
        b"",
        PAGE,
        {"error": {"code": status, "message": "It does not exist.", "title": "Not Found"}},
        {"error_code": "IAM.0004", "error_msg": "not found"},
        _refusal(draw, "ModelArts.0103", "The job does not exist."),
        _refusal(draw, "ModelArts.0105", "This job can't be resubmit. job status: 8"),
    )
    return Reply(status, draw.choice(contents))


Content = Dict[str, Any]


def _unusable(draw: Random, content: Content) -> Content:
    jobs = [dict(job) for job in content["jobs"]]
    if jobs:
        draw.choice(jobs)["job_id"] = draw.choice((None, "", 10.5, "9" * 21, "ten", True))
    return {**content, "jobs": jobs}


# What makes a list one that is not whole, which shows.
FLAWS: Mapping[str, Callable[[Random, Content], Content]] = {
    "no entry": lambda _draw, content: {**content, "jobs": [], "job_total_count": content["job_total_count"] + 1},
    "null": lambda _draw, content: {**content, "jobs": None},
    "no jobs": lambda _draw, content: {name: value for name, value in content.items() if name != "jobs"},
    "no id": _unusable,
    "one less": lambda _draw, content: {**content, "jobs": content["jobs"][1:]},
    "no number": lambda _draw, content: {**content, "job_total_count": 0},
}


def _flawed(draw: Random, answer: Reply) -> Seen:
    if not answer.parsed or not answer.parsed.get("jobs"):
        return answer
    return replace(answer, content=FLAWS[draw.choice(sorted(FLAWS))](draw, dict(answer.parsed)))


def _retry_after(draw: Random) -> Mapping[str, str]:
    return draw.choice(({}, {"Retry-After": str(draw.randint(0, 5))}))


KINDS: Mapping[str, Kind] = {
    "refused": Kind(lambda _draw, _answer: NoReply(sent=False, refused=True), (When.NEVER,), passes=True),
    "no host": Kind(lambda _draw, _answer: NoReply(sent=False), (When.NEVER,), passes_for_reads=False),
    "reset": Kind(_reset),
    "silence": Kind(_silence),
    "page": Kind(_page),
    "gateway": Kind(_gateway),
    "empty": Kind(_empty),
    "truncated": Kind(_truncated, (When.NOW,)),
    "garbled": Kind(_garbled, (When.NOW,)),
    "busy": Kind(_busy, (When.NEVER,), passes=True),
    "expired": Kind(_expired, (When.NEVER,), passes_for_reads=False),
    "skewed": Kind(_skewed, (When.NEVER,), passes_for_reads=False),
    "forbidden": Kind(_forbidden, (When.NEVER,), passes_for_reads=False),
    "redirect": Kind(_redirect, (When.NEVER,), passes_for_reads=False),
    "no": Kind(_no, (When.NEVER,), passes_for_reads=False),
    "odd": Kind(_odd, (When.NEVER,), passes_for_reads=False, operations=("details", *CHANGING), may_hide=True),
    "nowhere": Kind(_nowhere, (When.NEVER,), passes_for_reads=False),
    "refused page": Kind(
        lambda draw, _answer: Reply(draw.choice((400, 403, 413)), PAGE), (When.NEVER,), passes_for_reads=False
    ),
    "not sure": Kind(_not_sure),
    "another": Kind(_another, (When.NOW,), operations=("details",)),
    "flawed": Kind(_flawed, (When.NOW,), operations=("list",)),
    "renewal": Kind(_renewal, (When.NEVER,), passes_for_reads=False, operations=("sign-in",)),
}

# Those after which nobody knows what became of a request.
UNCLEAR = ("reset", "silence", "page", "gateway", "empty", "truncated", "not sure")

# Codes that say no, whatever else the answer says; and those of a failure inside.
_NO = re.compile(r"ModelArts\.(010[124589]|0116|7005|6101)|APIGW\.(0101|030[0-9])|IAM\.[0-9]{4}|ModelArts\.02[0-9]{2}")
_THROTTLES = ("APIGW.0308", "ModelArts.6101", "IAM.0012")
_INSIDE = re.compile(r"ModelArts\.(0010|6100|6102)|APIGW\.020[123]")
# Where a failure's code and text stand, in the order in which the vendor's SDK looks for them.
_FIELDS = (("error_code", ("error_msg", "error_message")), ("errorCode", ("errorMsg",)), ("code", ("message",)))
_OTHER_CODE = re.compile(r"ModelArts\.(0010|0102|0108|0109|011[268]|02[0-9]{2}|6[0-9]{3}|7005)")
OTHER_SUBJECT = re.compile(r"workspace|project|user|agency|authori[sz]ation|\bAPI\b", re.IGNORECASE)
_NOT_THERE = re.compile(r"not (be )?(exist|found)|no such", re.IGNORECASE)
_JOB_ID = re.compile(r"[0-9]{1,20}")
_NAMED = re.compile(r"status: (\d+)$")


def failure_in(seen: Reply) -> Tuple[str, str]:
    """The code and the text of a failure, wherever they stand."""
    found = _failure_in(seen.parsed or {})
    return found[0].replace("APIG.", "APIGW."), found[1]


def _failure_in(content: Mapping[str, Any]) -> Tuple[str, str]:
    for code, texts in _FIELDS:
        text = next((content[name] for name in texts if content.get(name)), "")
        if content.get(code) and isinstance(content[code], str):
            return content[code], str(text)
    inner = (_failure_in(value) for value in content.values() if isinstance(value, dict))
    return next((found for found in inner if found[0]), ("", ""))


def says_gone(seen: Reply) -> bool:
    """Whether ModelArts itself says of the job of the request that it does not exist."""
    code, text = failure_in(seen)
    content = seen.parsed or {}
    itself = code.startswith("ModelArts.") or (content.get("is_success") is False and not code)
    says_so = seen.status == 404 or _NOT_THERE.search(text)
    return bool(itself and says_so and not _OTHER_CODE.fullmatch(code) and not OTHER_SUBJECT.search(text))


def status_named(seen: Reply) -> Optional[int]:
    """The status of the job that a refusal names."""
    named = _NAMED.search(failure_in(seen)[1])
    return int(named.group(1)) if named else None


def id_in(content: Mapping[str, Any]) -> str:
    """The job ID in an answer; none where it cannot be one."""
    value = content.get("job_id")
    return str(value) if type(value) in (int, str) and _JOB_ID.fullmatch(str(value)) else ""


def effect_of(seen: Seen, operation: str, job_id: str) -> Effect:
    """What the answer, or its lack, tells: the table of the design, written down a second time."""
    if isinstance(seen, NoReply):
        return Effect.UNKNOWN if seen.sent else Effect.NOT_APPLIED
    content, code = seen.parsed, failure_in(seen)[0]
    other_4xx = 400 <= seen.status < 500 and seen.status != 408
    if seen.status in (401, 429) or 300 <= seen.status < 400 or _NO.fullmatch(code) or says_gone(seen):
        return Effect.NOT_APPLIED
    if seen.status == 408 or seen.status >= 500 or (_INSIDE.fullmatch(code) and not other_4xx):
        return Effect.UNKNOWN
    success = (content or {}).get("is_success")
    if other_4xx or success is False or (code and success is not True):
        return Effect.NOT_APPLIED
    if content is None or seen.status >= 300:
        return Effect.UNKNOWN
    if operation == "details":
        means_yes = id_in(content) == job_id
    else:
        means_yes = success is True or any(name in content for name in ("job_id", "jobs", "token"))
    return Effect.APPLIED if means_yes else Effect.UNKNOWN


def pause_asked(answer: Reply) -> Optional[float]:
    """Seconds for which no request may follow an answer that throttles; ``None`` for any other.

    Where it does not say how many, it is more than none.
    """
    content = answer.parsed or {}
    code = failure_in(answer)[0]
    # A code that says something else counts for more than the HTTP status.
    if code not in _THROTTLES and (answer.status != 429 or _NO.fullmatch(code)):
        return None
    period = _PERIOD.search(str(content.get("error_msg")))
    return float(answer.headers.get("Retry-After") or (period.group(1) if period else SHORTEST_PAUSE))
