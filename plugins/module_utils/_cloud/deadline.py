# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one deadline of a task."""

from __future__ import annotations

from .._jobs.failure import Category, Failure
from .clock import Clock

# The least seconds for signing in and the first reads, however little time there is for the change.
PREPARATION = 60.0
# Nothing is sent in the last seconds before the deadline: the response would hardly arrive in time, and without one
# nobody knows whether the request was applied.
LAST_MOMENT = 0.2
# Seconds for reading a list, including the sign-in and all its pages.
READING = 600.0

_TIME_IS_UP = Failure(Category.TIMEOUT, "the time ran out before the request was sent")
_INTERRUPTED = Failure(Category.INTERRUPTED, "the task was interrupted before the request was sent")


class Deadline:
    """The moment after which a task sends nothing more.

    The user's ``seconds`` are for the change and run from `start`. Before that, signing in and the first reads have as
    many seconds, but at least ``PREPARATION``. An interruption of the task ends the time at once. ``expired`` is the
    failure of a request that could not be sent in time.
    """

    def __init__(self, clock: Clock, seconds: float, expired: Failure = _TIME_IS_UP) -> None:
        self._clock = clock
        self._expired = expired
        self._for_change = seconds
        self._seconds = max(seconds, PREPARATION)
        self._start = clock.now()

    def start(self) -> None:
        """Start the time for the change now."""
        self._seconds = self._for_change
        self._start = self._clock.now()

    @property
    def waited(self) -> float:
        """Seconds since the start."""
        return self._clock.now() - self._start

    @property
    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return 0.0 if self._clock.interrupted else max(0.0, self._seconds - self.waited)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is sent."""
        return self.remaining <= LAST_MOMENT

    @property
    def interrupted(self) -> bool:
        """Whether the task was interrupted."""
        return self._clock.interrupted

    @property
    def failure(self) -> Failure:
        """Why nothing more is sent, once no time is left."""
        return _INTERRUPTED if self._clock.interrupted else self._expired
