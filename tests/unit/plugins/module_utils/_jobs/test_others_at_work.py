# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Somebody else works on the job while a task does. Times are in seconds."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.events import (
    Lost,
    Missing,
    Phase,
    Refused,
    TimeIsUp,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import Step
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.transitions import handle
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.job_fakes import (
    ANOTHER_NUMBER,
    CANCELED,
    FAILED,
    KILLED,
    KILLING,
    RUNNING,
    WAITING,
    accepted,
    after,
    at,
    category_of,
    gone,
    lost,
    refusal,
    refused,
    seen,
)

# What a task did before somebody else started the job again: the status that it began with, and what happened.
WAS_STOPPING = KILLING, ()
STOP_REFUSED = RUNNING, (refused(KILLING, 1), seen(KILLING, 2))
STOP_REFUSED_WITHOUT_A_STATUS = RUNNING, (refused(None, 1), seen(KILLING, 2), seen(KILLING, 3))
STOPPING = RUNNING, (accepted(1), seen(KILLING, 2))
STOPPING_FOR_A_LOST_STOP = RUNNING, (Lost(lost(), 1), seen(KILLING, 2))
STOPPED = RUNNING, (accepted(1), seen(KILLED, 2))
RESTART_REFUSED = RUNNING, (*STOPPED[1], refused(KILLING, 3))
RESTART_REFUSED_WITHOUT_A_STATUS = RUNNING, (*STOPPED[1], refused(None, 3))
DELETE_REFUSED = RUNNING, (refused(RUNNING, 0), accepted(1), seen(KILLED, 2), refused(KILLING, 3))
UP_AGAIN = {
    "starting": (seen(WAITING, 5),),
    "starting, long after": (seen(WAITING, 55),),
    "running twice": (seen(RUNNING, 5), seen(RUNNING, 6)),
}
NOT_UP_AGAIN = {
    "running once": (seen(RUNNING, 5),),
    "running twice within a second": (seen(RUNNING, 5), seen(RUNNING, 5.9)),
    "running twice with another status between": (seen(RUNNING, 5), seen(KILLING, 5.5), seen(RUNNING, 6)),
    "a status that nobody knows": (seen(ANOTHER_NUMBER, 5), seen(ANOTHER_NUMBER, 50)),
}
WARNING = "Somebody else restarted visualization job 10 ('viz-10') during this task."


@pytest.mark.parametrize("up", UP_AGAIN.values(), ids=UP_AGAIN)
@pytest.mark.parametrize(
    ("state", "force", "begun", "changed"),
    [
        ("started", False, WAS_STOPPING, False),
        ("restarted", False, WAS_STOPPING, False),
        ("restarted", True, WAS_STOPPING, False),
        ("restarted", True, STOP_REFUSED, False),
        ("restarted", True, STOP_REFUSED_WITHOUT_A_STATUS, False),
        ("restarted", True, STOPPING, True),
        ("restarted", True, STOPPING_FOR_A_LOST_STOP, True),
        ("restarted", True, RESTART_REFUSED, True),
        ("restarted", True, RESTART_REFUSED_WITHOUT_A_STATUS, True),
    ],
)
def test_task_waits_until_it_runs(state, force, begun, changed, up):
    before, events = begun
    progress = after(before, state, *events, force=force)
    actions = list(progress.actions)
    for event in up:
        handle(progress, event)
    assert (progress.request, progress.warnings) == (None, [WARNING])
    handle(progress, seen(RUNNING, 60))
    assert (progress.phase, progress.changed, progress.actions) == (Phase.DONE, changed, actions)
    assert progress.warnings == [WARNING]


@pytest.mark.parametrize("not_up", NOT_UP_AGAIN.values(), ids=NOT_UP_AGAIN)
@pytest.mark.parametrize(
    ("state", "force", "begun", "step"),
    [
        ("started", False, WAS_STOPPING, Step.AWAIT_DOWN),
        ("restarted", False, WAS_STOPPING, Step.AWAIT_DOWN),
        ("restarted", True, STOP_REFUSED, Step.AWAIT_DOWN),
        ("restarted", True, STOPPING, Step.AWAIT_DOWN),
        ("restarted", True, RESTART_REFUSED, Step.RESTART),
        ("stopped", False, STOPPING, Step.AWAIT_DOWN),
        ("absent", True, DELETE_REFUSED, Step.DELETE),
    ],
)
def test_task_goes_on_until_that_is_certain(state, force, begun, step, not_up):
    before, events = begun
    progress = after(before, state, *events, *not_up, force=force)
    assert (progress.step, progress.warnings, progress.is_over) == (step, [], False)


@pytest.mark.parametrize("status", [RUNNING, WAITING])
@pytest.mark.parametrize(("state", "force"), [("restarted", True), ("stopped", False)])
def test_up_proves_nothing_until_our_own_stop_has_shown(state, force, status):
    shown = (seen(status, moment) for moment in (2, 3, 31, 60))
    progress = after(RUNNING, state, accepted(1), *shown, force=force)
    assert (progress.step, progress.warnings) == (Step.AWAIT_DOWN, [])
    handle(progress, TimeIsUp(600))
    assert progress.failure.text == (
        f"the stop was accepted, but after 600 s the job had not stopped ({progress.status.name})"
    )


def test_running_proves_nothing_for_the_grace_after_a_stop_that_was_refused_because_the_job_is_stopping():
    progress = after(RUNNING, "restarted", refused(KILLING, 1), seen(RUNNING, 2), seen(RUNNING, 30), force=True)
    assert (progress.step, progress.warnings) == (Step.AWAIT_DOWN, [])
    handle(progress, seen(RUNNING, 31))
    assert (progress.phase, progress.warnings, progress.changed) == (Phase.DONE, [WARNING], False)


def test_starting_status_proves_at_once_that_somebody_else_is_at_work_after_a_refused_stop():
    progress = after(RUNNING, "restarted", refused(KILLING, 1), seen(WAITING, 2), force=True)
    assert (progress.step, progress.warnings) == (Step.AWAIT_UP, [WARNING])


def test_starting_status_from_before_our_own_stop_proves_nothing():
    progress = after(WAITING, "restarted", accepted(1), seen(KILLING, 2), seen(WAITING, 3), force=True)
    assert (progress.step, progress.warnings) == (Step.AWAIT_DOWN, [])
    for event in (seen(KILLED, 4), refused(KILLING, 5), seen(WAITING, 6)):
        handle(progress, event)
    assert (progress.request, progress.warnings) == (Step.RESTART, [])
    # After the restart it does not turn one outdated RUNNING into a proof either.
    for event in (accepted(7), seen(WAITING, 8), seen(RUNNING, 9)):
        handle(progress, event)
    assert progress.phase is Phase.WAITING


@pytest.mark.parametrize("named", [RUNNING, WAITING])
@pytest.mark.parametrize(
    ("state", "force", "begun", "changed"),
    [
        ("started", False, (KILLING, (seen(KILLED, 2),)), False),
        ("restarted", False, (KILLING, (seen(KILLED, 2),)), False),
        ("restarted", True, STOPPED, True),
        ("restarted", True, RESTART_REFUSED, True),
    ],
)
def test_refusal_that_names_an_up_status(state, force, begun, changed, named):
    before, events = begun
    progress = after(before, state, *events, refused(named, 4), force=force)
    assert (progress.request, progress.warnings, progress.changed) == (None, [WARNING], changed)
    # A status from before the stop, or from after it, may still be shown.
    for status, moment in ((RUNNING, 5), (KILLED, 5.5), (KILLED, 33.9), (RUNNING, 34), (RUNNING, 34.9)):
        handle(progress, seen(status, moment))
        assert (progress.phase, progress.request) == (Phase.WAITING, None)
    handle(progress, seen(RUNNING, 35))
    assert (progress.phase, progress.changed, progress.warnings) == (Phase.DONE, changed, [WARNING])


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ([(FAILED, 5)], "went to FAILED before it was running"),
        ([(WAITING, 5), (KILLED, 6), (KILLED, 7)], "fell back to KILLED before it was running"),
        ([(WAITING, 5), (KILLING, 6), (KILLING, 7)], "went to KILLING before it was running"),
        ([(KILLED, 5), (KILLED, 34)], "was still KILLED 30 s later"),
    ],
)
@pytest.mark.parametrize("state", ["restarted", "started"])
def test_job_that_goes_down_again_is_not_restarted_again(state, shown, text):
    progress = after(KILLING, state, seen(KILLED, 2), refused(RUNNING, 4))
    for status, moment in shown:
        assert progress.request is None
        handle(progress, seen(status, moment))
    assert (progress.request, category_of(progress)) == (None, "job_failed")
    assert progress.failure.text == f"somebody else restarted the job, but the job {text}"


def test_stopped_status_that_nobody_saw_before_may_be_an_outdated_one():
    progress = after(KILLING, "restarted", seen(WAITING, 5), seen(KILLED, 6))
    assert (progress.phase, progress.request) == (Phase.WAITING, None)
    handle(progress, seen(KILLED, 7))
    assert category_of(progress) == "job_failed"


def test_time_that_is_up_before_it_runs():
    progress = after(*STOPPING[:1], "restarted", *STOPPING[1], seen(WAITING, 5), TimeIsUp(600), force=True)
    assert (category_of(progress), progress.changed) == ("timeout", True)
    assert progress.failure.text == (
        "somebody else restarted the job, but after 600 s the job was not running yet (WAITING)"
    )


@pytest.mark.parametrize("up", UP_AGAIN.values(), ids=UP_AGAIN)
@pytest.mark.parametrize(
    ("state", "force", "begun", "request_"),
    [
        ("stopped", False, WAS_STOPPING, Step.STOP),
        ("stopped", False, STOP_REFUSED, Step.STOP),
        ("stopped", False, STOPPING, Step.STOP),
        ("absent", False, WAS_STOPPING, Step.DELETE),
        ("absent", True, (RUNNING, DELETE_REFUSED[1][:2]), Step.DELETE),
        ("absent", True, DELETE_REFUSED, Step.DELETE),
    ],
)
def test_stopped_and_absent_are_planned_anew(state, force, begun, request_, up):
    before, events = begun
    if begun[1] == DELETE_REFUSED[1][:2]:
        events = (*events, seen(KILLING, 2))
    progress = after(before, state, *events, *up, force=force)
    assert (progress.request, progress.warnings) == (request_, [])


@pytest.mark.parametrize("named", [RUNNING, None])
@pytest.mark.parametrize(("force", "request_", "category"), [(True, Step.STOP, None), (False, None, "conflict")])
def test_job_that_cannot_be_deleted_while_it_runs_again(force, request_, category, named):
    """Not deleted again and again until the time is up."""
    progress = after(KILLING, "absent", seen(KILLED, 2), refused(KILLING, 3), *UP_AGAIN["running twice"], force=force)
    handle(progress, refused(named, 7))
    if named is None:
        assert progress.phase is Phase.REFUSED
        handle(progress, seen(RUNNING, 8))
    assert (progress.request, category_of(progress)) == (request_, category)


def test_restart_is_not_sent_again_right_after_the_job_was_seen_running():
    progress = after(RUNNING, "restarted", *RESTART_REFUSED[1], seen(RUNNING, 4), force=True)
    assert (progress.step, progress.request) == (Step.RESTART, None)
    # It was an outdated status.
    handle(progress, seen(KILLED, 5))
    assert progress.request is Step.RESTART


@pytest.mark.parametrize("status", [KILLING, KILLED])
def test_job_that_stops_by_itself_before_the_stop_is_not_stopped(status):
    progress = after(RUNNING, "absent", refused(RUNNING, 1), seen(status, 2), force=True)
    assert (progress.step, progress.actions) == (Step.AWAIT_DOWN, ["delete"])
    for event in UP_AGAIN["running twice"]:
        handle(progress, event)
    assert progress.request is Step.DELETE


@pytest.mark.parametrize("named", [RUNNING, WAITING])
@pytest.mark.parametrize("force", [False, True])
def test_job_that_was_stopped_when_the_task_began_is_not_stopped(force, named):
    progress = after(CANCELED, "restarted", refused(named, 1), force=force)
    assert (category_of(progress), progress.changed, progress.actions) == ("conflict", False, ["restart"])
    assert ("Use force=true" in progress.failure.hint) is not force
    if force:
        assert progress.failure.hint == (
            "Run the task again to stop it first, or use state=started to leave it running."
        )


@pytest.mark.parametrize(
    ("before", "state", "force", "events"),
    [
        (RUNNING, "restarted", True, (*RESTART_REFUSED[1], seen(RUNNING, 4))),
        (RUNNING, "restarted", True, (*STOPPED[1], refused(RUNNING, 4))),
        (RUNNING, "restarted", True, (*STOPPING[1], seen(RUNNING, 5), seen(KILLED, 6), seen(RUNNING, 7))),
        (RUNNING, "absent", True, (*DELETE_REFUSED[1], seen(RUNNING, 4))),
        (RUNNING, "absent", True, (*DELETE_REFUSED[1], *UP_AGAIN["running twice"])),
        (RUNNING, "stopped", False, (*STOPPING[1], seen(RUNNING, 5))),
        (KILLING, "restarted", False, (seen(RUNNING, 5),)),
    ],
)
@pytest.mark.parametrize("end", [TimeIsUp(600), Refused(refusal(), 8), Missing(gone(), at(8))])
def test_message_does_not_say_that_a_job_last_seen_running_is_stopped(before, state, force, events, end):
    progress = after(before, state, *events, end, force=force)
    if progress.failure is not None:
        text = progress.failure.text.replace("had not stopped", "").replace("still stopping", "")
        assert progress.status.name == "RUNNING"
        assert "stopped the job (" not in text
        assert "is stopped" not in text
