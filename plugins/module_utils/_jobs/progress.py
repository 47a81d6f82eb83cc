# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far one job has got on its plan: the state of the state machine, and the moves it can make. No I/O, no clock."""

from __future__ import annotations

from enum import Enum
from typing import List, Optional

from . import wording
from .evidence import EVIDENCE, Conclusion, Evidence, ReadWindow
from .failure import Failure
from .job import VizJob
from .plan import Plan, detour, plan
from .rules import REQUESTS, SENT_ONCE, Step
from .status import Status


class Phase(Enum):
    """Where a job is on its way."""

    READY = "a request is to be sent"
    WAITING = "the effect of a request is awaited"
    UNKNOWN = "a request was sent, and its outcome is unknown"
    REFUSED = "a request was refused, and the next read will show why"
    DONE = "the plan is carried out"
    FAILED = "the plan has failed"


class Progress:
    """One job on its way through its plan.

    The caller sends `request` if there is one, and tells `transitions.handle` what happens. ``actions`` are the requests
    that were sent; ``changed`` is whether one was, or may have been, accepted; ``failure`` is why the plan failed, and
    ``refusal`` why a request was refused that may yet be accepted. All times are in seconds of one clock.
    """

    def __init__(self, planned: Plan) -> None:
        self.plan = planned
        self.job = planned.job
        self.actions: List[str] = []
        self.changed = False
        self.failure: Optional[Failure] = None
        self.refusal: Optional[Failure] = None
        # The last request that may have been accepted, when, and what has been seen since.
        self.sent: Optional[Step] = None
        self._sent_at: Optional[float] = None
        self._evidence: Optional[Evidence] = None
        # Why the outcome of that request is unknown.
        self._unclear: Optional[Failure] = None
        self._steps = planned.steps
        # The status that the next request is to change.
        self._previous = planned.status
        self.is_stop_ours = False
        self._was_stopped = False
        self.phase = Phase.DONE
        self._enter_step()
        if planned.refusal:
            self.fail(planned.refusal)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self.phase in (Phase.DONE, Phase.FAILED)

    @property
    def request(self) -> Optional[Step]:
        """The request to send now."""
        return self._steps[0] if self.phase is Phase.READY else None

    @property
    def step(self) -> Step:
        """The next step, or the last request if there is none. A job that is over before it began has neither."""
        return self._steps[0] if self._steps or self.sent is None else self.sent

    @property
    def status(self) -> Status:
        """The job's status as last seen."""
        return self.job.known_status

    @property
    def is_sent_once(self) -> bool:
        """Whether the request must not be sent again if the first may have been accepted."""
        return (self.plan.state, self.step) in SENT_ONCE

    @property
    def account(self) -> wording.Account:
        """What has happened, for a message."""
        return wording.Account(
            step=self.step,
            status=self.status,
            sent=self.sent,
            is_unknown=self.phase is Phase.UNKNOWN,
            unclear=self._unclear,
            stopped=self._previous if self.is_stop_ours else None,
            refusal=self.refusal,
            is_untouched=not self.actions,
        )

    def is_grace_over(self, window: ReadWindow) -> bool:
        """Whether a read shows the effect of the last request, if it has any."""
        return self._evidence is not None and self._evidence.is_grace_over(window)

    def note_sent(self, at: float, action: str) -> None:
        """The request was sent: what is seen from now on is evidence about it."""
        self.sent, self._sent_at = self.step, at
        self._evidence = self._evidence_for(self.step)
        if self.actions[-1:] != [action]:
            self.actions.append(action)

    def lose_track(self, unclear: Failure) -> None:
        """The outcome of the request is unknown."""
        self.changed = True
        self.refusal = None
        self._unclear = unclear
        self.phase = Phase.UNKNOWN

    def accept_request(self) -> None:
        """The request was accepted: its effect is next."""
        step = self.step
        self.changed = True
        self.refusal = self._unclear = None
        if step is Step.STOP:
            self.is_stop_ours = True
        elif step is Step.UPDATE:
            self.job = self.job._replace(description=self._description)
        self._leave_step()

    def weigh(self, job: VizJob, window: ReadWindow) -> None:
        """Do what the job, as it was read, proves."""
        self.job = job
        if self._evidence is None:
            return
        conclusion, why = self._evidence.weigh(job, window)
        if conclusion is Conclusion.PENDING:
            return
        if conclusion is Conclusion.OVERTAKEN:
            self._plan_anew()
            return
        if self.phase is Phase.UNKNOWN:
            appeared = self.step is Step.CREATE
            self.accept_request()
            if appeared and self._steps:
                self.weigh(job, window)
        if conclusion is Conclusion.FAILED:
            self.fail(wording.job_failed(self.account, why))
        elif conclusion is Conclusion.REACHED and self.phase is Phase.WAITING:
            if self.step is Step.AWAIT_DOWN:
                self._was_stopped = True
                self._previous = self.status
            self._leave_step()

    def await_explanation(self, refusal: Failure) -> None:
        """The next read shows what the refusal means."""
        self.refusal = refusal
        self.phase = Phase.REFUSED

    def take_detour(self, refusal: Failure) -> None:
        """Replace the request that was refused for the job's status, or fail if nothing can."""
        self.refusal = None
        steps = detour(self.plan, self.step, self.status)
        if isinstance(steps, Failure):
            self.fail_later(refusal._replace(category=steps.category, text=steps.text, own_hint=steps.hint))
            return
        # The request had no effect: what is seen from now on is no evidence about it.
        self.sent = self._sent_at = self._evidence = None
        self._steps = steps + self._steps[1:]
        self._enter_step()

    def send_again(self) -> None:
        """The request had no effect."""
        self.phase = Phase.READY

    def finish(self) -> None:
        """The job is as it should be."""
        self._steps = ()
        self._enter_step()

    def fail_later(self, failure: Failure) -> None:
        """Fail for a reason that comes on top of what has happened before."""
        self.fail(wording.failed_later(self.account, failure))

    def fail(self, failure: Failure) -> None:
        """Fail for this reason alone."""
        self.failure = failure._replace(attempt=self.plan.attempt(self.job))
        self.phase = Phase.FAILED

    @property
    def _description(self) -> Optional[str]:
        return self.plan.new_job.description if self.plan.new_job else None

    def _evidence_for(self, step: Step) -> Evidence:
        return EVIDENCE[step](self._sent_at, self._previous, self._description, self._was_stopped)

    def _plan_anew(self) -> None:
        """Go on from a status that the steps did not expect."""
        self._previous = self.status
        self._steps = plan(self.job, self.plan.state, self.plan.force, self.plan.wait, self.plan.new_job).steps
        self._enter_step()

    def _leave_step(self) -> None:
        self._steps = self._steps[1:]
        self._enter_step()

    def _enter_step(self) -> None:
        """Be in the phase that the next step asks for. Nothing else advances."""
        if not self._steps:
            self.phase = Phase.DONE
        elif self._steps[0] in REQUESTS:
            self.phase = Phase.READY
        else:
            self.phase = Phase.WAITING
            if not isinstance(self._evidence, EVIDENCE[self._steps[0]]):
                self._evidence = self._evidence_for(self._steps[0])
            self._evidence.is_accepted = True
