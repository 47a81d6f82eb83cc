# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud import viz_jobs as under_test
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.pages import job_from
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJobs
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Outcome, RequestFailed
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
        ({"job_id": "0010"}, {"id": "10"}),
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
    jobs, client = jobs_over(YES, (200, {"job_id": "10"}))
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


@pytest.mark.parametrize("schedule", [[{"duration": 4}, {"duration": 8}], {"duration": 4}, {"duration": "4"}])
def test_fields_that_some_deployments_show(schedule):
    job = job_from({"job_type": "tensorboard", "flavor": {"code": "s"}, "schedule": schedule}, "7")
    assert (job.job_type, job.flavor, job.auto_stop) == ("tensorboard", "s", 4)
    bare = job_from({"flavor": "s", "schedule": []}, "7")
    assert (bare.job_type, bare.flavor, bare.auto_stop) == (None, None, None)


@pytest.mark.parametrize("job_id", ["../10", "10/stop", "", "x", "1" * 21, True, -1])
def test_id_of_an_answer_that_is_no_job_id_is_not_taken(job_id):
    assert job_from({"job_id": job_id}, "").id == ""


@pytest.mark.parametrize("fields", [{"job_id": "10"}, {"job_id": "010"}, {"job_id": 10, "is_success": True}])
def test_details_of_the_job_that_was_asked_for(fields):
    jobs, _client = jobs_over((200, fields))
    assert jobs.get("10").id == "10"


@pytest.mark.parametrize(
    "fields",
    [
        {"job_id": 11},
        {"job_id": 11, "is_success": True},
        {"is_success": True},
        {"job_name": "viz-10"},
        {"job_id": None},
        {"job_id": 10.0},
        {"job_id": "10a"},
        {"jobs": [{"job_id": 10}]},
    ],
)
def test_details_of_anything_else_cannot_be_read(fields):
    jobs, _client = jobs_over((200, {"status": 8, **fields}))
    failure = failure_of(jobs.get, "10")
    assert (failure.outcome, failure.is_transient, failure.gone) == (Outcome.UNKNOWN, True, False)
    assert failure.reason.startswith("the response does not answer the request (HTTP 200)")


def refusal(status, text="?", code="ModelArts.0103"):
    return (status, {"is_success": False, "error_code": code, "error_message": text})


NO_SUCH_JOB = "The job does not exist."


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404),
        refusal(404, code=None),
        refusal(404, code="ModelArts.9999"),
        (404, {"error_code": "ModelArts.0103"}),
        refusal(200, NO_SUCH_JOB),
        refusal(400, NO_SUCH_JOB),
        refusal(400, "Job 10 was not found.", "ModelArts.0101"),
        refusal(409, "job not exist", "ModelArts.9999"),
        refusal(500, "No such job", None),
        refusal(500, "the job can not be found"),
    ],
)
@pytest.mark.parametrize("step", [None, Step.STOP, Step.RESTART, Step.UPDATE, Step.DELETE])
def test_modelarts_says_that_the_job_does_not_exist(answer, step):
    jobs, client = jobs_over(answer, workspace_id="7")
    request = (jobs.get, "10") if step is None else (jobs.request, step, "10", NewJob("viz-10"))
    failure = failure_of(*request)
    assert (failure.gone, failure.category.value, failure.outcome) == (True, "not_found", Outcome.NOT_APPLIED)
    assert failure.text == "there is no such job in project p1, workspace 7"
    assert (failure.code, failure.message) == (answer[1].get("error_code"), answer[1].get("error_message") or "")
    assert len(client.log) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (404, b""),
        (404, b"<html>nginx</html>"),
        (404, {"message": "no Route matched with those values"}),
        (404, {"error_msg": NO_SUCH_JOB}),
        (404, {"error_code": "APIG.0101", "error_msg": "The API does not exist"}),
        refusal(404, NO_SUCH_JOB, "APIGW.9999"),
        refusal(404, NO_SUCH_JOB, "IAM.0004"),
        refusal(404, "The workspace does not exist.", "ModelArts.0102"),
        refusal(404, NO_SUCH_JOB, "ModelArts.7005"),
        refusal(404, "The workspace does not exist."),
        refusal(400, "The project is not found."),
        refusal(400, "The API does not exist."),
        refusal(400, "The agency authorization does not exist."),
        refusal(400, "User not found."),
        refusal(403, NO_SUCH_JOB, "ModelArts.0108"),
        refusal(403, NO_SUCH_JOB, "ModelArts.9999"),
        refusal(401, "Token not found.", "ModelArts.9999"),
        refusal(400, NO_SUCH_JOB, "ModelArts.0118"),
        refusal(500, NO_SUCH_JOB, "ModelArts.0010"),
        refusal(500, NO_SUCH_JOB, "ModelArts.6200"),
        refusal(400),
        (500, {"error_message": NO_SUCH_JOB}),
    ],
)
def test_what_does_not_say_that_the_job_does_not_exist(answer):
    jobs, client = jobs_over(answer, answer)
    assert not failure_of(jobs.get, "10").gone
    assert not failure_of(jobs.request, Step.DELETE, "10", None).gone
    assert len(client.log) == 2


@pytest.mark.parametrize("answer", [(404, b""), (404, {"message": "no route"}), (404, b"<title>Not Found</title>")])
def test_404_of_anybody_else_is_a_wrong_endpoint(answer):
    jobs, _client = jobs_over(answer)
    failure = failure_of(jobs.get, "10")
    assert (failure.category.value, failure.text) == ("endpoint", "nothing was found at this address")
    assert "endpoint" in failure.hint


def test_missing_thing_of_a_creation_is_no_missing_job():
    jobs, _client = jobs_over(refusal(404, "The OBS path does not exist."))
    assert not failure_of(jobs.request, Step.CREATE, "", NewJob("viz-10")).gone


@pytest.mark.parametrize(
    "answers, workspace_id, knows",
    [
        ([], "0", True),
        ([], None, False),
        ([(200, JOB)], None, False),
        ([listed(JOB)], None, True),
        ([listed({**JOB, "job_id": 11})], None, False),
    ],
)
def test_list_that_the_job_would_be_in(answers, workspace_id, knows):
    jobs, _client = jobs_over(*answers, workspace_id=workspace_id)
    for _status, fields in answers:
        if "jobs" in fields:
            list(jobs.pages({}))
        else:
            jobs.get("10")
    assert jobs.knows("10") is knows


@pytest.mark.parametrize(
    "step, answer, knows",
    [
        (Step.DELETE, YES, True),
        (Step.DELETE, refusal(400), False),
        (Step.DELETE, (500, b""), False),
        (Step.STOP, YES, False),
        (Step.CREATE, (200, {"is_success": True, "job_id": "10"}), False),
    ],
)
def test_list_that_a_job_would_be_in_whose_deletion_was_accepted(step, answer, knows):
    jobs, _client = jobs_over(answer)
    with contextlib.suppress(RequestFailed):
        jobs.request(step, "" if step is Step.CREATE else "10", NewJob("viz-10"))
    assert jobs.knows("10") is knows


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
    assert numbers(client) == ["1", "2", "3"]


def numbers(client):
    return [path.rsplit("=", 1)[1] for path in client.paths]


def job(number, **fields):
    return {"job_id": number, "job_name": f"viz-{number}", **fields}


def untotalled(*jobs):
    return (200, {"is_success": True, "jobs": list(jobs)})


NO_JOBS = (200, {"is_success": True})
TOTAL_IS_3 = (200, {"is_success": True, "job_total_count": 3})


@pytest.mark.parametrize(
    "pages, is_whole",
    [
        ([listed()], True),
        ([listed(job(1))], True),
        ([listed(job(1), total="1")], True),
        ([listed(job(1), total=2), listed(job(2), total=2)], True),
        # A job was created meanwhile.
        ([listed(job(1), total=2), listed(job(2), total=3), listed(job(3), total=3)], True),
        ([untotalled(job(1)), untotalled()], True),
        ([untotalled()], True),
        ([listed(job(1), total=2), untotalled(job(2))], True),
        # A job on two pages counts once.
        ([listed(job(1), job(2), total=3), listed(job(2), job(3), total=3)], True),
        ([listed(job(1), job(2), total=4), listed(job(2), job(3), total=4), listed(total=4)], False),
        ([listed(job(1), job(1))] * 2, False),
        ([listed(total=1)], False),
        ([listed(job(1), total=5), listed(total=5)], False),
        ([listed(job(1), total=5)] * 2, False),
        ([untotalled(job(1))] * 2, False),
        # The total shrank: a job may have moved to a page that was read before.
        ([listed(job(1), job(2), total=3), listed(total=2)], False),
        ([listed(job(1), job(2), total=4), listed(job(3), total=3)], False),
        ([listed(job(1), total=2), listed(job(2), total=1), listed(total=2)], False),
        # More than the total says.
        ([listed(job(1), total=0), listed(job(2), total=0), listed(total=0)], False),
        ([listed(job(1), job(2), total=1), listed(total=1)], False),
        ([NO_JOBS], False),
        ([TOTAL_IS_3], False),
        ([(200, {"is_success": True, "jobs": None, "job_total_count": 0})], False),
        ([(200, {"is_success": True, "jobs": {}, "job_total_count": 0})], False),
        ([listed(job(1), total=2), NO_JOBS], False),
        ([untotalled(job(1)), NO_JOBS], False),
        ([listed(job(1), {"job_name": "x"}, total=1)], False),
        ([listed(job(1), job(10.0), total=2), listed(total=2)], False),
        ([listed(job("1" * 21), total=1)], False),
        ([listed("no job", total=0)], False),
    ],
)
def test_list_is_whole_or_not(pages, is_whole):
    jobs, client = jobs_over(*pages)
    assert [page.is_whole for page in jobs.pages({})] == [False] * (len(pages) - 1) + [is_whole]
    assert numbers(client) == [str(number) for number in range(1, len(pages) + 1)]


FILTERED, ALL = "search_content=viz-10&per_page=1000&page=1", "per_page=1000&page=1"
MOVED = [listed(job(1), job(2), total=3), listed(total=2)]


@pytest.mark.parametrize(
    "answers, found, queries",
    [
        ([listed()], None, [FILTERED]),
        ([listed(JOB)], "10", [FILTERED]),
        # What an incomplete list shows is there.
        ([NO_JOBS, listed(job(1))], None, [FILTERED, ALL]),
        ([listed(total=1), listed(JOB)], "10", [FILTERED, ALL]),
        ([listed(total=1), listed(JOB, total=3), listed(total=3)], "10", [FILTERED, ALL, None]),
        ([NO_JOBS, *MOVED, listed()], None, [FILTERED, ALL, None, ALL]),
    ],
)
def test_name_is_looked_up_in_a_whole_list(answers, found, queries):
    jobs, client = jobs_over(*answers)
    job_found = jobs.find("viz-10")
    assert (job_found and job_found.id) == found
    assert len(client.log) == len(queries)
    for path, query in zip(client.paths, queries):
        assert query is None or path == f"v1/p1/visualization-jobs?{query}"


@pytest.mark.parametrize(
    "answers",
    [
        [NO_JOBS] * 3,
        [TOTAL_IS_3] * 3,
        [listed(total=1)] * 3,
        [listed({"job_name": "viz-10"})] * 3,
        [listed(job(10**21))] * 3,
        MOVED * 3,
    ],
)
def test_list_that_is_never_whole_does_not_show_that_no_job_has_the_name(answers):
    jobs, client = jobs_over(*answers)
    failure = failure_of(jobs.find, "viz-10")
    assert failure.sentence == (
        "Could not find the visualization job named 'viz-10': the list of visualization jobs is incomplete, so nothing shows "
        "whether the job exists. Run the task again later."
    )
    assert (failure.is_transient, failure.gone) == (True, False)
    assert len(client.log) == len(answers)


@pytest.mark.parametrize("answer", [(200, {"job_total_count": 0}), (200, {"jobs": None}), (200, b"[]")])
def test_answer_that_is_no_list_cannot_be_read(answer):
    jobs, _client = jobs_over(answer)
    assert failure_of(jobs.find, "viz-10").outcome is Outcome.UNKNOWN


TOO_LARGE = refusal(400, "per_page is invalid", "ModelArts.0104")


@pytest.mark.parametrize("code", ["ModelArts.0101", "ModelArts.0104"])
def test_page_size_that_is_refused_is_tried_once_with_less(code):
    full = listed(*map(job, range(1, 101)), total=101)
    jobs, client = jobs_over(refusal(400, "?", code), full, listed(job(101), total=101), listed())
    assert sum(len(page.jobs) for page in jobs.pages({})) == 101
    assert jobs.find("viz-10") is None
    sizes = [path.split("per_page=")[1].split("&")[0] for path in client.paths]
    assert sizes == ["1000", "100", "100", "100"]
    assert numbers(client) == ["1", "1", "2", "1"]


@pytest.mark.parametrize(
    "answers, requests",
    [
        ([TOO_LARGE, TOO_LARGE], 2),
        ([refusal(400, "?", "ModelArts.0107")], 1),
        ([(400, b"")], 1),
        # The size was accepted before.
        ([listed(job(1), total=2), TOO_LARGE], 2),
    ],
)
def test_other_refusals_of_the_list(answers, requests):
    jobs, client = jobs_over(*answers)
    assert failure_of(list, jobs.pages({})).category.value == "invalid_request"
    assert len(client.log) == requests


def test_list_without_an_end_ends(monkeypatch):
    monkeypatch.setattr(under_test, "_MOST_PAGES", 7)
    jobs, client = jobs_over(*(listed(job(number), total=number + 1) for number in range(1, 9)))
    assert not any(page.is_whole for page in jobs.pages({}))
    assert len(client.log) == 7


def test_list_that_cannot_be_read():
    jobs, _client = jobs_over((403, {"error_code": "ModelArts.0108"}))
    assert failure_of(jobs.find, "viz-10").sentence.startswith("Could not list the visualization jobs: ")


def test_page_with_more_jobs_than_were_asked_for_is_not_an_answer():
    jobs, client = jobs_over(listed(*map(job, range(1, 1002))))
    assert failure_of(list, jobs.pages({})).text == "the response does not answer the request"
    assert len(client.log) == 1
