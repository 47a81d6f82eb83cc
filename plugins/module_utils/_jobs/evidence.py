# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reads of a job prove about a request: one small class for each kind of wait. No I/O, no clock."""

from __future__ import annotations

from enum import Enum
from typing import Mapping, NamedTuple, Optional, Type

from .job import VizJob, same_description
from .rules import Step
from .status import DELETE_FAILED, Group, Status

# Seconds for which the service may still show the job as it was before it accepted a request.
CONSISTENCY_GRACE = 30.0
# Seconds between two reads that show the same, for the second to confirm the first.
CONFIRM_INTERVAL = 1.0


class ReadWindow(NamedTuple):
    """When a job was read, in seconds: not before ``begun``, not after ``ended``."""

    begun: float
    ended: float


class Verdict(Enum):
    """What a read proves."""

    PENDING = "nothing yet"
    CONFIRMED = "the request was accepted"
    REACHED = "the wait is over"
    UP_AGAIN = "somebody else started the job again"
    WENT_ELSEWHERE = "the job went to another status: the wait is in vain"
    FELL_BACK = "the job went back to its old status: the wait is in vain"
    UNCHANGED = "the job has not changed: the wait is in vain"

    @property
    def is_failure(self) -> bool:
        """Whether the wait is in vain."""
        return self in (Verdict.WENT_ELSEWHERE, Verdict.FELL_BACK, Verdict.UNCHANGED)


class Context(NamedTuple):
    """What a wait begins with.

    ``sent_at``: when the request was sent, or when a refusal or a read showed that none was needed, in seconds; ``None``
    for what had begun before. ``is_refused``: it was a refusal that showed it. ``previous``: the status that is to change.
    ``was_stopped``: the job was seen to stop in this task. ``stale``: a starting status from before that, which may still
    be shown. ``description``: the one that was asked for, and ``old_description`` the one before.
    """

    sent_at: Optional[float]
    previous: Status
    is_refused: bool = False
    was_stopped: bool = False
    stale: Optional[Status] = None
    description: Optional[str] = None
    old_description: Optional[str] = None


class _Since:
    """How long reads have shown the same."""

    def __init__(self) -> None:
        self._ended: Optional[float] = None

    def confirms(self, is_shown: bool, window: ReadWindow) -> bool:
        """Whether this read shows it, and one at least ``CONFIRM_INTERVAL`` before did, with no other between."""
        if not is_shown:
            self._ended = None
        elif self._ended is None:
            self._ended = window.ended
        return self._ended is not None and window.begun - self._ended >= CONFIRM_INTERVAL


class Evidence:
    """What has been seen since a request was sent, or since a wait began without one.

    ``is_accepted`` is set when the request is known to be accepted.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.is_accepted = False

    def is_grace_over(self, window: ReadWindow) -> bool:
        """Whether a read shows the effect of the request, however late the service shows it."""
        return self._context.sent_at is not None and window.begun - self._context.sent_at >= CONSISTENCY_GRACE

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        """What the job as it was read proves."""
        raise NotImplementedError

    def _is_stale(self, status: Status, window: ReadWindow) -> bool:
        """Whether a starting status may be from before our own stop."""
        return status == self._context.stale and not self.is_grace_over(window)

    def _unchanged(self, window: ReadWindow) -> Verdict:
        """The job is as it was before the request: that is a failure once the grace is over."""
        return Verdict.UNCHANGED if self.is_accepted and self.is_grace_over(window) else Verdict.PENDING


class Appearance(Evidence):
    """A job that was asked for appears under its name."""

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        return Verdict.REACHED if self.is_accepted else Verdict.CONFIRMED


class Description(Evidence):
    """The description becomes the one that was asked for, or one that the service made of it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._another, self._last = _Since(), context.old_description

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        if same_description(job.description, self._context.description):
            return Verdict.REACHED
        is_another = not same_description(job.description, self._context.old_description)
        if not same_description(job.description, self._last):
            self._another, self._last = _Since(), job.description
        if self._another.confirms(is_another, window):
            return Verdict.REACHED
        return Verdict.PENDING if is_another else self._unchanged(window)


class Shutdown(Evidence):
    """The job stops, and nobody else starts it again."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._running = _Since()
        # After our own stop, RUNNING and starting statuses may be from before it.
        self._is_seen_down = context.sent_at is None

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        status, group = job.known_status, job.known_status.group
        is_still_running = self._running.confirms(group is Group.RUNNING, window)
        if group in (Group.STOPPING, Group.STOPPED):
            self._is_seen_down = True
            return Verdict.REACHED if group is Group.STOPPED else Verdict.CONFIRMED
        # A refusal that named it stopping is newer than a late read of RUNNING.
        is_refused = self._context.is_refused
        is_running = is_still_running and (self._is_seen_down or (is_refused and self.is_grace_over(window)))
        is_starting = group is Group.STARTING and (self._is_seen_down or is_refused)
        is_up = is_running or (is_starting and not self._is_stale(status, window))
        return Verdict.UP_AGAIN if is_up else Verdict.PENDING


class Deletion(Evidence):
    """The job disappears; what is read here still exists."""

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        if not self.is_accepted or job.known_status != DELETE_FAILED:
            return Verdict.PENDING
        if self._context.previous == DELETE_FAILED:
            return self._unchanged(window)
        return Verdict.WENT_ELSEWHERE


class Startup(Evidence):
    """The job comes up. A stopping or stopped status on its way up is never somebody else's doing."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._running, self._down = _Since(), _Since()
        self._previous = context.previous
        self._is_seen_starting = False

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        status, group = job.known_status, job.known_status.group
        is_still_running = self._running.confirms(group is Group.RUNNING, window)
        is_still_down = self._down.confirms(group in (Group.STOPPING, Group.STOPPED), window)
        if group is Group.RUNNING:
            # After a stop, RUNNING may be the status from before it.
            is_proved = is_still_running or self._is_seen_starting or not self._context.was_stopped
            return Verdict.REACHED if is_proved else Verdict.PENDING
        if group is Group.STOPPED:
            return self._weigh_stopped(status, is_still_down, window)
        if group is Group.STARTING:
            is_proof = not self._is_stale(status, window)
        else:
            is_proof = status != self._previous and not self._context.was_stopped
        if group is Group.STOPPING and self._is_seen_starting and is_still_down:
            return Verdict.WENT_ELSEWHERE
        if is_proof and group is not Group.UNKNOWN:
            self._is_seen_starting = True
        return Verdict.CONFIRMED if is_proof else Verdict.PENDING

    def _weigh_stopped(self, status: Status, is_still_down: bool, window: ReadWindow) -> Verdict:
        if self._previous.group is Group.UNKNOWN:
            # This is the status that it had, as it turns out.
            self._previous = status
        if status != self._previous:
            return Verdict.WENT_ELSEWHERE
        if self._is_seen_starting:
            return Verdict.FELL_BACK if is_still_down else Verdict.PENDING
        return self._unchanged(window)


# The evidence for each step: a request, and the wait for its effect.
EVIDENCE: Mapping[Step, Type[Evidence]] = {
    Step.CREATE: Appearance,
    Step.AWAIT_LISTED: Appearance,
    Step.UPDATE: Description,
    Step.AWAIT_UPDATE: Description,
    Step.STOP: Shutdown,
    Step.AWAIT_DOWN: Shutdown,
    Step.RESTART: Startup,
    Step.AWAIT_UP: Startup,
    Step.DELETE: Deletion,
    Step.AWAIT_GONE: Deletion,
}
