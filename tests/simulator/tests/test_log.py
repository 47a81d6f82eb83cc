# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface: the log and its summary, the true state of all jobs, the options, and the end."""

from __future__ import annotations

import sys
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from ansible_collections.mlops.modelarts.tests.support.background import background
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import TESTS, simulated_clouds

from ..signature import ALGORITHM
from .client import JOBS, REQUESTS, TOKEN, Simulator


def test_the_log_tells_fresh_connections_from_kept_ones(simulator: Simulator) -> None:
    kept = simulator.connect()
    for _time in range(3):
        simulator.ask(*REQUESTS["details"], connection=kept)
    simulator.send("restart")
    simulator.ask(*REQUESTS["list"], connection=kept)
    kept.close()
    log = simulator.log
    assert [entry["fresh"] for entry in log] == [True, False, False, True, False]
    first, *others = [entry["connection"] for entry in log]
    assert others == [first, first, first + 1, first]


def test_the_log_can_be_counted(simulator: Simulator) -> None:
    simulator.reset({"operation": "restart", "action": "drop_after"})
    with pytest.raises(ConnectionError):
        simulator.send("restart")
    kept = simulator.connect()
    for _time in range(2):
        simulator.ask(*REQUESTS["restart"], connection=kept)
    kept.close()
    simulator.send("stop")
    assert simulator.control("GET", "requests?count=true") == {
        "restart": {"requests": 3, "applied": 1, "fresh": 2, "statuses": {"none": 1, "400": 2}},
        "stop": {"requests": 1, "applied": 1, "fresh": 1, "statuses": {"200": 1}},
    }
    assert list(simulator.control("GET", "requests?count=true&job_id=2")) == ["stop"]


def test_credentials_are_told_that_were_issued_or_came(simulator: Simulator) -> None:
    assert simulator.control("GET", "credentials") == {"tokens": [], "signatures": []}
    issued = simulator.send("sign-in").headers["X-Subject-Token"]
    simulator.ask("GET", JOBS, token="of-nobody")
    connection = simulator.connect()
    connection.request("GET", JOBS, headers={"Authorization": f"{ALGORITHM} Access=A, SignedHeaders=h, Signature=0123"})
    connection.getresponse().read()
    connection.close()
    # The token of this client is listed, too.
    told = {"tokens": sorted({issued, TOKEN, "of-nobody"}), "signatures": ["0123"]}
    assert simulator.control("GET", "credentials") == told
    simulator.reset()
    assert simulator.control("GET", "credentials") == {"tokens": [], "signatures": []}


def test_every_user_may_list_the_projects_that_are_theirs(simulator: Simulator) -> None:
    simulator.reset({"path": "^/v3/projects$", "action": "answer", "status": 403, "times": None})
    assert simulator.ask("GET", "/v3/projects?name=eu-de").status == 403
    listed = simulator.ask("GET", "/v3/auth/projects").json["projects"]
    assert [project["name"] for project in listed] == ["eu-de", "eu-de_other"]
    assert simulator.ask("GET", "/v3/auth/projects", token="of-nobody").status == 401


def test_every_job_is_told_with_what_was_accepted_for_it(simulator: Simulator) -> None:
    simulator.reset(start_seconds=0, stop_seconds=0)
    for operation in ("restart", "restart", "stop", "create", "modify", "details"):
        simulator.send(operation)
    started = simulator.log[0]["time"]
    simulator.control("PUT", "jobs/1", {"status": "CANCELED"})
    for operation in ("restart", "modify"):
        simulator.send(operation)
    told = simulator.control("GET", "jobs")
    assert {number: job["accepted"] for number, job in told.items()} == {
        "1": {"restart": 2, "modify": 2},
        "2": {"stop": 1},
        "3": {"create": 1},
    }
    assert {number: job["status"] for number, job in told.items()} == {"1": 8, "2": 12, "3": 8}
    again = next(entry["time"] for entry in simulator.log[6:] if entry["operation"] == "restart")
    # The log is exact to a millisecond.
    assert started < again - 0.001 <= told["1"]["running_since"] < again + 1
    # The last time, although it does not run any more.
    assert told["2"]["running_since"] < started + 0.001
    alone = simulator.control("GET", "jobs/1")
    assert {**told["1"], "duration": 0} == {**alone, "duration": 0}


def test_a_job_that_is_gone_is_still_told(simulator: Simulator) -> None:
    simulator.send("delete")
    told = simulator.control("GET", "jobs")
    assert (told["1"]["gone"], told["1"]["accepted"]) == (True, {"delete": 1})
    assert told["2"]["gone"] is False
    assert simulator.ask("GET", "/_simulator/jobs/1").status == 404
    # Another job can get its number.
    simulator.control("PUT", "jobs/1", {"status": "CANCELED"})
    assert simulator.control("GET", "jobs")["1"]["accepted"] == {}
    assert simulator.send("restart").status == 200


def test_the_clock_can_be_off(simulator: Simulator) -> None:
    for offset in (-3600.0, 0.0, 3600.0):
        simulator.reset(clock_offset=offset)
        told = parsedate_to_datetime(simulator.send("details").headers["Date"]).timestamp()
        assert abs(told - time.time() - offset) < 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate_kind": "leaky"},
        {"rate_limit": -1},
        {"rate_limit": 1.5},
        {"rate_period": 0},
        {"stale_seconds": -1},
        {"stale_reads": "sometimes"},
        {"clock_offset": float("nan")},
        {"seed": "one"},
        {"latency": float("inf")},
        {"port": 1},
    ],
)
def test_an_option_that_cannot_be_is_refused_and_nothing_is_set(simulator: Simulator, wrong: dict[str, object]) -> None:
    before = simulator.control("PATCH", "options", {})
    with pytest.raises(ValueError, match=r"\w"):
        simulator.control("PATCH", "options", {"latency": 5, **wrong} if "latency" not in wrong else wrong)
    assert simulator.control("PATCH", "options", {}) == before


def test_it_ends_with_its_standard_input(tmp_path: Path) -> None:
    address_file = tmp_path / "address"
    command = [sys.executable, "-m", "simulator", "--until-eof", "--address-file", str(address_file)]
    with background(command, {"PYTHONPATH": str(TESTS)}, address_file) as process:
        process.stdin.close()  # type: ignore[union-attr]
        assert process.wait(timeout=10) == 0


def test_instances_of_one_process_share_nothing() -> None:
    with simulated_clouds(2, "--jobs", "1") as addresses:
        first, second = map(Simulator, addresses)
        first.reset(start_seconds=100)
        second.reset()
        first.send("restart")
        assert (len(first.log), len(second.log)) == (1, 0)
        assert [one.control("GET", "jobs/1")["accepted"] for one in (first, second)] == [{"restart": 1}, {}]
        assert [one.control("PATCH", "options", {})["start_seconds"] for one in (first, second)] == [100, 0.2]
