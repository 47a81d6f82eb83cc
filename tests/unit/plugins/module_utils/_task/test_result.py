# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns, of one job and of many."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.error_codes import classify
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.events import (
    Accepted,
    Interrupted,
    Missing,
    Refused,
    Seen,
    TimeIsUp,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import NewJob, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import Plan, plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.progress import Progress
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import State
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import NOT_THERE
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.transitions import handle
from ansible_collections.mlops.modelarts.plugins.module_utils._task.result import as_done, as_planned
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.job_fakes import (
    CANCELED,
    INIT,
    KILLED,
    KILLING,
    MEANINGS,
    RUNNING,
    at,
    gone,
    no_job,
    refusal,
    viz,
)


def planned(job_id, status, state="restarted", **options):
    return plan(viz(status, job_id), State(state), options.pop("force", False), options.pop("wait", True), **options)


def progress_after(planned_job, *events):
    progress = Progress(planned_job)
    for event in events:
        handle(progress, event)
    return progress


def restarted(job_id):
    return progress_after(planned(job_id, CANCELED), Accepted(0), Seen(viz(RUNNING, job_id), at(1)))


def failed(job_id, failure):
    return progress_after(planned(job_id, CANCELED), Refused(failure, 0))


def test_one_job():
    result = as_done([restarted("10")], fleet=False).as_dict(with_diff=True)
    assert result["changed"] is True
    assert result["jobs"] == [result["job"]]
    assert result["job"]["previous_status"] == "CANCELED"
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"status": "CANCELED"}, {"status": "RUNNING"})
    assert "msg" not in result


def test_result_of_many_keeps_their_order_and_says_which_failed_and_why():
    every = [
        restarted("5"),
        failed("1", refusal()),
        Progress(planned("2", RUNNING)),
        failed("3", refusal()),
        Progress(Plan(State.RESTARTED, VizJob("4"), refusal=gone())),
        restarted("6"),
    ]
    result = as_done(every, fleet=True).as_dict(with_diff=True)
    assert [entry["id"] for entry in result["jobs"]] == ["5", "1", "2", "3", "4", "6"]
    assert [entry["changed"] for entry in result["jobs"]] == [True, False, False, False, False, True]
    assert [entry["failed"] for entry in result["jobs"]] == [False, True, True, True, True, False]
    assert "job" not in result
    assert len(result["diff"]) == 2
    assert result["error"]["category"] == "permission"
    assert result["msg"] == (
        "Could not restart 4 of 6 visualization jobs. 1, 3: you are not authorized for this operation (ModelArts.0108: no). "
        "Ask the account's administrator for the permission that this operation needs. 2: it is RUNNING, and ModelArts "
        "restarts only a job that has stopped. Use force=true to stop it first, or state=started to leave it running. 4: "
        "there is no such job (HTTP 404). Check job_id or name, and that region, project_id and workspace_id are the job's."
    )


def test_message_about_many_jobs_has_a_bounded_length():
    every = [failed(str(number), refusal(f"ModelArts.{number % 5}", 400)) for number in range(1000)]
    message = as_done(every, fleet=True).as_dict(with_diff=False)["msg"]
    assert "0, 5, 10, 15, 20 and 195 more: " in message
    assert message.endswith(" 2 more reasons are in jobs.")
    assert len(message) < 800


def test_message_names_jobs_that_were_not_attempted():
    unsent = progress_after(planned("7", CANCELED), TimeIsUp(11.2))
    result = as_done([restarted("5"), unsent], fleet=True).as_dict(with_diff=False)
    assert result["msg"] == (
        "Could not restart 1 of 2 visualization jobs. 7: not attempted: the time was up after 12 s. Raise wait_timeout, or "
        "check the job again later."
    )
    assert (result["changed"], result["jobs"][1]["changed"], result["jobs"][1]["actions"]) == (True, False, [])


def test_messages_of_an_interrupted_task():
    sent = progress_after(planned("7", CANCELED), Accepted(0), Interrupted(3.0))
    unsent = progress_after(planned("8", CANCELED), Interrupted(3.0))
    assert [progress.failure.sentence for progress in (sent, unsent)] == [
        "Could not restart visualization job 7 ('viz-7'): the task was interrupted: the restart was accepted, but after 3 s "
        "the job was not running yet (CANCELED). Run the task again: it continues from the job's current status.",
        "Could not restart visualization job 8 ('viz-8'): the task was interrupted: not attempted. Run the task again: it "
        "continues from the job's current status.",
    ]
    assert [progress.changed for progress in (sent, unsent)] == [True, False]


def test_check_mode_predicts():
    result = as_planned([planned("1", CANCELED), planned("2", RUNNING)], fleet=True).as_dict(with_diff=True)
    assert [(entry["changed"], entry["failed"], entry["status"]) for entry in result["jobs"]] == [
        (True, False, "CANCELED"),
        (False, True, "RUNNING"),
    ]
    assert result["changed"] is True
    assert [diff["after"] for diff in result["diff"]] == [{"status": "RUNNING"}]


def test_job_that_never_existed():
    missing = Plan(State.ABSENT, VizJob("7", status=NOT_THERE))
    result = as_done([Progress(missing)], fleet=False).as_dict(with_diff=True)
    assert (result["changed"], result["job"], result["jobs"]) == (False, None, [])
    fleet = as_done([Progress(missing)], fleet=True).as_dict(with_diff=True)
    assert [(entry["id"], entry["status"], entry["failed"]) for entry in fleet["jobs"]] == [("7", None, False)]


def test_diff_of_a_deletion():
    progress = progress_after(planned("7", RUNNING, "absent"), Accepted(0), Missing(gone(), at(1)))
    diff = as_done([progress], fleet=False).as_dict(with_diff=True)["diff"]
    assert (diff["before"], diff["after"]) == ({"status": "RUNNING"}, {})


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [("started", INIT, RUNNING), ("stopped", KILLING, KILLED), ("started", RUNNING, RUNNING)],
)
def test_diff_of_a_task_that_only_waits_shows_no_change(state, before, after):
    planned_job = planned("7", before, state)
    results = (
        as_planned([planned_job], fleet=False),
        as_done([progress_after(planned_job, Seen(viz(after, "7"), at(1)))], fleet=False),
    )
    in_check_mode, real = (result.as_dict(with_diff=True) for result in results)
    assert (in_check_mode["changed"], in_check_mode["diff"]) == (real["changed"], real["diff"])
    assert real["diff"]["before"] == real["diff"]["after"] == {"status": planned_job.status.name}


def test_diff_of_a_creation():
    new_job = NewJob("viz", "/b/")
    planned_job = plan(no_job()._replace(name="viz"), State.PRESENT, False, True, new_job)
    in_check_mode = as_planned([planned_job], fleet=False).as_dict(with_diff=True)
    assert (in_check_mode["changed"], in_check_mode["job"]["id"], in_check_mode["job"]["name"]) == (True, None, "viz")
    assert (in_check_mode["diff"]["before"], in_check_mode["diff"]["after"]) == (
        {},
        {"name": "viz", "train_url": "/b/"},
    )


def test_diff_of_a_forced_restart_that_failed_shows_that_the_job_is_down():
    events = Accepted(0), Seen(viz(KILLED, "7"), at(1)), Refused(refusal(), 2)
    progress = progress_after(planned("7", RUNNING, force=True), *events)
    result = as_done([progress], fleet=False).as_dict(with_diff=True)
    assert (result["changed"], result["diff"]["after"]) == (True, {"status": "KILLED"})


def test_jobs_that_fail_with_the_same_failure_have_their_own_attempts():
    failure = refusal()
    first, second = failed("1", failure), failed("2", failure)
    jobs = as_done([first, second], fleet=True).jobs
    assert [job.failure.attempt for job in jobs] == [
        f"restart visualization job {number} ('viz-{number}')" for number in "12"
    ]
    assert failure.attempt == ""


@pytest.mark.parametrize(("known_as", "meaning"), MEANINGS.items())
def test_refusals_of_the_tests_are_those_of_the_table(known_as, meaning):
    code, http_status = (None, known_as) if isinstance(known_as, int) else (known_as, 400)
    assert classify(code, http_status)[:2] == meaning
