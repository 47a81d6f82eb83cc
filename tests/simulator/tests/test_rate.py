# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from ..rate import KINDS
from .client import Simulator

LIMIT, PERIOD = 3, 10.0


def admitted(kind: str, moments: list[float]) -> list[bool]:
    """Return which requests are admitted, with a limit that begins at moment 0."""
    limit = KINDS[kind](LIMIT, PERIOD, 0.0)
    return [limit.wait(moment) == 0 for moment in moments]


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_as_the_limit_are_admitted_at_once(kind: str) -> None:
    assert admitted(kind, [0, 0, 0, 0, 0]) == [True, True, True, False, False]


@pytest.mark.parametrize("kind", KINDS)
def test_who_waits_as_told_is_admitted_and_not_before(kind: str) -> None:
    limit = KINDS[kind](LIMIT, PERIOD, 0.0)
    now = 4.0
    for _time in range(50):
        wait = limit.wait(now)
        if wait:
            assert limit.wait(now + wait * 0.99) > 0
            now += wait
            assert limit.wait(now) == 0


def test_a_fixed_window_admits_twice_the_limit_around_its_end() -> None:
    assert admitted("fixed", [9.9, 9.9, 9.9, 9.9, 10.0, 10.0, 10.0, 10.0]) == [True] * 3 + [False] + [True] * 3 + [
        False
    ]


def test_a_fixed_window_goes_on_from_its_beginning_not_from_the_first_request() -> None:
    assert admitted("fixed", [25, 25, 25, 25, 29.9, 30]) == [True, True, True, False, False, True]


def test_a_sliding_window_never_admits_more_than_the_limit_in_a_period() -> None:
    assert admitted("sliding", [8, 9, 9.9, 10, 17.9, 18, 18, 19]) == [True, True, True, False, False, True, False, True]


def test_a_bucket_fills_evenly_and_no_further_than_its_limit() -> None:
    assert admitted("bucket", [0, 0, 0, 3.3, 3.4, 3.4, 100, 100, 100, 100]) == (
        [True] * 3 + [False, True, False] + [True] * 3 + [False]
    )


@pytest.mark.parametrize("period, told", [(30, "limit:2,time:30 second"), (120, "limit:2,time:2 minute")])
def test_the_refusal_names_limit_and_period(simulator: Simulator, period: int, told: str) -> None:
    simulator.reset(rate_limit=2, rate_period=period)
    answers = [simulator.send("restart"), simulator.send("sign-in"), simulator.send("details")]
    assert [answer.status for answer in answers] == [200, 201, 429]
    assert answers[2].json["error_code"] == "APIGW.0308"
    assert answers[2].json["error_msg"].endswith(told)
    assert 1 <= int(answers[2].headers["Retry-After"]) <= period
    assert [entry["status"] for entry in simulator.log] == [200, 201, 429]


def test_the_moment_to_come_back_can_be_a_date_of_the_simulators_clock_or_be_left_out(simulator: Simulator) -> None:
    simulator.reset(rate_limit=1, rate_period=50, rate_retry_after="date", clock_offset=-5000)
    simulator.send("details")
    headers = simulator.send("details").headers
    told = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(headers["Date"])
    assert 0 < told.total_seconds() <= 51
    simulator.control("PATCH", "options", {"rate_retry_after": "none"})
    assert "Retry-After" not in simulator.send("details").headers


def test_a_throttled_request_meets_no_fault(simulator: Simulator) -> None:
    simulator.reset({"action": "drop_before", "skip": 1}, rate_limit=1, rate_period=60)
    assert [simulator.send("details").status for _time in range(3)] == [200, 429, 429]
    assert simulator.control("GET", "faults")[0]["times"] == 1


def test_a_limit_that_is_set_counts_anew(simulator: Simulator) -> None:
    simulator.reset(rate_limit=1, rate_period=60)
    assert [simulator.send("details").status for _time in range(2)] == [200, 429]
    simulator.control("PATCH", "options", {"rate_limit": 2})
    assert [simulator.send("details").status for _time in range(3)] == [200, 200, 429]
    simulator.control("PATCH", "options", {"rate_limit": 0})
    assert [simulator.send("details").status for _time in range(3)] == [200, 200, 200]
