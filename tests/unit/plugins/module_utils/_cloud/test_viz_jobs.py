# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJobs, job_from
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import NewJob, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import Step
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import YES, Setting

JOB = {
    "job_id": 10,
    "job_name": "viz-10",
    "job_desc": "curves",
    "status": 13,
    "create_time": 1793611800000,
    "duration": 7_199_999,
    "service_url": "https://pages.example/10",
    "train_url": "/bucket/out/",
    "resource_id": "r10",
    "remaining_duration": 1,
}


def jobs_over(*answers, workspace_id=None):
    setting = Setting(*answers, retries=0)
    return VizJobs(setting.transport, "https://m.example", "p1", workspace_id), setting.client


def failure_of(read, *arguments):
    with pytest.raises(RequestFailed) as caught:
        read(*arguments)
    return caught.value.failure


def listed(*jobs, total=None):
    return (200, {"is_success": True, "job_total_count": len(jobs) if total is None else total, "jobs": list(jobs)})


def test_job_of_an_answer():
    jobs, client = jobs_over((200, JOB))
    job = jobs.get("10")
    assert client.log == [("GET", "v1/p1/visualization-jobs/10", False)]
    assert job == VizJob(
        id="10",
        name="viz-10",
        description="curves",
        status=job.status,
        service_url="https://pages.example/10",
        train_url="/bucket/out/",
        resource_id="r10",
        created_at="2026-11-02T09:30:00Z",
        duration=7199,
    )
    assert (job.status.id, job.status.name) == (13, "CANCELED")


@pytest.mark.parametrize(
    "fields, expected",
    [
        (
            {"job_id": "10", "status": "13", "create_time": "1793611800000"},
            {"id": "10", "created_at": "2026-11-02T09:30:00Z"},
        ),
        ({"job_id": None, "status": 13}, {"id": "7", "name": None, "duration": None, "created_at": None}),
        (
            {"create_time": 10**30, "duration": "long", "job_name": ["x"]},
            {"id": "7", "created_at": None, "duration": None, "name": None},
        ),
        (
            {"create_time": -1, "duration": 0, "job_name": 5},
            {"created_at": "1969-12-31T23:59:59Z", "duration": 0, "name": "5"},
        ),
        # Control characters are data here; half of a surrogate pair is in no text.
        (
            {"job_desc": "a\x1b[31m\x00\x9b\u202e\U0001f600b", "service_url": "x\ud800y"},
            {"description": "a\x1b[31m\x00\x9b\u202e\U0001f600b", "service_url": "x\\ud800y"},
        ),
    ],
)
def test_odd_fields(fields, expected):
    job = job_from(fields, "7")
    assert {name: getattr(job, name) for name in expected} == expected


def test_name_in_a_message_is_safe_to_print():
    assert VizJob("10", "a\x1b[31mb\nc").label == "visualization job 10 ('ab c')"


@pytest.mark.parametrize(
    "step, job_id, body, method, path",
    [
        (Step.RESTART, "10", None, "POST", "/10/restart"),
        (Step.STOP, "10", None, "POST", "/10/stop"),
        (Step.DELETE, "10", None, "DELETE", "/10"),
        (Step.UPDATE, "10", {"job_desc": "new"}, "PUT", "/10"),
    ],
)
@pytest.mark.parametrize("answer", [YES, (200, {"is_success": True, "job_id": "10"})])
def test_requests(step, job_id, body, method, path, answer):
    jobs, client = jobs_over(answer)
    assert jobs.request(step, job_id, NewJob("viz-10", "/b/o/", "new")) is None
    assert client.log == [(method, f"v1/p1/visualization-jobs{path}", True)]
    assert client.bodies == [body]


@pytest.mark.parametrize(
    "answer, job_id, description",
    [
        ({"is_success": True, "job_id": 10, "job_name": "viz-10"}, "10", "curves"),
        ({"is_success": True, "job_id": "10", "job_desc": "of the service"}, "10", "of the service"),
        ({"is_success": True}, "", "curves"),
        ({"is_success": True, "job_id": "../10"}, "", "curves"),
    ],
)
def test_new_job_is_the_one_asked_for_with_what_the_answer_says(answer, job_id, description):
    jobs, client = jobs_over((200, answer))
    job = jobs.request(Step.CREATE, "", NewJob("viz-10", "/b/o/", "curves", auto_stop=4))
    assert client.log == [("POST", "v1/p1/visualization-jobs", True)]
    assert (job.id, job.name, job.description, job.train_url, job.auto_stop) == (
        job_id,
        "viz-10",
        description,
        "/b/o/",
        4,
    )


def test_body_that_creates_a_job():
    jobs, client = jobs_over(YES, YES)
    jobs.request(Step.CREATE, "", NewJob("viz", "/b/o/", "", "mindinsight", "small", 0))
    jobs.request(Step.CREATE, "", NewJob("viz", "/b/o/"))
    full, least = client.bodies
    assert full == {
        "job_name": "viz",
        "train_url": "/b/o/",
        "job_desc": "",
        "job_type": "mindinsight",
        "flavor": {"code": "small"},
        "schedule": [{"type": "stop", "time_unit": "HOURS", "duration": 0}],
    }
    assert least == {"job_name": "viz", "train_url": "/b/o/"}


@pytest.mark.parametrize("schedule", [[{"duration": 4}], {"duration": 4}, {"duration": "4"}])
def test_fields_that_some_deployments_show(schedule):
    job = job_from({"job_type": "tensorboard", "flavor": {"code": "s"}, "schedule": schedule}, "7")
    assert (job.job_type, job.flavor, job.auto_stop) == ("tensorboard", "s", 4)
    bare = job_from({"flavor": "s", "schedule": []}, "7")
    assert (bare.job_type, bare.flavor, bare.auto_stop) == (None, None, None)


@pytest.mark.parametrize("job_id", ["../10", "10/stop", "", "x", "1" * 21, True, -1])
def test_id_of_an_answer_that_is_no_job_id_is_not_taken(job_id):
    assert job_from({"job_id": job_id}, "").id == ""


NO_SUCH_JOB = (400, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "?"})


@pytest.mark.parametrize(
    "answers, workspace_id, gone, text",
    [
        ([(404, {"error_code": "ModelArts.0103"})], None, True, "there is no such job in project p1"),
        ([(404, b"")], None, True, "there is no such job in project p1"),
        ([NO_SUCH_JOB, listed(total=0)], "7", True, "there is no such job in project p1, workspace 7"),
        # In which workspace it would be is not known.
        (
            [NO_SUCH_JOB, listed(total=0)],
            None,
            False,
            "there is no such job in the default workspace of project p1",
        ),
        ([(404, b"<html>nginx</html>")], "7", False, "the response did not come from ModelArts or IAM"),
        ([(403, {"error_code": "ModelArts.0108"})], "7", False, "you are not authorized for this operation"),
    ],
)
def test_absence_is_certain_or_not(answers, workspace_id, gone, text):
    jobs, _client = jobs_over(*answers, workspace_id=workspace_id)
    failure = failure_of(jobs.get, "10")
    assert (failure.gone, failure.text) == (gone, text)


@pytest.mark.parametrize("before", [(200, JOB), listed(JOB)])
def test_job_that_was_seen_before_is_gone_when_neither_details_nor_list_have_it(before):
    jobs, _client = jobs_over(before, NO_SUCH_JOB, listed(total=0))
    if "job_id" in before[1]:
        jobs.get("10")
    else:
        jobs.find("viz-10")
    assert failure_of(jobs.get, "10").gone is True


@pytest.mark.parametrize("step", [Step.CREATE, Step.STOP])
def test_job_that_the_answer_to_a_request_names_is_known_before_it_can_be_read(step):
    created = (200, {"is_success": True, "job_id": "10", "job_name": "viz-10"})
    jobs, _client = jobs_over(created, NO_SUCH_JOB, listed(total=0))
    jobs.request(step, "" if step is Step.CREATE else "10", NewJob("viz-10"))
    assert failure_of(jobs.get, "10").gone is True


def test_missing_job_by_status_404():
    jobs, client = jobs_over((404, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "none"}))
    failure = failure_of(jobs.get, "10")
    assert failure.category.value == "not_found"
    assert failure.text == "there is no such job in project p1"
    assert (failure.code, failure.message, failure.http_status) == ("ModelArts.0103", "none", 404)
    assert len(client.log) == 1


@pytest.mark.parametrize("status", [200, 400])
def test_missing_job_that_gets_another_answer_is_searched_in_the_list(status):
    refusal = (status, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "?"})
    jobs, client = jobs_over(refusal, listed({"job_id": 11}), workspace_id="w")
    assert failure_of(jobs.get, "10").text == "there is no such job in project p1, workspace w"
    assert client.log[1][1] == "v1/p1/visualization-jobs?workspace_id=w&per_page=1000&page=1"


def test_list_that_was_read_just_now_is_not_read_again():
    jobs, client = jobs_over((400, {"is_success": False, "error_code": "ModelArts.0103"}), workspace_id="w")
    assert failure_of(jobs.get, "10", True).gone is True
    assert len(client.log) == 1


def test_job_whose_details_fail_is_taken_from_the_list():
    refusal = (400, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "?"})
    jobs, _client = jobs_over(refusal, listed(JOB))
    assert jobs.get("10").name == "viz-10"


@pytest.mark.parametrize(
    "answer, category",
    [
        ((404, {"error_code": "APIGW.0101", "error_msg": "no API"}), "endpoint"),
        ((403, {"error_code": "ModelArts.0108", "error_msg": "no"}), "permission"),
        ((500, {"error_code": "ModelArts.0010", "error_msg": "?"}), "server"),
    ],
)
def test_other_failures_say_nothing_about_the_job(answer, category):
    jobs, client = jobs_over(answer)
    assert failure_of(jobs.get, "10").category.value == category
    assert len(client.log) == 1


def test_job_by_name_is_exact():
    jobs, client = jobs_over(listed({"job_id": 9, "job_name": "viz-100"}, JOB), workspace_id="0")
    assert jobs.find("viz-10").id == "10"
    assert client.log[0][1] == "v1/p1/visualization-jobs?search_content=viz-10&workspace_id=0&per_page=1000&page=1"


def test_name_that_no_job_has():
    jobs, _client = jobs_over(listed({"job_id": 9, "job_name": "viz-100"}))
    assert jobs.find("viz-10") is None
    failure = jobs.no_such_name("viz-10")
    assert (failure.category.value, failure.gone) == ("not_found", True)
    assert failure.sentence == (
        "Could not find the visualization job named 'viz-10': there is no such job in project p1. Check job_id or name, and "
        "that region, project_id and workspace_id are the job's."
    )


def test_name_that_several_jobs_have():
    jobs, _client = jobs_over(listed(JOB, {**JOB, "job_id": 12}))
    assert failure_of(jobs.find, "viz-10").sentence == (
        "Could not find the visualization job named 'viz-10': several jobs have that name: 10, 12. Set job_id to the "
        "one you mean."
    )


def test_every_page_is_read_even_if_pages_are_shorter_than_requested():
    pages = [listed({"job_id": number, "job_name": "x"}, total=3) for number in (1, 2)]
    jobs, client = jobs_over(*pages, listed(JOB, total=3))
    assert jobs.find("viz-10").id == "10"
    assert [path.rsplit("=", 1)[1] for _method, path, _fresh in client.log] == ["1", "2", "3"]


@pytest.mark.parametrize("end", [listed(total=5), listed(JOB, total=5), (200, {"is_success": True, "jobs": None})])
def test_list_that_ends_before_its_total_ends(end):
    jobs, client = jobs_over(listed(JOB, total=5), end)
    assert jobs.find("viz-10").id == "10"
    assert len(client.log) == 2


def test_list_that_cannot_be_read():
    jobs, _client = jobs_over((403, {"error_code": "ModelArts.0108"}))
    assert failure_of(jobs.find, "viz-10").sentence.startswith("Could not list the visualization jobs: ")
