# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reads of a job prove about a request: one small class for each kind of wait. No I/O, no clock."""

from __future__ import annotations

from enum import Enum
from typing import Mapping, NamedTuple, Optional, Type

from .job import VizJob
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


class Conclusion(Enum):
    """What a read proves: nothing yet, that the request was accepted, that the wait is over, that it is in vain, or that
    the job is not where the steps expect it, so that the task has to plan anew."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REACHED = "reached"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


class Why(Enum):
    """Why a wait is in vain."""

    WENT_ELSEWHERE = "went to another status"
    FELL_BACK = "went back to its old status"
    UNCHANGED = "kept its old status"


class Verdict(NamedTuple):
    """The conclusion from a read, and for a failure why."""

    conclusion: Conclusion
    why: Optional[Why] = None


PENDING = Verdict(Conclusion.PENDING)
CONFIRMED = Verdict(Conclusion.CONFIRMED)
REACHED = Verdict(Conclusion.REACHED)
OVERTAKEN = Verdict(Conclusion.OVERTAKEN)


def _failed(why: Why) -> Verdict:
    return Verdict(Conclusion.FAILED, why)


class Evidence:
    """What has been seen since a request was sent, or a wait began without one.

    ``sent_at``: seconds; ``None`` for a wait without a request. ``previous``: the status that the request is to change.
    ``description``: the one that was asked for. ``was_stopped``: the job was seen to stop in this task before.
    ``is_accepted`` is set when the request is known to be accepted.
    """

    def __init__(
        self,
        sent_at: Optional[float],
        previous: Status,
        description: Optional[str] = None,
        was_stopped: bool = False,
    ) -> None:
        self._sent_at = sent_at
        self._previous = previous
        self._description = description
        self._was_stopped = was_stopped
        self.is_accepted = False

    def is_grace_over(self, window: ReadWindow) -> bool:
        """Whether a read shows what the request has come to, however late the service shows it."""
        return self._sent_at is not None and window.begun - self._sent_at >= CONSISTENCY_GRACE

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        """What the job as it was read proves."""
        raise NotImplementedError


class Appearance(Evidence):
    """A job that was asked for appears under its name."""

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        return CONFIRMED


class Description(Evidence):
    """The description becomes the one that was asked for."""

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        if job.description == self._description:
            return REACHED
        return _failed(Why.UNCHANGED) if self.is_accepted and self.is_grace_over(window) else PENDING


class Shutdown(Evidence):
    """The job stops."""

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        return {Group.STOPPED: REACHED, Group.STOPPING: CONFIRMED}.get(job.known_status.group, PENDING)


class Deletion(Evidence):
    """The job disappears; what is read here still exists."""

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        has_failed = job.known_status == DELETE_FAILED != self._previous
        return _failed(Why.WENT_ELSEWHERE) if self.is_accepted and has_failed else PENDING


class Startup(Evidence):
    """The job comes up."""

    _is_seen_starting = False
    _running_since: Optional[float] = None
    _down_since: Optional[float] = None

    def weigh(self, job: VizJob, window: ReadWindow) -> Verdict:
        status, group = job.known_status, job.known_status.group
        if group is not Group.RUNNING:
            self._running_since = None
        if group is not Group.STOPPED:
            self._down_since = None
        if group is Group.STARTING:
            self._is_seen_starting = True
            return CONFIRMED
        if group is Group.RUNNING:
            return self._weigh_running(window)
        if group is Group.STOPPED:
            return self._weigh_stopped(status, window)
        return CONFIRMED if status != self._previous and not self._was_stopped else PENDING

    def _weigh_running(self, window: ReadWindow) -> Verdict:
        if self._was_stopped and not self._is_seen_starting:
            # RUNNING may still be the status from before the stop.
            if self._running_since is None:
                self._running_since = window.ended
            if window.begun - self._running_since < CONFIRM_INTERVAL:
                return PENDING
        return REACHED

    def _weigh_stopped(self, status: Status, window: ReadWindow) -> Verdict:
        if self._sent_at is None:
            return OVERTAKEN
        if self._previous.group is Group.UNKNOWN:
            # This is the status that it had, as it turns out.
            self._previous = status
        if status != self._previous:
            return _failed(Why.WENT_ELSEWHERE)
        if self._is_seen_starting:
            if self._down_since is None:
                self._down_since = window.ended
            is_confirmed = window.begun - self._down_since >= CONFIRM_INTERVAL
            return _failed(Why.FELL_BACK) if is_confirmed else PENDING
        return _failed(Why.UNCHANGED) if self.is_accepted and self.is_grace_over(window) else PENDING


# The evidence for each step: a request, and the wait for its effect.
EVIDENCE: Mapping[Step, Type[Evidence]] = {
    Step.CREATE: Appearance,
    Step.UPDATE: Description,
    Step.AWAIT_UPDATE: Description,
    Step.STOP: Shutdown,
    Step.AWAIT_DOWN: Shutdown,
    Step.RESTART: Startup,
    Step.AWAIT_UP: Startup,
    Step.DELETE: Deletion,
    Step.AWAIT_GONE: Deletion,
}
