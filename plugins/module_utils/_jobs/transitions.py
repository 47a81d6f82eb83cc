# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state machine of one job: what each event means in each phase, in one table. No I/O, no clock."""

from __future__ import annotations

from typing import Any, Callable, Mapping, NamedTuple, Optional, Tuple, Type

from . import wording
from .evidence import ReadWindow
from .failure import Category, Failure
from .job import VizJob
from .progress import Phase, Progress
from .rules import State, Step
from .status import status_in


class Accepted(NamedTuple):
    """The service accepted the request, ``at`` a moment in seconds. ``job``: the one in the answer to a creation."""

    at: float
    job: Optional[VizJob] = None


class Refused(NamedTuple):
    """The service, or the way to it, refused the request."""

    failure: Failure
    at: float


class Lost(NamedTuple):
    """The outcome of the request is unknown; ``failure`` says why."""

    failure: Failure
    at: float


class Seen(NamedTuple):
    """The job was read."""

    job: VizJob
    window: ReadWindow


class Missing(NamedTuple):
    """The job was read, and does not exist."""

    failure: Failure
    window: ReadWindow


class Unreadable(NamedTuple):
    """Reading the job failed for good."""

    failure: Failure


class TimeIsUp(NamedTuple):
    """The deadline has passed, ``waited`` seconds after the first request.

    ``last_failure``: why the last read failed, if it did.
    """

    waited: float
    last_failure: Optional[Failure] = None


class Interrupted(NamedTuple):
    """The task was told to end, ``waited`` seconds after the first request."""

    waited: float


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
    progress.lose_track(event.failure)


def _refuse(progress: Progress, event: Refused) -> None:
    """Send it again after our own stop; take the detour for the status; let a read explain it; or fail."""
    failure, step = event.failure, progress.step
    if failure.is_sent:
        progress.note_sent(event.at, step.value)
    # A conflict is about the status of a job that exists: not about a creation.
    if failure.category is Category.CONFLICT and step is not Step.CREATE:
        named = status_in(failure.message)
        if progress.is_stop_ours and step in (Step.RESTART, Step.DELETE):
            # A job that has just stopped may count as stopping a little longer.
            progress.refusal = failure
        elif named is None:
            progress.await_explanation(failure)
        else:
            progress.job = progress.job._replace(status=named)
            progress.take_detour(failure)
    elif progress.plan.state is State.ABSENT and failure.may_mean_missing:
        progress.await_explanation(failure)
    else:
        progress.fail_later(failure)


def _explain(progress: Progress, event: Seen) -> None:
    """Take the detour for the status; fail if the job exists and the refusal said that it does not."""
    progress.job, refusal = event.job, progress.refusal
    if refusal is None:
        return
    if refusal.category is Category.CONFLICT:
        progress.take_detour(refusal)
    elif not (refusal.http_status == 404 or progress.changed) or progress.is_grace_over(event.window):
        # It existed when the request was refused, too: no read is that far behind.
        progress.fail_later(refusal)


def _weigh(progress: Progress, event: Seen) -> None:
    """Weigh the evidence: keep waiting, go to the next step, plan anew, or fail."""
    progress.weigh(event.job, event.window)


def _weigh_unknown(progress: Progress, event: Seen) -> None:
    """Weigh the evidence. No effect within the grace: send it again, or fail if it is sent only once."""
    progress.weigh(event.job, event.window)
    if progress.phase is Phase.UNKNOWN and progress.is_grace_over(event.window):
        if progress.is_sent_once:
            progress.fail(wording.unresolved(progress.account))
        else:
            progress.send_again()


def _miss(progress: Progress, event: Missing) -> None:
    """Finish if it is to be absent; else fail, for a new job only after the grace."""
    if progress.plan.state is State.ABSENT:
        progress.finish()
    elif progress.sent is not Step.CREATE or progress.is_grace_over(event.window):
        progress.fail_later(event.failure)


def _miss_unknown(progress: Progress, event: Missing) -> None:
    """Finish if it is to be absent; else fail, for a new job only after the grace."""
    if progress.step is not Step.CREATE:
        _miss(progress, event)
    elif progress.is_grace_over(event.window):
        progress.fail(wording.unresolved(progress.account))


def _fail(progress: Progress, event: Unreadable) -> None:
    """Fail."""
    progress.fail_later(event.failure)


def _run_out(progress: Progress, event: TimeIsUp) -> None:
    """Fail, with the status last seen."""
    progress.fail(wording.time_is_up(progress.account, event.waited, event.last_failure))


def _run_out_unknown(progress: Progress, event: TimeIsUp) -> None:
    """Fail; the outcome of a request that is sent only once stays unknown."""
    if progress.is_sent_once:
        progress.fail(wording.unresolved(progress.account))
    else:
        _run_out(progress, event)


def _interrupt(progress: Progress, event: Interrupted) -> None:
    """Fail, with what has been done."""
    progress.fail(wording.interrupted(progress.account, event.waited))


Handler = Callable[[Progress, Any], None]
TRANSITIONS: Mapping[Tuple[Phase, Type[Any]], Handler] = {
    (Phase.READY, Accepted): _accept,
    (Phase.READY, Refused): _refuse,
    (Phase.READY, Lost): _lose,
    (Phase.READY, Missing): _miss,
    (Phase.READY, Unreadable): _fail,
    (Phase.READY, TimeIsUp): _run_out,
    (Phase.READY, Interrupted): _interrupt,
    (Phase.WAITING, Seen): _weigh,
    (Phase.WAITING, Missing): _miss,
    (Phase.WAITING, Unreadable): _fail,
    (Phase.WAITING, TimeIsUp): _run_out,
    (Phase.WAITING, Interrupted): _interrupt,
    (Phase.UNKNOWN, Seen): _weigh_unknown,
    (Phase.UNKNOWN, Missing): _miss_unknown,
    (Phase.UNKNOWN, Unreadable): _fail,
    (Phase.UNKNOWN, TimeIsUp): _run_out_unknown,
    (Phase.UNKNOWN, Interrupted): _interrupt,
    (Phase.REFUSED, Seen): _explain,
    (Phase.REFUSED, Missing): _miss,
    (Phase.REFUSED, Unreadable): _fail,
    (Phase.REFUSED, TimeIsUp): _run_out,
    (Phase.REFUSED, Interrupted): _interrupt,
}
