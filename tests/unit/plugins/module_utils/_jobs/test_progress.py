# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One job by the clock: for how long the service may still show the past. Times are in seconds."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.evidence import ReadWindow
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import Step
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.transitions import (
    Accepted,
    Lost,
    Missing,
    Refused,
    Seen,
    handle,
)
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
    at,
    category_of,
    conflict,
    gone,
    lost,
    no_job,
    progress_of,
    refusal,
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

    def test_of_a_job_that_the_service_says_does_not_exist(self, late):
        progress = progress_of(viz(KILLED), "absent")
        handle(progress, Refused(refusal("ModelArts.0103", 404), SENT))
        self.check(progress, lambda progress, now: see(progress, KILLED, now), late, "unknown")

    def test_of_a_job_that_may_have_been_deleted_before_the_refusal(self, late):
        progress = progress_of(viz(KILLED), "absent")
        handle(progress, Lost(lost(), SENT - 40))
        see(progress, KILLED, SENT - 10)
        handle(progress, Refused(refusal("ModelArts.0103", 400), SENT))
        self.check(progress, lambda progress, now: see(progress, KILLED, now), late, "unknown")


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


def test_running_while_the_restart_is_refused_does_not_end_the_task():
    progress = progress_of(viz(RUNNING), "restarted", force=True)
    handle(progress, Accepted(0.25))
    see(progress, KILLED, 0.5)
    handle(progress, Refused(conflict(KILLING), 0.75))
    for now in (1.0, 3.0):
        see(progress, RUNNING, now)
        assert (progress.is_over, progress.request) == (False, Step.RESTART)


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


@pytest.mark.parametrize(
    ("before", "shown"), [(NEW_NUMBER, ANOTHER_NUMBER), (ANOTHER_NUMBER, NEW_NUMBER), (CANCELED, KILLING)]
)
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
