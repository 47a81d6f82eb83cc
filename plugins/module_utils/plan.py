# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a state means for a job as it is: the table of rules, and the plan that follows from it. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Dict, Optional, Tuple

from .error_codes import HINTS, Category, Meaning
from .jobs import VizJob
from .status import Group, Status


class State(str, Enum):
    """What a task wants of a job."""

    RESTARTED = "restarted"

    @property
    def verb(self) -> str:
        """What a task does for it, as in "Could not restart …"."""
        return _VERBS[self]

    @property
    def goal(self) -> str:
        """The name of the status that the job has when the task is done."""
        return _GOALS[self]


_VERBS = {State.RESTARTED: "restart"}
_GOALS = {State.RESTARTED: "RUNNING"}


class Step(Enum):
    """A part of a plan: a request, or a wait for what an earlier one brings about."""

    STOP = "stop"
    AWAIT_DOWN = "wait until it has stopped"
    RESTART = "restart"
    AWAIT_UP = "wait until it runs"


@dataclass(frozen=True)
class Rule:
    """One cell of the table: what is done with a job of a group.

    ``forced`` are the steps with ``force``; where ``hint`` is set, the job is refused without it. ``asks_service``:
    whether the request is accepted is for the service to say.
    """

    steps: Tuple[Step, ...] = ()
    forced: Tuple[Step, ...] = ()
    hint: Optional[str] = None
    asks_service: bool = False


_UP = (Step.RESTART, Step.AWAIT_UP)
_DOWN_AND_UP = (Step.AWAIT_DOWN, *_UP)
_STOP_AND_UP = (Step.STOP, *_DOWN_AND_UP)

RULES: Dict[State, Dict[Group, Rule]] = {
    State.RESTARTED: {
        Group.STOPPED: Rule(_UP),
        Group.STARTING: Rule(
            forced=_STOP_AND_UP, hint="Use force=true to stop it first, or state=started to let it come up."
        ),
        Group.RUNNING: Rule(
            forced=_STOP_AND_UP, hint="Use force=true to stop it first, or state=started to leave it running."
        ),
        Group.STOPPING: Rule(_DOWN_AND_UP),
        Group.UNKNOWN: Rule(_UP, asks_service=True),
    },
}


@dataclass(frozen=True)
class Plan:
    """What a task will do with one job. With a ``refusal`` there are no steps."""

    state: State
    job: VizJob
    status: Status
    steps: Tuple[Step, ...] = ()
    refusal: Optional[Meaning] = None
    asks_service: bool = False

    @property
    def changes(self) -> bool:
        """Whether carrying it out changes the job."""
        return Step.RESTART in self.steps or Step.STOP in self.steps

    @property
    def goal(self) -> Optional[str]:
        """The name of the status that it leads to; ``None`` where nothing is done."""
        return self.state.goal if self.steps else None

    @property
    def attempt(self) -> str:
        """What the task tries, for messages."""
        return f"{self.state.verb} {self.job.label}"


def plan(job: VizJob, state: State, force: bool, wait: bool) -> Plan:
    """The steps that bring ``job`` to ``state``, or why there are none."""
    status = job.status or Status.of(None)
    rule = RULES[state][status.group]
    steps = rule.forced if force and rule.forced else rule.steps
    if rule.hint and not steps:
        return Plan(state, job, status, refusal=refusal(state, status))
    if not wait:
        if Step.AWAIT_DOWN in steps:
            return Plan(state, job, status, refusal=_cannot_wait(status))
        steps = tuple(step for step in steps if step is not Step.AWAIT_UP)
    return Plan(state, job, status, steps, asks_service=rule.asks_service)


def refusal(state: State, status: Status) -> Meaning:
    """Why a job of this status is not brought to ``state``, and what would help."""
    hint = RULES[state][status.group].hint or HINTS[Category.CONFLICT]
    if status.group is Group.STOPPED:
        hint = "Create a new job over the same train_url."
    if status.group in (Group.STOPPED, Group.UNKNOWN):
        text = f"it is {status.name}, and ModelArts does not {state.verb} it from there"
    else:
        text = f"it is {status.name}, and ModelArts {state.verb}s only a job that has stopped"
    return Meaning(Category.CONFLICT, text, hint)


def _cannot_wait(status: Status) -> Meaning:
    return Meaning(
        Category.CONFLICT,
        f"it is {status.name}, and would have to be waited for until it has stopped, which wait=false rules out",
        "Use wait=true, or run the task again when it has stopped.",
    )
