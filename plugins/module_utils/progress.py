# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How one job gets through its plan: what its answers and sightings mean. No I/O, and no clock of its own."""

from __future__ import annotations

import math
import re
from typing import List, Optional

from .error_codes import Category, Meaning
from .errors import ModelArtsError
from .jobs import Operation, VizJob
from .plan import Plan, Step, refusal
from .status import Group, Status

# Seconds for which what the service shows may lag behind what it has accepted.
LAG = 30.0
# Seconds between two reads that show the same for the second to count.
APART = 1.0

_TIMEOUT = Meaning(Category.TIMEOUT, "the time was up")
_OPERATIONS = {Step.STOP: Operation.STOP, Step.RESTART: Operation.RESTART}
_STATUS_AT_END = re.compile(r"status:\s*([0-9]+)\W*$")


class Progress:
    """One job on its way through ``plan``.

    The caller sends `operation` when there is one and tells how it went (`accepted`, `refused`, `unclear`), shows the
    job as it reads it (`seen`), and says when the time is up (`out_of_time`). Times are seconds of one clock.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.job = plan.job
        self.actions: List[str] = []
        self.changed = False
        self.error: Optional[ModelArtsError] = None
        if plan.refusal:
            self._fail(ModelArtsError(plan.refusal))
        self._steps = list(plan.steps)
        # Of the request that was sent last: when, and whether its outcome is unknown.
        self._sent_at = 0.0
        self._unclear = False
        # The status that a restart is to leave.
        self._before = plan.status
        self._stopped_it = False
        # What was seen on the way.
        self._came_down = False
        self._seen_starting = False
        self._reads_down = 0
        self._running_since: Optional[float] = None
        self._last_refusal: Optional[ModelArtsError] = None

    @property
    def done(self) -> bool:
        return self.error is not None or not self._steps

    @property
    def operation(self) -> Optional[Operation]:
        """The request to send now."""
        return None if self.done or self._unclear else _OPERATIONS.get(self._steps[0])

    @property
    def status(self) -> Status:
        """The job's status as last seen."""
        return self.job.status or Status.of(None)

    def accepted(self, now: float) -> None:
        """The service said yes to `operation`."""
        self._note_sent(now, self._steps[0].value)
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
        if error.category is Category.CONFLICT:
            if step is Step.RESTART and self._stopped_it:
                # What has just stopped may count as stopping a little longer.
                self._last_refusal = error
                return
            named = _STATUS_AT_END.search(error.message)
            if named:
                self.job = self.job.with_status(Status.of(named.group(1)))
            if step is Step.RESTART:
                error.meaning = refusal(self.plan.state, self.status)
            elif self.status.group in (Group.STOPPED, Group.STOPPING):
                self._steps.pop(0)
                return
            else:
                text = f"it is {self.status.name}, and ModelArts does not stop it from there"
                error.meaning = Meaning(Category.CONFLICT, text)
        self.failed(error)

    def failed(self, error: ModelArtsError) -> None:
        """A request failed, and there is no going on."""
        if self._stopped_it and self._steps[0] is Step.RESTART and not self._unclear:
            error.meaning = Meaning(
                error.category,
                f"the job is now stopped ({self._before.name}), as force asked for, but then {error.meaning.text}",
                error.meaning.hint,
            )
        self._fail(error)

    def seen(self, job: VizJob, now: float) -> None:
        """The job as it was read."""
        self.job = job
        step = self._steps[0]
        if step in (Step.STOP, Step.AWAIT_DOWN):
            self._seen_going_down(now)
        elif step is Step.AWAIT_UP or self._unclear:
            self._seen_coming_up(now)

    def out_of_time(self, waited: float, last_failure: Optional[ModelArtsError]) -> None:
        """The deadline has passed, ``waited`` seconds after the first request."""
        step = self._steps[0]
        if step is Step.RESTART and self._unclear:
            self._fail_unresolved()
            return
        time = f"{math.ceil(waited)} s"
        error = ModelArtsError(_TIMEOUT)
        if step is Step.RESTART and self._last_refusal is not None:
            error = self._last_refusal
            text = f"the job is now stopped ({self._before.name}), but for {time} its restart was refused"
        else:
            text = {
                Step.STOP: f"it was still {self.status.name} after {time}",
                Step.AWAIT_DOWN: f"after {time} it had not stopped but was {self.status.name}",
                Step.RESTART: f"the request could not be sent within {time}",
                Step.AWAIT_UP: f"the restart was accepted, but after {time} the job was still {self.status.name}",
            }[step]
        if last_failure is not None:
            text += f"; the last request for its status failed: {last_failure.meaning.text}"
        error.meaning = Meaning(Category.TIMEOUT, text)
        self._fail(error)

    def _note_sent(self, now: float, action: str) -> None:
        self._sent_at = now
        if self.actions[-1:] != [action]:
            self.actions.append(action)

    def _seen_going_down(self, now: float) -> None:
        group = self.status.group
        if self._steps[0] is Step.STOP and self._unclear:
            if group in (Group.STOPPED, Group.STOPPING):
                self._clear_up()
            elif now - self._sent_at >= LAG:
                # A second stop does no harm.
                self._unclear = False
        if self._steps[0] is Step.AWAIT_DOWN and group is Group.STOPPED:
            self._came_down = True
            self._before = self.status
            self._steps.pop(0)

    def _seen_coming_up(self, now: float) -> None:
        status, group = self.status, self.status.group
        if group is not Group.RUNNING:
            self._running_since = None
        if group is Group.STARTING:
            self._seen_starting = True
            self._reads_down = 0
            self._clear_up()
        elif group is Group.RUNNING:
            self._seen_running(now)
        elif group is Group.STOPPED:
            self._seen_down(status, now)
        elif status != self._before and not self._came_down:
            self._clear_up()
        if self._unclear and not self.done and now - self._sent_at >= LAG:
            self._fail_unresolved()

    def _seen_running(self, now: float) -> None:
        # After it came down in this task, RUNNING may be what it was before that.
        if self._came_down and not self._seen_starting:
            if self._running_since is None:
                self._running_since = now
            if now - self._running_since < APART:
                return
        self._clear_up()
        self._steps = []

    def _seen_down(self, status: Status, now: float) -> None:
        if self._before.group is Group.UNKNOWN:
            self._before = status  # what it was, as it turns out
        if status != self._before:
            self._clear_up()
            self._fail_on_the_way(f"went to {status.name} before it was running")
        elif self._seen_starting:
            self._reads_down += 1
            if self._reads_down == 2:
                self._fail_on_the_way(f"fell back to {status.name} before it was running")
        elif not self._unclear and now - self._sent_at >= LAG:
            self._fail_on_the_way(f"was still {status.name} {LAG:.0f} s later")

    def _step_accepted(self) -> None:
        self.changed = True
        self._unclear = False
        self._stopped_it = self._steps.pop(0) is Step.STOP or self._stopped_it

    def _clear_up(self) -> None:
        """The request of unknown outcome was accepted, as it turns out."""
        if self._unclear:
            self._step_accepted()

    def _fail_on_the_way(self, what: str) -> None:
        self._fail(ModelArtsError(Meaning(Category.JOB_FAILED, f"the restart was accepted, but the job {what}")))

    def _fail_unresolved(self) -> None:
        text = (
            f"no answer to the restart came, and the job is still {self.status.name}: it may yet be restarted, or not"
        )
        self._fail(ModelArtsError(Meaning(Category.OUTCOME_UNKNOWN, text)))

    def _fail(self, error: ModelArtsError) -> None:
        error.attempt = self.plan.attempt
        self.error = error
