# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stale reads: they show the past, and the true state changes meanwhile."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from ..job import Job
from ..options import Options
from ..state import State
from ..status import CANCELED, INIT, KILLED, KILLING, RUNNING, SUBMIT_TRYING, WAITING
from .client import JOBS, Simulator

AGE = 100.0


class Clocked(State):
    """A state with a clock that the test sets."""

    time = 0.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def state() -> Clocked:
    return Clocked(Options(jobs=1, start_seconds=30, stop_seconds=10, stale_seconds=AGE))


def seen(state: State, age: Optional[float] = None) -> Any:
    """Return the status of job 1 as a read shows it; null if the job does not exist."""
    moment = state.moment_to_show(age)
    job = state.find_job(state.project, "1", moment)
    return None if job is None else job.details(moment, "number")["status"]


def change(state: Clocked, time: float, operation: str) -> Job:
    """Change the job as an accepted request does."""
    state.time = time
    job = state.project.jobs[1]
    job.remember(operation, time)
    {"restart": state.start, "stop": state.stop, "delete": state.delete}[operation](job)
    return job


def test_a_lag_shows_every_status_for_as_long_as_it_lasted(state: Clocked) -> None:
    change(state, 1000, "restart")
    change(state, 1100, "stop")
    shown: dict[int, list[int]] = {}
    for moment in range(1000, 1300):
        state.time = moment
        shown.setdefault(seen(state), []).append(moment)
    assert {status: (moments[0], moments[-1]) for status, moments in shown.items()} == {
        CANCELED: (1000, 1099),
        INIT: (1100, 1109),
        SUBMIT_TRYING: (1110, 1119),
        WAITING: (1120, 1129),
        RUNNING: (1130, 1199),
        KILLING: (1200, 1209),
        KILLED: (1210, 1299),
    }


def test_the_truth_does_not_lag(state: Clocked) -> None:
    job = change(state, 1000, "restart")
    state.time = 1031
    assert (seen(state), job.status(state.now()), state.job_view(job)["status"]) == (CANCELED, RUNNING, RUNNING)


def test_a_rule_can_say_how_old_a_read_is(state: Clocked) -> None:
    change(state, 1000, "restart")
    state.time = 1050
    assert [seen(state, age=age) for age in (0, 51, 35, None)] == [RUNNING, CANCELED, SUBMIT_TRYING, CANCELED]


def test_random_reads_show_both_and_after_a_while_only_what_is(state: Clocked) -> None:
    state.options.stale_reads = "random"
    change(state, 1000, "restart")
    state.time = 1050
    shown = [seen(state) for _time in range(200)]
    assert set(shown) == {CANCELED, RUNNING}
    assert 60 < shown.count(RUNNING) < 140
    assert (RUNNING, CANCELED) in zip(shown, shown[1:])
    state.time = 1000 + 30 + AGE
    assert {seen(state) for _time in range(200)} == {RUNNING}


def test_what_was_deleted_is_still_seen_for_a_while(state: Clocked) -> None:
    job = change(state, 1000, "delete")
    assert state.find_job(state.project, "1") is None
    state.time = 1099
    assert seen(state) == CANCELED
    state.time = 1100
    assert seen(state) is None
    assert job.gone(state.time)


def test_what_tests_set_is_seen_at_once(simulator: Simulator) -> None:
    simulator.reset(stale_seconds=AGE)
    simulator.send("restart")
    assert simulator.send("details").json["status"] == CANCELED
    simulator.control("PUT", "jobs/1", {"status": "LOST"})
    assert simulator.send("details").json["status"] == 14


def test_details_and_list_are_stale_and_changes_are_not(simulator: Simulator) -> None:
    simulator.reset(stale_seconds=AGE)
    assert simulator.send("restart").status == 200
    assert simulator.send("restart").json["error_code"] == "ModelArts.0105"
    simulator.send("modify")
    simulator.send("create")
    assert simulator.ask("DELETE", f"{JOBS}/2").status == 200
    listed = {job["job_id"]: job for job in simulator.send("list").json["jobs"]}
    assert {number: job["status"] for number, job in listed.items()} == {1: CANCELED, 2: RUNNING}
    assert listed[1]["job_desc"] == simulator.send("details").json["job_desc"] == "Curves of training 1"
    assert simulator.ask("GET", f"{JOBS}/3").status == 404
    assert simulator.ask("GET", f"{JOBS}/2").status == 200
    simulator.control("PATCH", "options", {"stale_seconds": 0})
    listed = {job["job_id"]: job for job in simulator.send("list").json["jobs"]}
    assert sorted(listed) == [1, 3]
    assert listed[1]["job_desc"] == "other"


def test_a_rule_makes_single_reads_stale(simulator: Simulator) -> None:
    simulator.reset({"action": "stale", "seconds": AGE, "operation": "details", "skip": 1}, start_seconds=0)
    simulator.send("restart")
    assert [simulator.send("details").json["status"] for _time in range(3)] == [RUNNING, CANCELED, RUNNING]
