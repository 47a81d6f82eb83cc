# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet under a rate limit takes hardly longer than the limit alone makes it, by the simulator's own clock."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Iterator, Mapping

import pytest
from ansible_collections.mlops.modelarts.tests.faults.invariants import (
    nothing_is_accepted_twice,
    success_is_seen_and_true,
    the_actions_are_the_requests,
)
from ansible_collections.mlops.modelarts.tests.faults.matrix import RATE_KINDS, Cell, Task
from ansible_collections.mlops.modelarts.tests.faults.run import Run, RunModule, carried_out
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import simulated_clouds

JOBS = 500
# Requests a second.
LIMIT = 50
PARALLEL = 8
# When the limit is met all that are under way are throttled, and then all wait. It may be met three times in the time that
# a fleet takes: when nothing of it is known, when what is learned from that is too much, and when that is tried again.
MOST_THROTTLED = 3 * PARALLEL
# Seconds that a request is under way at the most, and that the log is inexact by.
UNDER_WAY, CLOCK = 0.5, 0.01
# How many fleets there are at the same time: each sends as many requests as a busy machine may manage.
AT_ONCE = 4
_IDS = [str(number) for number in range(1, JOBS + 1)]
_TASK = Task("restart", {"job_ids": _IDS, "state": "restarted", "parallel": PARALLEL}, once=True, wait_timeout=90)


def _fleet(kind: str, retry_after: str) -> Cell:
    options = {"rate_limit": LIMIT, "rate_kind": kind, "rate_retry_after": retry_after}
    return Cell(f"{kind}-{retry_after}", _TASK, options, jobs={number: {"status": "CANCELED"} for number in _IDS})


FLEETS = (*(_fleet(kind, after) for kind in RATE_KINDS for after in ("seconds", "none")), _fleet("fixed", "date"))


@pytest.fixture(scope="module")
def fleets(module: RunModule) -> Iterator[Mapping[Cell, Future[Run]]]:
    """The run of each fleet; as many as there may be at the same time have begun."""
    count = len(FLEETS)
    with simulated_clouds(count, "--jobs", str(JOBS)) as addresses, ThreadPoolExecutor(AT_ONCE) as pool:
        yield {fleet: pool.submit(carried_out, fleet, address, module) for fleet, address in zip(FLEETS, addresses)}


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def test_fleet(fleet: Cell, fleets: Mapping[Cell, Future[Run]]) -> None:
    run = fleets[fleet].result()
    assert not run.failed
    for invariant in (success_is_seen_and_true, nothing_is_accepted_twice, the_actions_are_the_requests):
        invariant(run)
    throttled = [entry["time"] for entry in run.log if entry["status"] == 429]
    admitted = len(run.log) - len(throttled)
    took = run.log[-1]["time"] - run.log[0]["time"]
    print(f"{fleet.name}: {admitted} admitted in {took:.1f} s, {len(throttled)} throttled")
    assert took <= 1.25 * admitted / LIMIT + 2
    assert len(throttled) <= MOST_THROTTLED
    if fleet.options["rate_retry_after"] == "seconds":
        # With a limit in each second that is one second. At its begin other requests may be under way.
        pauses = [(moment + UNDER_WAY, moment + 1 - CLOCK) for moment in throttled]
        assert not [entry for entry in run.log for begin, end in pauses if begin < entry["time"] < end]
