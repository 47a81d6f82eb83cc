# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import Token
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.transport import Transport
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import Jobs, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import ModelArtsError
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import Survey
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runtime import Runtime
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import ServingWire, VirtualClock


def survey_of(wire, workspace_id=None):
    clock = VirtualClock()
    transport = Transport(wire, Token({"token": "t"}, lambda secret: None), Deadline(clock, 600), Runtime(clock), 30, 0)
    return Survey(Jobs(transport, "https://m.example", "p1", workspace_id), Workers(1))


def numbers(first, last, step=1):
    return [str(number) for number in range(first, last + 1, step)]


@pytest.mark.parametrize(
    "listed, wanted, lists, details",
    [
        (20, ["7"], 0, 1),
        (20, ["7", "9"], 1, 0),
        (1000, numbers(1, 1000), 1, 0),
        # The page that all are on is the last that is read.
        (5000, numbers(1, 900), 1, 0),
        (5000, numbers(1, 5000, 5), 5, 0),
        # Four more pages for two more jobs would be the longer way.
        (5000, ["7", "9", "4000", "4001"], 1, 2),
        (5000, ["7", "4001", "4002", "4003", "4004", "4005"], 5, 0),
        (0, ["7", "9"], 1, 2),
    ],
)
def test_fewest_requests(listed, wanted, lists, details):
    wire = ServingWire(numbers(1, listed))
    sightings = survey_of(wire).look(wanted)
    assert list(wire.counts()) == [lists, details]
    there = set(numbers(1, listed))
    assert {job_id for job_id, sighting in sightings.items() if isinstance(sighting, VizJob)} == there & set(wanted)
    assert set(sightings) == set(wanted)


def test_number_of_pages_is_remembered():
    wire = ServingWire(numbers(1, 5000))
    survey = survey_of(wire)
    survey.look(numbers(1, 5000))
    assert wire.counts() == (5, 0)
    survey.look(["4", "5000", "4999"])
    assert wire.counts() == (5, 3)


def test_pages_that_are_shorter_than_asked_for():
    wire = ServingWire(numbers(1, 50), per_page=10)
    assert len(survey_of(wire).look(numbers(1, 50))) == 50
    assert wire.counts() == (5, 0)


def test_jobs_of_another_workspace_are_asked_for_one_by_one():
    wire = ServingWire(numbers(1, 5), elsewhere=["6", "7"])
    survey = survey_of(wire)
    for _look in range(2):
        assert all(isinstance(sighting, VizJob) for sighting in survey.look(numbers(1, 7)).values())
    assert wire.counts() == (2, 4)


def test_missing_jobs_that_are_answered_in_an_undocumented_way_cost_one_list():
    wire = ServingWire(numbers(1, 3), missing=400)
    sightings = survey_of(wire, workspace_id="0").look(numbers(1, 6))
    assert [sightings[job_id].gone for job_id in ("4", "5", "6")] == [True] * 3
    assert wire.counts() == (1, 3)


def test_who_may_not_list_asks_for_each():
    wire = ServingWire(numbers(1, 3), list_answer=(403, {"error_code": "ModelArts.0108"}))
    survey = survey_of(wire)
    for _look in range(2):
        assert all(isinstance(sighting, VizJob) for sighting in survey.look(numbers(1, 3)).values())
    assert wire.counts() == (1, 6)


@pytest.mark.parametrize("answer", [(500, {}), (401, {}), (400, {"error_code": "ModelArts.0102"})])
def test_list_that_fails_fails_for_each_job(answer):
    wire = ServingWire(numbers(1, 3), list_answer=answer)
    sightings = survey_of(wire).look(numbers(1, 3))
    assert all(isinstance(sighting, ModelArtsError) for sighting in sightings.values())
    # Each its own: what one job makes of it is no other's.
    assert len({id(sighting) for sighting in sightings.values()}) == 3
    assert wire.counts() == (1, 0)
