# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far one job has got on its plan: the state of the state machine, and the moves it can make. No I/O, no clock."""

from __future__ import annotations

from typing import List, Optional, Tuple

from . import wording
from .events import Phase
from .evidence import EVIDENCE, Context, Evidence, ReadWindow, Verdict
from .failure import Failure
from .job import VizJob, same_description
from .plan import Plan, detour, plan
from .rules import REQUESTS, State, Step
from .status import Group, Status


class Progress:
    """One job on its way through its plan.

    The caller sends `request` if there is one, and tells `transitions.handle` what happens. ``actions`` are the requests
    that were sent; ``changed`` is whether one was, or may have been, accepted; ``failure`` is why the plan failed, and
    ``refusal`` why a request was refused that may yet be accepted. ``warnings`` are sentences for the user. All times are in
    seconds of one clock.
    """

    def __init__(self, planned: Plan) -> None:
        self.plan = planned
        self.job = planned.job
        self.actions: List[str] = []
        self.warnings: List[str] = []
        self.changed = False
        self.failure: Optional[Failure] = None
        self.refusal: Optional[Failure] = None
        # The last request that may have been accepted, when, what has been seen since, and why its outcome is unknown.
        self.sent: Optional[Step] = None
        self.sent_at: Optional[float] = None
        self._evidence: Optional[Evidence] = None
        self.unclear: Optional[Failure] = None
        self.accepted_at: Optional[float] = None
        # The status that the next request is to change.
        self._previous = planned.status
        # The status from before our own stop; whether the job was seen to stop; the evidence of that.
        self._before_stop: Optional[Status] = None
        self.was_stopped = False
        self._shutdown: Optional[Evidence] = None
        self._is_up_again = False
        # The steps that are left; whether a read has to show first that the next one is still needed.
        self._steps: Tuple[Step, ...]
        self._is_held: bool
        self.phase: Phase
        self._go(planned.steps)
        if planned.refusal:
            self.fail(planned.refusal)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self.phase in (Phase.DONE, Phase.FAILED)

    @property
    def request(self) -> Optional[Step]:
        """The request to send now."""
        return self._steps[0] if self.phase is Phase.READY and not self._is_held else None

    @property
    def step(self) -> Step:
        """The next step, or the last request if there is none. A job that is over before it began has neither."""
        return self._steps[0] if self._steps or self.sent is None else self.sent

    @property
    def status(self) -> Status:
        """The job's status as last seen."""
        return self.job.known_status

    @property
    def account(self) -> wording.Account:
        """What has happened, for a message."""
        return wording.Account(
            step=self.step,
            status=self.status,
            sent=self.sent,
            is_unknown=self.phase is Phase.UNKNOWN,
            unclear=self.unclear,
            stopped=self._previous if self._before_stop is not None and self.was_stopped else None,
            refusal=self.refusal,
            is_untouched=not self.actions,
            is_up_again=self._is_up_again,
        )

    def is_grace_over(self, window: ReadWindow) -> bool:
        """Whether a read shows the effect of the last request, if it has any."""
        return self._evidence is not None and self._evidence.is_grace_over(window)

    @property
    def is_listed_by_name(self) -> bool:
        """Whether the job has to be read from the list, by its name."""
        return not self.job.id or self.step is Step.AWAIT_LISTED

    def note_sent(self, at: float, action: str) -> None:
        """The request was sent: what is seen from now on is evidence about it."""
        self.sent, self.sent_at = self.step, at
        if self.step is Step.STOP:
            self._before_stop, self.was_stopped = self.status, False
        self._evidence = self._evidence_for(self.step)
        self._is_up_again = False
        if self.actions[-1:] != [action]:
            self.actions.append(action)

    def accept_request(self) -> None:
        """The request was accepted: its effect is next."""
        step = self.step
        self.changed, self.accepted_at = True, self.sent_at
        self.refusal = self.unclear = None
        if step is Step.UPDATE and self.phase is Phase.READY:
            self.job = self.job._replace(description=self._description)
        self._go(self._steps[1:])

    def weigh(self, job: VizJob, window: ReadWindow) -> None:
        """Do what the job, as it was read, proves."""
        self.job = job
        if self._evidence is None:
            return
        verdict = self._evidence.weigh(job, window)
        if verdict is Verdict.PENDING:
            return
        if self.phase is Phase.UNKNOWN:
            appeared = self.step is Step.CREATE
            self.accept_request()
            if appeared:
                self.weigh(job, window)
        if verdict is Verdict.UP_AGAIN:
            self.note_up_again(job, window)
        elif verdict.is_failure and self.sent is None and not self._is_up_again:
            self._plan_anew()
        elif verdict.is_failure:
            self.fail(wording.job_failed(self.account, verdict))
        elif verdict is Verdict.REACHED and self.phase is Phase.WAITING:
            self._reach()

    def weigh_retry(self, job: VizJob, window: ReadWindow) -> None:
        """Before a request is sent, or sent again: whether somebody else has made it needless."""
        self.job = job
        self._is_held = self.step is Step.RESTART and self.status.group is Group.RUNNING
        if self.step is Step.STOP and self.status.group in (Group.STOPPING, Group.STOPPED):
            self._go(self._steps[1:])
        elif self._shutdown is not None and self._shutdown.weigh(job, window) is Verdict.UP_AGAIN:
            self.note_up_again(job, window)

    def note_up_again(self, job: VizJob, window: Optional[ReadWindow] = None) -> None:
        """Somebody else started the job after it had stopped: wait until it runs, or stop it again.

        ``window``: when it was read. Without one a refusal named the status, and reads have yet to confirm it.
        """
        self.job, self.refusal = job, None
        if self.plan.state not in (State.RESTARTED, State.STARTED):
            self._plan_anew()
            return
        self._is_up_again = True
        self.warnings.append(wording.restarted_by_another(job))
        if self.step is Step.AWAIT_DOWN:
            # Nobody has seen in which status it stopped, and a late read may yet show that.
            self._previous = Status.of(None)
        self.sent = self._evidence = None
        self.sent_at = window.begun if window else self.sent_at
        self.was_stopped = window is None
        self._go((Step.AWAIT_UP,))
        if window is not None:
            self.weigh(job, window)

    def take_detour(self, refusal: Failure) -> None:
        """Replace the request that was refused for the job's status, or fail if nothing can."""
        self.refusal = None
        steps = detour(self.plan, self.step, self.status)
        if isinstance(steps, Failure):
            self.fail_later(refusal._replace(category=steps.category, text=steps.text, own_hint=steps.hint))
            return
        # The request had no effect: what is seen from now on is no evidence about it.
        if self.step is Step.STOP:
            self._before_stop = None
        steps += self._steps[1:]
        self.sent = self._evidence = None
        self.sent_at = self.sent_at if steps[:1] in ((Step.AWAIT_UP,), (Step.AWAIT_DOWN,)) else None
        self._go(steps)

    def finish(self) -> None:
        """The job is as it should be."""
        self._go(())

    def fail_later(self, failure: Failure) -> None:
        """Fail for a reason that comes on top of what has happened before."""
        self.fail(wording.failed_later(self.account, failure))

    def fail(self, failure: Failure) -> None:
        """Fail for this reason alone."""
        self.failure = failure._replace(attempt=self.plan.attempt(self.job))
        self.phase = Phase.FAILED

    def _reach(self) -> None:
        """The wait is over."""
        if self.step is Step.AWAIT_DOWN:
            self.was_stopped = True
            self._previous = self.status
            self._shutdown = self._evidence
        elif self.step is Step.AWAIT_UPDATE and not same_description(self.job.description, self._description):
            self.warnings.append(wording.description_kept(self.job, self._description))
        self._go(self._steps[1:])

    @property
    def _description(self) -> Optional[str]:
        return self.plan.new_job.description if self.plan.new_job else None

    def _evidence_for(self, step: Step) -> Evidence:
        before = self._before_stop
        context = Context(
            self.sent_at,
            self._previous,
            is_refused=self.sent is None,
            was_stopped=self.was_stopped,
            stale=before if before and before.group is Group.STARTING else None,
            description=self._description,
            old_description=self.plan.job.description,
        )
        return EVIDENCE[step](context)

    def _plan_anew(self) -> None:
        """Go on from a status that the steps did not expect, as if the task began with it."""
        self._previous = self.status
        self.was_stopped = False
        self.sent = self.sent_at = self._evidence = self._shutdown = None
        anew = plan(self.job, self.plan.state, self.plan.force, self.plan.wait, self.plan.new_job)
        self._go(anew.steps)
        if anew.refusal:
            self.fail(anew.refusal)

    def _go(self, steps: Tuple[Step, ...]) -> None:
        """Go on to these steps: be in the phase that the first asks for. Nothing else advances."""
        self._steps, self._is_held = steps, False
        if not self._steps:
            self.phase = Phase.DONE
        elif self._steps[0] in REQUESTS:
            self.phase = Phase.READY
        else:
            self.phase = Phase.WAITING
            if not isinstance(self._evidence, EVIDENCE[self._steps[0]]):
                self._evidence = self._evidence_for(self._steps[0])
            self._evidence.is_accepted = True
