# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time as a task sees it: a clock that tests can replace, and the one deadline of a task."""

from __future__ import annotations

import time


class Clock:
    """The machine's monotonic clock, in seconds."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


# Seconds that signing in and reading may take at the least, however short the time for the change is.
PREPARATION = 60.0


class Deadline:
    """The moment after which a task sends nothing more.

    The time that a user gives is for the change: it runs from `start`. What comes before that, signing in and reading,
    is bounded by as much, or by ``PREPARATION`` if that is longer.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
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
        return max(0.0, self._seconds - self.waited)
