# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole restarts in virtual time: each test is what the service answers, and what the user is told."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.error_codes import Category
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import State, plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import carry_out, pause_before_look
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import (
    ACCEPTED,
    GONE,
    Service,
    VirtualClock,
    conflict,
    go,
    lost,
    refusal,
    viz,
)

INIT, WAITING, RUNNING, KILLING, COMPLETED, FAILED, KILLED, CANCELED = 1, 7, 8, 9, 10, 11, 12, 13


def restart(before, answers, looks, **options):
    return go(viz(before), "restarted", answers, looks, **options)


def test_restart_ends_when_the_job_is_seen_running():
    way = restart(CANCELED, [ACCEPTED], [INIT, WAITING, RUNNING])
    assert (way.actions, way.changed, way.error, way.job.status.name) == (["restart"], True, None, "RUNNING")
    assert way.reads == 3


def test_running_on_the_first_read_is_enough_for_a_job_that_was_down():
    assert restart(CANCELED, [ACCEPTED], [RUNNING]).reads == 1


def test_without_wait_one_request_is_sent_and_nothing_read():
    way = restart(CANCELED, [ACCEPTED], [], wait=False)
    assert (way.actions, way.changed, way.error, way.reads) == (["restart"], True, None, 0)


def test_old_status_is_lag_for_a_while():
    way = restart(CANCELED, [ACCEPTED], [CANCELED] * 5 + [INIT, RUNNING])
    assert way.error is None


def test_old_status_that_stays_is_a_failure():
    way = restart(CANCELED, [ACCEPTED], [CANCELED])
    assert (way.category, way.changed) == ("job_failed", True)
    assert way.error.sentence == (
        "Could not restart visualization job 10 (viz-10): the restart was accepted, but the job was still CANCELED 30 s "
        "later. Look at the job in the ModelArts console, and at the log files under its train_url."
    )
    assert 30 <= way.seconds < 40


@pytest.mark.parametrize(
    "statuses, told", [([INIT, FAILED], "went to FAILED"), ([INIT, CANCELED], "fell back to CANCELED")]
)
def test_job_that_fails_on_the_way_up(statuses, told):
    way = restart(CANCELED, [ACCEPTED], statuses)
    assert (way.category, way.changed) == ("job_failed", True)
    assert told in way.error.sentence


def test_stale_reads_after_a_starting_one_are_no_failure():
    assert restart(CANCELED, [ACCEPTED], [INIT, CANCELED, CANCELED, INIT, CANCELED, CANCELED, RUNNING]).error is None


def test_old_status_for_a_second_after_a_starting_one_is_a_failure():
    way = restart(CANCELED, [ACCEPTED], [INIT, CANCELED])
    assert way.category == "job_failed"
    assert 1.25 <= way.seconds < 2


def test_wait_runs_out():
    way = restart(CANCELED, [ACCEPTED], [WAITING], timeout=12)
    assert (way.category, way.changed, way.job.status.name) == ("timeout", True, "WAITING")
    assert way.error.sentence == (
        "Could not restart visualization job 10 (viz-10): the restart was accepted, but after 12 s the job was still WAITING. "
        "Raise wait_timeout, or look at the job again later."
    )


@pytest.mark.parametrize(
    "status, text", [(RUNNING, "it is RUNNING"), (KILLING, "it is KILLING"), (COMPLETED, "it is COMPLETED")]
)
def test_refusal_by_the_service(status, text):
    way = restart(CANCELED, [conflict(status)], [])
    assert (way.category, way.changed, way.actions) == ("conflict", False, ["restart"])
    assert way.job.status == Status.of(status)
    assert text in way.error.sentence


def test_sentence_of_a_refusal():
    assert restart(CANCELED, [conflict(8)], []).error.sentence == (
        "Could not restart visualization job 10 (viz-10): it is RUNNING, and ModelArts restarts only a job that has stopped "
        "(ModelArts.0105: This job can't be resubmit. job status: 8). Use force=true to stop it first, or state=started to "
        "leave it running."
    )


def test_sentence_of_a_refusal_in_planning_quotes_nobody():
    way = restart(RUNNING, [], [])
    assert (way.actions, way.changed) == ([], False)
    assert way.error.sentence == (
        "Could not restart visualization job 10 (viz-10): it is RUNNING, and ModelArts restarts only a job that has stopped. "
        "Use force=true to stop it first, or state=started to leave it running."
    )


def test_force_stops_and_restarts():
    way = restart(RUNNING, [ACCEPTED, ACCEPTED], [KILLING, KILLED, INIT, RUNNING], force=True)
    assert (way.actions, way.changed, way.error) == (["stop", "restart"], True, None)


def test_stale_running_after_a_forced_stop_is_no_proof():
    # RUNNING once, then the old KILLED again: what was read was the past.
    way = restart(RUNNING, [ACCEPTED, ACCEPTED], [KILLED, RUNNING, KILLED, KILLED, INIT, RUNNING], force=True)
    assert way.error is None
    assert way.reads == 6


def test_running_twice_after_a_forced_stop_is_proof():
    way = restart(RUNNING, [ACCEPTED, ACCEPTED], [KILLED, RUNNING], force=True)
    assert way.error is None
    # Of which the first and the last are at least a second apart.
    assert 1.25 <= way.seconds < 2


def test_restart_after_a_forced_stop_is_tried_while_it_conflicts():
    way = restart(
        RUNNING, [ACCEPTED, conflict(9), conflict(9), ACCEPTED], [KILLED, KILLED, KILLED, INIT, RUNNING], force=True
    )
    assert (way.actions, way.error, way.sent) == (["stop", "restart"], None, ["stop"] + ["restart"] * 3)


def test_restart_that_conflicts_until_the_end_says_that_the_job_is_stopped():
    way = restart(RUNNING, [ACCEPTED, *[conflict(9)] * 50], [KILLED], force=True, timeout=20)
    assert (way.category, way.changed) == ("timeout", True)
    assert way.error.sentence == (
        "Could not restart visualization job 10 (viz-10): the job is now stopped (KILLED), but for 20 s its restart was "
        "refused (ModelArts.0105: This job can't be resubmit. job status: 9). Raise wait_timeout, or look at the job again "
        "later."
    )


def test_refused_restart_after_a_forced_stop_says_that_the_job_is_stopped():
    way = restart(RUNNING, [ACCEPTED, refusal()], [KILLED], force=True)
    assert (way.category, way.changed, way.actions) == ("permission", True, ["stop", "restart"])
    assert "the job is now stopped (KILLED), as force asked for, but then you are not authorized" in way.error.sentence


def test_job_that_stopped_by_itself_before_the_forced_stop():
    way = restart(RUNNING, [conflict(10), ACCEPTED], [COMPLETED, INIT, RUNNING], force=True)
    assert (way.actions, way.error) == (["stop", "restart"], None)


def test_refused_stop_changes_nothing():
    way = restart(INIT, [conflict(1)], [INIT], force=True)
    assert (way.category, way.changed, way.actions) == ("conflict", False, ["stop"])
    assert "(viz-10): it is INIT, and ModelArts does not stop it from there (ModelArts.0105: " in way.error.sentence


def test_stopping_job_is_waited_for():
    way = restart(KILLING, [ACCEPTED], [KILLING, KILLED, INIT, RUNNING])
    assert (way.actions, way.error) == (["restart"], None)


def test_stopping_job_that_does_not_stop():
    way = restart(KILLING, [], [KILLING], timeout=5)
    assert (way.category, way.changed, way.actions) == ("timeout", False, [])


class TestLostAnswer:
    """The connection broke after the restart was sent: it is never sent again."""

    def test_job_that_comes_up_was_restarted(self):
        way = restart(CANCELED, [lost()], [CANCELED, INIT, RUNNING])
        assert (way.actions, way.changed, way.error) == (["restart (outcome unknown)"], True, None)
        assert way.sent == ["restart"]

    def test_job_that_stays_down(self):
        way = restart(CANCELED, [lost()], [CANCELED])
        assert (way.category, way.changed, way.sent) == ("outcome_unknown", True, ["restart"])
        assert 30 <= way.seconds < 40

    def test_job_that_stays_down_until_the_time_is_up(self):
        way = restart(CANCELED, [lost()], [CANCELED], timeout=10)
        assert (way.category, way.changed) == ("outcome_unknown", True)
        assert way.seconds <= 10

    def test_job_that_failed_was_restarted(self):
        way = restart(CANCELED, [lost()], [FAILED])
        assert (way.category, way.changed) == ("job_failed", True)

    def test_without_wait_it_is_read_until_it_is_known(self):
        way = restart(CANCELED, [lost()], [CANCELED, INIT], wait=False)
        assert (way.actions, way.changed, way.error, way.reads) == (["restart (outcome unknown)"], True, None, 2)

    def test_after_a_forced_stop_a_stale_read_is_no_proof(self):
        way = restart(RUNNING, [ACCEPTED, lost()], [KILLED, KILLING, RUNNING, KILLED], force=True)
        assert (way.category, way.changed, way.sent) == ("outcome_unknown", True, ["stop", "restart"])

    def test_lost_stop_that_was_applied(self):
        way = restart(RUNNING, [lost(), ACCEPTED], [KILLING, KILLED, INIT, RUNNING], force=True)
        assert (way.actions, way.error) == (["stop (outcome unknown)", "restart"], None)

    def test_lost_stop_that_was_not_applied_is_sent_again(self):
        way = restart(RUNNING, [lost(), ACCEPTED, ACCEPTED], [RUNNING] * 30 + [KILLED, INIT, RUNNING], force=True)
        assert way.sent == ["stop", "stop", "restart"]
        assert way.error is None


def test_from_an_unknown_status_the_service_decides():
    assert restart(99, [ACCEPTED], [RUNNING]).error is None
    assert restart(99, [conflict(99)], [99]).category == "conflict"


def test_from_an_unknown_status_the_first_down_status_may_be_the_old_one():
    assert restart(0, [ACCEPTED], [CANCELED, CANCELED, INIT, RUNNING]).error is None


def test_passing_failures_do_not_end_the_wait():
    way = restart(CANCELED, [ACCEPTED], [lost(), INIT, lost(), RUNNING])
    assert way.error is None


def test_time_out_tells_of_a_failing_look():
    way = restart(CANCELED, [ACCEPTED], [lost()], timeout=8)
    assert (
        "after 8 s the job was still CANCELED; the last request for its status failed: the connection was closed"
        in (way.error.sentence)
    )


def test_job_that_vanishes_on_the_way_up():
    way = restart(CANCELED, [ACCEPTED], [INIT, GONE])
    assert (way.category, way.changed) == ("not_found", True)


def test_job_that_may_no_longer_be_read_does_not_fail_the_others():
    class Survey:
        def look(self, job_ids):
            return {job_id: refusal() if job_id == "10" else viz(RUNNING, job_id) for job_id in job_ids}

    clock = VirtualClock()
    plans = [plan(viz(CANCELED, job_id), State.RESTARTED, force=False, wait=True) for job_id in ("10", "11")]
    service = Service([ACCEPTED, ACCEPTED], [])
    ways = carry_out(plans, service, Survey(), Workers(1), Deadline(clock, 600), clock, 10)
    assert [way.error and way.error.category for way in ways] == [Category.PERMISSION, None]
    assert [way.changed for way in ways] == [True, True]


def test_slow_look_makes_no_second_of_a_moment():
    """Two reads of a job that follow each other at once may be of the same stale copy, even if other jobs took long."""
    clock = VirtualClock()

    statuses = [KILLED, RUNNING, RUNNING, INIT, RUNNING]

    class Survey:
        def look(self, job_ids):
            clock.time += 2
            status = statuses.pop(0)
            return {job_id: viz(status, job_id) for job_id in job_ids}

    plans = [plan(viz(RUNNING), State.RESTARTED, force=True, wait=True)]
    carry_out(plans, Service([ACCEPTED, ACCEPTED], []), Survey(), Workers(1), Deadline(clock, 600), clock, 10)
    assert statuses == []


@pytest.mark.parametrize(
    "waited, remaining, pause",
    [
        (0, 600, 0.25),
        (10, 590, 1.25),
        (97.5, 502.5, 10),
        (500, 100, 10),
        (8, 1.5, 1.0),
        (11.5, 0.5, None),
        (12, 0, None),
    ],
)
def test_pauses(waited, remaining, pause):
    assert pause_before_look(waited, remaining, 10) == pause
