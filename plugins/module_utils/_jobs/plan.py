# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan for one job: the steps that bring it to a state, or why there are none. No I/O."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from . import wording
from .failure import Failure
from .job import NewJob, VizJob, same_description
from .rules import DETOURS, FIXED_FIELDS, FORCED_DETOURS, REQUESTS, RESULTS, RULES, State, Step
from .status import Group, Status


class Plan(NamedTuple):
    """What a task will do with one job. A plan with a ``refusal`` has no steps.

    ``new_job`` is what a job that is to be present should be like.
    """

    state: State
    job: VizJob
    steps: Tuple[Step, ...] = ()
    refusal: Optional[Failure] = None
    asks_service: bool = False
    force: bool = False
    wait: bool = True
    new_job: Optional[NewJob] = None

    @property
    def status(self) -> Status:
        """The job's status when the plan was made."""
        return self.job.known_status

    @property
    def changes(self) -> bool:
        """Whether the plan changes the job."""
        return not REQUESTS.isdisjoint(self.steps)

    def attempt(self, job: VizJob) -> str:
        """What the task tries to do with the job, as it is known by then, for messages."""
        if self.state is State.PRESENT and self.job.id:
            return f"change the description of {job.label}"
        return f"{self.state.verb} {job.label}"

    @property
    def before(self) -> Dict[str, Any]:
        """The fields that the plan changes, as they were."""
        if self.status.group is Group.ABSENT:
            return {}
        if self.state is State.PRESENT:
            return {"description": self.job.description}
        return {"status": self.status.name}

    @property
    def after(self) -> Dict[str, Any]:
        """The same fields as the plan leaves them."""
        if not self.changes:
            return self.before
        if self.new_job is None:
            return RESULTS[self.state]
        return self.new_job.fields if Step.CREATE in self.steps else {"description": self.new_job.description}

    def warnings(self, check_mode: bool) -> List[str]:
        """What the user should know about the plan."""
        warnings = []
        if self.asks_service and check_mode:
            warnings.append(wording.service_decides(self.job, self.steps[0]))
        for field in FIXED_FIELDS if self.new_job and self.job.id else ():
            wanted, actual = getattr(self.new_job, field), getattr(self.job, field)
            if None not in (wanted, actual) and _comparable(wanted) != _comparable(actual):
                warnings.append(wording.field_stays(self.job, field, actual, wanted))
        return warnings


def plan(job: VizJob, state: State, force: bool, wait: bool, new_job: Optional[NewJob] = None) -> Plan:
    """The steps that bring ``job`` to ``state``, or why there are none."""
    status = job.known_status
    rule = RULES[state][status.group]
    steps = rule.forced if force and rule.forced else rule.steps
    refusal = None
    if rule.hint and not steps:
        refusal = wording.refused_for_status(state, Step.RESTART, status)
    elif Step.UPDATE in steps and new_job is not None and not _differs(job.description, new_job.description):
        steps = ()
    if not wait:
        steps = _without_wait(steps)
        refusal = refusal or _refused_wait(steps, status)
    return Plan(
        state,
        job,
        () if refusal else steps,
        refusal,
        asks_service=rule.asks_service,
        force=force,
        wait=wait,
        new_job=new_job,
    )


def detour(planned: Plan, step: Step, status: Status) -> Union[Failure, Tuple[Step, ...]]:
    """The steps that replace a request that was just refused for the job's status, or why there are none."""
    key = (planned.state, step)
    table = {**DETOURS.get(key, {}), **(FORCED_DETOURS.get(key, {}) if planned.force else {})}
    steps = table.get(status.group)
    if steps is None:
        return wording.refused_for_status(planned.state, step, status, planned.force)
    return steps if planned.wait else _refused_wait(steps, status) or steps


def _differs(actual: Optional[str], wanted: Optional[str]) -> bool:
    return wanted is not None and not same_description(actual, wanted)


def _without_wait(steps: Tuple[Step, ...]) -> Tuple[Step, ...]:
    """The steps without the wait at their end; a new job must show in the list, or the next run would create another."""
    if steps and steps[-1] not in REQUESTS:
        steps = steps[:-1]
    return (*steps, Step.AWAIT_LISTED) if Step.CREATE in steps else steps


def _comparable(value: Any) -> Any:
    """``value`` as it is compared: a folder is the same with and without a slash at its end."""
    return value.rstrip("/") if isinstance(value, str) else value


def _refused_wait(steps: Tuple[Step, ...], status: Status) -> Optional[Failure]:
    """Why a task that must not wait cannot take the steps, if so."""
    return wording.must_stop_first(status) if Step.AWAIT_DOWN in steps else None
