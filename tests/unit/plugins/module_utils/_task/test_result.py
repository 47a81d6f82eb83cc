# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import NewJob, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import ModelArtsError
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import Plan, State, plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.progress import Progress
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import NOT_THERE
from ansible_collections.mlops.modelarts.plugins.module_utils._task.result import as_done, as_planned
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import gone, refusal, viz

CANCELED, RUNNING, KILLED = 13, 8, 12


def planned(job_id, status, state="restarted", **options):
    return plan(viz(status, job_id), State(state), options.pop("force", False), options.pop("wait", True), **options)


def restarted(job_id):
    way = Progress(planned(job_id, CANCELED))
    way.accepted({}, 0)
    way.seen(viz(RUNNING, job_id), 1)
    return way


def failed(job_id, error):
    way = Progress(planned(job_id, CANCELED))
    way.refused(error, 0)
    return way


def test_one_job():
    result = as_done([restarted("10")], fleet=False).as_dict(with_diff=True)
    assert result["changed"] is True
    assert result["jobs"] == [result["job"]]
    assert result["job"]["previous_status"] == "CANCELED"
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"status": "CANCELED"}, {"status": "RUNNING"})
    assert "msg" not in result


def test_fleet_keeps_its_order_and_tells_who_failed_and_why():
    ways = [
        restarted("5"),
        failed("1", refusal()),
        Progress(planned("2", RUNNING)),
        failed("3", refusal()),
        Progress(Plan(State.RESTARTED, VizJob("4"), refusal=gone())),
        restarted("6"),
    ]
    result = as_done(ways, fleet=True).as_dict(with_diff=True)
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


def test_message_of_a_fleet_is_not_endless():
    ways = [failed(str(number), refusal(f"ModelArts.{number % 5}", 400)) for number in range(1000)]
    message = as_done(ways, fleet=True).as_dict(with_diff=False)["msg"]
    assert "0, 5, 10, 15, 20 and 195 more: " in message
    assert message.endswith(" 2 more reasons are in jobs.")
    assert len(message) < 800


def test_jobs_that_were_not_attempted_are_told():
    way = Progress(planned("7", CANCELED))
    way.out_of_time(11.2, None)
    result = as_done([restarted("5"), way], fleet=True).as_dict(with_diff=False)
    assert result["msg"] == (
        "Could not restart 1 of 2 visualization jobs. 7: not attempted, as the time was up after 12 s. Raise wait_timeout, "
        "or look at the job again later."
    )
    assert (result["changed"], result["jobs"][1]["changed"], result["jobs"][1]["actions"]) == (True, False, [])


def test_interrupted_jobs_are_told():
    sent, unsent = Progress(planned("7", CANCELED)), Progress(planned("8", CANCELED))
    sent.accepted({}, 0)
    for way in (sent, unsent):
        way.interrupted(3.0)
    messages = [way.error.sentence for way in (sent, unsent)]
    assert messages == [
        "Could not restart visualization job 7 (viz-7): the task was interrupted: the restart was accepted, but after 3 s the "
        "job was still CANCELED. Run the task again: it goes on from what has been done.",
        "Could not restart visualization job 8 (viz-8): the task was interrupted: not attempted. Run the task again: it goes "
        "on from what has been done.",
    ]
    assert [way.changed for way in (sent, unsent)] == [True, False]


def test_check_mode_predicts():
    result = as_planned([planned("1", CANCELED), planned("2", RUNNING)], fleet=True).as_dict(with_diff=True)
    assert [(entry["changed"], entry["failed"], entry["status"]) for entry in result["jobs"]] == [
        (True, False, "CANCELED"),
        (False, True, "RUNNING"),
    ]
    assert result["changed"] is True
    assert [diff["after"] for diff in result["diff"]] == [{"status": "RUNNING"}]


def test_job_that_never_was_there():
    missing = Plan(State.ABSENT, VizJob("7", status=NOT_THERE))
    result = as_done([Progress(missing)], fleet=False).as_dict(with_diff=True)
    assert (result["changed"], result["job"], result["jobs"]) == (False, None, [])
    fleet = as_done([Progress(missing)], fleet=True).as_dict(with_diff=True)
    assert [(entry["id"], entry["status"], entry["failed"]) for entry in fleet["jobs"]] == [("7", None, False)]


def test_diff_of_a_deletion():
    way = Progress(planned("7", RUNNING, "absent"))
    way.accepted({}, 0)
    way.gone(gone(), 1)
    diff = as_done([way], fleet=False).as_dict(with_diff=True)["diff"]
    assert (diff["before"], diff["after"]) == ({"status": "RUNNING"}, {})


def test_diff_of_a_creation():
    new_job = NewJob("viz", "/b/")
    planned_job = plan(VizJob("", "viz", status=NOT_THERE), State.PRESENT, False, True, new_job)
    in_check_mode = as_planned([planned_job], fleet=False).as_dict(with_diff=True)
    assert (in_check_mode["changed"], in_check_mode["job"]["id"], in_check_mode["job"]["name"]) == (True, None, "viz")
    assert (in_check_mode["diff"]["before"], in_check_mode["diff"]["after"]) == (
        {},
        {"name": "viz", "train_url": "/b/"},
    )


def test_diff_of_a_forced_restart_that_failed_tells_that_the_job_is_down():
    way = Progress(planned("7", RUNNING, force=True))
    way.accepted({}, 0)
    way.seen(viz(KILLED, "7"), 1)
    way.refused(refusal(), 2)
    result = as_done([way], fleet=False).as_dict(with_diff=True)
    assert (result["changed"], result["diff"]["after"]) == (True, {"status": "KILLED"})


def test_copy_of_an_error_is_its_own():
    error = refusal()
    twin = error.__copy__()
    twin.attempt = "restart it"
    assert isinstance(twin, ModelArtsError)
    assert (error.attempt, twin.code, twin.sentence[:20]) == ("", error.code, "Could not restart it")
