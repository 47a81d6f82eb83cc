# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cells of the matrix. For each request of a task, each kind of answer is combined with each time at which the request is
applied. For each task there are also stale reads, rate limits and check mode."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum
from typing import Any, Iterator, Mapping, Optional

READS = frozenset(("list", "details"))
CHANGES = frozenset(("create", "modify", "delete", "stop", "restart"))

# Seconds: for one request; for a change, and for a change that stops the job first; from a change to its effect.
API_TIMEOUT = 3
WAIT_TIMEOUT, LONG_WAIT_TIMEOUT = 5, 10
START_SECONDS, STOP_SECONDS, DELETE_SECONDS = 0.4, 0.3, 0.2
# Longer than the module reads the result of a request before it sends the request again.
PATIENT_WAIT_TIMEOUT = 50
# How often the module sends a read again.
RETRIES = 2
# Seconds after which a late request is applied.
LATE = 1.0
# Seconds after which answers ask the client to send again: as a number, and as a date.
RETRY_AFTER, DATE_AFTER = 1, 2


class Verdict(Enum):
    """What an answer says about its request, by the table of the design."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    CONFLICT = "not applied, for the job's status"
    NOT_NOW = "not applied, and to be sent again"
    SIGN_IN_AGAIN = "not applied, and to be sent again with a new token"
    UNKNOWN = "unknown"
    APPLIED_OR_UNKNOWN = "applied or unknown, as what is spoilt of the answer may be what says yes"


# Those that say that a request was accepted, or may have been.
ACCEPTING = (Verdict.APPLIED, Verdict.UNKNOWN, Verdict.APPLIED_OR_UNKNOWN)


@dataclass(frozen=True)
class AnswerKind:
    """A kind of answer: how the simulator answers, with its settings. ``verdict`` is what that says about a request which was
    not applied, ``verdict_after`` about one which was."""

    how: str
    verdict: Verdict
    verdict_after: Verdict
    settings: Mapping[str, Any]


def _given(verdict: Verdict, status: int, headers: Optional[Mapping[str, str]] = None, **content: Any) -> AnswerKind:
    """Return a kind that replaces the answer of the service."""
    return AnswerKind("answer", verdict, verdict, {"status": status, "headers": headers or {}, **content})


def _spoilt(how: str, verdict_after: Verdict = Verdict.UNKNOWN, **settings: Any) -> AnswerKind:
    """Return a kind that damages the answer of the service, or that of a failure if the service gives none."""
    return AnswerKind(how, Verdict.UNKNOWN, verdict_after, {"status": 500, "body": _INTERNAL_ERROR, **settings})


def _error(code: str, text: str) -> dict[str, Any]:
    return {"error_code": code, "error_msg": text}


_INTERNAL_ERROR = _error("ModelArts.0010", "Internal error.")
_INVALID = {"is_success": False, **_error("ModelArts.0104", "A parameter is invalid.")}
_THROTTLED = _error("APIGW.0308", "The throttling threshold has been reached: limit:60")
_PERIOD = _error("APIGW.0308", f"The throttling threshold has been reached: limit:60,time:{RETRY_AFTER} second")
_LATER = {"Retry-After": str(RETRY_AFTER)}
# Replaced by a date DATE_AFTER seconds after the start of the cell.
_DATE = {"Retry-After": "date"}

ANSWERS: Mapping[str, AnswerKind] = {
    "conflict": _given(Verdict.CONFLICT, 400, body=_error("ModelArts.0105", "Its status does not allow it.")),
    "conflict_running": _given(Verdict.CONFLICT, 400, body=_error("ModelArts.0105", "It can't be. job status: 8")),
    "invalid": _given(Verdict.NOT_APPLIED, 400, body=_INVALID),
    "invalid_200": _given(Verdict.NOT_APPLIED, 200, body=_INVALID),
    "invalid_bare": _given(
        Verdict.NOT_APPLIED, 200, body={"errorCode": "ModelArts.0104", "errorMsg": "It is invalid."}
    ),
    "nowhere": _given(Verdict.NOT_APPLIED, 404, body={"message": "no Route matched with those values"}),
    "500_no": _given(Verdict.UNKNOWN, 500, body={"is_success": False, **_error("ModelArts.6100", "It timed out.")}),
    "expired": _given(Verdict.SIGN_IN_AGAIN, 401, body=_error("APIGW.0307", "The token must be updated.")),
    "unauthorized": _given(Verdict.SIGN_IN_AGAIN, 401, body={"error": {"code": 401, "title": "Unauthorized"}}),
    "forbidden": _given(Verdict.NOT_APPLIED, 403, body=_error("APIGW.0302", "The IAM user may not access the API.")),
    "not_found": _given(Verdict.NOT_APPLIED, 404, body=_error("ModelArts.0103", "The job does not exist.")),
    "timed_out": _given(Verdict.UNKNOWN, 408, body=_error("APIGW.0201", "Timed out.")),
    "throttled_seconds": _given(Verdict.NOT_NOW, 429, _LATER, body=_THROTTLED),
    "throttled_date": _given(Verdict.NOT_NOW, 429, _DATE, body=_THROTTLED),
    "throttled_period": _given(Verdict.NOT_NOW, 429, body=_PERIOD),
    "throttled_empty": _given(Verdict.NOT_NOW, 429),
    "500": _given(Verdict.UNKNOWN, 500, body=_INTERNAL_ERROR),
    "502": _given(Verdict.UNKNOWN, 502, text="<title>Bad Gateway</title>"),
    "503": _given(Verdict.UNKNOWN, 503),
    "503_later": _given(Verdict.UNKNOWN, 503, _LATER),
    "504": _given(Verdict.UNKNOWN, 504, text="<title>Gateway Time-out</title>"),
    "504_later": _given(Verdict.UNKNOWN, 504, _LATER),
    "redirect": _given(Verdict.NOT_APPLIED, 307, {"Location": "/elsewhere"}),
    "empty": _given(Verdict.UNKNOWN, 200),
    "empty_object": _given(Verdict.UNKNOWN, 200, body={}),
    "html": AnswerKind("html", Verdict.UNKNOWN, Verdict.UNKNOWN, {"status": 200}),
    "drop": _spoilt("drop"),
    "stall": _spoilt("stall"),
    "stall_briefly": _spoilt("stall", Verdict.APPLIED, seconds=0.3),
    "half": _spoilt("half"),
    "half_briefly": _spoilt("half", Verdict.APPLIED, seconds=0.3),
    "truncate": _spoilt("truncate"),
    "truncate_chunked": _spoilt("truncate_chunked"),
    "garble": _spoilt("garble"),
    "not_utf8": _spoilt("not_utf8", Verdict.APPLIED_OR_UNKNOWN),
    "not_json": _spoilt("not_json"),
}
APPLYING = ("before", "after", "late")
# Reads and sign-ins change nothing: applied late is the same as never applied.
APPLYING_READS = ("before", "after")
# One answer for each verdict that also meets every request of a task.
ALWAYS = (
    *("conflict", "invalid", "expired", "forbidden", "not_found", "redirect"),
    *("throttled_seconds", "throttled_empty", "503", "drop", "stall", "half"),
)


@dataclass(frozen=True)
class Task:
    """A task, and the request of it that meets a fault: the first of its ``operation`` after ``skip`` others.

    ``once``: the request must not be accepted twice. ``reads``: how often the job is read at least if the change takes
    time.
    """

    operation: str
    arguments: Mapping[str, Any]
    once: bool = False
    skip: int = 0
    wait_timeout: int = WAIT_TIMEOUT
    reads: int = 4


_RESTARTED = {"job_id": "10", "state": "restarted"}
_FORCED = {"job_id": "5", "state": "restarted", "force": True}
_NEW = {"name": "new", "state": "present", "train_url": "/bucket/new/", "description": "A new one"}

# Job 10 was canceled, as job 6 was; job 5 is running.
CHANGING: Mapping[str, Task] = {
    "restart": Task("restart", _RESTARTED, once=True),
    "start": Task("restart", {"job_id": "10", "state": "started"}),
    "stop": Task("stop", {"job_id": "5", "state": "stopped"}),
    "modify": Task("modify", {"name": "viz-10", "state": "present", "description": "Another one"}, reads=2),
    "delete": Task("delete", {"job_id": "10", "state": "absent"}),
    "create": Task("create", _NEW, once=True),
    "stop_to_restart": Task("stop", _FORCED, wait_timeout=LONG_WAIT_TIMEOUT),
    "restart_after_stop": Task("restart", _FORCED, once=True, wait_timeout=LONG_WAIT_TIMEOUT),
}
READING: Mapping[str, Task] = {
    "list": Task("list", {"name": "viz-10", "state": "restarted"}),
    "list_in_wait": Task("list", {"job_ids": ["10", "6"], "state": "restarted"}, skip=1),
    "details": Task("details", _RESTARTED),
    "details_in_wait": Task("details", _RESTARTED, skip=1),
    "sign-in": Task("sign-in", _RESTARTED),
}
TASKS: Mapping[str, Task] = {**CHANGING, **READING}


@dataclass(frozen=True, eq=False)
class Cell:
    """A task on a simulator with these options and jobs, and with a fault where there is an ``answer``. ``applies`` says when
    the simulator applies the request that meets the fault, ``times`` how many requests meet it."""

    name: str
    task: Task
    options: Mapping[str, Any] = field(default_factory=dict)
    jobs: Mapping[str, Any] = field(default_factory=dict)
    answer: Optional[AnswerKind] = None
    applies: str = "before"
    times: Optional[int] = 1
    # If one read is stale, how many reads come before it.
    reads_before_stale: Optional[int] = None
    wait_timeout: Optional[int] = None
    check_mode: bool = False

    @property
    def seconds(self) -> int:
        """The task's wait_timeout."""
        # A task that must fail does so with less time, too.
        return self.wait_timeout or (self.task.wait_timeout * 3 // 5 if self.hopeless else self.task.wait_timeout)

    @property
    def hopeless(self) -> bool:
        """Whether the task cannot succeed in its time: the fault lasts, or the lost request is sent again only later."""
        lost = self.task.operation in CHANGES and self.applies == "before" and self.verdict is Verdict.UNKNOWN
        return self.times is None or lost

    @property
    def verdict(self) -> Optional[Verdict]:
        """What the answer says about the request; ``None`` where there is no fault."""
        if self.answer is None:
            return None
        return self.answer.verdict_after if self.applies == "after" else self.answer.verdict

    @property
    def lasts(self) -> bool:
        """Whether the run takes about a minute: its time is long, or it is throttled until the time for preparation is over."""
        before_change = self.task.operation not in CHANGES and not self.task.skip
        throttled = self.times is None and self.verdict is Verdict.NOT_NOW
        return self.seconds == PATIENT_WAIT_TIMEOUT or (throttled and before_change)

    @property
    def lies(self) -> bool:
        """Whether the service denies a request that it has applied."""
        changes = self.task.operation in CHANGES and self.applies != "before"
        return changes and self.verdict not in (*ACCEPTING, None)

    @property
    def says_gone(self) -> bool:
        """Whether the service says that the job does not exist, which does."""
        return self.answer is ANSWERS["not_found"]

    @property
    def says_up(self) -> bool:
        """Whether the service says that the job runs, which does not."""
        return self.answer is ANSWERS["conflict_running"]

    @property
    def arguments(self) -> dict[str, Any]:
        """The module's arguments, without those of the connection."""
        return {
            "api_timeout": API_TIMEOUT,
            "retries": RETRIES,
            "wait_timeout": self.seconds,
            "_ansible_check_mode": self.check_mode,
            **self.task.arguments,
        }

    def scenario(self) -> dict[str, Any]:
        """Return the simulator's scenario; a date in it counts from now."""
        options = {
            "bodies": True,
            "start_seconds": START_SECONDS,
            "stop_seconds": STOP_SECONDS,
            "delete_seconds": DELETE_SECONDS,
        }
        return {"options": {**options, **self.options}, "jobs": self.jobs, "faults": [*self._rules()]}

    def _rules(self) -> Iterator[dict[str, Any]]:
        if self.reads_before_stale is not None:
            yield {"method": "GET", "action": "stale", "seconds": 60, "skip": self.reads_before_stale}
        if self.answer is not None:
            rule = {"operation": self.task.operation, "skip": self.task.skip, "times": self.times, "late": LATE}
            rule.update(self.answer.settings, action=f"{self.answer.how}_{self.applies}")
            if rule.get("headers") == _DATE:
                rule["headers"] = {"Retry-After": formatdate(time.time() + DATE_AFTER, usegmt=True)}
            yield rule


def _cells() -> Iterator[Cell]:
    for (name, task), (title, answer) in itertools.product(TASKS.items(), ANSWERS.items()):
        for applies in APPLYING if name in CHANGING else APPLYING_READS:
            yield Cell(f"{name}-{title}_{applies}", task, answer=answer, applies=applies)
    for (name, task), title in itertools.product(TASKS.items(), ALWAYS):
        yield Cell(f"{name}-{title}_always", task, answer=ANSWERS[title], times=None)
    for name, task in CHANGING.items():
        if not task.once:
            yield Cell(f"{name}-patient", task, answer=ANSWERS["drop"], wait_timeout=PATIENT_WAIT_TIMEOUT)
        for number in range(task.reads):
            yield Cell(
                f"{name}-stale_{number}", task, _SLOWLY, reads_before_stale=number, wait_timeout=LONG_WAIT_TIMEOUT
            )
    for (name, task), (reads, seed) in itertools.product(CHANGING.items(), _STALE_READS):
        options = {"stale_seconds": STALE_SECONDS, "stale_reads": reads, "seed": seed}
        yield Cell(f"{name}-{reads}_{seed}", task, options, wait_timeout=LONG_WAIT_TIMEOUT)
    for (name, task), kind, after in itertools.product(TASKS.items(), RATE_KINDS, RATE_RETRY_AFTER):
        options = {"rate_limit": RATE_LIMIT, "rate_kind": kind, "rate_retry_after": after}
        yield Cell(f"{name}-{kind}_{after}", task, options, wait_timeout=LONG_WAIT_TIMEOUT)
    for (name, task), title in itertools.product(CHANGING.items(), ("drop", "503", "throttled_seconds", "expired")):
        read = "list" if "name" in task.arguments else "details"
        met = Task(read, task.arguments)
        yield Cell(f"{name}-check_mode_{title}", met, answer=ANSWERS[title], check_mode=True)


# Slow enough for reads between the old and the new status.
_SLOWLY = {"start_seconds": 2.5, "stop_seconds": 2.5, "delete_seconds": 2.5}
# How many seconds old reads are, and which: all, or some at random with this seed.
STALE_SECONDS = 1.5
_STALE_READS = (("lag", 0), ("random", 1), ("random", 2), ("random", 3))
# Requests per second: fewer than any task sends at once.
RATE_LIMIT = 2
RATE_KINDS = ("fixed", "sliding", "bucket")
RATE_RETRY_AFTER = ("seconds", "date", "none")

CELLS = tuple(_cells())
