# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state machine of one job: what each event means in each phase, in one table. No I/O, no clock."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Tuple, Type

from . import wording
from .absence import may_mean_gone, says_gone
from .events import Accepted, Interrupted, Lost, Missing, Phase, Refused, Seen, TimeIsUp, Unreadable
from .failure import Category, Failure, Outcome
from .progress import Progress
from .rules import SENT_ONCE, STATE_CONFLICT, UP_GROUPS, State, Step
from .status import STATUS_NAMES, status_in


def handle(progress: Progress, event: Any) -> None:
    """Take in an event. Where the table has no row, only the job as last seen changes."""
    TRANSITIONS.get((progress.phase, type(event)), _note)(progress, event)


# The first line of each handler is its row in the printed table.


def _note(progress: Progress, event: Any) -> None:
    """Remember the job as it was seen."""
    if isinstance(event, Seen):
        progress.job = event.job


def _accept(progress: Progress, event: Accepted) -> None:
    """Go to the next step. A new job without an ID: its creation has an unknown outcome."""
    if event.job is not None:
        progress.job = event.job
        if not event.job.id:
            # The job has to be found by its name.
            _lose(progress, Lost(Failure(Category.UNKNOWN, "the answer has no job ID", http_status=200), event.at))
            return
    progress.note_sent(event.at, progress.step.value)
    progress.accept_request()


def _lose(progress: Progress, event: Lost) -> None:
    """Wait for reads to show whether the request was accepted."""
    progress.note_sent(event.at, f"{progress.step.value} (outcome unknown)")
    progress.changed, progress.accepted_at = True, event.at
    progress.refusal, progress.unclear = None, event.failure
    progress.phase = Phase.UNKNOWN


def _refuse(progress: Progress, event: Refused) -> None:
    """A conflict: detour, send it again, or wait until the job runs. The job is gone: finish `absent`. Else fail."""
    failure, step = event.failure, progress.step
    if failure.is_sent:
        progress.note_sent(event.at, step.value)
    # A conflict is about the status of a job that exists: not about a creation.
    if _is_conflict(failure) and step is not Step.CREATE:
        _take_conflict(progress, failure)
    elif progress.plan.state is State.ABSENT and says_gone(failure):
        progress.finish()
    elif progress.plan.state is State.ABSENT and may_mean_gone(failure):
        _await_explanation(progress, failure)
    else:
        progress.fail_later(failure)


def _take_conflict(progress: Progress, failure: Failure) -> None:
    status = status_in(failure.message)
    is_retried = progress.was_stopped and progress.step in (Step.RESTART, Step.DELETE)
    if status is not None:
        progress.job = progress.job._replace(status=status)
    if is_retried and (status is None or status.group not in UP_GROUPS):
        # A job that has just stopped may count as stopping a little longer.
        progress.refusal = failure
    elif is_retried and progress.step is Step.RESTART:
        progress.note_up_again(progress.job)
    elif status is not None:
        progress.take_detour(failure)
    else:
        _await_explanation(progress, failure)


def _await_explanation(progress: Progress, refusal: Failure) -> None:
    progress.refusal = refusal
    progress.phase = Phase.REFUSED


def _is_conflict(failure: Failure) -> bool:
    """Whether the job's status does not allow the request: not every HTTP 409 says so."""
    named = status_in(failure.message)
    # Other texts may end with a number of another kind, as in "status: 403".
    names_status = named is not None and named.name in STATUS_NAMES
    is_refusal = failure.outcome is Outcome.NOT_APPLIED and not failure.is_sign_in
    return is_refusal and (failure.code == STATE_CONFLICT or names_status)


def _explain(progress: Progress, event: Seen) -> None:
    """Take the detour for the status; fail if the job exists and the refusal said that it does not."""
    progress.job, refusal = event.job, progress.refusal
    if refusal is None:
        return
    if _is_conflict(refusal):
        progress.take_detour(refusal)
    elif not progress.changed or progress.is_grace_over(event.window):
        # It was not deleted before the refusal: nothing was sent that could have, or no read is that far behind.
        progress.fail_later(refusal)


def _weigh_retry(progress: Progress, event: Seen) -> None:
    """Send it again, unless somebody else has started the job."""
    progress.weigh_retry(event.job, event.window)


def _weigh(progress: Progress, event: Seen) -> None:
    """Weigh the evidence: keep waiting, go to the next step, plan anew, or fail."""
    progress.weigh(event.job, event.window)


def _weigh_unknown(progress: Progress, event: Seen) -> None:
    """Weigh the evidence. No effect within the grace: send it again, or fail if it is sent only once."""
    progress.weigh(event.job, event.window)
    if progress.phase is Phase.UNKNOWN and progress.is_grace_over(event.window):
        if _is_sent_once(progress):
            progress.fail(wording.unresolved(progress.account))
        else:
            progress.phase = Phase.READY


def _is_sent_once(progress: Progress) -> bool:
    return (progress.plan.state, progress.step) in SENT_ONCE


def _miss(progress: Progress, event: Missing) -> None:
    """Finish if it is to be absent. Else fail; a new job has the grace to appear."""
    if progress.plan.state is State.ABSENT:
        progress.finish()
    elif progress.sent is not Step.CREATE:
        progress.fail_later(event.failure)
    elif progress.is_grace_over(event.window):
        _give_up_new_job(progress, event.failure)


def _give_up_new_job(progress: Progress, failure: Failure) -> None:
    if progress.phase is Phase.UNKNOWN:
        progress.fail(wording.unresolved(progress.account))
    elif progress.step is Step.AWAIT_LISTED:
        progress.finish()
    else:
        progress.fail_later(failure)


def _fail(progress: Progress, event: Unreadable) -> None:
    """Fail; a new job has the grace to appear. Finish if the task was not to wait."""
    is_new = progress.sent is Step.CREATE and not progress.is_grace_over(event.window)
    if progress.step is Step.AWAIT_LISTED:
        progress.finish()
    elif not (is_new and may_mean_gone(event.failure)):
        progress.fail_later(event.failure)


def _run_out(progress: Progress, event: TimeIsUp) -> None:
    """Fail with the status last seen, or with the unknown outcome of a request that is sent only once."""
    if progress.step is Step.AWAIT_LISTED:
        # The task was not to wait, and has done so only for the sake of the next run.
        progress.finish()
    elif progress.phase is Phase.UNKNOWN and _is_sent_once(progress):
        progress.fail(wording.unresolved(progress.account))
    else:
        progress.fail(wording.time_is_up(progress.account, event.waited, event.last_failure))


def _interrupt(progress: Progress, event: Interrupted) -> None:
    """Fail, with what has been done."""
    progress.fail(wording.interrupted(progress.account, event.waited))


Handler = Callable[[Progress, Any], None]
_LIVE = (Phase.READY, Phase.WAITING, Phase.UNKNOWN, Phase.REFUSED)
TRANSITIONS: Mapping[Tuple[Phase, Type[Any]], Handler] = {
    (Phase.READY, Accepted): _accept,
    (Phase.READY, Refused): _refuse,
    (Phase.READY, Lost): _lose,
    (Phase.READY, Seen): _weigh_retry,
    (Phase.WAITING, Seen): _weigh,
    (Phase.UNKNOWN, Seen): _weigh_unknown,
    (Phase.REFUSED, Seen): _explain,
    **{(phase, Missing): _miss for phase in _LIVE},
    **{(phase, Unreadable): _fail for phase in _LIVE},
    **{(phase, TimeIsUp): _run_out for phase in _LIVE},
    **{(phase, Interrupted): _interrupt for phase in _LIVE},
}
