# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs from the list, and their order."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import Secrets
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.plugins.module_utils._task import connect as under_test
from ansible_collections.mlops.modelarts.plugins.module_utils._task.listing import in_order, list_jobs
from ansible_collections.mlops.modelarts.plugins.module_utils._task.selection import Selection
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import jobs_over
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import (
    ScriptedClient,
    ServingClient,
    VirtualClock,
    connection_with,
)

RUNNING = Selection(statuses=(Status.of(8),))


def page(*jobs, **fields):
    return (200, {"is_success": True, "jobs": list(jobs), **fields})


def test_ten_thousand_jobs_take_ten_requests():
    client = ServingClient([str(number) for number in range(1, 10_001)])
    listing = list_jobs(jobs_over(client), Selection())
    assert client.counts() == (10, 0)
    assert [job.id for job in listing.jobs] == [str(number) for number in range(1, 10_001)]
    assert (listing.complete, listing.warning) == (True, None)


def test_filters_are_sent_and_the_answer_is_filtered_again():
    client = ScriptedClient(
        page({"job_id": 10, "status": 8}, {"job_id": 9, "status": "8"}, {"job_id": 1, "status": 13}), page()
    )
    listing = list_jobs(jobs_over(client), RUNNING)
    assert client.log[0][1] == "v1/p1/visualization-jobs?status=8&per_page=1000&page=1"
    assert [job.id for job in listing.jobs] == ["9", "10"]


@pytest.mark.parametrize(
    "pages, quota",
    [
        ([page({"job_id": 1}, job_total_count=1, quotas=100, job_count_limit=7)], 100),
        ([page({"job_id": 1}, job_total_count=1, job_count_limit="7")], 7),
        ([page({"job_id": 1}, job_total_count=1)], None),
        ([page({"job_id": 1}, quotas=100), page()], 100),
        ([page(job_total_count=0, quotas=100)], 100),
    ],
)
def test_quota(pages, quota):
    assert list_jobs(jobs_over(ScriptedClient(*pages)), Selection()).quota == quota


ONE, TWO = {"job_id": 1, "status": 8}, {"job_id": 2, "status": 8}
MOVED = [page(ONE, TWO, job_total_count=3), page(job_total_count=2)]


@pytest.mark.parametrize(
    "answers, ids, complete",
    [
        ([page(ONE, job_total_count=1)], "1", True),
        ([page(ONE), page()], "1", True),
        # The total may not count the filter.
        ([page(ONE, job_total_count=9), page(job_total_count=9), page(ONE, TWO, job_total_count=2)], "1 2", True),
        ([*MOVED, page(TWO, job_total_count=1)], "2", True),
        ([*MOVED, *MOVED, page(TWO, job_total_count=1)], "2", True),
        (MOVED * 3, "1 2", False),
        ([page(ONE, {"job_name": "without an ID"}, job_total_count=1)] * 3, "1", False),
        ([(200, {"is_success": True, "jobs": None})] * 3, "", False),
        ([(200, {"is_success": True})] * 3, "", False),
    ],
)
def test_list_is_read_again_until_it_is_whole(answers, ids, complete):
    client = ScriptedClient(*answers)
    listing = list_jobs(jobs_over(client), RUNNING)
    assert (" ".join(job.id for job in listing.jobs), listing.complete) == (ids, complete)
    assert listing.warning == (
        None if complete else "The list of visualization jobs is incomplete: some may be missing."
    )
    assert not client.answers
    assert client.paths[0].endswith("?status=8&per_page=1000&page=1")
    assert all("status=8" not in path for path in client.paths[2:])


def test_only_the_first_reading_has_the_filter_and_all_are_filtered():
    client = ScriptedClient(page(ONE, job_total_count=2), page(), page(ONE, {"job_id": 2, "status": 13}))
    client.answers.append(page())
    assert [job.id for job in list_jobs(jobs_over(client), RUNNING).jobs] == ["1"]


SORTED = [
    VizJob("100", "b", "z", Status.of(11), created_at="2026-11-02T09:00:03Z"),
    VizJob("101", "a", "z", Status.of(8), created_at="2026-11-02T09:00:01Z"),
    VizJob("99", "c", "y", Status.of(11), created_at="2026-11-02T09:00:02Z"),
    VizJob("9"),
]


@pytest.mark.parametrize(
    "sort_by, descending, ids",
    [
        ("id", False, "9 99 100 101"),
        ("id", True, "101 100 99 9"),
        ("name", False, "9 101 100 99"),
        ("name", True, "99 100 101 9"),
        ("description", False, "9 99 100 101"),
        ("description", True, "100 101 99 9"),
        ("created_at", False, "9 101 99 100"),
        ("created_at", True, "100 99 101 9"),
        ("status", False, "9 99 100 101"),
        ("status", True, "101 99 100 9"),
    ],
)
def test_order(sort_by, descending, ids):
    assert " ".join(job.id for job in in_order(SORTED, sort_by, descending)) == ids
    assert " ".join(job.id for job in in_order(reversed(SORTED), sort_by, descending)) == ids


def test_reading_has_its_own_deadline_and_message(monkeypatch):
    clock, client = VirtualClock(), ScriptedClient()
    monkeypatch.setattr(under_test, "HttpClient", lambda *options: client)
    jobs = under_test.connect_to_read(connection_with(endpoint="https://m.example", project_id="p1"), Secrets(), clock)
    clock.time += 600
    with pytest.raises(RequestFailed) as caught:
        list_jobs(jobs, Selection())
    assert caught.value.failure.sentence == (
        "Could not list the visualization jobs: reading took longer than 600 s. Try again later, or ask for fewer jobs."
    )
