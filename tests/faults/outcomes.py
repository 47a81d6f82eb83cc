# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the design says of a cell besides the promises: what its task comes to, and how often the request is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping, Optional, Sequence

from ansible_collections.mlops.modelarts.tests.faults.matrix import (
    ACCEPTING,
    CHANGES,
    PATIENT_WAIT_TIMEOUT,
    RETRIES,
    Cell,
    Told,
)
from ansible_collections.mlops.modelarts.tests.faults.promises import ACTIONS, PROMISES, UNKNOWN
from ansible_collections.mlops.modelarts.tests.faults.run import Run


@dataclass(frozen=True)
class Outcome:
    """Whether the task ``succeeds``, how often the request is ``sent``, and whether it ends with its outcome ``unsure``;
    ``None`` where nothing is said of that."""

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
            action = ACTIONS.get(operation, operation) + UNKNOWN
            assert any(action in job["actions"] for job in run.result["jobs"]) is self.unsure
        if self.category is not None:
            assert run.result["error"]["category"] == self.category


_GOES_WELL = Outcome(succeeds=True)
# A fault that meets one request for a change, by what the answer tells and whether it is, or will be, applied.
_CHANGE: Mapping[tuple[Told, bool], Outcome] = {
    (Told.APPLIED, True): Outcome(succeeds=True, sent=1, unsure=False),
    (Told.NOT_NOW, False): Outcome(succeeds=True, sent=2, unsure=False),
    (Told.SIGN_IN_AGAIN, False): Outcome(succeeds=True, sent=2, unsure=False),
    (Told.UNKNOWN, True): Outcome(succeeds=True, sent=1, unsure=True),
    (Told.APPLIED_OR_UNKNOWN, True): Outcome(succeeds=True, sent=1),
}
# What is never sent again, and what is if the time allows.
_ONCE: Mapping[tuple[Told, bool], Outcome] = {
    **_CHANGE,
    (Told.NOT_APPLIED, False): Outcome(succeeds=False, sent=1, unsure=False),
    (Told.CONFLICT, False): Outcome(succeeds=False, sent=1, unsure=False, category="conflict"),
    (Told.UNKNOWN, False): Outcome(succeeds=False, sent=1, unsure=True, category="outcome_unknown"),
}
# What has just stopped may count as stopping a little longer.
_ONCE_AFTER_STOP = {**_ONCE, (Told.CONFLICT, False): Outcome(succeeds=True, sent=2, unsure=False)}
_GOAL: Mapping[tuple[Told, bool], Outcome] = {
    **_CHANGE,
    (Told.UNKNOWN, False): Outcome(succeeds=False, sent=1, unsure=True, category="timeout"),
}
_PATIENT = Outcome(succeeds=True, sent=2, unsure=True)
# A fault that meets one read.
_READ: Mapping[Told, Outcome] = {
    **dict.fromkeys((*ACCEPTING, Told.NOT_NOW, Told.SIGN_IN_AGAIN), _GOES_WELL),
}
_SIGN_IN: Mapping[Told, Outcome] = {
    **_READ,
    # There is no other way to sign in.
    Told.SIGN_IN_AGAIN: Outcome(succeeds=False, sent=1),
    **dict.fromkeys((Told.NOT_APPLIED, Told.CONFLICT), Outcome(succeeds=False, sent=1)),
}
# A fault that meets every request for a change.
_CHANGE_ALWAYS: Mapping[Told, Outcome] = {
    Told.UNKNOWN: Outcome(succeeds=False, sent=1, unsure=True),
    Told.NOT_NOW: Outcome(succeeds=False),
    Told.SIGN_IN_AGAIN: Outcome(succeeds=False, sent=2, unsure=False),
    **dict.fromkeys((Told.NOT_APPLIED, Told.CONFLICT), Outcome(succeeds=False, unsure=False)),
}
# One that meets every read that a task begins with.
_READ_ALWAYS: Mapping[Told, Outcome] = {
    Told.UNKNOWN: Outcome(succeeds=False, sent=1 + RETRIES),
    Told.NOT_NOW: Outcome(succeeds=False),
}


def outcome_of(cell: Cell) -> Optional[Outcome]:
    """What is to come of the cell; ``None`` where the promises are all that there is to say."""
    if cell.told is None:
        return _GOES_WELL
    task, told = cell.task, cell.told
    if task.operation in CHANGES:
        if cell.seconds >= PATIENT_WAIT_TIMEOUT:
            return _PATIENT
        if cell.times is None:
            return _CHANGE_ALWAYS[told]
        table = _GOAL if not task.once else _ONCE_AFTER_STOP if "force" in task.arguments else _ONCE
        return table.get((told, cell.applies != "before"))
    if cell.times is None:
        return None if task.skip else _READ_ALWAYS.get(told)
    return (_SIGN_IN if task.operation == "sign-in" else _READ).get(told)


def check(run: Run, promises: Sequence[Callable[[Run], None]] = PROMISES) -> None:
    """That the fault was met, that the promises are kept, and that it came to what the design says."""
    assert all(rule["times"] in (0, None) for rule in run.faults)
    for promise in promises:
        promise(run)
    outcome = outcome_of(run.cell)
    if outcome is not None:
        outcome.check(run)
