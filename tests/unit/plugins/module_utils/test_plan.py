# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils.jobs import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils.plan import State, Step, plan
from ansible_collections.mlops.modelarts.plugins.module_utils.status import Group, Status

RESTART = (Step.RESTART, Step.AWAIT_UP)
AFTER_STOPPING = (Step.AWAIT_DOWN, *RESTART)
AFTER_STOP = (Step.STOP, *AFTER_STOPPING)


def planned(status, force=False, wait=True):
    return plan(VizJob("10", "viz-10", status=Status.of(status)), State.RESTARTED, force, wait)


@pytest.mark.parametrize("status", [3, 5, 10, 11, 12, 13, 14, 16, 17, 20, 21, 22])
@pytest.mark.parametrize("force", [False, True])
def test_stopped_job_is_restarted(status, force):
    assert planned(status, force).steps == RESTART
    assert planned(status, force, wait=False).steps == (Step.RESTART,)


@pytest.mark.parametrize("status", [1, 2, 4, 7, 8, 15, 18, 19])
def test_job_that_is_up_is_restarted_by_force_only(status):
    refused = planned(status)
    assert (refused.steps, refused.changes) == ((), False)
    assert refused.refusal is not None
    assert planned(status, force=True).steps == AFTER_STOP


@pytest.mark.parametrize("force", [False, True])
def test_stopping_job_is_waited_for(force):
    assert planned(9, force).steps == AFTER_STOPPING


@pytest.mark.parametrize("status, force", [(9, False), (8, True), (1, True)])
def test_job_that_is_not_down_needs_the_wait(status, force):
    refused = planned(status, force, wait=False)
    assert refused.steps == ()
    assert refused.refusal.text == (
        f"it is {Status.of(status).name}, and would have to be waited for until it has stopped, which wait=false rules out"
    )


@pytest.mark.parametrize("status", [0, 6, 23, 99, -1, None, "x", True])
@pytest.mark.parametrize("force", [False, True])
def test_service_is_asked_about_an_unknown_status(status, force):
    asked = planned(status, force)
    assert (asked.steps, asked.asks_service) == (RESTART, True)


def test_numbers_that_no_table_knows():
    assert Status.of(99) == Status(99, "STATUS_99", Group.UNKNOWN)
    assert Status.of("8") == Status(8, "RUNNING", Group.RUNNING)
    assert Status.of(None) == Status(None, "UNKNOWN", Group.UNKNOWN)
