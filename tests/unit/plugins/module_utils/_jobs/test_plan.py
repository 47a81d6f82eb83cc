# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import NewJob, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import State, Step
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import NOT_THERE, Group, Status

STARTING = (1, 2, 4, 7, 15, 18, 19)
STOPPED = (3, 5, 10, 11, 12, 13, 14, 16, 17, 20, 21, 22)
UNKNOWN = (0, 6, 23, 99, -1, None, "x", True)
NUMBERS = {
    "stopped": STOPPED,
    "starting": STARTING,
    "running": (8,),
    "stopping": (9,),
    "unknown": UNKNOWN,
}
# The steps as letters: stop, wait until Down, restart, wait until Up, delete, wait until Gone; "!" is a refusal. After a
# "?" the service decides whether it accepts the request.
STEPS = {
    "s": Step.STOP,
    "D": Step.AWAIT_DOWN,
    "r": Step.RESTART,
    "U": Step.AWAIT_UP,
    "d": Step.DELETE,
    "G": Step.AWAIT_GONE,
}
TABLE = """
state     | force | stopped | starting | running | stopping | unknown
restarted | no    | rU      | !        | !       | DrU      | ?rU
restarted | yes   | rU      | sDrU     | sDrU    | DrU      | ?rU
started   | no    | rU      | U        |         | DrU      | ?rU
started   | yes   | rU      | U        |         | DrU      | ?rU
stopped   | no    |         | sD       | sD      | D        | ?sD
stopped   | yes   |         | sD       | sD      | D        | ?sD
absent    | no    | dG      | dG       | dG      | DdG      | dG
absent    | yes   | dG      | dG       | dG      | DdG      | dG
"""
HEAD, *LINES = ([cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines())
CELLS = [
    (state, force == "yes", number, cell)
    for state, force, *cells in LINES
    for group, cell in zip(HEAD[2:], cells)
    for number in NUMBERS[group]
]


def planned(status, state="restarted", force=False, wait=True):
    return plan(VizJob("10", "viz-10", status=Status.of(status)), State(state), force, wait)


@pytest.mark.parametrize("state, force, status, cell", CELLS)
def test_table(state, force, status, cell):
    made = planned(status, state, force)
    assert made.steps == tuple(STEPS[letter] for letter in cell.strip("?!"))
    assert made.asks_service is cell.startswith("?")
    assert (made.refusal is not None) is (cell == "!")
    assert made.changes is any(letter in "srd" for letter in cell)


@pytest.mark.parametrize("state, force, status, cell", CELLS)
def test_table_without_wait(state, force, status, cell):
    made = planned(status, state, force, wait=False)
    left = cell.strip("?!").rstrip("DUG")
    if "D" in left:
        assert made.refusal.text == (
            f"it is {Status.of(status).name} and must stop first, but wait=false does not wait for that"
        )
        assert made.refusal.hint == "Use wait=true, or run the task again when it has stopped."
        assert made.steps == ()
    else:
        assert made.steps == tuple(STEPS[letter] for letter in left)


def test_job_that_does_not_exist():
    missing = VizJob("10", status=NOT_THERE)
    assert plan(missing, State.ABSENT, False, True).steps == ()
    created = plan(VizJob("", "viz", status=NOT_THERE), State.PRESENT, False, True, NewJob("viz", "/b/"))
    assert created.steps == (Step.CREATE, Step.AWAIT_UP)
    assert (created.before, created.after) == ({}, {"name": "viz", "train_url": "/b/"})
    assert created.attempt(created.job) == "create visualization job 'viz'"


@pytest.mark.parametrize("status", [13, 8, 1, 9, 99])
@pytest.mark.parametrize(
    "wanted, shown, differs", [("new", "old", True), ("old", "old", False), (None, "old", False), ("", "old", True)]
)
def test_description_of_a_job_that_exists(status, wanted, shown, differs):
    job = VizJob("10", "viz", shown, Status.of(status))
    made = plan(job, State.PRESENT, False, True, NewJob("viz", "/b/", wanted))
    assert made.steps == ((Step.UPDATE, Step.AWAIT_UPDATE) if differs else ())
    assert made.after == {"description": wanted if differs else shown}
    assert made.attempt(job) == "change the description of visualization job 10 ('viz')"


@pytest.mark.parametrize(
    "wanted, shown, fields",
    [
        ({"train_url": "/b/"}, {"train_url": "/b/"}, []),
        ({"train_url": "/b"}, {"train_url": "/b/"}, []),
        ({"train_url": "/b/"}, {}, []),
        ({}, {"train_url": "/b/", "job_type": "tensorboard"}, []),
        ({"train_url": "/b/", "auto_stop": 4}, {"train_url": "/c/", "auto_stop": 0}, ["train_url", "auto_stop"]),
        (
            {"job_type": "mindinsight", "flavor": "s"},
            {"job_type": "tensorboard", "flavor": "m"},
            ["job_type", "flavor"],
        ),
    ],
)
def test_warnings_name_the_fields_that_cannot_be_changed(wanted, shown, fields):
    job = VizJob("10", "viz", status=Status.of(8), **shown)
    warnings = plan(job, State.PRESENT, False, True, NewJob("viz", **wanted)).warnings(check_mode=False)
    assert [warning.split()[0] for warning in warnings] == fields


def test_warning():
    job = VizJob("10", "viz", status=Status.of(8), train_url="/c/")
    assert plan(job, State.PRESENT, False, True, NewJob("viz", "/b/")).warnings(check_mode=True) == [
        "train_url of visualization job 10 ('viz') stays '/c/': ModelArts cannot change it to '/b/'. Remove train_url from "
        "the task, or delete the job and create it again."
    ]


def test_check_mode_warns_about_an_unknown_status():
    assert planned(99, "stopped").warnings(check_mode=False) == []
    assert planned(99, "stopped").warnings(check_mode=True) == [
        "ModelArts decides whether to stop visualization job 10 ('viz-10'), which is STATUS_99."
    ]


def test_numbers_that_are_not_in_the_table():
    assert Status.of(99) == Status(99, "STATUS_99", Group.UNKNOWN)
    assert Status.of("8") == Status(8, "RUNNING", Group.RUNNING)
    assert Status.of(None) == Status(None, "UNKNOWN", Group.UNKNOWN)
