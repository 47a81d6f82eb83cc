# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the design says about a cell besides the invariants: how its task ends, and how often the request is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping, Optional, Sequence

from ansible_collections.mlops.modelarts.tests.faults.invariants import INVARIANTS
from ansible_collections.mlops.modelarts.tests.faults.matrix import (
    ACCEPTING,
    CHANGES,
    PATIENT_WAIT_TIMEOUT,
    RETRIES,
    Cell,
    Verdict,
)
from ansible_collections.mlops.modelarts.tests.faults.run import OPERATIONS, Run


@dataclass(frozen=True)
class Expectation:
    """Whether the task ``succeeds``, how often the request is ``sent``, and whether its outcome stays ``unsure``; ``None``
    where the design does not say."""

    succeeds: bool
    sent: Optional[int] = None
    unsure: Optional[bool] = None
    category: Optional[str] = None

    def check(self, run: Run) -> None:
        assert run.failed is not self.succeeds, run.result.get("msg")
        if self.sent is not None:
            assert len(run.met) == self.sent
        if self.unsure is not None:
            operation = run.cell.task.operation
            action = f"{OPERATIONS.get(operation, operation)} (outcome unknown)"
            assert any(action in job["actions"] for job in run.result["jobs"]) is self.unsure
        if self.category is not None:
            assert run.result["error"]["category"] == self.category


_GOES_WELL = Expectation(succeeds=True)
# A fault that meets one request for a change, by what the answer says and whether it is, or will be, applied.
_CHANGE: Mapping[tuple[Verdict, bool], Expectation] = {
    (Verdict.APPLIED, True): Expectation(succeeds=True, sent=1, unsure=False),
    (Verdict.NOT_NOW, False): Expectation(succeeds=True, sent=2, unsure=False),
    (Verdict.SIGN_IN_AGAIN, False): Expectation(succeeds=True, sent=2, unsure=False),
    (Verdict.UNKNOWN, True): Expectation(succeeds=True, sent=1, unsure=True),
    (Verdict.APPLIED_OR_UNKNOWN, True): Expectation(succeeds=True, sent=1),
}
# For tasks that never send a request again; and for goals, which do if there is time.
_ONCE: Mapping[tuple[Verdict, bool], Expectation] = {
    **_CHANGE,
    (Verdict.NOT_APPLIED, False): Expectation(succeeds=False, sent=1, unsure=False),
    (Verdict.CONFLICT, False): Expectation(succeeds=False, sent=1, unsure=False, category="conflict"),
    (Verdict.UNKNOWN, False): Expectation(succeeds=False, sent=1, unsure=True, category="outcome_unknown"),
}
# A job that has just stopped may count as stopping for a little longer.
_ONCE_AFTER_STOP = {**_ONCE, (Verdict.CONFLICT, False): Expectation(succeeds=True, sent=2, unsure=False)}
# One that was started again meanwhile is waited for.
_UP_AGAIN = Expectation(succeeds=False, sent=1, unsure=False, category="timeout")
_GOAL: Mapping[tuple[Verdict, bool], Expectation] = {
    **_CHANGE,
    (Verdict.UNKNOWN, False): Expectation(succeeds=False, sent=1, unsure=True, category="timeout"),
}
_PATIENT = Expectation(succeeds=True, sent=2, unsure=True)
# A fault that meets one read.
_READ: Mapping[Verdict, Expectation] = {
    **dict.fromkeys((*ACCEPTING, Verdict.NOT_NOW, Verdict.SIGN_IN_AGAIN), _GOES_WELL),
}
_SIGN_IN: Mapping[Verdict, Expectation] = {
    **_READ,
    # There is no other way to sign in.
    Verdict.SIGN_IN_AGAIN: Expectation(succeeds=False, sent=1),
    **dict.fromkeys((Verdict.NOT_APPLIED, Verdict.CONFLICT), Expectation(succeeds=False, sent=1)),
}
# A fault that meets every request for a change.
_CHANGE_ALWAYS: Mapping[Verdict, Expectation] = {
    Verdict.UNKNOWN: Expectation(succeeds=False, sent=1, unsure=True),
    Verdict.NOT_NOW: Expectation(succeeds=False),
    Verdict.SIGN_IN_AGAIN: Expectation(succeeds=False, sent=2, unsure=False),
    **dict.fromkeys((Verdict.NOT_APPLIED, Verdict.CONFLICT), Expectation(succeeds=False, unsure=False)),
}
# A fault that meets every read at the beginning of a task.
_READ_ALWAYS: Mapping[Verdict, Expectation] = {
    Verdict.UNKNOWN: Expectation(succeeds=False, sent=1 + RETRIES),
    Verdict.NOT_NOW: Expectation(succeeds=False),
}


def expected_of(cell: Cell) -> Optional[Expectation]:
    """Return what the cell must come to; ``None`` where only the invariants apply."""
    if cell.verdict is None:
        return _GOES_WELL
    task, verdict = cell.task, cell.verdict
    if task.operation in CHANGES:
        if cell.seconds >= PATIENT_WAIT_TIMEOUT:
            return _PATIENT
        if cell.times is None:
            return _GOES_WELL if cell.says_gone and task.operation == "delete" else _CHANGE_ALWAYS[verdict]
        after_stop = "force" in task.arguments
        table = _GOAL if not task.once else _ONCE_AFTER_STOP if after_stop else _ONCE
        is_up_again = cell.says_up and after_stop and task.operation == "restart" and cell.applies == "before"
        return _UP_AGAIN if is_up_again else table.get((verdict, cell.applies != "before"))
    if cell.times is None:
        return None if task.skip else _READ_ALWAYS.get(verdict)
    return (_SIGN_IN if task.operation == "sign-in" else _READ).get(verdict)


def check(run: Run, invariants: Sequence[Callable[[Run], None]] = INVARIANTS) -> None:
    """Assert that the request met the fault, that the invariants hold, and that the run ended as the design says."""
    assert all(rule["times"] in (0, None) for rule in run.faults)
    for invariant in invariants:
        invariant(run)
    expected = expected_of(run.cell)
    if expected is not None:
        expected.check(run)
