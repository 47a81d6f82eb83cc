# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One job by the clock: what counts as lag and until when, to the moment. Times are in seconds."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import NewJob, Operation, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import State, plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.progress import Look, Progress
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import NOT_THERE
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import conflict, gone, refusal, viz

CREATE_FAILED, DELETE_FAILED, INIT, RUNNING, KILLING, FAILED, KILLED, CANCELED = 3, 6, 1, 8, 9, 11, 12, 13
NEW_NUMBER, ANOTHER = 98, 99
NEW = NewJob("viz-10", "/bucket/logs/", "curves")
# Of which half a minute is neither a multiple nor a part.
SENT = 20.0


def progress(job, state, force=False, new_job=None):
    return Progress(plan(job, State(state), force, wait=True, new_job=new_job))


def at(moment):
    """A look that took no time."""
    return Look(moment, moment)


def category(way):
    return way.error.category.value if way.error else None


def stopped_and_restarted():
    """A running job that the task has stopped and restarted, both just now."""
    way = progress(viz(RUNNING), "restarted", force=True)
    way.accepted({}, 0.25)
    way.seen(viz(KILLED), at(0.5))
    way.accepted({}, 0.75)
    return way


@pytest.mark.parametrize("late", [30.0, 45.0])
class TestOldStatus:
    """It is lag for half a minute."""

    def check(self, way, show, late, expected):
        show(way, SENT + 29.9)
        assert (category(way), way.done) == (None, False)
        show(way, SENT + late)
        assert category(way) == expected

    def test_of_a_job_that_was_restarted(self, late):
        way = progress(viz(CANCELED), "restarted")
        way.accepted({}, SENT)
        self.check(way, lambda way, now: way.seen(viz(CANCELED), at(now)), late, "job_failed")

    def test_of_a_job_that_was_maybe_restarted(self, late):
        way = progress(viz(CANCELED), "restarted")
        way.unclear(SENT)
        self.check(way, lambda way, now: way.seen(viz(CANCELED), at(now)), late, "outcome_unknown")

    def test_of_a_job_that_was_created_and_does_not_show(self, late):
        way = progress(VizJob("", "viz-10", status=NOT_THERE), "present", new_job=NEW)
        way.accepted({"job_id": "10"}, SENT)
        self.check(way, lambda way, now: way.gone(gone(), at(now)), late, "not_found")

    def test_of_a_job_that_was_maybe_created(self, late):
        way = progress(VizJob("", "viz-10", status=NOT_THERE), "present", new_job=NEW)
        way.unclear(SENT)
        self.check(way, lambda way, now: way.gone(gone(), at(now)), late, "outcome_unknown")

    # In the order of the alphabet one comes before the new description, and one after it.
    @pytest.mark.parametrize("old", ["a", "z"])
    def test_of_a_job_that_was_described(self, late, old):
        way = progress(viz(RUNNING, description=old), "present", new_job=NEW)
        way.accepted({}, SENT)
        self.check(way, lambda way, now: way.seen(viz(RUNNING, description=old), at(now)), late, "job_failed")

    def test_of_a_job_that_the_service_says_is_not_there(self, late):
        way = progress(viz(KILLED), "absent")
        way.refused(refusal("ModelArts.0103", 404), SENT)
        self.check(way, lambda way, now: way.seen(viz(KILLED), at(now)), late, "unknown")

    def test_of_a_job_that_was_maybe_deleted_before_the_refusal(self, late):
        way = progress(viz(KILLED), "absent")
        way.unclear(SENT - 40)
        way.seen(viz(KILLED), at(SENT - 10))
        way.refused(refusal("ModelArts.0103", 400), SENT)
        self.check(way, lambda way, now: way.seen(viz(KILLED), at(now)), late, "unknown")


@pytest.mark.parametrize("http_status", [200, 400, 500])
def test_refusal_of_a_job_that_is_there_and_was_left_alone_is_final(http_status):
    way = progress(viz(KILLED), "absent")
    way.refused(refusal("ModelArts.0103", http_status), SENT)
    way.seen(viz(KILLED), at(SENT + 1))
    assert category(way) == "unknown"


@pytest.mark.parametrize("state", ["restarted", "absent"])
def test_refusal_of_the_credentials_is_final_at_once(state):
    way = progress(viz(KILLED), state)
    way.refused(refusal("ModelArts.0206", 401), SENT)
    assert category(way) == "authentication"


@pytest.mark.parametrize(("shown", "expected"), [(INIT, None), (RUNNING, None), (FAILED, "job_failed")])
def test_job_that_turns_out_to_be_created_is_judged_at_once(shown, expected):
    way = progress(VizJob("", "viz-10", status=NOT_THERE), "present", new_job=NEW)
    way.unclear(SENT)
    way.seen(viz(shown), at(SENT + 1))
    assert (category(way), way.done) == (expected, shown != INIT)


def test_running_for_a_second_after_the_own_stop_is_proof():
    way = stopped_and_restarted()
    for now, done in ((1.0, False), (1.75, False), (2.0, True)):
        way.seen(viz(RUNNING), at(now))
        assert way.done is done
    assert way.error is None


def test_looks_at_running_must_be_a_second_apart_however_long_they_take():
    way = stopped_and_restarted()
    for look, done in ((Look(1.0, 1.5), False), (Look(2.25, 4.0), False), (Look(4.25, 4.5), True)):
        way.seen(viz(RUNNING), look)
        assert way.done is done


def test_old_status_for_a_second_after_a_starting_one_is_failure():
    way = progress(viz(CANCELED), "restarted")
    way.accepted({}, 0.25)
    way.seen(viz(INIT), at(0.5))
    for now, failed in ((1.0, None), (1.75, None), (2.0, "job_failed")):
        way.seen(viz(CANCELED), at(now))
        assert category(way) == failed


def test_running_while_the_restart_is_refused_is_not_what_was_asked_for():
    way = progress(viz(RUNNING), "restarted", force=True)
    way.accepted({}, 0.25)
    way.seen(viz(KILLED), at(0.5))
    way.refused(conflict(KILLING), 0.75)
    for now in (1.0, 3.0):
        way.seen(viz(RUNNING), at(now))
        assert (way.done, way.operation) == (False, Operation.RESTART)


@pytest.mark.parametrize(("before", "shown"), [(NEW_NUMBER, ANOTHER), (ANOTHER, NEW_NUMBER), (CANCELED, KILLING)])
def test_another_status_shows_that_the_restart_of_unknown_outcome_was_accepted(before, shown):
    way = progress(viz(before), "restarted")
    way.unclear(SENT)
    for now in (SENT + 1, SENT + 31):
        way.seen(viz(shown), at(now))
        assert category(way) is None


def test_the_same_unknown_status_shows_nothing():
    way = progress(viz(NEW_NUMBER), "restarted")
    way.unclear(SENT)
    way.seen(viz(NEW_NUMBER), at(SENT + 1))
    way.seen(viz(NEW_NUMBER), at(SENT + 30))
    assert category(way) == "outcome_unknown"


@pytest.mark.parametrize(
    ("before", "failed"), [(CREATE_FAILED, "job_failed"), (FAILED, "job_failed"), (DELETE_FAILED, None)]
)
def test_deletion_that_fails(before, failed):
    way = progress(viz(before), "absent")
    way.accepted({}, SENT)
    way.seen(viz(before), at(SENT + 0.5))
    assert category(way) is None
    way.seen(viz(DELETE_FAILED), at(SENT + 1))
    assert category(way) == failed
