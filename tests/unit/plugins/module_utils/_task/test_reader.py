# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many jobs in few requests."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Failure
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import JobReader
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import jobs_over
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import ServingClient


def reader_over(client, workspace_id=None):
    return JobReader(jobs_over(client, workspace_id), Workers(1))


def numbers(first, last, step=1):
    return [str(number) for number in range(first, last + 1, step)]


@pytest.mark.parametrize(
    "listed, wanted, lists, details",
    [
        (20, ["7"], 0, 1),
        (20, ["7", "9"], 1, 0),
        (1000, numbers(1, 1000), 1, 0),
        # All are on the first page: no other one is read.
        (5000, numbers(1, 900), 1, 0),
        (5000, numbers(1, 5000, 5), 5, 0),
        # Two jobs take fewer requests one by one than four more pages.
        (5000, ["7", "9", "4000", "4001"], 1, 2),
        (5000, ["7", "4001", "4002", "4003", "4004", "4005"], 5, 0),
        (0, ["7", "9"], 1, 2),
    ],
)
def test_fewest_requests(listed, wanted, lists, details):
    client = ServingClient(numbers(1, listed))
    readings = reader_over(client).read(wanted)
    assert list(client.counts()) == [lists, details]
    there = set(numbers(1, listed))
    assert {job_id for job_id, reading in readings.items() if isinstance(reading, VizJob)} == there & set(wanted)
    assert set(readings) == set(wanted)


def test_number_of_pages_is_remembered():
    client = ServingClient(numbers(1, 5000))
    reader = reader_over(client)
    reader.read(numbers(1, 5000))
    assert client.counts() == (5, 0)
    reader.read(["4", "5000", "4999"])
    assert client.counts() == (5, 3)


def test_pages_with_fewer_jobs_than_asked_for():
    client = ServingClient(numbers(1, 50), per_page=10)
    assert len(reader_over(client).read(numbers(1, 50))) == 50
    assert client.counts() == (5, 0)


def test_jobs_of_another_workspace_are_read_one_by_one():
    client = ServingClient(numbers(1, 5), elsewhere=["6", "7"])
    reader = reader_over(client)
    for _read in range(2):
        assert all(isinstance(reading, VizJob) for reading in reader.read(numbers(1, 7)).values())
    assert client.counts() == (2, 4)


def test_missing_jobs_with_an_undocumented_answer_cost_one_list():
    client = ServingClient(numbers(1, 3), missing=400)
    readings = reader_over(client, workspace_id="0").read(numbers(1, 6))
    assert [readings[job_id].gone for job_id in ("4", "5", "6")] == [True] * 3
    assert client.counts() == (1, 3)


def test_user_who_may_not_list_reads_each_job():
    client = ServingClient(numbers(1, 3), list_answer=(403, {"error_code": "ModelArts.0108"}))
    reader = reader_over(client)
    for _read in range(2):
        assert all(isinstance(reading, VizJob) for reading in reader.read(numbers(1, 3)).values())
    assert client.counts() == (1, 6)


@pytest.mark.parametrize("answer", [(500, {}), (401, {}), (400, {"error_code": "ModelArts.0102"})])
def test_list_that_fails_fails_for_each_job(answer):
    client = ServingClient(numbers(1, 3), list_answer=answer)
    readings = reader_over(client).read(numbers(1, 3))
    assert all(isinstance(reading, Failure) for reading in readings.values())
    assert client.counts() == (1, 0)
