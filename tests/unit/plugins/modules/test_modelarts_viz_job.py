# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as it is: each test is a script of HTTP calls, and the result."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.modules import modelarts_viz_job
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import RESET, STATE_CONFLICT, YES
from ansible_collections.mlops.modelarts.tests.unit.plugins.modules.http_script import (
    again_and_again,
    delete,
    get,
    post,
    put,
    run_module,
    sign_in,
)

INIT, DELETE_FAILED, RUNNING, KILLING, KILLED, CANCELED, NEW_NUMBER = 1, 6, 8, 9, 12, 13, 99
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
        get(BY_NAME, listed()),
        get(BY_NAME, listed(details(INIT, train_url="/b/"))),
    )
    assert summary(result) == (["create"], True, None, "INIT", None)
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
    assert result["warnings"] == [
        "ModelArts decides whether to stop visualization job 10 ('curves'), which is STATUS_99."
    ]


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


def test_details_of_another_job_change_nothing(run):
    """A proxy that mixes up its answers, or an ID that was rounded: nothing goes to job 11."""
    result = run({"job_id": "10", "state": "stopped", "retries": 1}, *[get("/10", details(RUNNING, job_id=11))] * 2)
    assert (result["changed"], result["failed"], result["error"]["category"]) == (False, True, "server")


def test_details_of_another_job_in_a_list_of_jobs(run):
    result = run(
        {"job_ids": ["10", "12"], "state": "restarted", "parallel": 1, "retries": 0},
        get("?per_page=1000&page=1", {"is_success": False, "error_code": "ModelArts.0108"}, 403),
        get("/10", details(CANCELED, job_id=12)),
        get("/12", details(CANCELED, job_id=12)),
        post("/12/restart", ACCEPTED),
        get("/12", details(RUNNING, job_id=12)),
    )
    assert [(job["id"], job["changed"], job["failed"]) for job in result["jobs"]] == [
        ("10", False, True),
        ("12", True, False),
    ]


SIGNS_IN = {
    "token": None,
    "username": "somebody",
    "password": "correct horse",
    "domain_name": "company",
    "auth_url": "https://i.example/v3",
    "retries": 0,
}
EXPIRED = {"error_code": "APIGW.0307", "error_msg": "The token must be updated."}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (MISSING, 404),
        ({"error": {"code": 404, "message": "Could not find user: u."}}, 404),
        ({"is_success": False, "error_code": "ModelArts.0105", "error_message": "job status: 12"}, 400),
        (b"<html>", 503),
    ],
)
@pytest.mark.parametrize("state", ["absent", "stopped"])
def test_answer_of_iam_is_no_answer_about_the_job(run, state, answer, status):
    request = delete("/10", EXPIRED, 401) if state == "absent" else post("/10/stop", EXPIRED, 401)
    result = run(
        {"job_id": "10", "state": state, **SIGNS_IN},
        sign_in("first-token"),
        get("/10", details(RUNNING))._replace(token="first-token"),
        request._replace(token="first-token"),
        sign_in(answer, status),
    )
    assert (result["changed"], result["failed"], result["job"]["status"]) == (False, True, "RUNNING")
    assert "signing in again at https://i.example failed" in result["msg"]


def test_answer_of_iam_during_a_wait_does_not_say_that_the_job_is_gone(run):
    result = run(
        {"job_id": "10", "state": "absent", **SIGNS_IN},
        sign_in("first-token"),
        get("/10", details(CANCELED))._replace(token="first-token"),
        delete("/10", ACCEPTED)._replace(token="first-token"),
        get("/10", EXPIRED, 401)._replace(token="first-token"),
        sign_in(MISSING, 404),
    )
    assert summary(result)[:2] == (["delete"], True)
    assert "signing in again at https://i.example failed" in result["msg"]


OF_A_GATEWAY = {"message": "no Route matched with those values"}
NO_WORKSPACE = {"is_success": False, "error_code": "ModelArts.0102", "error_message": "The workspace does not exist."}
NO_API = {"error_code": "APIGW.0101", "error_msg": "The API does not exist or has not been published"}


@pytest.mark.parametrize("answer", [OF_A_GATEWAY, NO_WORKSPACE, NO_API, b"", b"404 page not found", {"status": 404}])
@pytest.mark.parametrize(("named", "path"), [({"job_id": "10"}, "/10"), ({"name": "curves"}, BY_NAME)])
def test_not_every_404_says_that_the_job_is_gone(run, answer, named, path):
    result = run({**named, "state": "absent", "retries": 0}, get(path, answer, 404))
    assert (result["changed"], result["failed"]) == (False, True)
    assert result["error"]["category"] in ("endpoint", "not_found")


def test_modelarts_says_that_the_job_is_gone(run):
    """With HTTP 400, too."""
    result = run({"job_id": "10", "state": "absent"}, get("/10", MISSING, 400))
    assert (result["changed"], result["job"], result.get("failed")) == (False, None, None)


def test_odd_refusal_of_a_read_does_not_end_a_deletion(run):
    odd = {"is_success": False, "error_code": "ModelArts.9999", "error_message": "The job is busy."}
    result = run(
        {"job_id": "10", "state": "absent"},
        get("/10", details(CANCELED)),
        delete("/10", ACCEPTED),
        get("/10", odd, 400),
        get("?per_page=1000&page=1", listed(details(KILLING))),
        get("/10", MISSING, 404),
    )
    assert summary(result) == (["delete"], True, "CANCELED", "KILLING", None)


@pytest.mark.parametrize(
    "answer",
    [
        {"is_success": True, "job_total_count": 1, "jobs": []},
        {"is_success": True, "job_total_count": 3, "jobs": None},
        {"is_success": True},
        listed(details(RUNNING, job_id="")),
        listed(details(RUNNING, job_id=99.5)),
        {**listed(details(RUNNING, job_name="curves 1")), "job_total_count": 0},
    ],
)
@pytest.mark.parametrize("parameters", [{"state": "absent"}, {"state": "present", "train_url": "/b/"}])
def test_list_that_is_not_whole_decides_nothing(run, parameters, answer):
    """Neither is a second job created, nor is one said to be gone."""
    everything = "?per_page=1000&page=1"
    more = [again_and_again(get(f"?search_content=curves&{everything[1:-1]}2", answer))] * ("curves 1" in str(answer))
    rest = [again_and_again(get(f"{everything[:-1]}2", answer))] * len(more)
    result = run(
        {"name": "curves", "retries": 0, **parameters},
        get(BY_NAME, answer),
        *more,
        get(everything, answer),
        *rest,
        get(everything, answer),
        *rest,
    )
    assert (result["changed"], result["failed"], result["job"]) == (False, True, None)


BY_ANOTHER = ["Somebody else restarted visualization job 10 ('curves') during this task."]


@pytest.mark.parametrize("state", ["started", "restarted"])
def test_stopping_job_that_somebody_else_restarts(run, state):
    result = run(
        {"job_id": "10", "state": state, "wait_timeout": 15},
        get("/10", details(KILLING)),
        get("/10", details(KILLING)),
        again_and_again(get("/10", details(RUNNING))),
    )
    assert summary(result) == ([], False, "KILLING", "RUNNING", None)
    assert result["warnings"] == BY_ANOTHER


def test_stopping_job_that_somebody_else_restarts_is_deleted(run):
    result = run(
        {"job_id": "10", "state": "absent", "wait_timeout": 15},
        get("/10", details(KILLING)),
        again_and_again(get("/10", details(INIT))),
        delete("/10", ACCEPTED),
        get("/10", MISSING, 404),
    )
    assert summary(result) == (["delete"], True, "KILLING", "INIT", None)


def test_job_that_somebody_else_restarts_after_our_own_stop(run):
    result = run(
        {"job_id": "10", "state": "restarted", "force": True, "wait_timeout": 20},
        get("/10", details(RUNNING)),
        post("/10/stop", ACCEPTED),
        get("/10", details(KILLED)),
        post("/10/restart", *reversed(STATE_CONFLICT)),
        again_and_again(get("/10", details(RUNNING))),
    )
    assert summary(result) == (["stop", "restart"], True, "RUNNING", "RUNNING", None)
    assert result["warnings"] == BY_ANOTHER


@pytest.mark.parametrize(
    ("code", "status"), [("ModelArts.6100", 500), ("APIGW.0203", 504), ("ModelArts.0010", 500), ("ModelArts.9999", 500)]
)
def test_failure_inside_the_service_may_have_been_applied(run, code, status):
    failed = {"is_success": False, "error_code": code, "error_message": "The request timed out."}
    result = run(
        {"job_id": "10", "state": "restarted"},
        get("/10", details(CANCELED)),
        post("/10/restart", failed, status),
        get("/10", details(RUNNING)),
    )
    assert summary(result) == (["restart (outcome unknown)"], True, "CANCELED", "RUNNING", None)


@pytest.mark.parametrize("more", [{}, {"job_id": 10}])
@pytest.mark.parametrize("field", ["error_msg", "error_message"])
def test_error_code_with_http_200_is_a_refusal(run, field, more):
    refused = {"error_code": "ModelArts.0116", field: "Quota exceeded", **more}
    result = run({"job_id": "10", "state": "restarted"}, get("/10", details(CANCELED)), post("/10/restart", refused))
    assert summary(result) == (["restart"], False, "CANCELED", "CANCELED", result["error"]["category"])
    assert (result["error"]["code"], result["error"]["message"]) == ("ModelArts.0116", "Quota exceeded")


def test_error_code_with_http_200_to_a_read_is_a_refusal_at_once(run):
    refused = {"error_code": "ModelArts.0108", "error_msg": "Forbidden"}
    result = run({"job_id": "10", "state": "restarted"}, get("/10", refused))
    assert (result["error"]["code"], result["error"]["category"]) == ("ModelArts.0108", "permission")


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [("", {"job_desc": None}), ("", {"job_desc": ""}), ("two\nlines\n", {"job_desc": "two\nlines"})],
)
def test_description_converges(run, wanted, shown):
    parameters = {"name": "curves", "state": "present", "description": wanted}
    first = run(
        parameters,
        get(BY_NAME, listed(details(RUNNING))),
        put("/10", ACCEPTED, body={"job_desc": wanted}),
        get("/10", details(RUNNING, **shown)),
    )
    assert summary(first) == (["update"], True, "RUNNING", "RUNNING", None)
    second = run(parameters, get(BY_NAME, listed(details(RUNNING, **shown))))
    assert summary(second) == ([], False, "RUNNING", "RUNNING", None)


def test_description_that_the_service_leaves_out(run):
    shown = {name: value for name, value in details(RUNNING).items() if name != "job_desc"}
    parameters = {"name": "curves", "state": "present", "description": ""}
    assert run(parameters, get(BY_NAME, listed(shown)))["changed"] is False


def test_description_that_the_service_changes(run):
    result = run(
        {"name": "curves", "state": "present", "description": "a  b"},
        get(BY_NAME, listed(details(RUNNING))),
        put("/10", ACCEPTED, body={"job_desc": "a  b"}),
        again_and_again(get("/10", details(RUNNING, job_desc="a b"))),
    )
    assert (summary(result)[:2], result["job"]["description"]) == ((["update"], True), "a b")
    assert result["warnings"] == [
        "ModelArts keeps the description of visualization job 10 ('curves') as 'a b', not as 'a  b'."
    ]


@pytest.mark.parametrize(
    ("state", "first", "calls"),
    [
        ("started", INIT, [get("/10", details(RUNNING))]),
        ("started", RUNNING, []),
        ("started", CANCELED, [post("/10/restart", ACCEPTED), get("/10", details(RUNNING))]),
        ("stopped", KILLING, [get("/10", details(KILLED))]),
        ("restarted", CANCELED, [post("/10/restart", ACCEPTED), get("/10", details(RUNNING))]),
        ("absent", CANCELED, [delete("/10", ACCEPTED), get("/10", MISSING, 404)]),
    ],
)
def test_check_mode_shows_the_diff_of_a_real_run(run, state, first, calls):
    parameters = {"job_id": "10", "state": state, "_ansible_diff": True}
    predicted = run({**parameters, "_ansible_check_mode": True}, get("/10", details(first)))
    real = run(parameters, get("/10", details(first)), *calls)
    assert (predicted["changed"], predicted["diff"]) == (real["changed"], real["diff"])


def test_job_that_could_not_be_deleted_and_stays_so(run):
    result = run(
        {"job_id": "10", "state": "absent"},
        get("/10", details(DELETE_FAILED)),
        delete("/10", ACCEPTED),
        again_and_again(get("/10", details(DELETE_FAILED))),
    )
    assert summary(result) == (["delete"], True, "DELETE_FAILED", "DELETE_FAILED", "job_failed")
    assert "the job was still DELETE_FAILED 30 s later" in result["msg"]
