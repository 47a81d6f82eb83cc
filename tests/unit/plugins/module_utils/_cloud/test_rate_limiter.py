# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.rate_limiter import (
    LAST_BOUND,
    RateLimiter,
    back_off,
)
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import VirtualClock

# No test takes as many steps: one that would never end fails instead.
MOST_STEPS = 200_000


def test_without_a_limit_nobody_waits():
    clock = VirtualClock()
    limiter = RateLimiter(clock, lambda bound: bound)
    for _request in range(1000):
        assert limiter.acquire() == 0
        limiter.let_through()


def test_all_pause_when_one_is_throttled():
    clock = VirtualClock()
    limiter = RateLimiter(clock, lambda bound: bound)
    assert limiter.acquire() == 0
    limiter.throttled(5.0)
    assert limiter.acquire() == 5.0
    clock.time += 5
    assert limiter.acquire() == 0
    # And then one after the other.
    assert limiter.acquire() > 0


def test_pauses_that_the_service_does_not_set_grow():
    clock = VirtualClock()
    limiter = RateLimiter(clock, lambda bound: bound)
    pauses = []
    for _attempt in range(8):
        pause = limiter.acquire()
        clock.time += pause
        assert not pause or limiter.acquire() == 0
        limiter.throttled(None)
        pauses.append(limiter.acquire())
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 16, 20, 20])


def test_rate_grows_when_the_service_throttles_no_more():
    clock = VirtualClock()
    limiter = RateLimiter(clock, lambda bound: bound)
    for _request in range(10):
        limiter.acquire()
    limiter.throttled(1.0)
    clock.time += 1

    def sent_in(seconds):
        end, sent, steps = clock.time + seconds, 0, 0
        while clock.time < end:
            steps += 1
            assert steps < MOST_STEPS
            pause = limiter.acquire()
            sent += not pause
            clock.time += pause or 0.001
        return sent

    first = sent_in(10)
    assert 80 <= first <= 100
    clock.time += 60
    assert sent_in(10) > 20 * first


@pytest.mark.parametrize("idle", [0.5, 5.0, 60.0])
def test_idling_earns_no_burst(idle):
    clock = VirtualClock()
    limiter = RateLimiter(clock, lambda bound: bound)
    for _request in range(100):
        limiter.acquire()
    limiter.throttled(1.0)
    clock.time += 1
    limiter.acquire()
    clock.time += idle
    at_once = 0
    while at_once < 100 and limiter.acquire() == 0:
        at_once += 1
    assert at_once == 3


@pytest.mark.parametrize(
    ("retries", "bound"), [(0, 0.5), (1, 1.0), (5, 16.0), (6, LAST_BOUND), (1024, LAST_BOUND), (10**6, LAST_BOUND)]
)
def test_bound_of_the_pause_before_a_retry(retries, bound):
    assert back_off(retries, lambda bound: bound) == bound


def test_service_that_throttles_thousands_of_times_in_a_row():
    clock = VirtualClock()
    limiter = RateLimiter(clock, lambda bound: bound)
    for _time in range(3000):
        limiter.throttled(None)
        clock.sleep(limiter.acquire())
        assert limiter.acquire() == 0


class FixedWindow:
    """Lets so many requests of each whole second through."""

    def __init__(self, limit):
        self.limit, self.second, self.used = limit, None, 0

    def lets_through(self, now):
        if int(now) != self.second:
            self.second, self.used = int(now), 0
        self.used += 1
        return self.used <= self.limit


class SlidingWindow:
    """Lets so many requests through within any second."""

    def __init__(self, limit):
        self.limit, self.moments = limit, []

    def lets_through(self, now):
        self.moments = [moment for moment in self.moments if moment > now - 1]
        if len(self.moments) >= self.limit:
            return False
        self.moments.append(now)
        return True


class Bucket:
    """Lets so many requests a second through, and as many at once when none came for a second."""

    def __init__(self, limit):
        self.limit, self.tokens, self.moment = limit, limit, None

    def lets_through(self, now):
        self.tokens = min(self.limit, self.tokens + (now - (self.moment or now)) * self.limit)
        self.moment = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def seconds_for(requests, service, retry_after, round_trip, parallel):
    """Seconds that so many requests take, sent in so many lanes that each wait for their answer."""
    clock = VirtualClock()
    limiter = RateLimiter(clock, lambda bound: bound / 2)
    lanes = [clock.time] * parallel
    answers = []
    start, done, steps = clock.time, 0, 0
    while done < requests:
        steps += 1
        assert steps < MOST_STEPS
        number = min(range(parallel), key=lambda lane: lanes[lane])
        clock.time = lanes[number]
        for moment, passed in sorted(answers):
            if moment <= clock.time:
                answers.remove((moment, passed))
                if passed:
                    limiter.let_through()
                else:
                    limiter.throttled(retry_after)
        pause = limiter.acquire()
        if pause:
            lanes[number] += pause
            continue
        passed = service.lets_through(clock.time)
        done += passed
        lanes[number] += round_trip
        answers.append((lanes[number], passed))
    return clock.time - start


@pytest.mark.parametrize("kind", [FixedWindow, SlidingWindow, Bucket])
@pytest.mark.parametrize("limit", [20, 50, 200])
@pytest.mark.parametrize("retry_after", [1.0, None])
@pytest.mark.parametrize("parallel", [1, 8, 32])
def test_a_limit_is_used(kind, limit, retry_after, parallel):
    requests = limit * 20
    took = seconds_for(requests, kind(limit), retry_after, 0.004, parallel)
    assert took <= 1.25 * requests / limit + 2
