# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can become of a request on its way: whether and when it is applied, and what its sender gets to see."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from random import Random
from typing import Callable, Mapping, Optional, Tuple, Union

from ansible_collections.mlops.modelarts.tests.schedules.service import Reply


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


@dataclass(frozen=True)
class Kind:
    """A kind of trouble. ``spoilt`` gets the service's own answer, which is an empty one unless it is applied now."""

    spoilt: Callable[[Random, Reply], Seen]
    whens: Tuple[When, ...] = tuple(When)
    # Whether a task gets past it, if it does not go on for ever: where a request changes something, and where not.
    passes: bool = False
    passes_for_reads: bool = True


def _reset(_draw: Random, _answer: Reply) -> Seen:
    return NoReply(sent=True)


def _silence(_draw: Random, _answer: Reply) -> Seen:
    return NoReply(sent=True, silent=True)


def _page(draw: Random, _answer: Reply) -> Seen:
    status = draw.choice((200, 400, 500, 502, 503, 504))
    return Reply(status, PAGE, _retry_after(draw))


def _gateway(draw: Random, _answer: Reply) -> Seen:
    status, code = draw.choice(
        (
            (408, "ModelArts.6100"),
            (500, "ModelArts.0010"),
            (502, "APIGW.0202"),
            (503, "APIG.0201"),
            (503, "APIGW.0308"),
            (504, "APIGW.0203"),
        )
    )
    return Reply(status, {"error_code": code, "error_msg": "Backend unavailable."}, _retry_after(draw))


def _empty(draw: Random, _answer: Reply) -> Seen:
    return Reply(200, draw.choice((b"", b"{}", b"[]", b"null")))


def _truncated(draw: Random, answer: Reply) -> Seen:
    return replace(answer, content=answer.body[: draw.randrange(len(answer.body))])


def _garbled(draw: Random, answer: Reply) -> Seen:
    body = bytearray(answer.body)
    for position in draw.sample(range(len(body)), max(1, len(body) // 20)):
        body[position] = draw.choice(b"\x00\x07\xff")
    return replace(answer, content=bytes(body))


def _busy(draw: Random, _answer: Reply) -> Seen:
    texts = ("limit:60,time:1 second", "slow down")
    contents = (*({"error_code": "APIGW.0308", "error_msg": text} for text in texts), PAGE)
    return Reply(429, draw.choice(contents), _retry_after(draw))


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
    content = {"is_success": False, "error_code": "ModelArts.0010", "error_message": "internal error"}
    return Reply(draw.choice((200, 500)), content)


def _not_sure(draw: Random, _answer: Reply) -> Seen:
    """A 200 that says nothing of success, but is no error page either."""
    return Reply(200, draw.choice(({"error_code": "APIGW.9999", "error_msg": "?"}, {"request_id": "1"})))


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
    "not sure": Kind(_not_sure),
}

# Those after which nobody knows what became of a request.
UNCLEAR = ("reset", "silence", "page", "gateway", "empty", "truncated", "not sure")

CHANGING = frozenset(("create", "update", "delete", "restart", "stop"))


def effect_of(seen: Seen) -> Effect:
    """What the answer, or its lack, tells: the table of the design, written down a second time."""
    if isinstance(seen, NoReply):
        return Effect.UNKNOWN if seen.sent else Effect.NOT_APPLIED
    if seen.status in (401, 429) or 300 <= seen.status < 400:
        return Effect.NOT_APPLIED
    content = seen.parsed
    if content is None:
        return Effect.UNKNOWN
    if content.get("is_success") is False:
        return Effect.NOT_APPLIED
    if 400 <= seen.status < 500 and seen.status != 408:
        return Effect.NOT_APPLIED
    # Details and IAM's answers have no is_success.
    means_yes = content.get("is_success", any(name in content for name in ("job_id", "jobs", "token")))
    return Effect.APPLIED if seen.status < 300 and means_yes else Effect.UNKNOWN


def pause_asked(answer: Reply) -> Optional[float]:
    """Seconds for which no request may follow an answer that throttles; ``None`` for any other.

    Where it does not say how many, it is more than none.
    """
    content = answer.parsed or {}
    if answer.status != 429 and content.get("error_code") not in ("APIG.0308", "APIGW.0308"):
        return None
    period = _PERIOD.search(str(content.get("error_msg")))
    return float(answer.headers.get("Retry-After") or (period.group(1) if period else SHORTEST_PAUSE))
