# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole restarts in virtual time: each test says what the service answers, and what the user gets to see."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, Failure
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import State
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import carry_out, pause_before_read
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import (
    ACCEPTED,
    GONE,
    Service,
    carry_out_on,
)
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import VirtualClock
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.job_fakes import (
    CANCELED,
    COMPLETED,
    FAILED,
    INIT,
    KILLED,
    KILLING,
    RUNNING,
    WAITING,
    conflict,
    lost,
    refusal,
    viz,
)

CHECK_IT = "Look at the job in the ModelArts console, and at the log files under its train_url."
BY_ANOTHER = "Somebody else restarted visualization job 10 ('viz-10') during this task."
LATER = "Raise wait_timeout, or check the job again later."


def restart(before, answers, reads, **options):
    return carry_out_on(viz(before), "restarted", answers, reads, **options)


def test_restart_ends_when_the_job_is_seen_running():
    run = restart(CANCELED, [ACCEPTED], [INIT, WAITING, RUNNING])
    assert (run.actions, run.changed, run.failure, run.job.status.name) == (["restart"], True, None, "RUNNING")
    assert run.reads == 3


def test_running_on_the_first_read_is_enough_for_a_job_that_was_down():
    assert restart(CANCELED, [ACCEPTED], [RUNNING]).reads == 1


def test_without_wait_one_request_is_sent_and_nothing_read():
    run = restart(CANCELED, [ACCEPTED], [], wait=False)
    assert (run.actions, run.changed, run.failure, run.reads) == (["restart"], True, None, 0)


def test_old_status_may_be_shown_for_a_while():
    run = restart(CANCELED, [ACCEPTED], [CANCELED] * 5 + [INIT, RUNNING])
    assert run.failure is None


def test_old_status_that_stays_is_a_failure():
    run = restart(CANCELED, [ACCEPTED], [CANCELED])
    assert (run.category, run.changed) == ("job_failed", True)
    assert run.failure.sentence == (
        "Could not restart visualization job 10 ('viz-10'): the restart was accepted, but the job was still CANCELED 30 s "
        "later. Look at the job in the ModelArts console, and at the log files under its train_url."
    )
    assert 30 <= run.seconds < 40


@pytest.mark.parametrize(
    "statuses, text", [([INIT, FAILED], "went to FAILED"), ([INIT, CANCELED], "fell back to CANCELED")]
)
def test_job_that_fails_while_it_starts(statuses, text):
    run = restart(CANCELED, [ACCEPTED], statuses)
    assert (run.category, run.changed) == ("job_failed", True)
    assert run.failure.reason == f"the restart was accepted, but the job {text} before it was running. {CHECK_IT}"


def test_outdated_reads_after_a_starting_status_are_no_failure():
    assert restart(CANCELED, [ACCEPTED], [INIT, CANCELED, CANCELED, INIT, CANCELED, CANCELED, RUNNING]).failure is None


def test_old_status_for_a_second_after_a_starting_status_is_a_failure():
    run = restart(CANCELED, [ACCEPTED], [INIT, CANCELED])
    assert run.category == "job_failed"
    assert 1.25 <= run.seconds < 2


def test_time_runs_out_while_the_job_starts():
    run = restart(CANCELED, [ACCEPTED], [WAITING], timeout=12)
    assert (run.category, run.changed, run.job.status.name) == ("timeout", True, "WAITING")
    assert run.failure.sentence == (
        "Could not restart visualization job 10 ('viz-10'): the restart was accepted, but after 12 s the job was not "
        f"running yet (WAITING). {LATER}"
    )


@pytest.mark.parametrize(
    "status, text",
    [
        (RUNNING, "it is RUNNING, and ModelArts restarts only a job that has stopped ("),
        (KILLING, "it is KILLING, and ModelArts restarts only a job that has stopped ("),
        (COMPLETED, "it is COMPLETED, and ModelArts does not restart a job with this status ("),
    ],
)
def test_refusal_by_the_service(status, text):
    run = restart(CANCELED, [conflict(status)], [])
    assert (run.category, run.changed, run.actions) == ("conflict", False, ["restart"])
    assert run.job.status == Status.of(status)
    assert run.failure.sentence.startswith(f"Could not restart visualization job 10 ('viz-10'): {text}")


def test_sentence_of_a_refusal():
    assert restart(CANCELED, [conflict(8)], []).failure.sentence == (
        "Could not restart visualization job 10 ('viz-10'): it is RUNNING, and ModelArts restarts only a job that has stopped "
        "(ModelArts.0105: This job can't be resubmit. job status: 8). Use force=true to stop it first, or state=started to "
        "leave it running."
    )


def test_refusal_in_planning_quotes_no_answer():
    run = restart(RUNNING, [], [])
    assert (run.actions, run.changed) == ([], False)
    assert run.failure.sentence == (
        "Could not restart visualization job 10 ('viz-10'): it is RUNNING, and ModelArts restarts only a job that has stopped. "
        "Use force=true to stop it first, or state=started to leave it running."
    )


def test_force_stops_and_restarts():
    run = restart(RUNNING, [ACCEPTED, ACCEPTED], [KILLING, KILLED, INIT, RUNNING], force=True)
    assert (run.actions, run.changed, run.failure) == (["stop", "restart"], True, None)


def test_outdated_running_after_a_forced_stop_is_no_proof():
    # RUNNING once, then the old KILLED again: that RUNNING was from before the stop.
    run = restart(RUNNING, [ACCEPTED, ACCEPTED], [KILLED, RUNNING, KILLED, KILLED, INIT, RUNNING], force=True)
    assert run.failure is None
    assert run.reads == 6


def test_running_twice_after_a_forced_stop_is_proof():
    run = restart(RUNNING, [ACCEPTED, ACCEPTED], [KILLED, RUNNING], force=True)
    assert run.failure is None
    # The first and the last of these reads are at least a second apart.
    assert 1.25 <= run.seconds < 2


def test_restart_after_a_forced_stop_is_sent_again_while_it_conflicts():
    run = restart(
        RUNNING, [ACCEPTED, conflict(9), conflict(9), ACCEPTED], [KILLED, KILLED, KILLED, INIT, RUNNING], force=True
    )
    assert (run.actions, run.failure, run.sent) == (["stop", "restart"], None, ["stop"] + ["restart"] * 3)


def test_conflict_before_the_restart_was_accepted_is_not_mentioned_later():
    run = restart(RUNNING, [ACCEPTED, conflict(9), ACCEPTED], [KILLED, KILLED, WAITING], force=True, timeout=20)
    assert (
        run.failure.reason == f"the restart was accepted, but after 20 s the job was not running yet (WAITING). {LATER}"
    )


def test_restart_that_conflicts_until_the_end_says_that_the_job_was_stopped():
    run = restart(RUNNING, [ACCEPTED, *[conflict(9)] * 50], [KILLED], force=True, timeout=20)
    assert (run.category, run.changed) == ("timeout", True)
    assert run.failure.sentence == (
        "Could not restart visualization job 10 ('viz-10'): force=true stopped the job (KILLED), but ModelArts refused to "
        f"restart it for 20 s (ModelArts.0105: This job can't be resubmit. job status: 9). {LATER}"
    )


def test_refused_restart_after_a_forced_stop_says_that_the_job_was_stopped():
    run = restart(RUNNING, [ACCEPTED, refusal()], [KILLED], force=True)
    assert (run.category, run.changed, run.actions) == ("permission", True, ["stop", "restart"])
    assert run.failure.reason == (
        "force=true stopped the job (KILLED), but restarting it failed: you are not authorized for this operation "
        "(ModelArts.0108: no). Ask the account's administrator for the permission that this operation needs."
    )


def test_job_that_stopped_by_itself_before_the_forced_stop():
    run = restart(RUNNING, [conflict(10), ACCEPTED], [COMPLETED, INIT, RUNNING], force=True)
    assert (run.actions, run.failure) == (["stop", "restart"], None)


def test_refused_stop_changes_nothing():
    run = restart(INIT, [conflict(1)], [INIT], force=True)
    assert (run.category, run.changed, run.actions) == ("conflict", False, ["stop"])
    assert run.failure.sentence == (
        "Could not restart visualization job 10 ('viz-10'): it is INIT, and ModelArts does not stop a job with this status "
        "(ModelArts.0105: This job can't be resubmit. job status: 1). Run the task again when the job's status allows it."
    )


@pytest.mark.parametrize(
    ("answers", "reads"),
    [
        ([ACCEPTED, conflict(8)], [KILLED, RUNNING]),
        ([ACCEPTED, conflict(7)], [KILLED, WAITING, RUNNING]),
        ([ACCEPTED, conflict(9)], [KILLED, KILLED, RUNNING]),
        ([ACCEPTED], [KILLING, WAITING, RUNNING]),
        ([ACCEPTED], [KILLING, RUNNING]),
    ],
)
def test_job_that_somebody_else_restarts_after_our_own_stop(answers, reads):
    answers = [*answers, *[conflict(8)] * (answers[1:] == [conflict(9)])]
    run = restart(RUNNING, answers, reads, force=True, timeout=20)
    assert (run.changed, run.failure, run.job.status.name) == (True, None, "RUNNING")
    assert run.sent.count("stop") == 1
    assert (run.warnings, run.seconds < 3) == ([BY_ANOTHER], True)


def test_job_that_somebody_else_stops_while_it_starts():
    run = restart(RUNNING, [ACCEPTED, ACCEPTED], [KILLED, WAITING, KILLING], force=True)
    assert (run.category, run.sent) == ("job_failed", ["stop", "restart"])
    assert run.failure.text == "the restart was accepted, but the job went to KILLING before it was running"
    assert run.seconds < 4


def test_task_waits_for_a_stopping_job():
    run = restart(KILLING, [ACCEPTED], [KILLING, KILLED, INIT, RUNNING])
    assert (run.actions, run.failure) == (["restart"], None)


def test_stopping_job_that_does_not_stop():
    run = restart(KILLING, [], [KILLING], timeout=5)
    assert (run.category, run.changed, run.actions) == ("timeout", False, [])
    assert run.failure.reason == f"after 5 s the job was still stopping (KILLING). {LATER}"


class TestLostAnswer:
    """The connection broke after the restart was sent: it is never sent again."""

    def test_job_that_comes_up_was_restarted(self):
        run = restart(CANCELED, [lost()], [CANCELED, INIT, RUNNING])
        assert (run.actions, run.changed, run.failure) == (["restart (outcome unknown)"], True, None)
        assert run.sent == ["restart"]

    def test_job_that_stays_down(self):
        run = restart(CANCELED, [lost()], [CANCELED])
        assert (run.category, run.changed, run.sent) == ("outcome_unknown", True, ["restart"])
        assert 30 <= run.seconds < 40

    def test_job_that_stays_down_until_the_time_is_up(self):
        run = restart(CANCELED, [lost()], [CANCELED], timeout=10)
        assert (run.category, run.changed) == ("outcome_unknown", True)
        assert run.seconds <= 10

    @pytest.mark.parametrize(
        "answer, text", [(lost(), "got no response"), (lost(502), "got an unclear response (HTTP 502)")]
    )
    def test_sentence(self, answer, text):
        assert restart(CANCELED, [answer], [CANCELED]).failure.text == (
            f"the restart request {text}, and the job is still CANCELED: it may or may not have taken effect"
        )
        stop = carry_out_on(viz(RUNNING), "stopped", [answer], [RUNNING], timeout=12)
        assert (stop.category, stop.failure.text) == (
            "timeout",
            f"the stop request {text}; after 12 s the job was still RUNNING",
        )

    def test_job_that_failed_was_restarted(self):
        run = restart(CANCELED, [lost()], [FAILED])
        assert (run.category, run.changed) == ("job_failed", True)

    def test_without_wait_the_job_is_read_until_the_outcome_is_known(self):
        run = restart(CANCELED, [lost()], [CANCELED, INIT], wait=False)
        assert (run.actions, run.changed, run.failure, run.reads) == (["restart (outcome unknown)"], True, None, 2)

    def test_after_a_forced_stop_an_outdated_read_is_no_proof(self):
        run = restart(RUNNING, [ACCEPTED, lost()], [KILLED, KILLING, RUNNING, KILLED], force=True)
        assert (run.category, run.changed, run.sent) == ("outcome_unknown", True, ["stop", "restart"])

    def test_starting_status_that_shows_the_acceptance_makes_running_a_proof(self):
        assert restart(RUNNING, [ACCEPTED, lost()], [KILLED, INIT, RUNNING], force=True).reads == 3

    def test_lost_stop_that_was_applied(self):
        run = restart(RUNNING, [lost(), ACCEPTED], [KILLING, KILLED, INIT, RUNNING], force=True)
        assert (run.actions, run.failure) == (["stop (outcome unknown)", "restart"], None)

    def test_lost_stop_that_was_not_applied_is_sent_again(self):
        run = restart(RUNNING, [lost(), ACCEPTED, ACCEPTED], [RUNNING] * 30 + [KILLED, INIT, RUNNING], force=True)
        assert run.sent == ["stop", "stop", "restart"]
        assert run.failure is None


def test_from_an_unknown_status_the_service_decides():
    assert restart(99, [ACCEPTED], [RUNNING]).failure is None
    assert restart(99, [conflict(99)], [99]).category == "conflict"


def test_from_an_unknown_status_the_first_down_status_may_be_the_old_one():
    assert restart(0, [ACCEPTED], [CANCELED, CANCELED, INIT, RUNNING]).failure is None


def test_transient_failures_do_not_end_the_wait():
    run = restart(CANCELED, [ACCEPTED], [lost(), INIT, lost(), RUNNING])
    assert run.failure is None


@pytest.mark.parametrize("category", [Category.TIMEOUT, Category.INTERRUPTED])
def test_read_that_was_not_sent_in_time_does_not_end_the_wait(category):
    """It says nothing about the job: the end of the time says what happened."""
    not_sent = Failure(category, "the time ran out before the request was sent")
    assert restart(CANCELED, [ACCEPTED], [not_sent, RUNNING]).failure is None
    run = restart(CANCELED, [ACCEPTED], [WAITING, not_sent], timeout=8)
    assert run.summary == (["restart"], True, "timeout")
    assert run.failure.text == "the restart was accepted, but after 8 s the job was not running yet (WAITING)"


@pytest.mark.parametrize("category", [Category.TIMEOUT, Category.INTERRUPTED])
def test_request_that_was_not_sent_in_time_is_not_attempted(category):
    run = restart(CANCELED, [Failure(category, "the time ran out before the request was sent")], [])
    assert run.summary == ([], False, "timeout")
    assert run.failure.text == "not attempted: the time was up after 0 s"


def test_time_that_is_up_between_two_requests():
    not_sent = Failure(Category.TIMEOUT, "the time ran out before the request was sent")
    run = restart(RUNNING, [ACCEPTED, not_sent], [KILLED], force=True)
    assert run.summary == (["stop"], True, "timeout")
    assert run.failure.text == (
        "the stop was accepted, but the time was up after 1 s, before the restart request was sent"
    )


def test_request_that_reached_no_server_is_no_action():
    refused = Failure(Category.CONNECTION, "the connection was refused", refused_connection=True)
    assert restart(CANCELED, [refused], []).summary == ([], False, "connection")


def test_time_out_names_the_failure_of_the_last_read():
    run = restart(CANCELED, [ACCEPTED], [lost()], timeout=8)
    assert run.failure.text == (
        "the restart was accepted, but after 8 s the job was not running yet (CANCELED); the last request for its status "
        "failed: the connection was closed"
    )


def test_job_that_disappears_while_it_starts():
    run = restart(CANCELED, [ACCEPTED], [INIT, GONE])
    assert (run.category, run.changed) == ("not_found", True)


def test_job_that_the_user_may_no_longer_read_does_not_fail_the_others():
    class Reader:
        def read(self, job_ids):
            return {job_id: refusal() if job_id == "10" else viz(RUNNING, job_id) for job_id in job_ids}

    clock = VirtualClock()
    plans = [plan(viz(CANCELED, job_id), State.RESTARTED, force=False, wait=True) for job_id in ("10", "11")]
    service = Service([ACCEPTED, ACCEPTED], [])
    every = carry_out(plans, service, Reader(), Workers(1), Deadline(clock, 600), clock, 10)
    assert [progress.failure and progress.failure.category for progress in every] == [Category.PERMISSION, None]
    assert [progress.changed for progress in every] == [True, True]


def test_reads_that_take_long_do_not_confirm_each_other():
    """Two reads in a row may show the same outdated copy, even if the reads of other jobs between them took long."""
    clock = VirtualClock()

    statuses = [KILLED, RUNNING, RUNNING, INIT, RUNNING]

    class Reader:
        def read(self, job_ids):
            clock.time += 2
            status = statuses.pop(0)
            return {job_id: viz(status, job_id) for job_id in job_ids}

    plans = [plan(viz(RUNNING), State.RESTARTED, force=True, wait=True)]
    carry_out(plans, Service([ACCEPTED, ACCEPTED], []), Reader(), Workers(1), Deadline(clock, 600), clock, 10)
    assert statuses == []


def test_wait_grows_from_the_last_accepted_request():
    """A job that is restarted late is not seen late."""
    clock, seen = VirtualClock(), {}
    clock.time = begun = 10.0

    class Reader:
        def read(self, job_ids):
            waited = clock.now() - begun
            shown = {
                "10": RUNNING if waited > 150 else WAITING,
                "11": RUNNING if seen else KILLED if waited > 100 else KILLING,
            }
            if shown["11"] == KILLED:
                seen["down after"] = len(clock.pauses)
            return {job_id: viz(shown[job_id], job_id) for job_id in job_ids}

    plans = [
        plan(viz(before, job_id), State.RESTARTED, False, True)
        for before, job_id in ((CANCELED, "10"), (KILLING, "11"))
    ]
    every = carry_out(plans, Service([ACCEPTED] * 2, []), Reader(), Workers(1), Deadline(clock, 600), clock, 10)
    assert [progress.failure for progress in every] == [None, None]
    before, after = clock.pauses[seen["down after"] - 1 :][:2]
    assert (before > 9, after) == (True, 0.25)


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
    assert pause_before_read(waited, remaining, 10) == pause
