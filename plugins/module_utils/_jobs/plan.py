# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a state means for a job as it is: the table of rules, and the plan that follows from it. No I/O."""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from .._cloud.error_codes import HINTS, Category, Meaning
from .._cloud.viz_jobs import NewJob, VizJob
from .failure import ModelArtsError
from .status import Group, Status


class State(str, Enum):
    """What a task wants of a job."""

    RESTARTED = "restarted"
    STARTED = "started"
    STOPPED = "stopped"
    PRESENT = "present"
    ABSENT = "absent"

    @property
    def verb(self) -> str:
        """What a task does for it, as in "Could not restart …"."""
        return _VERBS[self]


_VERBS = {
    State.RESTARTED: "restart",
    State.STARTED: "start",
    State.STOPPED: "stop",
    State.PRESENT: "create",
    State.ABSENT: "delete",
}
# What a task that changes the job leaves it as, in the words of a diff. A stopped job has one of several statuses.
_LEADS_TO: Dict[State, Dict[str, Any]] = {
    State.RESTARTED: {"status": "RUNNING"},
    State.STARTED: {"status": "RUNNING"},
    State.STOPPED: {"status": "stopped"},
    State.ABSENT: {},
}
# What a job keeps as it was created.
_FIXED = ("train_url", "job_type", "flavor", "auto_stop")


class Step(Enum):
    """A part of a plan: a request, or a wait for what an earlier one brings about."""

    CREATE = "create"
    UPDATE = "update"
    STOP = "stop"
    RESTART = "restart"
    DELETE = "delete"
    AWAIT_DOWN = "wait until it has stopped"
    AWAIT_UP = "wait until it runs"
    AWAIT_GONE = "wait until it is gone"
    AWAIT_UPDATE = "wait until it is changed"


REQUESTS = frozenset((Step.CREATE, Step.UPDATE, Step.STOP, Step.RESTART, Step.DELETE))


class Rule(NamedTuple):
    """One cell of the table: what is done with a job of a group.

    ``forced`` are the steps with ``force``; where ``hint`` is set, the job is refused without it. ``asks_service``:
    whether the request is accepted is for the service to say.
    """

    steps: Tuple[Step, ...] = ()
    forced: Tuple[Step, ...] = ()
    hint: Optional[str] = None
    asks_service: bool = False


_UP = (Step.RESTART, Step.AWAIT_UP)
_DOWN = (Step.STOP, Step.AWAIT_DOWN)
_GONE = (Step.DELETE, Step.AWAIT_GONE)
_UPDATED = Rule((Step.UPDATE, Step.AWAIT_UPDATE))

RULES: Dict[State, Dict[Group, Rule]] = {
    State.RESTARTED: {
        Group.STOPPED: Rule(_UP),
        Group.STARTING: Rule(
            forced=_DOWN + _UP, hint="Use force=true to stop it first, or state=started to let it come up."
        ),
        Group.RUNNING: Rule(
            forced=_DOWN + _UP, hint="Use force=true to stop it first, or state=started to leave it running."
        ),
        Group.STOPPING: Rule((Step.AWAIT_DOWN, *_UP)),
        Group.UNKNOWN: Rule(_UP, asks_service=True),
    },
    State.STARTED: {
        Group.STOPPED: Rule(_UP),
        Group.STARTING: Rule((Step.AWAIT_UP,)),
        Group.RUNNING: Rule(),
        Group.STOPPING: Rule((Step.AWAIT_DOWN, *_UP)),
        Group.UNKNOWN: Rule(_UP, asks_service=True),
    },
    State.STOPPED: {
        Group.STOPPED: Rule(),
        Group.STARTING: Rule(_DOWN),
        Group.RUNNING: Rule(_DOWN),
        Group.STOPPING: Rule((Step.AWAIT_DOWN,)),
        Group.UNKNOWN: Rule(_DOWN, asks_service=True),
    },
    State.PRESENT: {
        Group.STOPPED: _UPDATED,
        Group.STARTING: _UPDATED,
        Group.RUNNING: _UPDATED,
        Group.STOPPING: _UPDATED,
        Group.UNKNOWN: _UPDATED,
        Group.ABSENT: Rule((Step.CREATE, Step.AWAIT_UP)),
    },
    State.ABSENT: {
        Group.STOPPED: Rule(_GONE),
        Group.STARTING: Rule(_GONE),
        Group.RUNNING: Rule(_GONE),
        Group.STOPPING: Rule((Step.AWAIT_DOWN, *_GONE)),
        Group.UNKNOWN: Rule(_GONE),
        Group.ABSENT: Rule(),
    },
}

# What comes instead of a step that the service refuses for the job's status, by the status that it turns out to have.
# Where nothing stands here, the refusal is final.
_INSTEAD: Dict[Tuple[State, Step], Dict[Group, Tuple[Step, ...]]] = {
    (State.STARTED, Step.RESTART): {
        Group.STARTING: (),
        Group.RUNNING: (),
        Group.STOPPING: (Step.AWAIT_DOWN, Step.RESTART),
    },
    **{(state, Step.STOP): {Group.STOPPED: (), Group.STOPPING: ()} for state in State},
    (State.ABSENT, Step.DELETE): {Group.STOPPING: (Step.AWAIT_DOWN, Step.DELETE)},
}
_STOP_AND_DELETE = (*_DOWN, Step.DELETE)
_INSTEAD_WITH_FORCE: Dict[Tuple[State, Step], Dict[Group, Tuple[Step, ...]]] = {
    (State.ABSENT, Step.DELETE): {
        Group.STARTING: _STOP_AND_DELETE,
        Group.RUNNING: _STOP_AND_DELETE,
        Group.UNKNOWN: _STOP_AND_DELETE,
    },
}


class Plan(NamedTuple):
    """What a task will do with one job. With a ``refusal`` there are no steps.

    ``new_job`` is what a job that is to be present should be like.
    """

    state: State
    job: VizJob
    steps: Tuple[Step, ...] = ()
    refusal: Optional[ModelArtsError] = None
    asks_service: bool = False
    force: bool = False
    wait: bool = True
    new_job: Optional[NewJob] = None

    @property
    def status(self) -> Status:
        """The job's status when the plan was made."""
        return self.job.status or Status.of(None)

    @property
    def changes(self) -> bool:
        """Whether carrying it out changes the job."""
        return not REQUESTS.isdisjoint(self.steps)

    def attempt(self, job: VizJob) -> str:
        """What the task tries with the job, as it is known by then, for messages."""
        if self.state is State.PRESENT and self.job.id:
            return f"change the description of {job.label}"
        return f"{self.state.verb} {job.label}"

    @property
    def before(self) -> Dict[str, Any]:
        """What it changes of the job, as it was."""
        if self.status.group is Group.ABSENT:
            return {}
        if self.state is State.PRESENT:
            return {"description": self.job.description}
        return {"status": self.status.name}

    @property
    def after(self) -> Dict[str, Any]:
        """The same as it will be."""
        if not self.steps:
            return self.before
        if self.new_job is None:
            return _LEADS_TO[self.state]
        return self.new_job.fields if Step.CREATE in self.steps else {"description": self.new_job.description}

    def warnings(self, check_mode: bool) -> List[str]:
        """What the user should know besides."""
        said = []
        if self.asks_service and check_mode:
            said.append(
                f"{self.job.label} is {self.status.name}: ModelArts decides whether to {self.steps[0].value} it."
            )
        for option in _FIXED if self.new_job and self.job.id else ():
            wanted, shown = getattr(self.new_job, option), getattr(self.job, option)
            if None not in (wanted, shown) and _plain(wanted) != _plain(shown):
                said.append(
                    f"{option} of {self.job.label} is {shown!r} and stays so, as ModelArts cannot change it to {wanted!r}: "
                    f"leave {option} out, or delete the job and create it anew."
                )
        return said


def plan(job: VizJob, state: State, force: bool, wait: bool, new_job: Optional[NewJob] = None) -> Plan:
    """The steps that bring ``job`` to ``state``, or why there are none."""
    status = job.status or Status.of(None)
    rule = RULES[state][status.group]
    steps = rule.forced if force and rule.forced else rule.steps
    error = None
    if rule.hint and not steps:
        error = _refusal(state, Step.RESTART, status)
    elif Step.UPDATE in steps and new_job is not None and new_job.description in (None, job.description):
        steps = ()
    if not wait:
        steps = _without_last_wait(steps)
        error = error or _missed_wait(steps, status)
    return Plan(
        state,
        job,
        () if error else steps,
        ModelArtsError(error) if error else None,
        asks_service=rule.asks_service,
        force=force,
        wait=wait,
        new_job=new_job,
    )


def instead(planned: Plan, step: Step, status: Status) -> Union[Meaning, Tuple[Step, ...]]:
    """What comes instead of a step that the service has just refused for the job's status, or why nothing does."""
    key = (planned.state, step)
    table = {**_INSTEAD.get(key, {}), **(_INSTEAD_WITH_FORCE.get(key, {}) if planned.force else {})}
    steps = table.get(status.group)
    if steps is None:
        return _refusal(planned.state, step, status)
    return steps if planned.wait else _missed_wait(steps, status) or steps


def _plain(value: Any) -> Any:
    """``value`` as it is compared: a folder is the same with and without a slash at its end."""
    return value.rstrip("/") if isinstance(value, str) else value


def _without_last_wait(steps: Tuple[Step, ...]) -> Tuple[Step, ...]:
    return steps if not steps or steps[-1] in REQUESTS else steps[:-1]


def _missed_wait(steps: Tuple[Step, ...], status: Status) -> Optional[Meaning]:
    """Why a task that must not wait cannot take the steps, if so."""
    if Step.AWAIT_DOWN not in steps:
        return None
    return Meaning(
        Category.CONFLICT,
        f"it is {status.name}, and would have to be waited for until it has stopped, which wait=false rules out",
        "Use wait=true, or run the task again when it has stopped.",
    )


def _refusal(state: State, step: Step, status: Status) -> Meaning:
    """Why a job of this status is not brought to ``state``, and what would help."""
    rule = RULES[state][status.group]
    hint = rule.hint or HINTS[Category.CONFLICT]
    if step is Step.RESTART and status.group is Group.STOPPED:
        hint = "Create a new job over the same train_url."
    elif step is Step.DELETE and status.group in (Group.STARTING, Group.RUNNING, Group.UNKNOWN):
        hint = "Use force=true to stop it first."
    if step is Step.RESTART and status.group not in (Group.STOPPED, Group.UNKNOWN):
        text = f"it is {status.name}, and ModelArts restarts only a job that has stopped"
    else:
        text = f"it is {status.name}, and ModelArts does not {step.value} it from there"
    return Meaning(Category.CONFLICT, text, hint)
