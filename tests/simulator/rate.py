# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gateway's rate limit, with the algorithms that gateways use."""

from __future__ import annotations

from collections import deque
from typing import Mapping, Type


class RateLimit:
    """At most ``limit`` requests in ``period`` seconds. Refused requests do not count.

    Moments are seconds of any clock that never goes back.
    """

    def __init__(self, limit: int, period: float, now: float) -> None:
        self.limit = limit
        self.period = period
        self._begin(now)

    def _begin(self, now: float) -> None:
        raise NotImplementedError

    def wait(self, now: float) -> float:
        """Return the seconds until a request would be admitted; 0: this one is admitted, and counts."""
        raise NotImplementedError


class FixedWindow(RateLimit):
    """Counts from 0 in each period."""

    def _begin(self, now: float) -> None:
        self._began, self._count = now, 0

    def wait(self, now: float) -> float:
        if now >= self._began + self.period:
            self._began += (now - self._began) // self.period * self.period
            self._count = 0
        if self._count >= self.limit:
            return self._began + self.period - now
        self._count += 1
        return 0.0


class SlidingWindow(RateLimit):
    """No more than the limit in any stretch of time as long as the period."""

    def _begin(self, now: float) -> None:
        self._admitted: deque[float] = deque()

    def wait(self, now: float) -> float:
        while self._admitted and self._admitted[0] <= now - self.period:
            self._admitted.popleft()
        if len(self._admitted) >= self.limit:
            return self._admitted[0] + self.period - now
        self._admitted.append(now)
        return 0.0


class TokenBucket(RateLimit):
    """A bucket with as many tokens as the limit, which refills evenly."""

    def _begin(self, now: float) -> None:
        self._filled_at, self._content = now, float(self.limit)

    def wait(self, now: float) -> float:
        per_second = self.limit / self.period
        self._content = min(self.limit, self._content + (now - self._filled_at) * per_second)
        self._filled_at = now
        # The tolerance is for a client that comes exactly at the moment that it was given.
        if self._content < 1 - 1e-9:
            return (1 - self._content) / per_second
        self._content = max(0.0, self._content - 1)
        return 0.0


KINDS: Mapping[str, Type[RateLimit]] = {"fixed": FixedWindow, "sliding": SlidingWindow, "bucket": TokenBucket}
