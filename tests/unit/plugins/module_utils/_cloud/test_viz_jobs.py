# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import Token
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.transport import Transport
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import Jobs, NewJob, Operation, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import ModelArtsError
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runtime import Runtime
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import YES, ScriptedWire, VirtualClock

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
    clock = VirtualClock()
    wire = ScriptedWire(*answers)
    token = Token({"token": "t"}, lambda secret: None)
    jobs = Jobs(
        Transport(wire, token, Deadline(clock, 600), Runtime(clock), 30, 0), "https://m.example", "p1", workspace_id
    )
    return jobs, wire


def listed(*jobs, total=None):
    return (200, {"is_success": True, "job_total_count": len(jobs) if total is None else total, "jobs": list(jobs)})


def test_job_of_an_answer():
    jobs, wire = jobs_over((200, JOB))
    job = jobs.get("10")
    assert wire.log == [("GET", "v1/p1/visualization-jobs/10", False)]
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
        # What a terminal obeys is data here; half of a character is in no text.
        (
            {"job_desc": "a\x1b[31m\x00\x9b\u202e\U0001f600b", "service_url": "x\ud800y"},
            {"description": "a\x1b[31m\x00\x9b\u202e\U0001f600b", "service_url": "x\\ud800y"},
        ),
    ],
)
def test_odd_fields(fields, expected):
    job = VizJob.from_answer(fields, "7")
    assert {name: getattr(job, name) for name in expected} == expected


def test_name_in_a_message_is_fit_for_a_terminal():
    assert VizJob("10", "a\x1b[31mb\nc").label == "visualization job 10 (ab c)"


@pytest.mark.parametrize(
    "operation, job_id, content, method, path",
    [
        (Operation.RESTART, "10", None, "POST", "/10/restart"),
        (Operation.STOP, "10", None, "POST", "/10/stop"),
        (Operation.DELETE, "10", None, "DELETE", "/10"),
        (Operation.UPDATE, "10", {"job_desc": "new"}, "PUT", "/10"),
        (Operation.CREATE, "", {"job_name": "viz-10"}, "POST", ""),
    ],
)
def test_operations(operation, job_id, content, method, path):
    jobs, wire = jobs_over(YES)
    jobs.send(operation, job_id, content)
    assert wire.log == [(method, f"v1/p1/visualization-jobs{path}", True)]
    assert wire.bodies == [content]


def test_content_of_a_new_job():
    assert NewJob("viz", "/b/o/", "", "mindinsight", "small", 0).content == {
        "job_name": "viz",
        "train_url": "/b/o/",
        "job_desc": "",
        "job_type": "mindinsight",
        "flavor": {"code": "small"},
        "schedule": [{"type": "stop", "time_unit": "HOURS", "duration": 0}],
    }
    assert NewJob("viz", "/b/o/").content == {"job_name": "viz", "train_url": "/b/o/"}


@pytest.mark.parametrize("schedule", [[{"duration": 4}], {"duration": 4}, {"duration": "4"}])
def test_fields_that_some_deployments_show(schedule):
    job = VizJob.from_answer({"job_type": "tensorboard", "flavor": {"code": "s"}, "schedule": schedule}, "7")
    assert (job.job_type, job.flavor, job.auto_stop) == ("tensorboard", "s", 4)
    bare = VizJob.from_answer({"flavor": "s", "schedule": []}, "7")
    assert (bare.job_type, bare.flavor, bare.auto_stop) == (None, None, None)


@pytest.mark.parametrize("job_id", ["../10", "10/stop", "", "x", "1" * 21, True, -1])
def test_id_of_an_answer_that_is_no_job_id_is_not_taken(job_id):
    assert VizJob.from_answer({"job_id": job_id}, "").id == ""


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
        ([(404, b"<html>nginx</html>")], "7", False, "the answer is not one of ModelArts or IAM"),
        ([(403, {"error_code": "ModelArts.0108"})], "7", False, "you are not authorized for this operation"),
    ],
)
def test_absence_is_certain_or_not(answers, workspace_id, gone, text):
    jobs, _wire = jobs_over(*answers, workspace_id=workspace_id)
    with pytest.raises(ModelArtsError) as caught:
        jobs.get("10")
    assert (caught.value.gone, caught.value.meaning.text) == (gone, text)


@pytest.mark.parametrize("before", [(200, JOB), listed(JOB)])
def test_job_that_was_seen_before_is_gone_when_neither_details_nor_list_have_it(before):
    jobs, _wire = jobs_over(before, NO_SUCH_JOB, listed(total=0))
    if "job_id" in before[1]:
        jobs.get("10")
    else:
        jobs.named("viz-10")
    with pytest.raises(ModelArtsError) as caught:
        jobs.get("10")
    assert caught.value.gone is True


def test_job_that_was_just_created_is_known_before_it_can_be_read():
    created = (200, {"is_success": True, "job_id": "10", "job_name": "viz-10"})
    jobs, _wire = jobs_over(created, NO_SUCH_JOB, listed(total=0))
    jobs.send(Operation.CREATE, "", {"job_name": "viz-10"})
    with pytest.raises(ModelArtsError) as caught:
        jobs.get("10")
    assert caught.value.gone is True


def test_missing_job_by_status_404():
    jobs, wire = jobs_over((404, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "none"}))
    with pytest.raises(ModelArtsError) as caught:
        jobs.get("10")
    assert caught.value.category.value == "not_found"
    assert caught.value.meaning.text == "there is no such job in project p1"
    assert len(wire.log) == 1


@pytest.mark.parametrize("status", [200, 400])
def test_missing_job_that_is_answered_otherwise_is_looked_for_in_the_list(status):
    refusal = (status, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "?"})
    jobs, wire = jobs_over(refusal, listed({"job_id": 11}), workspace_id="w")
    with pytest.raises(ModelArtsError) as caught:
        jobs.get("10")
    assert caught.value.meaning.text == "there is no such job in project p1, workspace w"
    assert wire.log[1][1] == "v1/p1/visualization-jobs?workspace_id=w&per_page=1000&page=1"


def test_job_whose_details_fail_is_taken_from_the_list():
    refusal = (400, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "?"})
    jobs, _wire = jobs_over(refusal, listed(JOB))
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
    jobs, wire = jobs_over(answer)
    with pytest.raises(ModelArtsError) as caught:
        jobs.get("10")
    assert caught.value.category.value == category
    assert len(wire.log) == 1


def test_job_by_name_is_exact():
    jobs, wire = jobs_over(listed({"job_id": 9, "job_name": "viz-100"}, JOB), workspace_id="0")
    assert jobs.named("viz-10").id == "10"
    assert wire.log[0][1] == "v1/p1/visualization-jobs?search_content=viz-10&workspace_id=0&per_page=1000&page=1"


def test_name_that_no_job_has():
    jobs, _wire = jobs_over(listed({"job_id": 9, "job_name": "viz-100"}))
    assert jobs.named("viz-10") is None
    assert jobs.missing("viz-10").sentence == (
        "Could not find the visualization job named viz-10: there is no such job in project p1. Check job_id or name, and "
        "that region, project_id and workspace_id are the job's."
    )


def test_name_that_several_jobs_have():
    jobs, _wire = jobs_over(listed(JOB, {**JOB, "job_id": 12}))
    with pytest.raises(ModelArtsError) as caught:
        jobs.named("viz-10")
    assert caught.value.sentence == (
        "Could not find the visualization job named viz-10: several have that name, with the IDs 10, 12. Set job_id to the "
        "one you mean."
    )


def test_every_page_is_read_even_if_pages_are_shorter_than_asked_for():
    pages = [listed({"job_id": number, "job_name": "x"}, total=3) for number in (1, 2)]
    jobs, wire = jobs_over(*pages, listed(JOB, total=3))
    assert jobs.named("viz-10").id == "10"
    assert [path.rsplit("=", 1)[1] for _method, path, _fresh in wire.log] == ["1", "2", "3"]


@pytest.mark.parametrize("end", [listed(total=5), listed(JOB, total=5), (200, {"is_success": True, "jobs": None})])
def test_list_that_ends_before_its_total_ends(end):
    jobs, wire = jobs_over(listed(JOB, total=5), end)
    assert jobs.named("viz-10").id == "10"
    assert len(wire.log) == 2
