# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast the requests of a task may follow each other: one limit for all its threads."""

from __future__ import annotations

import threading
from collections import deque
from typing import Callable, Deque, Optional

from .clock import Clock

# Seconds. The pause after a failure is random, from zero to a bound (full jitter) that doubles from time to time.
FIRST_BOUND = 0.5
LAST_BOUND = 20.0
# Far beyond the last bound: the power of a larger number does not fit into a float.
_MOST_DOUBLINGS = 30

# Seconds over which requests are counted to learn how many of them the service lets through.
WINDOW = 1.0
# The part of that rate which is used afterwards, and the seconds until all of it is tried again.
CAUTION = 0.93
RECOVERY = 10.0


def back_off(retries: int, draw: Callable[[float], float]) -> float:
    """Seconds to pause before the next retry. ``draw`` returns a random number from 0 to the one it is given."""
    return draw(min(LAST_BOUND, FIRST_BOUND * 2.0 ** min(retries, _MOST_DOUBLINGS)))


class RateLimiter:
    """No limit until the service throttles a request; then all threads pause together, and go on more slowly.

    The rate is then a little below the one that the service let through. It grows with the third power of the time: it
    stays long where the service throttled before, and soon leaves that behind where the service throttles no more.
    """

    def __init__(self, clock: Clock, draw: Callable[[float], float]) -> None:
        self._clock = clock
        self._draw = draw
        self._lock = threading.Lock()
        # When the last requests were sent, without those that were throttled.
        self._sent: Deque[float] = deque()
        self._is_throttled = False
        self._times_in_a_row = 0
        # Requests per second, and since when; infinite until the first request is throttled.
        self._rate = float("inf")
        self._since = 0.0
        # The earliest moment for the next request.
        self._next = 0.0

    def acquire(self) -> float:
        """0 if the caller may send a request now, else the seconds to wait before asking again."""
        with self._lock:
            now = self._clock.now()
            if now < self._next:
                return self._next - now
            if self._is_throttled:
                self._is_throttled = False
                self._rate = max(1.0, CAUTION * len(self._sent) / WINDOW)
                self._since = now
            rate = self._rate * (1 + (1 / CAUTION - 1) * ((now - self._since) / RECOVERY) ** 3)
            # A thread that comes late may catch up, but by two requests at most: idling earns no burst.
            self._next = max(self._next, now - 2 / rate) + 1 / rate
            self._sent.append(now)
            while self._sent[0] <= now - WINDOW:
                self._sent.popleft()
            return 0.0

    def let_through(self) -> None:
        """Note that a request was not throttled."""
        with self._lock:
            self._times_in_a_row = 0

    def throttled(self, retry_after: Optional[float]) -> None:
        """Note that a request was throttled. ``retry_after``: the pause that the service asks for, in seconds."""
        with self._lock:
            if self._sent:
                self._sent.pop()
            if retry_after is None and not self._is_throttled:
                retry_after = back_off(self._times_in_a_row, self._draw)
                self._times_in_a_row += 1
            self._is_throttled = True
            self._next = max(self._next, self._clock.now() + (retry_after or 0.0))
