# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One job by the clock: for how long the service may still show the past. Times are in seconds."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.events import (
    Accepted,
    Interrupted,
    Lost,
    Missing,
    Phase,
    Refused,
    Seen,
    TimeIsUp,
    Unreadable,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.evidence import ReadWindow
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import NewJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import Step
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.transitions import handle
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.job_fakes import (
    ANOTHER_NUMBER,
    CANCELED,
    COMPLETED,
    DELETE_FAILED,
    FAILED,
    IMAGE_FAILED,
    INIT,
    KILLED,
    KILLING,
    NEW,
    NEW_NUMBER,
    RUNNING,
    WAITING,
    accepted,
    after,
    at,
    category_of,
    conflict,
    gone,
    lost,
    no_job,
    progress_of,
    refusal,
    refused,
    seen,
    viz,
)

# The grace of 30 s is neither a multiple nor a part of it.
SENT = 20.0


def see(progress, status, moment, **fields):
    handle(progress, Seen(viz(status, **fields), at(moment)))


def stopped_and_restarted():
    """A running job that the task has stopped and restarted, both just now."""
    progress = progress_of(viz(RUNNING), "restarted", force=True)
    handle(progress, Accepted(0.25))
    see(progress, KILLED, 0.5)
    handle(progress, Accepted(0.75))
    return progress


@pytest.mark.parametrize("late", [30.0, 45.0])
class TestOldStatus:
    """The service may show it for half a minute."""

    def check(self, progress, show, late, expected):
        show(progress, SENT + 29.9)
        assert (category_of(progress), progress.is_over) == (None, False)
        show(progress, SENT + late)
        assert category_of(progress) == expected

    def test_of_a_job_that_was_restarted(self, late):
        progress = progress_of(viz(CANCELED), "restarted")
        handle(progress, Accepted(SENT))
        self.check(progress, lambda progress, now: see(progress, CANCELED, now), late, "job_failed")

    def test_of_a_job_that_may_have_been_restarted(self, late):
        progress = progress_of(viz(CANCELED), "restarted")
        handle(progress, Lost(lost(), SENT))
        self.check(progress, lambda progress, now: see(progress, CANCELED, now), late, "outcome_unknown")

    def test_of_a_job_that_was_created_and_does_not_appear(self, late):
        progress = progress_of(no_job(), "present", new_job=NEW)
        handle(progress, Accepted(SENT, viz(None)))
        self.check(progress, lambda progress, now: handle(progress, Missing(gone(), at(now))), late, "not_found")

    def test_of_a_job_that_may_have_been_created(self, late):
        progress = progress_of(no_job(), "present", new_job=NEW)
        handle(progress, Lost(lost(), SENT))
        self.check(progress, lambda progress, now: handle(progress, Missing(gone(), at(now))), late, "outcome_unknown")

    # In the order of the alphabet one comes before the new description, and one after it.
    @pytest.mark.parametrize("old", ["a", "z"])
    def test_of_a_job_whose_description_was_changed(self, late, old):
        progress = progress_of(viz(RUNNING, description=old), "present", new_job=NEW)
        handle(progress, Accepted(SENT))
        self.check(progress, lambda progress, now: see(progress, RUNNING, now, description=old), late, "job_failed")

    def test_of_a_job_that_could_not_be_deleted_and_stays_so(self, late):
        progress = progress_of(viz(DELETE_FAILED), "absent")
        handle(progress, Accepted(SENT))
        self.check(progress, lambda progress, now: see(progress, DELETE_FAILED, now), late, "job_failed")

    def test_of_a_job_that_may_have_been_deleted_before_the_refusal(self, late):
        progress = progress_of(viz(KILLED), "absent")
        handle(progress, Lost(lost(), SENT - 40))
        see(progress, KILLED, SENT - 10)
        handle(progress, Refused(refusal("ModelArts.0103", 400), SENT))
        self.check(progress, lambda progress, now: see(progress, KILLED, now), late, "unknown")


@pytest.mark.parametrize(
    "answer", [refusal("ModelArts.0103", 404), refusal("ModelArts.0103", 400, "The job does not exist.")]
)
def test_job_that_the_service_says_does_not_exist_is_gone(answer):
    progress = progress_of(viz(KILLED), "absent")
    handle(progress, Refused(answer, SENT))
    assert (progress.phase, progress.changed) == (Phase.DONE, False)


@pytest.mark.parametrize("answer", [refusal("APIG.0101", 404), refusal("ModelArts.0102", 404)])
def test_refusal_that_is_not_about_the_job_is_final_at_once(answer):
    progress = progress_of(viz(KILLED), "absent")
    handle(progress, Refused(answer, SENT))
    assert (progress.phase, progress.changed) == (Phase.FAILED, False)


@pytest.mark.parametrize("http_status", [200, 400, 500])
def test_refusal_to_delete_a_job_that_exists_and_was_not_touched_is_final(http_status):
    progress = progress_of(viz(KILLED), "absent")
    handle(progress, Refused(refusal("ModelArts.0103", http_status), SENT))
    see(progress, KILLED, SENT + 1)
    assert category_of(progress) == "unknown"


@pytest.mark.parametrize("state", ["restarted", "absent"])
def test_refusal_of_the_credentials_is_final_at_once(state):
    progress = progress_of(viz(KILLED), state)
    handle(progress, Refused(refusal("ModelArts.0206", 401), SENT))
    assert category_of(progress) == "authentication"


@pytest.mark.parametrize(("shown", "expected"), [(INIT, None), (RUNNING, None), (FAILED, "job_failed")])
def test_status_of_a_job_counts_on_the_read_that_shows_its_creation(shown, expected):
    progress = progress_of(no_job(), "present", new_job=NEW)
    handle(progress, Lost(lost(), SENT))
    see(progress, shown, SENT + 1)
    assert (category_of(progress), progress.is_over) == (expected, shown != INIT)


def test_running_for_a_second_after_our_own_stop_is_proof():
    progress = stopped_and_restarted()
    for now, is_over in ((1.0, False), (1.75, False), (2.0, True)):
        see(progress, RUNNING, now)
        assert progress.is_over is is_over
    assert progress.failure is None


def test_reads_that_show_running_must_be_a_second_apart_however_long_they_take():
    progress = stopped_and_restarted()
    for window, is_over in (
        (ReadWindow(1.0, 1.5), False),
        (ReadWindow(2.25, 4.0), False),
        (ReadWindow(4.25, 4.5), True),
    ):
        handle(progress, Seen(viz(RUNNING), window))
        assert progress.is_over is is_over


@pytest.mark.parametrize("between", [KILLED, KILLING, ANOTHER_NUMBER, None])
def test_another_status_between_starts_the_second_of_running_again(between):
    progress = stopped_and_restarted()
    for status, now in ((RUNNING, 1.0), (between, 1.5), (RUNNING, 2.25), (RUNNING, 3.0)):
        see(progress, status, now)
        assert not progress.is_over
    see(progress, RUNNING, 3.25)
    assert (progress.is_over, progress.failure) == (True, None)


def test_old_status_for_a_second_after_a_starting_one_is_a_failure():
    progress = progress_of(viz(CANCELED), "restarted")
    handle(progress, Accepted(0.25))
    see(progress, INIT, 0.5)
    for now, expected in ((1.0, None), (1.75, None), (2.0, "job_failed")):
        see(progress, CANCELED, now)
        assert category_of(progress) == expected


def test_job_that_stops_after_a_refused_restart_is_restarted():
    """It started without our request, so that its stop is not the failure of an accepted one."""
    progress = progress_of(viz(CANCELED), "started")
    handle(progress, Refused(conflict(WAITING), SENT))
    see(progress, WAITING, SENT + 1)
    see(progress, FAILED, SENT + 2)
    assert (category_of(progress), progress.request) == (None, Step.RESTART)


def test_stop_that_was_refused_is_not_named_as_accepted():
    progress = progress_of(viz(RUNNING), "restarted", force=True)
    handle(progress, Refused(conflict(KILLING), SENT))
    assert (progress.request, progress.changed) == (None, False)
    handle(progress, Missing(gone(), at(SENT + 1)))
    assert progress.failure.text == "there is no such job"


def test_deletion_that_was_refused_is_no_reason_to_wait_for_its_effect():
    progress = progress_of(viz(RUNNING), "absent")
    handle(progress, Refused(conflict(KILLING, "delete"), SENT))
    see(progress, COMPLETED, SENT + 1)
    assert (progress.request, progress.sent) == (Step.DELETE, None)


def test_old_status_after_a_refusal_because_the_job_is_up_is_no_reason_to_restart_it_again():
    """Each late read would post one more restart at a job that is where it should be."""
    progress = after(CANCELED, "started", refused(RUNNING, SENT), *(seen(CANCELED, SENT + late) for late in (1, 8, 29)))
    assert (progress.phase, progress.request) == (Phase.WAITING, None)
    see(progress, CANCELED, SENT + 30)
    assert progress.request is Step.RESTART


@pytest.mark.parametrize("status", [KILLING, KILLED])
def test_job_that_was_starting_and_is_stopped_is_planned_anew(status):
    progress = after(WAITING, "started", seen(status, SENT), seen(status, SENT + 1))
    assert (category_of(progress), progress.step) == (None, Step.AWAIT_DOWN if status == KILLING else Step.RESTART)


@pytest.mark.parametrize(("before", "shown"), [(NEW_NUMBER, ANOTHER_NUMBER), (ANOTHER_NUMBER, NEW_NUMBER)])
def test_another_status_shows_that_the_restart_of_unknown_outcome_was_accepted(before, shown):
    progress = progress_of(viz(before), "restarted")
    handle(progress, Lost(lost(), SENT))
    for now in (SENT + 1, SENT + 31):
        see(progress, shown, now)
        assert category_of(progress) is None


def test_the_same_unknown_status_shows_nothing():
    progress = progress_of(viz(NEW_NUMBER), "restarted")
    handle(progress, Lost(lost(), SENT))
    see(progress, NEW_NUMBER, SENT + 1)
    see(progress, NEW_NUMBER, SENT + 30)
    assert category_of(progress) == "outcome_unknown"


@pytest.mark.parametrize(
    ("before", "expected"), [(IMAGE_FAILED, "job_failed"), (FAILED, "job_failed"), (DELETE_FAILED, None)]
)
def test_deletion_that_fails(before, expected):
    progress = progress_of(viz(before), "absent")
    handle(progress, Accepted(SENT))
    see(progress, before, SENT + 0.5)
    assert category_of(progress) is None
    see(progress, DELETE_FAILED, SENT + 1)
    assert category_of(progress) == expected


def test_stopping_status_shows_that_the_restart_of_unknown_outcome_was_accepted_and_was_in_vain():
    progress = after(CANCELED, "restarted", Lost(lost(), SENT), seen(KILLING, SENT + 1))
    assert (category_of(progress), progress.phase) == (None, Phase.WAITING)
    see(progress, KILLING, SENT + 2)
    assert progress.failure.text == "the restart was accepted, but the job went to KILLING before it was running"


class TestConflict:
    """Only a refusal with the code for it, or one that names a status, is about the job's status."""

    @pytest.mark.parametrize(
        "answer",
        [
            refusal(None, 409),
            refusal("ModelArts.0103", 409, "Somebody else has changed it."),
            refusal("ModelArts.0107", 409, "HTTP status: 409"),
        ],
    )
    @pytest.mark.parametrize(("before", "state"), [(CANCELED, "started"), (RUNNING, "stopped")])
    def test_another_refusal_is_final(self, before, state, answer):
        progress = after(before, state, Refused(answer, SENT))
        assert (progress.phase, progress.failure.category) == (Phase.FAILED, answer.category)
        assert progress.failure.text == answer.text

    def test_another_refusal_after_our_own_stop_is_final(self):
        progress = after(RUNNING, "restarted", accepted(1), seen(KILLED, 2), Refused(refusal(None, 409), 3), force=True)
        assert (category_of(progress), progress.changed) == ("conflict", True)

    def test_refusal_with_another_code_that_names_the_status(self):
        answer = refusal("ModelArts.0107", 400, "It cannot be stopped. job status: 12")
        progress = after(RUNNING, "stopped", Refused(answer, SENT), seen(KILLED, SENT + 1))
        assert (progress.phase, progress.changed) == (Phase.DONE, False)

    def test_refusal_by_iam_is_never_about_the_status(self):
        answer = refusal("ModelArts.0105", 400, "job status: 12")._replace(is_sign_in=True)
        assert after(RUNNING, "stopped", Refused(answer, SENT)).phase is Phase.FAILED

    def test_status_in_a_refusal_counts_as_read(self):
        assert after(RUNNING, "stopped", refused(KILLING, SENT)).status.name == "KILLING"


class TestDescription:
    def describe(self, *events, wanted="new", wait=True):
        new_job = NewJob("viz-10", description=wanted)
        progress = progress_of(viz(RUNNING, description="old"), "present", new_job=new_job, wait=wait)
        for event in events:
            handle(progress, event)
        return progress

    def shown(self, description, moment):
        return Seen(viz(RUNNING, description=description), at(moment))

    @pytest.mark.parametrize("sent", [Accepted(SENT), Lost(lost(), SENT)])
    def test_one_that_the_service_changed(self, sent):
        progress = self.describe(sent, self.shown("New", SENT + 1))
        assert progress.is_over is False
        handle(progress, self.shown("New", SENT + 2))
        assert (progress.phase, progress.changed, progress.job.description) == (Phase.DONE, True, "New")
        assert progress.warnings == [
            "ModelArts keeps the description of visualization job 10 ('viz-10') as 'New', not as 'new'."
        ]

    @pytest.mark.parametrize(("wanted", "shown"), [("", None), ("new\n", "new")])
    def test_one_that_is_the_same_needs_no_warning(self, wanted, shown):
        progress = self.describe(Accepted(SENT), self.shown(shown, SENT + 1), wanted=wanted)
        assert (progress.phase, progress.warnings, progress.job.description) == (Phase.DONE, [], shown)


class TestNewJobWithoutWait:
    """The next run must find it by its name, or it creates another."""

    def create(self, *events):
        progress = progress_of(no_job(), "present", new_job=NEW, wait=False)
        for event in (Accepted(SENT, viz(INIT)), *events):
            handle(progress, event)
        return progress

    @pytest.mark.parametrize(
        ("events", "is_over"),
        [
            ((), False),
            ((seen(FAILED, SENT + 1),), True),
            ((Missing(gone(), at(SENT + 29.9)),), False),
            ((Missing(gone(), at(SENT + 29.9)), Missing(gone(), at(SENT + 30))), True),
            ((TimeIsUp(10),), True),
            # It was created, whatever keeps the task from reading the list.
            ((Unreadable(refusal(), at(SENT)),), True),
        ],
    )
    def test_ends_without_failure(self, events, is_over):
        progress = self.create(*events)
        assert (progress.is_over, progress.failure, progress.changed) == (is_over, None, True)
        assert (progress.job.id, progress.actions) == ("10", ["create"])


class TestMessages:
    """What a message says that the task has done."""

    @pytest.mark.parametrize(
        ("before", "events"), [(KILLING, [seen(KILLED, 1)]), (RUNNING, [refused(KILLING, 1), seen(KILLED, 2)])]
    )
    def test_job_that_the_task_did_not_stop_itself(self, before, events):
        progress = after(before, "restarted", *events, Refused(refusal(), 3), force=True)
        assert progress.failure.text == "you are not authorized for this operation"

    def test_stop_that_was_refused(self):
        progress = after(RUNNING, "restarted", refused(None, 1), TimeIsUp(600), force=True)
        assert progress.failure.text == (
            "ModelArts refused the stop request, and no read could explain why within 600 s"
        )

    def test_restart_of_unknown_outcome_that_was_accepted_and_failed_where_the_task_was_not_to_wait(self):
        progress = progress_of(viz(CANCELED), "restarted", wait=False)
        handle(progress, Lost(lost(), SENT))
        see(progress, FAILED, SENT + 1)
        assert progress.failure.text == "the restart was accepted, but the job went to FAILED before it was running"

    @pytest.mark.parametrize(
        ("events", "text"),
        [
            ([], "not attempted"),
            ([accepted(1)], "the restart was accepted, but after 5 s the job was not running yet (CANCELED)"),
        ],
    )
    def test_interruption(self, events, text):
        progress = after(CANCELED, "restarted", *events, Interrupted(5.0))
        assert progress.failure.text == f"the task was interrupted: {text}"
