# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States that are goals, in virtual time: each test says what the service answers, and what the user gets to see."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.pages import job_from
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import NewJob, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import NOT_THERE
from ansible_collections.mlops.modelarts.plugins.module_utils._task.options import JOB_SPEC, job_options_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import JobReader
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import make_plans
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
    DELETE_FAILED,
    FAILED,
    INIT,
    KILLED,
    KILLING,
    LOST,
    RUNNING,
    WAITING,
    conflict,
    lost,
    no_job,
    refusal,
    viz,
)

MUST_STOP_FIRST = (
    "it is {} and must stop first, but wait=false does not wait for that (ModelArts.0105: This job can't be {}. job "
    "status: {}). Use wait=true, or run the task again when it has stopped."
)
CHECK_IT = "Look at the job in the ModelArts console, and at the log files under its train_url."
LATER = "Raise wait_timeout, or check the job again later."
BY_ANOTHER = "Somebody else restarted visualization job 10 ('viz-10') during this task."
CHECK_NAME = "Check job_id or name, and that region, project_id and workspace_id are the job's."
ASK = "Ask the account's administrator for the permission that this operation needs."
FORBIDDEN = f"you are not authorized for this operation (ModelArts.0108: no). {ASK}"


class TestStarted:
    def start(self, before, answers, reads, **options):
        return carry_out_on(viz(before), "started", answers, reads, **options)

    def test_stopped_job_is_restarted(self):
        run = self.start(CANCELED, [ACCEPTED], [INIT, RUNNING])
        assert run.summary == (["restart"], True, None)

    def test_running_job_is_left_alone(self):
        run = self.start(RUNNING, [], [])
        assert (run.summary, run.reads) == (([], False, None), 0)

    def test_task_waits_for_a_starting_job(self):
        run = self.start(WAITING, [], [WAITING, RUNNING])
        assert run.summary == ([], False, None)

    @pytest.mark.parametrize("reads", [[FAILED, INIT, RUNNING], [FAILED, FAILED, INIT, RUNNING]])
    def test_starting_job_that_comes_down_by_itself_is_restarted(self, reads):
        run = self.start(WAITING, [ACCEPTED], reads)
        assert run.summary == (["restart"], True, None)

    def test_outdated_read_of_a_starting_job_does_no_harm(self):
        run = self.start(WAITING, [conflict(WAITING)], [CANCELED, WAITING, RUNNING])
        assert run.summary == (["restart"], False, None)

    def test_restarted_job_that_fails_is_not_restarted_again(self):
        run = self.start(CANCELED, [ACCEPTED], [INIT, FAILED])
        assert run.summary == (["restart"], True, "job_failed")

    @pytest.mark.parametrize("status", [INIT, RUNNING])
    def test_job_that_somebody_else_has_started(self, status):
        run = self.start(CANCELED, [conflict(status)], [RUNNING])
        assert run.summary == (["restart"], False, None)

    def test_refusal_without_a_status_makes_the_task_read_the_job(self):
        run = self.start(CANCELED, [conflict("")], [WAITING, RUNNING])
        assert run.summary == (["restart"], False, None)

    def test_refusal_that_a_read_has_explained_is_not_mentioned_later(self):
        run = self.start(CANCELED, [conflict("")], [WAITING], timeout=8)
        assert run.summary == (["restart"], False, "timeout")
        assert run.failure.reason == f"after 8 s the job was not running yet (WAITING). {LATER}"

    def test_job_that_somebody_else_is_stopping(self):
        run = self.start(CANCELED, [conflict(KILLING), ACCEPTED], [KILLED, INIT, RUNNING])
        assert (run.summary, run.job.status.name) == ((["restart"], True, None), "RUNNING")

    def test_job_that_cannot_be_restarted(self):
        run = self.start(LOST, [conflict(LOST)], [])
        assert run.summary == (["restart"], False, "conflict")
        assert run.failure.sentence == (
            "Could not start visualization job 10 ('viz-10'): it is LOST, and ModelArts does not restart a job with "
            "this status (ModelArts.0105: This job can't be resubmit. job status: 14). Create a new job with the same "
            "train_url."
        )

    def test_lost_restart_is_sent_again(self):
        run = self.start(CANCELED, [lost(), ACCEPTED], [CANCELED] * 30 + [INIT, RUNNING])
        assert run.summary == (["restart (outcome unknown)", "restart"], True, None)
        assert 30 <= run.seconds < 80

    def test_lost_restart_that_was_applied(self):
        run = self.start(CANCELED, [lost()], [CANCELED, INIT, RUNNING])
        assert run.summary == (["restart (outcome unknown)"], True, None)

    def test_second_restart_that_is_refused_because_the_first_was_applied(self):
        run = self.start(CANCELED, [lost(), conflict(RUNNING)], [CANCELED] * 27 + [RUNNING])
        assert run.summary == (["restart (outcome unknown)", "restart"], True, None)

    @pytest.mark.parametrize("reads", [[KILLING, RUNNING], [KILLING, WAITING, RUNNING], [RUNNING]])
    def test_stopping_job_that_somebody_else_restarts(self, reads):
        run = self.start(KILLING, [], reads, timeout=15)
        assert (run.summary, run.sent, run.warnings) == (([], False, None), [], [BY_ANOTHER])
        assert run.seconds < 3

    def test_late_reads_of_a_job_that_is_up_post_no_further_restart(self):
        run = self.start(CANCELED, [conflict(RUNNING)], [CANCELED] * 10 + [RUNNING])
        assert (run.summary, run.sent, run.warnings) == ((["restart"], False, None), ["restart"], [])

    def test_without_wait(self):
        assert self.start(WAITING, [], [], wait=False).summary == ([], False, None)
        assert self.start(CANCELED, [ACCEPTED], [], wait=False).summary == (["restart"], True, None)
        assert self.start(CANCELED, [conflict(WAITING)], [], wait=False).summary == (["restart"], False, None)
        run = self.start(CANCELED, [conflict(KILLING)], [], wait=False)
        assert run.summary == (["restart"], False, "conflict")
        assert run.failure.reason == MUST_STOP_FIRST.format("KILLING", "resubmit", KILLING)


class TestStopped:
    def stop(self, before, answers, reads, **options):
        return carry_out_on(viz(before), "stopped", answers, reads, **options)

    @pytest.mark.parametrize("before", [RUNNING, WAITING, 99])
    def test_job_is_stopped(self, before):
        run = self.stop(before, [ACCEPTED], [before, KILLING, KILLED])
        assert run.summary == (["stop"], True, None)
        assert run.job.status.name == "KILLED"

    def test_task_waits_for_a_stopping_job(self):
        assert self.stop(KILLING, [], [KILLING, KILLED]).summary == ([], False, None)

    def test_stopped_job_is_left_alone(self):
        assert self.stop(COMPLETED, [], []).summary == ([], False, None)

    def test_job_that_has_stopped_meanwhile(self):
        assert self.stop(RUNNING, [conflict(COMPLETED)], [COMPLETED]).summary == (["stop"], False, None)

    def test_job_that_cannot_be_stopped(self):
        run = self.stop(INIT, [conflict(INIT)], [])
        assert run.summary == (["stop"], False, "conflict")
        assert run.failure.reason == (
            "it is INIT, and ModelArts does not stop a job with this status (ModelArts.0105: This job can't be resubmit. job "
            "status: 1). Run the task again when the job's status allows it."
        )

    def test_lost_stop_is_sent_again(self):
        run = self.stop(RUNNING, [lost(), ACCEPTED], [RUNNING] * 30 + [KILLED])
        assert run.summary == (["stop (outcome unknown)", "stop"], True, None)

    def test_lost_stop_that_was_applied(self):
        assert self.stop(RUNNING, [lost()], [KILLING, KILLED]).summary == (["stop (outcome unknown)"], True, None)

    def test_job_that_does_not_stop_in_time(self):
        run = self.stop(RUNNING, [ACCEPTED], [KILLING], timeout=7)
        assert run.summary == (["stop"], True, "timeout")
        assert run.failure.sentence == (
            "Could not stop visualization job 10 ('viz-10'): the stop was accepted, but after 7 s the job was still "
            "stopping (KILLING). Raise wait_timeout, or check the job again later."
        )

    @pytest.mark.parametrize("before", [RUNNING, KILLING])
    def test_job_that_somebody_else_restarts_is_stopped_again(self, before):
        ours = [ACCEPTED] if before == RUNNING else []
        run = self.stop(before, [*ours, ACCEPTED], [KILLING, WAITING, KILLING, KILLED])
        assert (run.summary, run.sent) == ((["stop"], True, None), ["stop"] * (len(ours) + 1))
        assert run.job.status.name == "KILLED"

    def test_without_wait(self):
        assert self.stop(RUNNING, [ACCEPTED], [], wait=False).summary == (["stop"], True, None)
        assert self.stop(KILLING, [], [], wait=False).summary == ([], False, None)

    def test_job_that_disappears(self):
        run = self.stop(RUNNING, [ACCEPTED], [GONE])
        assert run.summary == (["stop"], True, "not_found")
        assert run.failure.reason == f"the stop was accepted; afterwards there is no such job (HTTP 404). {CHECK_NAME}"


class TestAbsent:
    def delete(self, before, answers, reads, **options):
        return carry_out_on(viz(before), "absent", answers, reads, **options)

    @pytest.mark.parametrize("before", [KILLED, RUNNING, WAITING, 99])
    def test_job_is_deleted(self, before):
        run = self.delete(before, [ACCEPTED], [before, KILLING, GONE])
        assert run.summary == (["delete"], True, None)
        assert run.job.id == "10"

    def test_job_that_does_not_exist(self):
        run = carry_out_on(VizJob("10", status=NOT_THERE), "absent", [], [])
        assert run.summary == ([], False, None)

    def test_task_waits_for_a_stopping_job(self):
        assert self.delete(KILLING, [ACCEPTED], [KILLING, KILLED, GONE]).summary == (["delete"], True, None)

    def test_job_that_is_being_deleted_already(self):
        assert self.delete(KILLING, [], [KILLING, GONE]).summary == ([], False, None)

    @pytest.mark.parametrize(
        ("answer", "reads"),
        [
            (refusal("ModelArts.0103", 404), 0),
            (refusal("ModelArts.0103", 400, "The job does not exist."), 0),
            (refusal("x", 404)._replace(is_from_modelarts=True), 0),
            (refusal("ModelArts.0103", 400), 1),
            (refusal("x", 200)._replace(is_from_modelarts=True), 1),
        ],
    )
    def test_job_that_somebody_else_has_deleted(self, answer, reads):
        run = self.delete(KILLED, [answer], [GONE])
        assert (run.summary, run.reads) == ((["delete"], False, None), reads)

    @pytest.mark.parametrize("answer", [refusal("x", 404), refusal("x", 200), refusal("ModelArts.0102", 404)])
    def test_refusal_that_is_not_about_the_job(self, answer):
        run = self.delete(KILLED, [answer], [GONE])
        assert (run.summary, run.reads) == ((["delete"], False, answer.category.value), 0)

    def test_refusal_that_no_read_explains_in_time(self):
        answers = [lost(), refusal("ModelArts.0103", 400)._replace(own_hint="Check workspace_id.")]
        run = self.delete(KILLED, answers, [KILLED], timeout=40)
        assert run.summary == (["delete (outcome unknown)", "delete"], True, "timeout")
        assert run.failure.reason == (
            "ModelArts refused the delete request, and no read could explain why within 40 s (ModelArts.0103: no). "
            f"{LATER}"
        )

    @pytest.mark.parametrize("reads", [[KILLING, WAITING, KILLING, GONE], [KILLING, *[RUNNING] * 6, GONE]])
    def test_stopping_job_that_somebody_else_restarts_is_deleted(self, reads):
        run = self.delete(KILLING, [ACCEPTED], reads, timeout=20)
        assert (run.summary, run.sent) == ((["delete"], True, None), ["delete"])

    def test_job_that_could_not_be_deleted_and_stays_so(self):
        run = self.delete(DELETE_FAILED, [ACCEPTED], [DELETE_FAILED])
        assert run.summary == (["delete"], True, "job_failed")
        assert 30 <= run.seconds < 40
        assert run.failure.reason == (
            f"the deletion was accepted, but the job was still DELETE_FAILED 30 s later. {CHECK_IT}"
        )

    def test_refusal_for_another_reason(self):
        run = self.delete(KILLED, [refusal("ModelArts.0107", 400)], [KILLED])
        assert run.summary == (["delete"], False, "invalid_request")

    def test_forbidden(self):
        run = self.delete(KILLED, [refusal()], [])
        assert (run.summary, run.reads) == ((["delete"], False, "permission"), 0)

    def test_job_that_must_be_stopped_first(self):
        run = self.delete(RUNNING, [conflict(RUNNING, "delete")], [])
        assert run.summary == (["delete"], False, "conflict")
        assert run.failure.sentence == (
            "Could not delete visualization job 10 ('viz-10'): it is RUNNING, and ModelArts does not delete a job with "
            "this status (ModelArts.0105: This job can't be delete. job status: 8). Use force=true to stop it first."
        )

    def test_force_stops_it_if_the_service_requires_that(self):
        answers = [conflict(RUNNING, "delete"), ACCEPTED, conflict(KILLING, "delete"), ACCEPTED]
        run = self.delete(RUNNING, answers, [RUNNING, KILLING, KILLED, KILLED, GONE], force=True)
        assert run.summary == (["delete", "stop", "delete"], True, None)
        assert run.sent == ["delete", "stop", "delete", "delete"]

    @pytest.mark.parametrize("reads", [[KILLING, KILLED, GONE], [KILLED, GONE]])
    def test_job_that_stops_before_the_forced_stop_is_not_stopped(self, reads):
        run = self.delete(RUNNING, [conflict(RUNNING, "delete"), ACCEPTED], [*reads[:1], *reads], force=True)
        assert (run.summary, run.sent) == ((["delete"], True, None), ["delete", "delete"])

    def test_force_without_wait(self):
        run = self.delete(RUNNING, [conflict(RUNNING, "delete")], [], force=True, wait=False)
        assert run.summary == (["delete"], False, "conflict")
        assert run.failure.reason == MUST_STOP_FIRST.format("RUNNING", "delete", RUNNING)

    def test_forced_stop_and_then_a_refusal(self):
        answers = [conflict(RUNNING, "delete"), ACCEPTED, refusal()]
        run = self.delete(RUNNING, answers, [RUNNING, KILLED], force=True)
        assert run.summary == (["delete", "stop", "delete"], True, "permission")
        assert run.failure.reason == f"force=true stopped the job (KILLED), but deleting it failed: {FORBIDDEN}"

    def test_forced_stop_and_then_a_refusal_and_a_lost_deletion(self):
        answers = [conflict(RUNNING, "delete"), ACCEPTED, conflict(KILLING, "delete"), lost()]
        run = self.delete(RUNNING, answers, [RUNNING, KILLED], force=True, timeout=20)
        assert run.summary == (["delete", "stop", "delete", "delete (outcome unknown)"], True, "timeout")
        assert run.failure.reason == (
            f"the delete request got no response; after 20 s the job was still KILLED. {LATER}"
        )

    def test_job_that_turns_out_to_be_stopping(self):
        run = self.delete(RUNNING, [conflict(KILLING, "delete"), ACCEPTED], [KILLING, KILLED, GONE])
        assert run.summary == (["delete"], True, None)

    def test_lost_deletion_is_sent_again(self):
        run = self.delete(KILLED, [lost(), ACCEPTED], [KILLED] * 30 + [GONE])
        assert run.summary == (["delete (outcome unknown)", "delete"], True, None)

    def test_lost_deletion_that_was_applied(self):
        assert self.delete(KILLED, [lost()], [KILLED, GONE]).summary == (["delete (outcome unknown)"], True, None)

    def test_second_deletion_that_is_refused_because_the_first_was_applied(self):
        run = self.delete(KILLED, [lost(), refusal("ModelArts.0103", 404)], [KILLED] * 30 + [GONE])
        assert run.summary == (["delete (outcome unknown)", "delete"], True, None)

    def test_deletion_that_fails(self):
        run = self.delete(KILLED, [ACCEPTED], [KILLING, DELETE_FAILED])
        assert run.summary == (["delete"], True, "job_failed")
        assert run.failure.reason == f"the deletion was accepted, but the job went to DELETE_FAILED. {CHECK_IT}"

    def test_job_that_does_not_disappear_in_time(self):
        run = self.delete(KILLED, [ACCEPTED], [KILLING], timeout=7)
        assert run.summary == (["delete"], True, "timeout")
        assert run.failure.reason == (
            "the deletion was accepted, but after 7 s the job still existed (KILLING). Raise wait_timeout, or check the job "
            "again later."
        )

    def test_without_wait(self):
        assert self.delete(RUNNING, [ACCEPTED], [], wait=False).summary == (["delete"], True, None)


class TestPresent:
    NEW = NewJob("viz-10", "/b/o/", "curves", auto_stop=4)
    CREATED = viz(INIT, train_url="/b/o/", description="curves")

    def create(self, answers, reads, **options):
        return carry_out_on(no_job(), "present", answers, reads, new_job=self.NEW, **options)

    def describe(self, shown, answers, reads, **options):
        return carry_out_on(viz(RUNNING, description=shown), "present", answers, reads, new_job=self.NEW, **options)

    def test_job_is_created(self):
        run = self.create([self.CREATED], [INIT, RUNNING])
        assert run.summary == (["create"], True, None)
        assert (run.job.id, run.job.status.name) == ("10", "RUNNING")
        assert run.new_jobs == [self.NEW]

    @pytest.mark.parametrize(
        ("reads", "timeout", "least", "most"),
        [
            ([GONE, GONE, CREATED], 600, 0, 2),
            ([GONE], 600, 30, 35),
            ([GONE], 5, 4, 5),
            ([lost()], 600, 30, 35),
            ([refusal()], 600, 0, 1),
        ],
    )
    def test_without_wait_the_task_ends_when_the_next_one_finds_the_job(self, reads, timeout, least, most):
        run = self.create([self.CREATED], reads, wait=False, timeout=timeout)
        assert (run.summary, {*run.names}) == ((["create"], True, None), {"viz-10"})
        assert least <= run.seconds <= most
        assert (run.job.id, run.job.status.name, run.job.train_url, run.job.description) == (
            "10",
            "INIT",
            "/b/o/",
            "curves",
        )

    def test_job_that_does_not_appear_at_once(self):
        assert self.create([self.CREATED], [GONE, GONE, INIT, RUNNING]).summary == (["create"], True, None)

    def test_job_whose_details_are_refused_before_it_appears(self):
        """The service need not say in words that a job does not exist, and the list may be late, too."""
        unproved = refusal("ModelArts.0103", 400)
        assert self.create([self.CREATED], [unproved] * 3 + [INIT, RUNNING]).summary == (["create"], True, None)
        run = self.create([self.CREATED], [unproved])
        assert run.summary == (["create"], True, "unknown")
        assert run.seconds >= 30

    def test_job_that_never_appears(self):
        run = self.create([self.CREATED], [GONE])
        assert run.summary == (["create"], True, "not_found")
        assert run.failure.sentence == (
            "Could not create visualization job 10 ('viz-10'): the job was created; afterwards there is no such job (HTTP "
            f"404). {CHECK_NAME}"
        )

    @pytest.mark.parametrize("reads", [[FAILED], [INIT, FAILED]])
    def test_job_that_fails(self, reads):
        run = self.create([self.CREATED], reads)
        assert run.summary == (["create"], True, "job_failed")
        assert (
            run.failure.reason == f"the job was created, but the job went to FAILED before it was running. {CHECK_IT}"
        )

    def test_quota(self):
        run = self.create([refusal("ModelArts.0118", 400)], [])
        assert run.summary == (["create"], False, "quota")
        assert run.failure.sentence == (
            "Could not create visualization job 'viz-10': a quota would be exceeded (ModelArts.0118: no). Delete what you no "
            "longer need, or ask for a higher quota."
        )

    @pytest.mark.parametrize("failure", [refusal("ModelArts.0105", 400), conflict(RUNNING)])
    def test_conflict_of_a_creation_is_not_about_the_status_of_a_job(self, failure):
        run = self.create([failure], [GONE])
        assert run.summary == (["create"], False, "conflict")
        assert run.job.status.name == "not there"
        assert run.failure.sentence == (
            f"Could not create visualization job 'viz-10': its status does not allow it (ModelArts.0105: {failure.message}). "
            "Run the task again when the job's status allows it."
        )

    def test_lost_answer_of_a_job_that_was_created(self):
        run = self.create([lost()], [GONE, INIT, WAITING, RUNNING])
        assert run.summary == (["create (outcome unknown)"], True, None)
        assert (run.sent, run.job.id, {*run.names}) == (["create"], "10", {"viz-10"})

    def test_lost_answer_without_wait(self):
        run = self.create([lost()], [FAILED], wait=False)
        assert run.summary == (["create (outcome unknown)"], True, None)

    def test_lost_answer_of_a_job_that_was_not_created(self):
        run = self.create([lost()], [GONE])
        assert run.summary == (["create (outcome unknown)"], True, "outcome_unknown")
        assert run.sent == ["create"]
        assert 30 <= run.seconds < 45
        assert run.failure.sentence == (
            "Could not create visualization job 'viz-10': the create request got no response, and no job of that name has "
            "appeared: it may or may not have taken effect. Look for it in the ModelArts console before you run the task "
            "again: each job costs money."
        )

    def test_lost_answer_at_the_end_of_the_time(self):
        run = self.create([lost()], [GONE], timeout=5)
        assert run.summary == (["create (outcome unknown)"], True, "outcome_unknown")
        assert run.seconds <= 5

    def test_lost_answer_and_then_a_refusal_to_read(self):
        run = self.create([lost()], [refusal()])
        assert run.summary == (["create (outcome unknown)"], True, "outcome_unknown")
        assert run.failure.reason == f"the outcome of the create request is unknown; afterwards {FORBIDDEN}"

    @pytest.mark.parametrize("job_id", [None, "../10", "", "x"])
    def test_created_job_is_found_by_name_if_the_answer_has_no_id(self, job_id):
        run = self.create([job_from({"job_id": job_id, "job_name": "viz-10"}, "")], [INIT, RUNNING])
        assert (run.changed, run.category, run.job.id, run.sent) == (True, None, "10", ["create"])

    def test_description_is_changed(self):
        run = self.describe("old", [ACCEPTED], [viz(RUNNING, description="old"), viz(RUNNING, description="curves")])
        assert run.summary == (["update"], True, None)
        assert (run.job.description, run.new_jobs, run.reads) == ("curves", [self.NEW], 2)

    def test_description_without_wait(self):
        run = self.describe("old", [ACCEPTED], [], wait=False)
        assert (run.summary, run.job.description) == ((["update"], True, None), "curves")

    def test_description_that_the_service_changes(self):
        run = self.describe("old", [ACCEPTED], [viz(RUNNING, description="Curves")])
        assert (run.summary, run.job.description) == ((["update"], True, None), "Curves")
        assert run.warnings == [
            "ModelArts keeps the description of visualization job 10 ('viz-10') as 'Curves', not as 'curves'."
        ]
        assert run.seconds < 3

    def test_description_that_is_right(self):
        assert self.describe("curves", [], []).summary == ([], False, None)

    def test_description_that_does_not_change(self):
        run = self.describe("old", [ACCEPTED], [viz(RUNNING, description="old")])
        assert run.summary == (["update"], True, "job_failed")
        assert run.failure.sentence == (
            "Could not change the description of visualization job 10 ('viz-10'): the new description was accepted, but "
            f"ModelArts still showed another one 30 s later. {CHECK_IT}"
        )

    def test_description_that_does_not_change_in_time(self):
        run = self.describe("old", [ACCEPTED], [viz(RUNNING, description="old")], timeout=5)
        assert run.failure.reason == (
            f"the new description was accepted, but after 5 s ModelArts still showed another one. {LATER}"
        )

    def test_lost_description_is_sent_again(self):
        old, new = viz(RUNNING, description="old"), viz(RUNNING, description="curves")
        run = self.describe("old", [lost(), ACCEPTED], [old] * 30 + [new])
        assert run.summary == (["update (outcome unknown)", "update"], True, None)


def plan_of(shown, workspace_id=None, **parameters):
    """The plan for a job that the service shows like this; it is found as the parameters say."""
    defaults = {name: spec.get("default") for name, spec in JOB_SPEC.items()}
    service = Service([], [shown], workspace_id)
    options = job_options_from({**defaults, **parameters})
    return make_plans(options, service, JobReader(service, Workers(1), VirtualClock()))[0]


class TestCreatable:
    """A job that cannot be created is refused before anything is sent; one that exists is not."""

    def plan(self, shown, **parameters):
        return plan_of(shown, name="viz-10", state="present", **parameters)

    def test_without_its_summary_files(self):
        with pytest.raises(OptionError) as caught:
            self.plan(GONE, train_url="")
        assert str(caught.value) == (
            "train_url is required to create visualization job 'viz-10': the OBS folder with its summary files, such as "
            "/bucket/path/."
        )

    def test_in_a_workspace(self):
        with pytest.raises(OptionError) as caught:
            self.plan(GONE, train_url="/b/", workspace_id="w1")
        assert str(caught.value) == (
            "workspace_id w1 has no visualization job 'viz-10', and the API creates jobs in the default workspace only: "
            "remove workspace_id, or create the job in the ModelArts console."
        )

    @pytest.mark.parametrize("workspace_id", [None, "0"])
    def test_in_the_default_workspace(self, workspace_id):
        assert self.plan(GONE, train_url="/b/", workspace_id=workspace_id).changes

    def test_job_that_exists(self):
        assert not self.plan(RUNNING, workspace_id="w1").changes


@pytest.mark.parametrize("state", ["restarted", "started", "stopped"])
def test_id_of_a_job_that_does_not_exist(state):
    planned = plan_of(GONE, job_id="10", state=state)
    assert (planned.refusal.text, planned.job.label) == ("there is no such job", "visualization job 10")


def test_job_that_does_not_exist_is_absent():
    planned = plan_of(GONE, job_id="10", state="absent")
    assert (planned.steps, planned.refusal) == ((), None)


@pytest.mark.parametrize("state", ["stopped", "absent"])
def test_id_of_a_job_that_the_user_may_not_read(state):
    assert plan_of(refusal(), job_id="10", state=state).refusal.code == "ModelArts.0108"
    assert plan_of(RUNNING, job_id="10", state=state).refusal is None
