# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet under a rate limit takes little longer than the limit requires, by the simulator's clock."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Iterator, Mapping

import pytest
from ansible_collections.mlops.modelarts.tests.faults.invariants import success_is_true
from ansible_collections.mlops.modelarts.tests.faults.matrix import RATE_KINDS, Cell, Task
from ansible_collections.mlops.modelarts.tests.faults.run import Run, RunModule, carried_out
from ansible_collections.mlops.modelarts.tests.schedules.promises import (
    actions_are_what_was_sent,
    seen_as_reported,
    sent_once,
)
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import simulated_clouds

JOBS = 500
# Requests per second.
LIMIT = 50
PARALLEL = 8
# At the limit, all requests in flight are throttled, and then all threads wait. A fleet may reach the limit three times:
# before it knows the limit, when its first estimate is too high, and when it tries a higher rate again.
MOST_THROTTLED = 3 * PARALLEL
# Seconds that a request is in flight at most, and the error of the log's times.
UNDER_WAY, CLOCK = 0.5, 0.01
# How many fleets run at the same time: each sends about as many requests as a busy machine can handle.
AT_ONCE = 4
_IDS = [str(number) for number in range(1, JOBS + 1)]
_TASK = Task("restart", {"job_ids": _IDS, "state": "restarted", "parallel": PARALLEL}, once=True, wait_timeout=90)


def _fleet(kind: str, retry_after: str) -> Cell:
    options = {"rate_limit": LIMIT, "rate_kind": kind, "rate_retry_after": retry_after}
    return Cell(f"{kind}-{retry_after}", _TASK, options, jobs={number: {"status": "CANCELED"} for number in _IDS})


FLEETS = (*(_fleet(kind, after) for kind in RATE_KINDS for after in ("seconds", "none")), _fleet("fixed", "date"))


@pytest.fixture(scope="module")
def fleets(module: RunModule) -> Iterator[Mapping[Cell, Future[Run]]]:
    """The run of each fleet; the first AT_ONCE of them have begun."""
    count = len(FLEETS)
    with simulated_clouds(count, "--jobs", str(JOBS)) as addresses, ThreadPoolExecutor(AT_ONCE) as pool:
        yield {fleet: pool.submit(carried_out, fleet, address, module) for fleet, address in zip(FLEETS, addresses)}


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def test_fleet(fleet: Cell, fleets: Mapping[Cell, Future[Run]]) -> None:
    run = fleets[fleet].result()
    assert not run.failed
    success_is_true(run)
    for promise in (seen_as_reported, sent_once, actions_are_what_was_sent):
        assert list(promise(run.history)) == []
    throttled = [entry["time"] for entry in run.log if entry["status"] == 429]
    admitted = len(run.log) - len(throttled)
    took = run.log[-1]["time"] - run.log[0]["time"]
    print(f"{fleet.name}: {admitted} admitted in {took:.1f} s, {len(throttled)} throttled")
    assert took <= 1.25 * admitted / LIMIT + 2
    assert len(throttled) <= MOST_THROTTLED
    if fleet.options["rate_retry_after"] == "seconds":
        # Retry-After is one second here. Other requests may still be in flight when it begins.
        pauses = [(moment + UNDER_WAY, moment + 1 - CLOCK) for moment in throttled]
        assert not [entry for entry in run.log for begin, end in pauses if begin < entry["time"] < end]
