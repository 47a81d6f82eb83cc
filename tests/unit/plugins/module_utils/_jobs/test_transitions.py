# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the state machine: which event is handled in which phase."""

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
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, Failure
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.transitions import TRANSITIONS, handle
from ansible_collections.mlops.modelarts.tests.support.state_machine import EVENTS, LIVE, PAGE, page
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.job_fakes import (
    CANCELED,
    FAILED,
    INIT,
    KILLED,
    NEW,
    RUNNING,
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

OF_A_REQUEST = (Accepted, Refused, Lost)
SEEN = viz(FAILED, description="as seen")
EXAMPLES = {
    Accepted: Accepted(5.0, SEEN),
    Refused: Refused(refusal(), 5.0),
    Lost: Lost(lost(), 5.0),
    Seen: Seen(SEEN, at(5.0)),
    Missing: Missing(gone(), at(5.0)),
    Unreadable: Unreadable(refusal(), at(1.0)),
    TimeIsUp: TimeIsUp(600.0),
    Interrupted: Interrupted(5.0),
}


def in_phase(phase):
    """A job that is restarted, in this phase."""
    progress = progress_of(viz(CANCELED), "restarted")
    events = {
        Phase.READY: (),
        Phase.WAITING: (Accepted(1.0),),
        Phase.UNKNOWN: (Lost(lost(), 1.0),),
        Phase.REFUSED: (Refused(conflict(""), 1.0),),
        Phase.DONE: (Accepted(1.0), Seen(viz(RUNNING), at(2.0))),
        Phase.FAILED: (Refused(refusal(), 1.0),),
    }
    for event in events[phase]:
        handle(progress, event)
    assert progress.phase is phase
    return progress


def state_of(progress):
    """All that a progress knows, except for the job as last seen."""
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in vars(progress).items()
        if name != "job"
    }


@pytest.mark.parametrize("phase", LIVE)
def test_live_phase_has_a_row_for_every_event_that_can_come_in_it(phase):
    never_come = () if phase is Phase.READY else OF_A_REQUEST
    assert {event for row, event in TRANSITIONS if row is phase} == set(EVENTS) - set(never_come)


def test_finished_phases_have_no_rows():
    assert {phase for phase, _event in TRANSITIONS} == set(LIVE)
    assert set(EXAMPLES) == set(EVENTS)


@pytest.mark.parametrize(
    ("phase", "event"), [(phase, event) for phase in Phase for event in EVENTS if (phase, event) not in TRANSITIONS]
)
def test_event_without_a_row_changes_nothing_but_the_job(phase, event):
    progress = in_phase(phase)
    state, job = state_of(progress), progress.job
    handle(progress, EXAMPLES[event])
    assert state_of(progress) == state
    assert progress.job is (SEEN if event is Seen else job)


@pytest.mark.parametrize("phase", LIVE)
@pytest.mark.parametrize("event", [Missing, Unreadable, TimeIsUp, Interrupted])
def test_event_that_ends_the_task_ends_it_in_every_phase(phase, event):
    progress = in_phase(phase)
    handle(progress, EXAMPLES[event])
    assert (progress.phase, progress.is_over, progress.request) == (Phase.FAILED, True, None)
    assert progress.failure.attempt == "restart visualization job 10 ('viz-10')"


@pytest.mark.parametrize(
    ("phase", "event", "after"),
    [
        (Phase.READY, Accepted(1.0), Phase.WAITING),
        (Phase.READY, Lost(lost(), 1.0), Phase.UNKNOWN),
        (Phase.READY, Refused(refusal(), 1.0), Phase.FAILED),
        (Phase.READY, Refused(conflict(RUNNING), 1.0), Phase.FAILED),
        (Phase.READY, Refused(conflict(""), 1.0), Phase.REFUSED),
        (Phase.WAITING, Seen(viz(INIT), at(2.0)), Phase.WAITING),
        (Phase.WAITING, Seen(viz(RUNNING), at(2.0)), Phase.DONE),
        (Phase.WAITING, Seen(viz(FAILED), at(2.0)), Phase.FAILED),
        (Phase.UNKNOWN, Seen(viz(CANCELED), at(2.0)), Phase.UNKNOWN),
        (Phase.UNKNOWN, Seen(viz(INIT), at(2.0)), Phase.WAITING),
        (Phase.UNKNOWN, Seen(viz(RUNNING), at(2.0)), Phase.DONE),
        (Phase.UNKNOWN, Seen(viz(CANCELED), at(31.0)), Phase.FAILED),
        (Phase.REFUSED, Seen(viz(RUNNING), at(2.0)), Phase.FAILED),
    ],
)
def test_phase_after_an_event(phase, event, after):
    progress = in_phase(phase)
    handle(progress, event)
    assert progress.phase is after


def test_unreadable_job_whose_creation_is_unknown_keeps_its_outcome_unknown():
    progress = progress_of(no_job(), "present", new_job=NEW)
    handle(progress, Accepted(1.0, viz(INIT, job_id="")))
    assert (progress.phase, progress.actions) == (Phase.UNKNOWN, ["create (outcome unknown)"])
    handle(progress, Unreadable(refusal(), at(1.0)))
    assert (category_of(progress), progress.changed) == ("outcome_unknown", True)


def test_new_job_without_an_id_that_does_not_appear():
    progress = progress_of(no_job(), "present", new_job=NEW)
    for event in (Accepted(1.0, viz(INIT, job_id="")), Missing(gone(), at(31.0))):
        handle(progress, event)
    assert progress.failure.text == (
        "the create request got an unclear response (HTTP 200), and no job of that name has appeared: "
        "it may or may not have taken effect"
    )


def test_request_of_unknown_outcome_that_may_be_repeated_is_ready_again_after_the_grace():
    progress = progress_of(viz(RUNNING), "stopped")
    handle(progress, Lost(lost(), 1.0))
    handle(progress, Seen(viz(RUNNING), at(30.9)))
    assert progress.phase is Phase.UNKNOWN
    handle(progress, Seen(viz(RUNNING), at(31.0)))
    assert progress.phase is Phase.READY
    handle(progress, Accepted(32.0))
    handle(progress, Seen(viz(KILLED), at(33.0)))
    assert (progress.phase, progress.actions) == (Phase.DONE, ["stop (outcome unknown)", "stop"])


def test_failure_is_not_changed_by_the_job_that_meets_it():
    failure = Failure(Category.PERMISSION, "no", http_status=403)
    first, second = progress_of(viz(CANCELED), "restarted"), progress_of(viz(CANCELED, "11"), "restarted")
    for progress in (first, second):
        handle(progress, Refused(failure, 1.0))
    assert (failure.attempt, first.failure.attempt[-9:], second.failure.attempt[-9:]) == ("", "'viz-10')", "'viz-11')")


def test_page_about_the_state_machine_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "write docs/state-machine.md anew, as it says itself"
