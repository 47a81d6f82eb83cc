# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which jobs a task looks up, and what it finds."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError, RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._task.lookup import Lookup, look_up, lookup_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.selection import Selection
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import jobs_over
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import (
    ScriptedClient,
    ServingClient,
    VirtualClock,
)

UNSET = {"job_id": None, "job_ids": None, "name": None, "status": None, "search": None, "sort_by": "id", "order": "asc"}


def lookup(**parameters):
    return lookup_from({**UNSET, **parameters})


def found(client, workspace_id=None, **parameters):
    return look_up(jobs_over(client, workspace_id), lookup(**parameters), VirtualClock()).as_dict(with_diff=True)


def ids(result):
    return [job["id"] for job in result["jobs"]]


@pytest.mark.parametrize(
    "parameters, expected",
    [
        ({}, Lookup(None, False, Selection(), "id", False)),
        ({"job_id": "", "job_ids": None, "name": ""}, Lookup(None, False, Selection(), "id", False)),
        ({"job_id": "010"}, Lookup(("10",), True, Selection(), "id", False)),
        ({"job_ids": ["2", " 1", "2", ""]}, Lookup(("2", "1"), False, Selection(), "id", False)),
        ({"name": "a", "order": "desc"}, Lookup(None, False, Selection("a"), "id", True)),
        ({"search": "a", "sort_by": "name"}, Lookup(None, False, Selection(search="a"), "name", False)),
    ],
)
def test_lookup(parameters, expected):
    assert lookup(**parameters) == expected


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"job_id": "ten"}, "job_id must be the number of a visualization job, such as 10; got 'ten'."),
        (
            {"job_ids": ["1", "../2"]},
            "Each of job_ids must be the number of a visualization job, such as 10; got '../2'.",
        ),
        ({"job_ids": []}, "job_ids is empty. Set at least one ID, or remove it to look up all visualization jobs."),
        (
            {"job_ids": [""]},
            "job_ids is empty. Set at least one ID, or remove it to look up all visualization jobs.",
        ),
        ({"job_id": "1", "name": "a"}, "Set either job_id or name, not both."),
        (
            {"job_id": "1", "job_ids": ["1"], "name": "a"},
            "Set only one of job_id, job_ids and name.",
        ),
    ],
)
def test_parameters_that_cannot_be_right(parameters, message):
    with pytest.raises(OptionError) as caught:
        lookup(**parameters)
    assert str(caught.value) == message


def test_all():
    client = ServingClient(["1", "2", "3"])
    result = found(client, order="desc")
    assert ids(result) == ["3", "2", "1"]
    assert {key: result[key] for key in result if key != "jobs"} == {
        "changed": False,
        "missing": [],
        "total": 3,
        "quota": None,
        "complete": True,
    }
    assert client.counts() == (1, 0)


def test_no_jobs_at_all():
    assert found(ServingClient([])) == {
        "changed": False,
        "jobs": [],
        "missing": [],
        "total": 0,
        "quota": None,
        "complete": True,
    }


def test_missing_job_of_job_id_is_a_failure():
    with pytest.raises(RequestFailed) as caught:
        found(ServingClient(["1"]), job_id="9")
    assert caught.value.failure.sentence.startswith(
        "Could not read visualization job 9: there is no such job in project p1 ("
    )


@pytest.mark.parametrize("missing, counts", [(404, (1, 3)), (400, (2, 5)), (200, (2, 5))])
def test_missing_jobs_of_job_ids_are_listed(missing, counts):
    client = ServingClient(["1", "2", "3"], elsewhere=["7"], missing=missing)
    result = found(client, workspace_id="0", job_ids=["9", "7", "3", "1", "8"])
    assert ids(result) == ["1", "3", "7"]
    assert result["missing"] == ["9", "8"]
    assert result["total"] == 3
    assert result["complete"] is True
    # The list once, then the three jobs that it does not show, one by one; where the answer proves nothing, both again.
    assert client.counts() == counts


@pytest.mark.parametrize("parameters", [{"job_ids": ["1", "9"]}, {"job_id": "9"}])
def test_job_that_may_be_in_another_workspace_is_not_missing(parameters):
    with pytest.raises(RequestFailed) as caught:
        found(ServingClient(["1"], missing=400), **parameters)
    assert caught.value.failure.sentence == (
        "Could not read visualization job 9: ModelArts refused the request (ModelArts.0103: none). Set workspace_id "
        '("0" is the default workspace): otherwise the list does not prove that the job does not exist.'
    )


def test_404_of_another_server_is_no_missing_job():
    with pytest.raises(RequestFailed) as caught:
        found(ScriptedClient((404, b"<html>"), (404, b"<html>")), job_ids=["9"])
    assert caught.value.failure.category.value == "endpoint"


def test_list_that_is_incomplete():
    result = found(ServingClient(["1"], total=2))
    assert (ids(result), result["complete"], result["total"]) == (["1"], False, 1)


def test_job_that_does_not_fit_is_not_missing():
    result = found(ServingClient(["1", "2"]), job_ids=["1", "2", "9"], status=["RUNNING"])
    assert (result["jobs"], result["missing"], result["total"]) == ([], ["9"], 0)


def test_other_failure_of_one_job_fails_the_lookup():
    forbidden = (403, {"error_code": "ModelArts.0108", "error_msg": "no"})
    listed = (200, {"is_success": True, "job_total_count": 1, "jobs": [{"job_id": 1}]})
    with pytest.raises(RequestFailed) as caught:
        found(ScriptedClient(listed, forbidden), job_ids=["1", "2"])
    assert caught.value.failure.category.value == "permission"
    assert caught.value.failure.sentence.startswith("Could not read visualization job 2: ")
