# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States that are goals, in virtual time: each test is what the service answers, and what the user is told."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import NewJob, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import NOT_THERE
from ansible_collections.mlops.modelarts.plugins.module_utils._task.options import JOB_SPEC, job_options_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import Survey
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import plans_for
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import (
    ACCEPTED,
    GONE,
    Service,
    conflict,
    go,
    lost,
    refusal,
    viz,
)

INIT, DELETE_FAILED, WAITING, RUNNING, KILLING, COMPLETED, FAILED, KILLED, CANCELED = 1, 6, 7, 8, 9, 10, 11, 12, 13


def told(way):
    return way.actions, way.changed, way.category


class TestStarted:
    def start(self, before, answers, looks, **options):
        return go(viz(before), "started", answers, looks, **options)

    def test_stopped_job_is_restarted(self):
        way = self.start(CANCELED, [ACCEPTED], [INIT, RUNNING])
        assert told(way) == (["restart"], True, None)

    def test_running_job_is_left_alone(self):
        way = self.start(RUNNING, [], [])
        assert (told(way), way.reads) == (([], False, None), 0)

    def test_starting_job_is_waited_for(self):
        way = self.start(WAITING, [], [WAITING, RUNNING])
        assert told(way) == ([], False, None)

    def test_starting_job_that_comes_down_by_itself_is_restarted(self):
        way = self.start(WAITING, [ACCEPTED], [FAILED, INIT, RUNNING])
        assert told(way) == (["restart"], True, None)

    def test_stale_read_of_a_starting_job_does_no_harm(self):
        way = self.start(WAITING, [conflict(WAITING)], [CANCELED, WAITING, RUNNING])
        assert told(way) == (["restart"], False, None)

    def test_restarted_job_that_fails_is_not_restarted_again(self):
        way = self.start(CANCELED, [ACCEPTED], [INIT, FAILED])
        assert told(way) == (["restart"], True, "job_failed")

    @pytest.mark.parametrize("status", [INIT, RUNNING])
    def test_job_that_somebody_else_has_started(self, status):
        way = self.start(CANCELED, [conflict(status)], [RUNNING])
        assert told(way) == (["restart"], False, None)

    def test_refusal_that_names_no_status_is_looked_into(self):
        error = conflict("")
        way = self.start(CANCELED, [error], [WAITING, RUNNING])
        assert told(way) == (["restart"], False, None)

    def test_job_that_somebody_else_is_stopping(self):
        way = self.start(CANCELED, [conflict(KILLING), ACCEPTED], [KILLED, INIT, RUNNING])
        assert (told(way), way.job.status.name) == ((["restart"], True, None), "RUNNING")

    def test_job_that_cannot_be_restarted(self):
        way = self.start(14, [conflict(14)], [])
        assert told(way) == (["restart"], False, "conflict")
        assert way.error.sentence == (
            "Could not start visualization job 10 (viz-10): it is LOST, and ModelArts does not restart it from there "
            "(ModelArts.0105: This job can't be resubmit. job status: 14). Create a new job over the same train_url."
        )

    def test_lost_restart_is_sent_again(self):
        way = self.start(CANCELED, [lost(), ACCEPTED], [CANCELED] * 30 + [INIT, RUNNING])
        assert told(way) == (["restart (outcome unknown)", "restart"], True, None)
        assert 30 <= way.seconds < 80

    def test_lost_restart_that_was_applied(self):
        way = self.start(CANCELED, [lost()], [CANCELED, INIT, RUNNING])
        assert told(way) == (["restart (outcome unknown)"], True, None)

    def test_second_restart_that_the_first_makes_needless(self):
        way = self.start(CANCELED, [lost(), conflict(RUNNING)], [CANCELED] * 27 + [RUNNING])
        assert told(way) == (["restart (outcome unknown)", "restart"], True, None)

    def test_without_wait(self):
        assert told(self.start(WAITING, [], [], wait=False)) == ([], False, None)
        assert told(self.start(CANCELED, [ACCEPTED], [], wait=False)) == (["restart"], True, None)
        assert told(self.start(CANCELED, [conflict(WAITING)], [], wait=False)) == (["restart"], False, None)
        way = self.start(CANCELED, [conflict(KILLING)], [], wait=False)
        assert told(way) == (["restart"], False, "conflict")
        assert "wait=false rules out" in way.error.sentence


class TestStopped:
    def stop(self, before, answers, looks, **options):
        return go(viz(before), "stopped", answers, looks, **options)

    @pytest.mark.parametrize("before", [RUNNING, WAITING, 99])
    def test_job_is_stopped(self, before):
        way = self.stop(before, [ACCEPTED], [before, KILLING, KILLED])
        assert told(way) == (["stop"], True, None)
        assert way.job.status.name == "KILLED"

    def test_stopping_job_is_waited_for(self):
        assert told(self.stop(KILLING, [], [KILLING, KILLED])) == ([], False, None)

    def test_stopped_job_is_left_alone(self):
        assert told(self.stop(COMPLETED, [], [])) == ([], False, None)

    def test_job_that_has_stopped_meanwhile(self):
        assert told(self.stop(RUNNING, [conflict(COMPLETED)], [COMPLETED])) == (["stop"], False, None)

    def test_job_that_cannot_be_stopped(self):
        way = self.stop(INIT, [conflict(INIT)], [])
        assert told(way) == (["stop"], False, "conflict")
        assert "it is INIT, and ModelArts does not stop it from there" in way.error.sentence

    def test_lost_stop_is_sent_again(self):
        way = self.stop(RUNNING, [lost(), ACCEPTED], [RUNNING] * 30 + [KILLED])
        assert told(way) == (["stop (outcome unknown)", "stop"], True, None)

    def test_lost_stop_that_was_applied(self):
        assert told(self.stop(RUNNING, [lost()], [KILLING, KILLED])) == (["stop (outcome unknown)"], True, None)

    def test_job_that_does_not_stop_in_time(self):
        way = self.stop(RUNNING, [ACCEPTED], [KILLING], timeout=7)
        assert told(way) == (["stop"], True, "timeout")
        assert way.error.sentence == (
            "Could not stop visualization job 10 (viz-10): the stop was accepted, but after 7 s it had not stopped but was "
            "KILLING. Raise wait_timeout, or look at the job again later."
        )

    def test_without_wait(self):
        assert told(self.stop(RUNNING, [ACCEPTED], [], wait=False)) == (["stop"], True, None)
        assert told(self.stop(KILLING, [], [], wait=False)) == ([], False, None)

    def test_job_that_vanishes(self):
        way = self.stop(RUNNING, [ACCEPTED], [GONE])
        assert told(way) == (["stop"], True, "not_found")
        assert "the stop was accepted, but then there is no such job" in way.error.sentence


class TestAbsent:
    def delete(self, before, answers, looks, **options):
        return go(viz(before), "absent", answers, looks, **options)

    @pytest.mark.parametrize("before", [KILLED, RUNNING, WAITING, 99])
    def test_job_is_deleted(self, before):
        way = self.delete(before, [ACCEPTED], [before, KILLING, GONE])
        assert told(way) == (["delete"], True, None)
        assert way.job.id == "10"

    def test_job_that_is_not_there(self):
        way = go(VizJob("10", status=NOT_THERE), "absent", [], [])
        assert told(way) == ([], False, None)

    def test_stopping_job_is_waited_for(self):
        assert told(self.delete(KILLING, [ACCEPTED], [KILLING, KILLED, GONE])) == (["delete"], True, None)

    def test_job_that_is_being_deleted_already(self):
        assert told(self.delete(KILLING, [], [KILLING, GONE])) == ([], False, None)

    @pytest.mark.parametrize(
        "answer", [refusal("ModelArts.0103", 400), refusal("ModelArts.0103", 404), refusal("x", 404), refusal("x", 200)]
    )
    def test_job_that_somebody_else_has_deleted(self, answer):
        assert told(self.delete(KILLED, [answer], [GONE])) == (["delete"], False, None)

    def test_refusal_for_another_reason(self):
        way = self.delete(KILLED, [refusal("ModelArts.0107", 400)], [KILLED])
        assert told(way) == (["delete"], False, "invalid_request")

    def test_forbidden(self):
        way = self.delete(KILLED, [refusal()], [])
        assert (told(way), way.reads) == ((["delete"], False, "permission"), 0)

    def test_job_that_is_to_be_stopped_first(self):
        way = self.delete(RUNNING, [conflict(RUNNING, "delete")], [])
        assert told(way) == (["delete"], False, "conflict")
        assert way.error.sentence == (
            "Could not delete visualization job 10 (viz-10): it is RUNNING, and ModelArts does not delete it from there "
            "(ModelArts.0105: This job can't be delete. job status: 8). Use force=true to stop it first."
        )

    def test_force_stops_it_where_the_service_wants_that(self):
        answers = [conflict(RUNNING, "delete"), ACCEPTED, conflict(KILLING, "delete"), ACCEPTED]
        way = self.delete(RUNNING, answers, [KILLING, KILLED, KILLED, GONE], force=True)
        assert told(way) == (["delete", "stop", "delete"], True, None)
        assert way.sent == ["delete", "stop", "delete", "delete"]

    def test_force_without_wait(self):
        way = self.delete(RUNNING, [conflict(RUNNING, "delete")], [], force=True, wait=False)
        assert told(way) == (["delete"], False, "conflict")
        assert "wait=false rules out" in way.error.sentence

    def test_forced_stop_and_then_a_refusal(self):
        way = self.delete(RUNNING, [conflict(RUNNING, "delete"), ACCEPTED, refusal()], [KILLED], force=True)
        assert told(way) == (["delete", "stop", "delete"], True, "permission")
        assert "the job is now stopped (KILLED), as force asked for, but then you are" in way.error.sentence

    def test_job_that_is_just_stopping_after_all(self):
        way = self.delete(RUNNING, [conflict(KILLING, "delete"), ACCEPTED], [KILLING, KILLED, GONE])
        assert told(way) == (["delete"], True, None)

    def test_lost_deletion_is_sent_again(self):
        way = self.delete(KILLED, [lost(), ACCEPTED], [KILLED] * 30 + [GONE])
        assert told(way) == (["delete (outcome unknown)", "delete"], True, None)

    def test_lost_deletion_that_was_applied(self):
        assert told(self.delete(KILLED, [lost()], [KILLED, GONE])) == (["delete (outcome unknown)"], True, None)

    def test_second_deletion_that_the_first_makes_needless(self):
        way = self.delete(KILLED, [lost(), refusal("ModelArts.0103", 404)], [KILLED] * 30 + [GONE])
        assert told(way) == (["delete (outcome unknown)", "delete"], True, None)

    def test_deletion_that_fails(self):
        way = self.delete(KILLED, [ACCEPTED], [KILLING, DELETE_FAILED])
        assert told(way) == (["delete"], True, "job_failed")
        assert "the deletion was accepted, but the job went to DELETE_FAILED" in way.error.sentence

    def test_job_that_does_not_go_in_time(self):
        way = self.delete(KILLED, [ACCEPTED], [KILLING], timeout=7)
        assert told(way) == (["delete"], True, "timeout")
        assert "the deletion was accepted, but after 7 s the job was still there (KILLING)" in way.error.sentence

    def test_without_wait(self):
        assert told(self.delete(RUNNING, [ACCEPTED], [], wait=False)) == (["delete"], True, None)


class TestPresent:
    NEW = NewJob("viz-10", "/b/o/", "curves", auto_stop=4)
    CREATED = {"is_success": True, "job_id": "10", "job_name": "viz-10", "status": "1"}  # noqa: RUF012

    def create(self, answers, looks, **options):
        return go(VizJob("", "viz-10", status=NOT_THERE), "present", answers, looks, new_job=self.NEW, **options)

    def describe(self, shown, answers, looks, **options):
        return go(viz(RUNNING, description=shown), "present", answers, looks, new_job=self.NEW, **options)

    def test_job_is_created(self):
        way = self.create([self.CREATED], [INIT, RUNNING])
        assert told(way) == (["create"], True, None)
        assert (way.job.id, way.job.status.name) == ("10", "RUNNING")
        assert way.contents == [self.NEW.content]

    def test_without_wait(self):
        way = self.create([self.CREATED], [], wait=False)
        assert told(way) == (["create"], True, None)
        assert (way.job.id, way.job.status.name, way.job.train_url, way.job.description) == (
            "10",
            "INIT",
            "/b/o/",
            "curves",
        )

    def test_job_that_does_not_show_at_once(self):
        assert told(self.create([self.CREATED], [GONE, GONE, INIT, RUNNING])) == (["create"], True, None)

    def test_job_that_never_shows(self):
        way = self.create([self.CREATED], [GONE])
        assert told(way) == (["create"], True, "not_found")
        assert "visualization job 10 (viz-10): the job was created, but then there is no such job" in way.error.sentence

    @pytest.mark.parametrize("looks", [[FAILED], [INIT, FAILED]])
    def test_job_that_fails(self, looks):
        way = self.create([self.CREATED], looks)
        assert told(way) == (["create"], True, "job_failed")
        assert "the job was created, but the job went to FAILED before it was running" in way.error.sentence

    def test_quota(self):
        way = self.create([refusal("ModelArts.0118", 400)], [])
        assert told(way) == (["create"], False, "quota")
        assert way.error.sentence.startswith("Could not create visualization job viz-10: a quota would be exceeded")

    @pytest.mark.parametrize("error", [refusal("ModelArts.0105", 400), conflict(RUNNING)])
    def test_job_that_is_not_there_has_no_status_that_could_stand_in_the_way(self, error):
        way = self.create([error], [GONE])
        assert told(way) == (["create"], False, "conflict")
        assert way.job.status.name == "not there"
        assert way.error.sentence.startswith(
            "Could not create visualization job viz-10: its status does not allow it ("
        )

    def test_lost_answer_of_a_job_that_was_created(self):
        way = self.create([lost()], [GONE, INIT, WAITING, RUNNING])
        assert told(way) == (["create (outcome unknown)"], True, None)
        assert (way.sent, way.job.id, {*way.names}) == (["create"], "10", {"viz-10"})

    def test_lost_answer_of_a_job_that_is_not_waited_for(self):
        way = self.create([lost()], [FAILED], wait=False)
        assert told(way) == (["create (outcome unknown)"], True, None)

    def test_lost_answer_of_a_job_that_was_not_created(self):
        way = self.create([lost()], [GONE])
        assert told(way) == (["create (outcome unknown)"], True, "outcome_unknown")
        assert way.sent == ["create"]
        assert 30 <= way.seconds < 45
        assert way.error.sentence == (
            "Could not create visualization job viz-10: what became of the request is not known, and no job of that name "
            "has appeared: it may yet, or not. Look for it in the ModelArts console before you run the task again, as each "
            "job costs money."
        )

    def test_lost_answer_at_the_end_of_the_time(self):
        way = self.create([lost()], [GONE], timeout=5)
        assert told(way) == (["create (outcome unknown)"], True, "outcome_unknown")
        assert way.seconds <= 5

    def test_lost_answer_and_then_no_reading(self):
        way = self.create([lost()], [refusal()])
        assert told(way) == (["create (outcome unknown)"], True, "outcome_unknown")
        assert "what became of the request to create it is not known, and then you are not" in way.error.sentence

    @pytest.mark.parametrize("job_id", [None, "../10", "", "x"])
    def test_answer_without_an_id_that_can_be_waited_for(self, job_id):
        way = self.create([{**self.CREATED, "job_id": job_id}], [INIT, RUNNING])
        assert (way.changed, way.category, way.job.id, way.sent) == (True, None, "10", ["create"])

    def test_description_is_changed(self):
        way = self.describe("old", [ACCEPTED], [viz(RUNNING, description="old"), viz(RUNNING, description="curves")])
        assert told(way) == (["update"], True, None)
        assert (way.job.description, way.contents, way.reads) == ("curves", [{"job_desc": "curves"}], 2)

    def test_description_without_wait(self):
        way = self.describe("old", [ACCEPTED], [], wait=False)
        assert (told(way), way.job.description) == ((["update"], True, None), "curves")

    def test_description_that_is_right(self):
        assert told(self.describe("curves", [], [])) == ([], False, None)

    def test_description_that_does_not_change(self):
        way = self.describe("old", [ACCEPTED], [viz(RUNNING, description="old")])
        assert told(way) == (["update"], True, "job_failed")
        assert way.error.sentence.startswith(
            "Could not change the description of visualization job 10 (viz-10): the new description was accepted, but the "
            "job still had another one 30 s later."
        )

    def test_lost_description_is_sent_again(self):
        old, new = viz(RUNNING, description="old"), viz(RUNNING, description="curves")
        way = self.describe("old", [lost(), ACCEPTED], [old] * 30 + [new])
        assert told(way) == (["update (outcome unknown)", "update"], True, None)


def plan_of(look, workspace_id=None, **parameters):
    """The plan for a job that shows itself so; it is found by what the parameters name it by."""
    defaults = {name: spec.get("default") for name, spec in JOB_SPEC.items()}
    service = Service([], [look])
    service.workspace_id = workspace_id
    options = job_options_from({**defaults, **parameters})
    return plans_for(options, service, Survey(service, Workers(1)))[0]


class TestCreatable:
    """A job that cannot be created is refused before anything is sent; one that is there already is not."""

    def plan(self, look, **parameters):
        return plan_of(look, name="viz-10", state="present", **parameters)

    def test_without_its_summary_files(self):
        with pytest.raises(OptionError, match="train_url is missing: there is no job named viz-10 yet"):
            self.plan(GONE, train_url="")

    def test_in_a_workspace(self):
        with pytest.raises(OptionError, match="workspace_id is w1, where there is no job named viz-10 yet"):
            self.plan(GONE, train_url="/b/", workspace_id="w1")

    @pytest.mark.parametrize("workspace_id", [None, "0"])
    def test_in_the_default_workspace(self, workspace_id):
        assert self.plan(GONE, train_url="/b/", workspace_id=workspace_id).changes

    def test_job_that_is_there(self):
        assert not self.plan(RUNNING, workspace_id="w1").changes


@pytest.mark.parametrize("state", ["restarted", "started", "stopped"])
def test_job_of_an_id_that_is_not_there(state):
    planned = plan_of(GONE, job_id="10", state=state)
    assert (planned.refusal.meaning.text, planned.job.label) == ("there is no such job", "visualization job 10")


def test_job_of_an_id_that_is_not_there_is_absent():
    planned = plan_of(GONE, job_id="10", state="absent")
    assert (planned.steps, planned.refusal) == ((), None)


@pytest.mark.parametrize("state", ["stopped", "absent"])
def test_job_of_an_id_that_may_not_be_read(state):
    assert plan_of(refusal(), job_id="10", state=state).refusal.code == "ModelArts.0108"
    assert plan_of(RUNNING, job_id="10", state=state).refusal is None
