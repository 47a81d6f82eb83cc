# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How one job gets through its plan: what its answers and sightings mean. No I/O, and no clock of its own."""

from __future__ import annotations

import math
import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from .._cloud.error_codes import Category, Meaning
from .._cloud.viz_jobs import NewJob, Operation, VizJob
from .failure import ModelArtsError
from .plan import REQUESTS, Plan, State, Step, instead
from .status import Group, Status

# Seconds for which what the service shows may lag behind what it has accepted.
LAG = 30.0
# Seconds between two reads that show the same for the second to count.
APART = 1.0

_OPERATIONS = {
    Step.CREATE: Operation.CREATE,
    Step.UPDATE: Operation.UPDATE,
    Step.STOP: Operation.STOP,
    Step.RESTART: Operation.RESTART,
    Step.DELETE: Operation.DELETE,
}
# Requests that are never sent twice where the first may have been accepted: they would cut off whoever looks at the
# job's pages, or make a second job that costs money.
_ONCE = frozenset(((State.RESTARTED, Step.RESTART), (State.PRESENT, Step.CREATE)))
# How messages call a request that was accepted.
_ACCEPTED = {
    Step.CREATE: "the job was created, but",
    Step.UPDATE: "the new description was accepted, but",
    Step.STOP: "the stop was accepted, but",
    Step.RESTART: "the restart was accepted, but",
    Step.DELETE: "the deletion was accepted, but",
}
_STATUS_AT_END = re.compile(r"status:\s*([0-9]+)\W*$")
_DELETE_FAILED = Status.of(6)


class Look(NamedTuple):
    """When the jobs were read that are shown: not before ``begun``, nor after ``ended``."""

    begun: float
    ended: float


class Progress:
    """One job on its way through ``plan``.

    The caller sends `operation` when there is one and tells how it went (`accepted`, `refused`, `unclear`), shows the
    job as it reads it (`seen`, or `gone` if it is not there), and says when the time is up (`out_of_time`) or the task
    is interrupted. Times are seconds of one clock.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.job = plan.job
        self.actions: List[str] = []
        self.changed = False
        self.error: Optional[ModelArtsError] = None
        if plan.refusal:
            self._fail(plan.refusal)
        self._steps = list(plan.steps)
        # Of the request that was sent last: which, when, and whether its outcome is unknown.
        self._sent: Optional[Step] = None
        self._sent_at = 0.0
        self._unclear = False
        # A refusal that is understood when the job has been looked at.
        self._puzzle: Optional[ModelArtsError] = None
        # The status that a restart is to leave.
        self._before = plan.status
        self._stopped_it = False
        # What was seen on the way.
        self._came_down = False
        self._seen_starting = False
        self._down_since: Optional[float] = None
        self._running_since: Optional[float] = None
        self._last_refusal: Optional[ModelArtsError] = None

    @property
    def done(self) -> bool:
        return self.error is not None or not self._steps

    @property
    def operation(self) -> Optional[Operation]:
        """The request to send now."""
        if self.done or self._unclear or self._puzzle is not None:
            return None
        return _OPERATIONS.get(self._steps[0])

    @property
    def content(self) -> Optional[Dict[str, Any]]:
        """What is in that request."""
        described = {"job_desc": self._new_job.description}
        return {Step.CREATE: self._new_job.content, Step.UPDATE: described}.get(self._steps[0])

    @property
    def status(self) -> Status:
        """The job's status as last seen."""
        return self.job.status or Status.of(None)

    def accepted(self, answer: Mapping[str, Any], now: float) -> None:
        """The service said yes to `operation`."""
        step = self._steps[0]
        if step is Step.CREATE:
            self.job = VizJob.from_answer({**self._new_job.content, **answer}, "")
            if not self.job.id:
                # An answer without the ID that is to be waited for: the name has to do.
                self.unclear(now)
                return
        self._note_sent(now, step.value)
        self._step_accepted()

    def unclear(self, now: float) -> None:
        """Nobody knows whether `operation` reached the service: what is seen next will tell."""
        self._note_sent(now, f"{self._steps[0].value} (outcome unknown)")
        self.changed = True
        self._unclear = True

    def refused(self, error: ModelArtsError, now: float) -> None:
        """The service, or the way to it, said no to `operation`."""
        step = self._steps[0]
        if error.sent:
            self._note_sent(now, step.value)
        # The status that stands in the way is that of a job that is there.
        if error.category is Category.CONFLICT and step is not Step.CREATE:
            if self._stopped_it and step in (Step.RESTART, Step.DELETE):
                # What has just stopped may count as stopping a little longer.
                self._last_refusal = error
                return
            named = _STATUS_AT_END.search(error.message)
            if named:
                self.job = self.job.with_status(Status.of(named.group(1)))
                self._go_on_instead(error)
            else:
                self._puzzle = error
        elif self.plan.state is State.ABSENT and error.may_mean_missing:
            self._puzzle = error
        else:
            self.failed(error)

    def failed(self, error: ModelArtsError) -> None:
        """A request failed, and there is no going on."""
        step, text, category = self._steps[0], error.meaning.text, error.category
        if self._unclear:
            text = f"what became of the request to {step.value} it is not known, and then {text}"
            category = Category.OUTCOME_UNKNOWN
        elif self._stopped_it and step in (Step.RESTART, Step.DELETE):
            text = f"the job is now stopped ({self._before.name}), as force asked for, but then {text}"
        elif self._sent and step not in REQUESTS:
            text = f"{_ACCEPTED[self._sent]} then {text}"
        error.meaning = Meaning(category, text, error.meaning.hint)
        self._fail(error)

    def seen(self, job: VizJob, look: Look) -> None:
        """The job as it was read."""
        self.job = job
        if self._puzzle is not None:
            self._solve(self._puzzle, look)
        elif self._unclear or self._steps[0] not in REQUESTS:
            _SEEN_AT[self._steps[0]](self, look)

    def _solve(self, refusal: ModelArtsError, look: Look) -> None:
        """What a refusal meant, now that the job was seen."""
        if refusal.category is Category.CONFLICT:
            self._puzzle = None
            self._go_on_instead(refusal)
        elif not (refusal.http_status == 404 or self.changed) or look.begun - self._sent_at >= LAG:
            # It is there, and was so when the request was refused: what is seen does not lag behind that.
            self.failed(refusal)

    def gone(self, error: ModelArtsError, look: Look) -> None:
        """The job is not there: ``error`` says so."""
        step = self._steps[0]
        if self.plan.state is State.ABSENT:
            self._clear_up()
            self._puzzle = None
            self._steps = []
        elif step is Step.CREATE:
            if look.begun - self._sent_at >= LAG:
                self._fail_unresolved()
        elif self._sent is not Step.CREATE or look.begun - self._sent_at >= LAG:
            self.failed(error)

    def out_of_time(self, waited: float, last_failure: Optional[ModelArtsError]) -> None:
        """The deadline has passed, ``waited`` seconds after the first request."""
        if self._unclear and (self.plan.state, self._steps[0]) in _ONCE:
            self._fail_unresolved()
            return
        time = f"{math.ceil(waited)} s"
        error = self._last_refusal or self._puzzle or ModelArtsError(Meaning(Category.TIMEOUT, "the time was up"))
        text = self._unfinished(time)
        if last_failure is not None:
            text += f"; the last request for its status failed: {last_failure.meaning.text}"
        error.meaning = Meaning(Category.TIMEOUT, text)
        self._fail(error)

    def interrupted(self, waited: float) -> None:
        """The task was told to end, ``waited`` seconds after the first request."""
        time = f"{math.ceil(waited)} s"
        text = self._unfinished(time) if self.actions else "not attempted"
        self._fail(ModelArtsError(Meaning(Category.INTERRUPTED, f"the task was interrupted: {text}")))

    @property
    def _new_job(self) -> NewJob:
        return self.plan.new_job or NewJob("")

    def _unfinished(self, time: str) -> str:
        """How far it got in ``time``."""
        step, status = self._steps[0], self.status.name
        accepted = f"{_ACCEPTED[self._sent]} " if self._sent and not self._unclear else ""
        if self._last_refusal is not None:
            refused = {Step.RESTART: "restart", Step.DELETE: "deletion"}[step]
            return f"the job is now stopped ({self._before.name}), but for {time} its {refused} was refused"
        if self._unclear:
            return f"no answer to the request to {step.value} it came, and after {time} it was still {status}"
        return {
            Step.AWAIT_DOWN: f"{accepted}after {time} it had not stopped but was {status}",
            Step.AWAIT_UP: f"{accepted}after {time} the job was still {status}",
            Step.AWAIT_GONE: f"{accepted}after {time} the job was still there ({status})",
            Step.AWAIT_UPDATE: f"{accepted}after {time} the service still showed another one",
        }.get(step) or (
            f"{accepted}after {time} it was {status} and the request to {step.value} it not sent"
            if self.actions
            else f"not attempted, as the time was up after {time}"
        )

    def _note_sent(self, now: float, action: str) -> None:
        self._sent = self._steps[0]
        self._sent_at = now
        if self.actions[-1:] != [action]:
            self.actions.append(action)

    def _go_on_instead(self, error: ModelArtsError) -> None:
        """Take the way around a step that was refused for the job's status, if there is one."""
        onward = instead(self.plan, self._steps[0], self.status)
        if isinstance(onward, Meaning):
            error.meaning = onward
            self.failed(error)
        else:
            # The request had no effect, whatever the next ones will have.
            self._sent = None
            self._steps[:1] = onward

    def _seen_going_down(self, look: Look) -> None:
        group = self.status.group
        if self._steps[0] is Step.STOP:
            if group in (Group.STOPPED, Group.STOPPING):
                self._clear_up()
            else:
                self._send_again_after_lag(look)
        if not self.done and self._steps[0] is Step.AWAIT_DOWN and group is Group.STOPPED:
            self._came_down = True
            self._before = self.status
            self._steps.pop(0)

    def _seen_coming_up(self, look: Look) -> None:
        status, group = self.status, self.status.group
        if group is not Group.RUNNING:
            self._running_since = None
        if group is not Group.STOPPED:
            self._down_since = None
        if group is Group.STARTING:
            self._seen_starting = True
            self._clear_up()
        elif group is Group.RUNNING:
            self._seen_running(look)
        elif group is Group.STOPPED:
            self._seen_down(status, look)
        elif status != self._before and not self._came_down:
            self._clear_up()
        if self._unclear:
            self._send_again_after_lag(look)

    def _seen_running(self, look: Look) -> None:
        # After it came down in this task, RUNNING may be what it was before that.
        if self._came_down and not self._seen_starting:
            if self._running_since is None:
                self._running_since = look.ended
            if look.begun - self._running_since < APART:
                return
        self._clear_up()
        self._steps = []

    def _seen_down(self, status: Status, look: Look) -> None:
        if self._before.group is Group.UNKNOWN:
            self._before = status  # what it was, as it turns out
        if self._sent not in (Step.RESTART, Step.CREATE):
            # It was to come up by itself, and has not.
            self._before = status
            self._steps = [Step.RESTART, Step.AWAIT_UP]
        elif status != self._before:
            self._clear_up()
            self._fail_on_the_way(f"went to {status.name} before it was running")
        elif self._seen_starting:
            if self._down_since is None:
                self._down_since = look.ended
            if look.begun - self._down_since >= APART:
                self._fail_on_the_way(f"fell back to {status.name} before it was running")
        elif not self._unclear and look.begun - self._sent_at >= LAG:
            self._fail_on_the_way(f"was still {status.name} {LAG:.0f} s later")

    def _seen_not_gone(self, look: Look) -> None:
        if self._unclear:
            self._send_again_after_lag(look)
        elif self.status == _DELETE_FAILED and self.plan.status != _DELETE_FAILED:
            self._fail_on_the_way(f"went to {self.status.name}")

    def _seen_described(self, look: Look) -> None:
        if self.job.description == self._new_job.description:
            self._clear_up()
            self._steps = []
        elif self._unclear:
            self._send_again_after_lag(look)
        elif look.begun - self._sent_at >= LAG:
            self._fail_on_the_way(f"still had another one {LAG:.0f} s later")

    def _seen_created(self, look: Look) -> None:
        self._clear_up()
        if not self.done:
            self._seen_coming_up(look)

    def _send_again_after_lag(self, look: Look) -> None:
        """Where what was seen long enough shows no effect of a request of unknown outcome, send it again if that does no
        harm."""
        if look.begun - self._sent_at < LAG:
            return
        if (self.plan.state, self._steps[0]) in _ONCE:
            self._fail_unresolved()
        else:
            self._unclear = False

    def _step_accepted(self) -> None:
        self.changed = True
        self._unclear = False
        step = self._steps.pop(0)
        self._stopped_it = step is Step.STOP or self._stopped_it
        self._last_refusal = None
        if step is Step.UPDATE:
            self.job = self.job._replace(description=self._new_job.description)

    def _clear_up(self) -> None:
        """The request of unknown outcome was accepted, as it turns out."""
        if self._unclear:
            self._step_accepted()

    def _fail_on_the_way(self, what: str) -> None:
        accepted = _ACCEPTED[self._sent] if self._sent else "nothing was sent, but"
        self._fail(ModelArtsError(Meaning(Category.JOB_FAILED, f"{accepted} the job {what}")))

    def _fail_unresolved(self) -> None:
        if self._steps[0] is Step.CREATE:
            text = "what became of the request is not known, and no job of that name has appeared: it may yet, or not"
            hint: Optional[str] = _LOOK_FOR_IT
        else:
            text = (
                f"no answer to the restart came, and the job is still {self.status.name}: "
                "it may yet be restarted, or not"
            )
            hint = None
        self._fail(ModelArtsError(Meaning(Category.OUTCOME_UNKNOWN, text, hint)))

    def _fail(self, error: ModelArtsError) -> None:
        error.attempt = self.plan.attempt(self.job)
        self.error = error


_LOOK_FOR_IT = "Look for it in the ModelArts console before you run the task again, as each job costs money."
# What a look at the job means, by the step that is next.
_SEEN_AT = {
    Step.CREATE: Progress._seen_created,
    Step.UPDATE: Progress._seen_described,
    Step.STOP: Progress._seen_going_down,
    Step.RESTART: Progress._seen_coming_up,
    Step.DELETE: Progress._seen_not_gone,
    Step.AWAIT_DOWN: Progress._seen_going_down,
    Step.AWAIT_UP: Progress._seen_coming_up,
    Step.AWAIT_GONE: Progress._seen_not_gone,
    Step.AWAIT_UPDATE: Progress._seen_described,
}
