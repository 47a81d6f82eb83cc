# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as it is: each test is a script of HTTP calls, and the result."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.modules import modelarts_viz_job
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import RESET, STATE_CONFLICT, YES
from ansible_collections.mlops.modelarts.tests.unit.plugins.modules.http_script import (
    delete,
    get,
    post,
    put,
    run_module,
)

INIT, RUNNING, KILLING, KILLED, CANCELED, NEW_NUMBER = 1, 8, 9, 12, 13, 99
ACCEPTED = YES[1]
MISSING = {"is_success": False, "error_code": "ModelArts.0103", "error_message": "The job does not exist."}
BY_NAME = "?search_content=curves&per_page=1000&page=1"


def details(status, **fields):
    return {"is_success": True, "job_id": 10, "job_name": "curves", "job_desc": "old", "status": status, **fields}


def listed(*jobs):
    return {"is_success": True, "job_total_count": len(jobs), "jobs": list(jobs)}


@pytest.fixture
def run(monkeypatch, capsys):
    def run(parameters, *calls):
        return run_module(modelarts_viz_job, parameters, calls, monkeypatch, capsys)

    return run


def summary(result):
    """What a result says about its one job; ``None`` for a failure that there is not."""
    job = result["job"]
    error = result.get("error")
    assert (job["changed"], job["failed"]) == (result["changed"], result.get("failed", False))
    return job["actions"], job["changed"], job["previous_status"], job["status"], error and error["category"]


def test_restarted(run):
    result = run(
        {"job_id": "10", "state": "restarted"},
        get("/10", details(CANCELED)),
        post("/10/restart", ACCEPTED),
        get("/10", details(CANCELED)),
        get("/10", details(INIT)),
        get("/10", details(RUNNING, service_url="https://pages.example/10")),
    )
    assert summary(result) == (["restart"], True, "CANCELED", "RUNNING", None)
    assert result["job"]["service_url"] == "https://pages.example/10"


def test_restarted_with_force(run):
    result = run(
        {"job_id": "10", "state": "restarted", "force": True},
        get("/10", details(RUNNING)),
        post("/10/stop", ACCEPTED),
        get("/10", details(KILLING)),
        get("/10", details(KILLED)),
        post("/10/restart", ACCEPTED),
        get("/10", details(INIT)),
        get("/10", details(RUNNING)),
    )
    assert summary(result) == (["stop", "restart"], True, "RUNNING", "RUNNING", None)


def test_started(run):
    result = run(
        {"name": "curves", "state": "started"},
        get(BY_NAME, listed(details(CANCELED))),
        post("/10/restart", ACCEPTED),
        get("/10", details(RUNNING)),
    )
    assert summary(result) == (["restart"], True, "CANCELED", "RUNNING", None)


def test_started_job_is_left_alone(run):
    result = run({"job_id": "10", "state": "started"}, get("/10", details(RUNNING)))
    assert summary(result) == ([], False, "RUNNING", "RUNNING", None)


def test_stopped(run):
    result = run(
        {"job_id": "10", "state": "stopped"},
        get("/10", details(RUNNING)),
        post("/10/stop", ACCEPTED),
        get("/10", details(KILLING)),
        get("/10", details(KILLED)),
    )
    assert summary(result) == (["stop"], True, "RUNNING", "KILLED", None)


def test_present_creates_the_job(run):
    result = run(
        {"name": "curves", "state": "present", "train_url": "/b/", "description": "new", "auto_stop": 4},
        get(BY_NAME, listed()),
        post(
            "",
            {"is_success": True, "job_id": 10, "job_name": "curves", "status": INIT},
            body={
                "job_name": "curves",
                "train_url": "/b/",
                "job_desc": "new",
                "schedule": [{"type": "stop", "time_unit": "HOURS", "duration": 4}],
            },
        ),
        get("/10", MISSING, 404),
        get("/10", details(INIT)),
        get("/10", details(RUNNING)),
    )
    assert summary(result) == (["create"], True, None, "RUNNING", None)


def test_present_without_wait_shows_the_job_as_asked_for(run):
    result = run(
        {"name": "curves", "state": "present", "train_url": "/b/", "wait": False},
        get(BY_NAME, listed()),
        post("", {"is_success": True, "job_id": 10}, body={"job_name": "curves", "train_url": "/b/"}),
    )
    assert summary(result) == (["create"], True, None, "UNKNOWN", None)
    assert (result["job"]["id"], result["job"]["name"], result["job"]["train_url"]) == ("10", "curves", "/b/")


def test_present_changes_the_description(run):
    result = run(
        {"name": "curves", "state": "present", "description": "new"},
        get(BY_NAME, listed(details(CANCELED))),
        put("/10", ACCEPTED, body={"job_desc": "new"}),
        get("/10", details(CANCELED, job_desc="new")),
    )
    assert summary(result) == (["update"], True, "CANCELED", "CANCELED", None)
    assert result["job"]["description"] == "new"


def test_absent(run):
    result = run(
        {"job_id": "10", "state": "absent"},
        get("/10", details(RUNNING)),
        delete("/10", ACCEPTED),
        get("/10", details(KILLING)),
        get("/10", MISSING, 404),
    )
    assert summary(result) == (["delete"], True, "RUNNING", "KILLING", None)


def test_absent_job_that_does_not_exist(run):
    result = run({"name": "curves", "state": "absent"}, get(BY_NAME, listed()))
    assert (result["changed"], result["job"], result["jobs"]) == (False, None, [])


def test_list_of_jobs(run):
    jobs = [{**details(CANCELED), "job_id": number} for number in (10, 11, 12)]
    result = run(
        {"job_ids": ["12", "10"], "state": "restarted", "parallel": 1},
        get("?per_page=1000&page=1", listed(*jobs)),
        post("/12/restart", ACCEPTED),
        post("/10/restart", *reversed(STATE_CONFLICT)),
        get("/12", details(RUNNING, job_id=12)),
    )
    assert [(job["id"], job["actions"], job["changed"], job["failed"]) for job in result["jobs"]] == [
        ("12", ["restart"], True, False),
        ("10", ["restart"], False, True),
    ]
    assert (result["failed"], result["changed"], "job" in result) == (True, True, False)


@pytest.mark.parametrize(
    ("parameters", "shown", "before", "after"),
    [
        ({"state": "restarted"}, CANCELED, {"status": "CANCELED"}, {"status": "RUNNING"}),
        ({"state": "restarted", "force": True}, RUNNING, {"status": "RUNNING"}, {"status": "RUNNING"}),
        ({"state": "started"}, CANCELED, {"status": "CANCELED"}, {"status": "RUNNING"}),
        ({"state": "started"}, RUNNING, {"status": "RUNNING"}, {"status": "RUNNING"}),
        ({"state": "stopped"}, RUNNING, {"status": "RUNNING"}, {"status": "stopped"}),
        ({"state": "present", "train_url": "/b/"}, None, {}, {"name": "curves", "train_url": "/b/"}),
        ({"state": "present", "description": "new"}, RUNNING, {"description": "old"}, {"description": "new"}),
        ({"state": "absent"}, RUNNING, {"status": "RUNNING"}, {}),
    ],
)
def test_check_mode_reads_and_predicts(run, parameters, shown, before, after):
    modes = {"_ansible_check_mode": True, "_ansible_diff": True}
    jobs = [] if shown is None else [details(shown)]
    result = run({"name": "curves", **parameters, **modes}, get(BY_NAME, listed(*jobs)))
    assert result["changed"] is (parameters["state"] != "started" or shown == CANCELED)
    assert (result["diff"]["before"], result["diff"]["after"], result["job"]["actions"]) == (before, after, [])
    assert "failed" not in result


def test_check_mode_warns_if_the_service_decides(run):
    parameters = {"job_id": "10", "state": "stopped", "_ansible_check_mode": True}
    result = run(parameters, get("/10", details(NEW_NUMBER)))
    assert result["changed"] is True
    assert result["warnings"] == ["visualization job 10 ('curves') is STATUS_99: ModelArts decides whether to stop it."]


def test_refusal(run):
    result = run(
        {"job_id": "10", "state": "restarted"},
        get("/10", details(CANCELED)),
        post("/10/restart", *reversed(STATE_CONFLICT)),
    )
    assert summary(result) == (["restart"], False, "CANCELED", "RUNNING", "conflict")
    assert result["msg"] == (
        "Could not restart visualization job 10 ('curves'): it is RUNNING, and ModelArts restarts only a job that has "
        "stopped (ModelArts.0105: This job can't be resubmit. job status: 8). Use force=true to stop it first, or "
        "state=started to leave it running."
    )
    assert result["error"] == {
        "code": "ModelArts.0105",
        "message": "This job can't be resubmit. job status: 8",
        "category": "conflict",
        "http_status": 400,
        "request_id": None,
        "hint": "Use force=true to stop it first, or state=started to leave it running.",
    }


def test_lost_answer_of_a_restart_that_was_applied(run):
    result = run(
        {"job_id": "10", "state": "restarted"},
        get("/10", details(CANCELED)),
        post("/10/restart", RESET),
        get("/10", details(CANCELED)),
        get("/10", details(INIT)),
        get("/10", details(RUNNING)),
    )
    assert summary(result) == (["restart (outcome unknown)"], True, "CANCELED", "RUNNING", None)


def test_lost_answer_of_a_restart_that_may_not_have_been_applied(run):
    reads = [get("/10", details(CANCELED))] * 5
    parameters = {"job_id": "10", "state": "restarted", "wait_timeout": 2}
    result = run(parameters, get("/10", details(CANCELED)), post("/10/restart", RESET), *reads)
    assert summary(result) == (["restart (outcome unknown)"], True, "CANCELED", "CANCELED", "outcome_unknown")
    assert result["msg"] == (
        "Could not restart visualization job 10 ('curves'): the restart request got no response, and the job is still "
        "CANCELED: it may or may not have taken effect. Use state=started: it restarts the job only if it is still down."
    )


def test_option_that_cannot_be_right_fails_before_anything_is_sent(run):
    result = run({"job_id": "ten", "state": "stopped"})
    assert (result["failed"], result["changed"], result["job"], result["jobs"]) == (True, False, None, [])
    assert "error" not in result
