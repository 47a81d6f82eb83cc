# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import STATUS_NAMES, Status
from ansible_collections.mlops.modelarts.plugins.module_utils._task.selection import Selection, selection_from

RUNNING, CANCELED = Status.of(8), Status.of(13)


def viz(name="viz-10", status=8):
    return VizJob("10", name, status=Status.of(status))


@pytest.mark.parametrize(
    "name, expected",
    [
        ("RUNNING", (8, "RUNNING")),
        ("STATUS_99", (99, "STATUS_99")),
        ("STATUS_8", (8, "RUNNING")),
        ("running", None),
        ("STATUS_", None),
        ("STATUS_-1", None),
        ("", None),
        ("not there", None),
    ],
)
def test_status_by_name(name, expected):
    status = Status.named(name)
    assert (status and (status.id, status.name)) == expected


def test_every_name_of_a_status_is_that_of_its_number():
    assert [Status.named(name).name for name in STATUS_NAMES] == list(STATUS_NAMES)
    assert len(STATUS_NAMES) == 23


@pytest.mark.parametrize(
    "parameters, name, selection, query",
    [
        ({}, None, Selection(), {}),
        ({"search": "", "status": [""]}, None, Selection(), {}),
        ({"search": " resnet ", "status": []}, None, Selection(search="resnet"), {"search_content": "resnet"}),
        ({"status": [" RUNNING"]}, None, Selection(statuses=(RUNNING,)), {"status": 8}),
        ({"status": ["RUNNING", "STATUS_8"]}, None, Selection(statuses=(RUNNING,)), {"status": 8}),
        # The service filters by one status only.
        ({"status": ["RUNNING", "CANCELED"]}, None, Selection(statuses=(RUNNING, CANCELED)), {}),
        # The name is the narrower filter.
        ({"search": "viz"}, "viz-10", Selection("viz-10", "viz"), {"search_content": "viz-10"}),
        ({}, "x" * 70, Selection("x" * 70), {"search_content": "x" * 64}),
        ({"search": "x" * 64}, None, Selection(search="x" * 64), {"search_content": "x" * 64}),
    ],
)
def test_selection(parameters, name, selection, query):
    selected = selection_from({"search": None, "status": None, **parameters}, name)
    assert selected == selection
    assert selected.query() == query


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"search": "x" * 65}, "search must have at most 64 characters; it has 65."),
        (
            {"status": ["RUNNING", "RUNING"]},
            f"Each status must be one of {', '.join(STATUS_NAMES)}, or STATUS_ with a number, such as STATUS_99; got 'RUNING'.",
        ),
    ],
)
def test_bad_selection(parameters, message):
    with pytest.raises(OptionError) as caught:
        selection_from({"search": None, "status": None, **parameters})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "selection, job, fits",
    [
        (Selection(), viz(), True),
        (Selection(), viz(name=None), True),
        (Selection("viz-10"), viz(), True),
        (Selection("viz-1"), viz(), False),
        (Selection("viz-10"), viz(name="VIZ-10"), False),
        (Selection(search="z-1"), viz(), True),
        (Selection(search="Z-1"), viz(), True),
        (Selection(search="other"), viz(), False),
        (Selection(search="x"), viz(name=None), False),
        (Selection(statuses=(RUNNING, CANCELED)), viz(status=13), True),
        (Selection(statuses=(RUNNING,)), viz(status=13), False),
        (Selection(statuses=(Status.of(99),)), viz(status=99), True),
        # A job without a status shows as UNKNOWN, and is found as UNKNOWN.
        (Selection(statuses=(Status.of(0),)), viz(status=None), True),
        (Selection(statuses=(RUNNING,)), VizJob("10"), False),
        (Selection("viz-10", "viz", (RUNNING,)), viz(status=13), False),
    ],
)
def test_fits(selection, job, fits):
    assert selection.fits(job) is fits
