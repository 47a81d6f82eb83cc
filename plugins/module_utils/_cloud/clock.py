# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time as a task sees it: a clock that tests can replace, and the one deadline of a task."""

from __future__ import annotations

import os
import select
import time

from .error_codes import Category, Meaning


class Clock:
    """The machine's monotonic clock, in seconds. All that sleep wake up when the task is interrupted."""

    def __init__(self) -> None:
        self.interrupted = False
        # A byte in a pipe wakes every thread that waits for it, and may be put there by a signal's handler.
        self._woken, self._wake = os.pipe()

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until the task is interrupted."""
        select.select([self._woken], [], [], seconds)

    def interrupt(self) -> None:
        """Let the task come to its end now."""
        self.interrupted = True
        os.write(self._wake, b"!")


# Seconds that signing in and reading may take at the least, however short the time for the change is.
PREPARATION = 60.0
# Seconds that reading a list may take, with signing in and all its pages.
READING = 600.0

_TIME_IS_UP = Meaning(Category.TIMEOUT, "its time was up before the request was sent")
_INTERRUPTED = Meaning(Category.INTERRUPTED, "the task was interrupted before the request was sent")


class Deadline:
    """The moment after which a task sends nothing more.

    The time that a user gives is for the change: it runs from `start`. What comes before that, signing in and reading,
    is bounded by as much, or by ``PREPARATION`` if that is longer. It also comes when the task is interrupted. ``over``
    says what it means that the time is over.
    """

    def __init__(self, clock: Clock, seconds: float, over: Meaning = _TIME_IS_UP) -> None:
        self._clock = clock
        self._over = over
        self._for_change = seconds
        self._seconds = max(seconds, PREPARATION)
        self._start = clock.now()

    def start(self) -> None:
        """Let the time for the change run from now."""
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
    def interrupted(self) -> bool:
        return self._clock.interrupted

    @property
    def meaning(self) -> Meaning:
        """Why nothing more is sent, once none is left."""
        return _INTERRUPTED if self._clock.interrupted else self._over
