# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many jobs in few requests."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import (
    Category,
    Failure,
    Outcome,
    RequestFailed,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import Step
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import JobReader
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import jobs_over
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import (
    RESET,
    YES,
    ScriptedClient,
    ServingClient,
    VirtualClock,
)


def reader_over(client, workspace_id=None):
    return JobReader(jobs_over(client, workspace_id), Workers(1), VirtualClock())


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
    client = ServingClient(numbers(1, 4500))
    reader = reader_over(client)
    reader.read(numbers(1, 4500))
    assert client.counts() == (5, 0)
    reader.read(["4", "4500", "4499"])
    assert client.counts() == (5, 3)
    # The last page, which is not full, says nothing about their number.
    reader.read(numbers(4401, 4406))
    assert client.counts() == (10, 3)


def test_pages_with_fewer_jobs_than_asked_for():
    client = ServingClient(numbers(1, 50), per_page=10)
    assert len(reader_over(client).read(numbers(1, 50))) == 50
    assert client.counts() == (5, 0)
    client = ServingClient(numbers(1, 4), per_page=1)
    reader_over(client).read(["3", "4"])
    assert client.counts() == (1, 2)


def test_list_without_a_total_is_read_until_all_are_found():
    pages = [(200, {"is_success": True, "jobs": [{"job_id": number, "status": 13}]}) for number in (1, 2)]
    assert set(reader_over(ScriptedClient(*pages)).read(["1", "2"])) == {"1", "2"}


def test_jobs_of_another_workspace_are_read_one_by_one():
    client = ServingClient(numbers(1, 5), elsewhere=["6", "7", "8"])
    reader = reader_over(client)
    for _read in range(2):
        assert all(isinstance(reading, VizJob) for reading in reader.read(numbers(1, 8)).values())
    assert client.counts() == (2, 6)
    # The list is not read for them alone.
    reader.read(["6"])
    assert client.counts() == (2, 7)


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


@pytest.mark.parametrize("total, counts", [(3, (2, 2)), (4, (2, 2)), (2, (4, 2)), (5000, (1, 5))])
def test_list_that_is_not_whole_shows_what_it_shows(total, counts):
    client = ServingClient(numbers(1, 3), elsewhere=["4"], total=total)
    reader = reader_over(client)
    for _read in range(2):
        assert all(isinstance(reading, VizJob) for reading in reader.read(numbers(1, 4)).values())
    # Each read takes the list at most once, and asks for the job that it lacks.
    assert client.counts() == counts


def refused(code="ModelArts.0103", status=400, text="?"):
    return (status, {"is_success": False, "error_code": code, "error_message": text})


def listed(*job_ids, total=None):
    jobs = [{"job_id": job_id, "status": 13} for job_id in job_ids]
    return (200, {"is_success": True, "job_total_count": len(jobs) if total is None else total, "jobs": jobs})


SHOWN = (200, {"job_id": 10, "status": 13})
FORBIDDEN = (403, {"is_success": False, "error_code": "ModelArts.0108", "error_message": "no"})
MOVED = [listed(11, total=2), listed(total=1)]
CODE_AND_TEXT = ("ModelArts.0103", "?")


class Reads:
    """Reads job 10 once for each pause, in seconds, that comes before; `readings` are what they came to."""

    def __init__(self, *answers, pauses=(0, 1), workspace_id=None, deleted=False, settled=False):
        self.client, self.clock = ScriptedClient(*([YES] if deleted else []), *answers), VirtualClock()
        jobs = jobs_over(self.client, workspace_id)
        if deleted:
            jobs.request(Step.DELETE, "10", None)
        reader = JobReader(jobs, Workers(1), self.clock)
        self.readings = []
        for pause in pauses:
            self.clock.time += pause
            read = reader.read_settled if settled else reader.read
            self.readings.append(read(["10"])["10"])
        assert not self.client.answers

    @property
    def is_gone(self):
        return [isinstance(reading, Failure) and reading.gone for reading in self.readings]


def test_second_refusal_and_a_whole_list_of_a_named_workspace_prove_that_a_job_is_gone():
    reads = Reads(*[refused(), listed(11)] * 2, workspace_id="0")
    first, second = reads.readings
    assert (first.gone, first.is_transient, first.code, first.message) == (False, True, *CODE_AND_TEXT)
    assert (second.gone, second.category.value, second.outcome) == (True, "not_found", Outcome.NOT_APPLIED)
    assert second.text == "there is no such job in project p1, workspace 0"
    assert (second.code, second.message) == CODE_AND_TEXT


@pytest.mark.parametrize("pauses, is_gone", [((0, 0.9), [False] * 2), ((0, 0.5, 0.5), [False, False, True])])
def test_reads_of_less_than_a_second_prove_nothing(pauses, is_gone):
    reads = Reads(*[refused(), listed()] * len(pauses), pauses=pauses, workspace_id="0")
    assert reads.is_gone == is_gone


def test_time_between_two_reads_is_counted_from_the_end_of_the_first():
    def slow():
        reads_clock.time += 5
        return refused()

    client, reads_clock = ScriptedClient(slow, listed(), refused(), listed()), VirtualClock()
    reader = JobReader(jobs_over(client, "0"), Workers(1), reads_clock)
    assert [reader.read(["10"])["10"].gone for _read in range(2)] == [False, False]


def test_list_that_had_shown_the_job_or_a_deletion_is_as_good_as_a_named_workspace():
    assert Reads(*[refused(), listed()] * 2, deleted=True).is_gone == [False, True]
    reads = Reads(refused(), listed(10), *[refused(), listed()] * 2, pauses=(0, 1, 1))
    assert isinstance(reads.readings[0], VizJob)
    assert reads.is_gone == [False, False, True]


def test_job_that_is_seen_in_between_has_to_be_refused_twice_again():
    for seen in ([SHOWN], [refused(), listed(10)]):
        answers = [refused(), listed(), *seen, refused(), listed()]
        assert Reads(*answers, pauses=(0, 1, 1), workspace_id="0").is_gone == [False] * 3


def test_failed_read_in_between_changes_nothing():
    answers = [refused(), listed(), RESET, refused(), listed()]
    assert Reads(*answers, pauses=(0, 1, 1), workspace_id="0").is_gone == [False, False, True]


def test_list_of_an_unnamed_workspace_proves_nothing_and_the_wait_ends():
    first, second = Reads(*[refused(), listed()] * 2).readings
    assert (first.gone, first.is_transient) == (False, True)
    assert (second.gone, second.is_transient, second.code, second.message) == (False, False, *CODE_AND_TEXT)
    assert second.hint.startswith('Set workspace_id ("0" is the default workspace)')


def test_list_that_is_not_whole_proves_nothing_and_is_read_once_per_read():
    reads = Reads(*[refused(), *MOVED] * 2, refused(), listed(), pauses=(0, 1, 1), workspace_id="0")
    assert reads.is_gone == [False, False, True]
    assert reads.readings[1].is_transient
    assert "is incomplete" in reads.readings[1].hint


@pytest.mark.parametrize(
    "answer",
    [
        refused("ModelArts.0108", 403),
        refused("ModelArts.0103", 403),
        refused("ModelArts.0118"),
        refused("ModelArts.0102"),
        refused("ModelArts.0010"),
        refused("ModelArts.0103", 500),
        refused(text="the workspace is wrong"),
        (400, {"error_code": "APIGW.9999", "error_msg": "?"}),
        (400, b"bad"),
        (404, b"nothing here"),
    ],
)
def test_refusal_for_another_reason_does_not_ask_the_list(answer):
    assert Reads(answer, answer, workspace_id="0").is_gone == [False, False]


def test_refusal_stays_if_the_list_is_forbidden():
    reading = Reads(refused(), FORBIDDEN, pauses=[0]).readings[0]
    assert (reading.code, reading.is_transient) == ("ModelArts.0103", False)


@pytest.mark.parametrize("trouble", [RESET, (503, b"")])
def test_list_that_fails_for_a_passing_reason_does_not_end_the_wait(trouble):
    reads = Reads(refused(), trouble, refused(), listed(), workspace_id="0")
    assert reads.readings[0].is_transient
    assert reads.is_gone == [False, True]


@pytest.mark.parametrize(
    "answers, workspace_id, pauses, outcome",
    [
        ([SHOWN], None, [], "there"),
        ([refused(text="no such job")], None, [], "gone"),
        ([(404, b"")], None, [], "failed"),
        ([refused(), listed(10)], None, [], "there"),
        ([refused(), listed(), SHOWN], None, [1.0], "there"),
        ([refused(), listed()] * 2, "0", [1.0], "gone"),
        ([refused(), listed()] * 2, None, [1.0], "failed: Set workspace_id"),
        ([refused(), *MOVED, refused(), *MOVED, *MOVED, listed()], "0", [1.0], "gone"),
        ([refused(), *MOVED, refused(), *(MOVED * 3)], "0", [1.0], "failed: Run the task again later: the list"),
        ([refused(), listed(), refused(status=404)], None, [1.0], "gone"),
        ([refused(), listed(), FORBIDDEN], "0", [1.0], "failed"),
    ],
)
def test_settled_read_proves_at_once(answers, workspace_id, pauses, outcome):
    reads = Reads(*answers, pauses=[0], workspace_id=workspace_id, settled=True)
    (reading,) = reads.readings
    assert reads.clock.pauses == pauses
    if isinstance(reading, VizJob):
        assert outcome == "there"
    elif reading.gone:
        assert outcome == "gone"
    else:
        word, _colon, hint = outcome.partition(": ")
        assert word == "failed"
        assert reading.hint.startswith(hint)


@pytest.mark.parametrize("missing, lists, details", [(404, 1, 3), (400, 2, 6)])
def test_missing_jobs_of_a_fleet_are_settled_together(missing, lists, details):
    client = ServingClient(numbers(1, 3), missing=missing)
    readings = reader_over(client, workspace_id="0").read_settled(numbers(1, 6))
    assert [readings[job_id].gone for job_id in ("4", "5", "6")] == [True] * 3
    assert [readings[job_id].id for job_id in ("1", "2", "3")] == ["1", "2", "3"]
    assert client.counts() == (lists, details)


@pytest.mark.parametrize("later, is_gone, counts", [(None, True, (2, 2)), ((500, {}), False, (3, 2))])
def test_list_that_was_read_whole_for_the_others_proves_that_a_job_is_gone(later, is_gone, counts):
    client, clock = ServingClient(numbers(1, 3), missing=400), VirtualClock()
    reader = JobReader(jobs_over(client, "0"), Workers(1), clock)
    assert not reader.read(numbers(1, 4))["4"].gone
    clock.time += 1
    client.list_answer = later
    assert reader.read(numbers(1, 4))["4"].gone is is_gone
    assert client.counts() == counts


def test_list_that_is_forbidden_proves_nothing():
    client = ServingClient(numbers(1, 3), missing=400, list_answer=(403, {"error_code": "ModelArts.0108"}))
    clock = VirtualClock()
    reader = JobReader(jobs_over(client, "0"), Workers(1), clock)
    for wanted in (["4"], ["3", "4"]):
        assert not reader.read(wanted)["4"].gone
        clock.time += 1


def test_sign_in_that_fails_is_no_forbidden_list():
    class Jobs:
        def pages(self, query):
            raise RequestFailed(Failure(Category.PERMISSION, "no", is_sign_in=True))

    readings = JobReader(Jobs(), Workers(1), VirtualClock()).read(["1", "2"])
    assert [reading.is_sign_in for reading in readings.values()] == [True, True]
