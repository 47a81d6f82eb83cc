# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.client
import json
import time
from typing import Any, Callable

import pytest

from ..faults import ACTIONS, PAGE, STALE
from .client import CHANGING, JOBS, REQUESTS, TOKEN, Simulator

Spoils = Callable[[Simulator, str], None]
# Seconds: short for an answer that never comes, long enough for one that does.
PATIENCE = 0.4
OWN = {"is_success": True, "own": "é"}


def is_the_rules_own(simulator: Simulator, operation: str) -> None:
    answer = simulator.send(operation)
    assert (answer.status, answer.headers["X-Own"], answer.json) == (418, "yes", OWN)


def is_a_page(simulator: Simulator, operation: str) -> None:
    answer = simulator.send(operation)
    assert (answer.status, answer.body.decode()) == (418, PAGE)
    assert answer.headers["Content-Type"].startswith("text/html")


def is_none(simulator: Simulator, operation: str) -> None:
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        simulator.send(operation)


def is_waited_for_in_vain(simulator: Simulator, operation: str) -> None:
    with pytest.raises(TimeoutError):
        simulator.send(operation, seconds=PATIENCE)


def is_cut_off(simulator: Simulator, operation: str) -> None:
    with pytest.raises(http.client.IncompleteRead) as caught:
        simulator.send(operation)
    # The length of a chunked answer is unknown.
    assert caught.value.partial
    assert caught.value.expected in (len(caught.value.partial), len(caught.value.partial) + 1, None)


def stops_halfway(simulator: Simulator, operation: str) -> None:
    connection = simulator.connect(PATIENCE)
    method, path, content = REQUESTS[operation]
    connection.request(method, path, json.dumps(content), {"X-Auth-Token": TOKEN})
    response = connection.getresponse()
    promised = int(response.headers["Content-Length"])
    assert response.read(promised // 2)
    with pytest.raises(TimeoutError):
        response.read(1)
    connection.close()


def is_no_json(simulator: Simulator, operation: str) -> None:
    answer = simulator.send(operation)
    assert len(answer.body) == int(answer.headers["Content-Length"])
    with pytest.raises(ValueError, match=r"\w"):
        json.loads(answer.body)


def is_no_utf8(simulator: Simulator, operation: str) -> None:
    body = simulator.send(operation).body
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    # A lenient client still gets JSON.
    assert isinstance(json.loads(body.decode("latin-1")), dict)


def is_changed(simulator: Simulator, operation: str) -> None:
    body = simulator.send(operation).body
    like = next(whole for whole in (json.dumps(OWN).encode(), b'{"is_success": true}') if len(whole) == len(body))
    assert 0 < sum(one != other for one, other in zip(body, like)) <= 2


# The check of each kind of answer.
SPOILS: dict[str, Spoils] = {
    "answer": is_the_rules_own,
    "echo": is_the_rules_own,
    "html": is_a_page,
    "drop": is_none,
    "stall": is_waited_for_in_vain,
    "half": stops_halfway,
    "truncate": is_cut_off,
    "truncate_chunked": is_cut_off,
    "garble": is_changed,
    "not_utf8": is_no_utf8,
    "not_json": is_no_json,
}


def rule(action: str, **fields: Any) -> dict[str, Any]:
    return {"action": action, "status": 418, "headers": {"X-Own": "yes"}, "body": OWN, **fields}


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "answer"])
def test_an_action_spoils_the_answer_and_applies_the_request_when_it_says(simulator: Simulator, action: str) -> None:
    how, _mark, when = action.rpartition("_")
    simulator.reset(rule(action, late=0.3))
    sent = time.monotonic()
    SPOILS[how](simulator, "restart")
    in_time = time.monotonic() - sent < 0.25
    applied = simulator.control("GET", "jobs")["1"]["accepted"]
    if in_time or when != "late":
        assert applied == ({"restart": 1} if when == "after" else {})
    if when == "late":
        assert accepted(simulator) == {"restart": 1}
    assert simulator.log[0]["applied"] is (when != "before")
    simulator.send("details")


@pytest.mark.parametrize("operation", REQUESTS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_operation_meets_faults(simulator: Simulator, operation: str, when: str) -> None:
    simulator.reset(rule(f"answer_{when}", operation=operation))
    for other in REQUESTS:
        if other not in (operation, "delete"):
            assert simulator.send(other).status != 418
            simulator.control("PUT", "jobs/1", {"status": "CANCELED"})
            simulator.control("PUT", "jobs/2", {"status": "RUNNING"})
    assert simulator.send(operation).status == 418
    assert simulator.log[-1]["applied"] is (when == "after" and operation in CHANGING)


@pytest.mark.parametrize("how", ["truncate", "truncate_chunked", "half", "stall", "garble", "not_utf8", "not_json"])
def test_what_is_spoilt_of_an_applied_request_is_the_services_own_answer(simulator: Simulator, how: str) -> None:
    simulator.reset(rule(f"{how}_after", seconds=0.05))
    try:
        answer = simulator.send("details")
    except http.client.IncompleteRead as cut_off:
        assert b'"job_id": 1' in cut_off.partial
    else:
        assert answer.status == 200
        if how in ("half", "stall"):
            assert answer.json["job_id"] == 1


def test_a_silence_ends_after_its_seconds(simulator: Simulator) -> None:
    simulator.reset(rule("stall_before", seconds=0.2), rule("half_before", seconds=0.2))
    started = time.monotonic()
    is_none(simulator, "restart")
    assert simulator.send("restart").json == OWN
    assert 0.4 <= time.monotonic() - started < 3


def test_who_gives_up_leaves_a_request_without_an_answer_in_the_log(simulator: Simulator) -> None:
    simulator.reset(rule("stall_after"))
    is_waited_for_in_vain(simulator, "restart")
    assert [(entry["status"], entry["applied"]) for entry in simulator.log] == [(None, True)]


def accepted(simulator: Simulator) -> dict[str, int]:
    """Wait until a request for job 1 was accepted, and return the counts."""
    deadline = time.monotonic() + 5
    while not (found := simulator.control("GET", "jobs")["1"]["accepted"]):
        assert time.monotonic() < deadline
    return dict(found)


def test_a_reset_calls_off_what_is_late(simulator: Simulator) -> None:
    simulator.reset(rule("answer_late", late=0.3))
    simulator.send("restart")
    simulator.reset(rule("answer_late", late=0.4))
    simulator.send("modify")
    assert accepted(simulator) == {"modify": 1}


def test_a_late_request_is_judged_when_it_is_applied(simulator: Simulator) -> None:
    simulator.reset(rule("drop_late", late=0.5), rule("answer_late", late=0.6))
    is_none(simulator, "restart")
    simulator.control("PUT", "jobs/1", {"status": "RUNNING"})
    simulator.send("modify")
    assert accepted(simulator) == {"modify": 1}
    assert [entry["applied"] for entry in simulator.log] == [False, True]


def test_what_is_drawn_is_the_same_for_the_same_seed(simulator: Simulator) -> None:
    def garbled(seed: int) -> list[bytes]:
        simulator.reset(rule("garble_after", times=None), seed=seed)
        return [simulator.send("details").body for _time in range(3)]

    first = garbled(1)
    assert garbled(1) == first != garbled(2)
    assert len(set(first)) == 3


def test_an_answer_can_be_long_and_deep(simulator: Simulator) -> None:
    simulator.reset(rule("answer", text="[", repeat=40_000_000))
    assert simulator.send("details").body == b"[" * 40_000_000


def test_an_answer_can_repeat_what_the_request_brought(simulator: Simulator) -> None:
    headers = {"X-Got": "<{credential}>"}
    simulator.reset(
        {"action": "echo_before", "headers": headers, "body": {"got": ["{credential}"]}},
        {"action": "echo_before", "text": "{credential}, {credential}"},
        token='quo"te',
    )
    answer = simulator.ask("GET", JOBS, token='quo"te')
    assert (answer.headers["X-Got"], answer.json) == ('<quo"te>', {"got": ['quo"te']})
    assert simulator.send("details").body.decode() == f"{TOKEN}, {TOKEN}"


def test_a_redirect_is_an_answer(simulator: Simulator) -> None:
    simulator.reset({"action": "answer", "status": 307, "headers": {"Location": "http://127.0.0.2:9/"}})
    answer = simulator.send("restart")
    assert (answer.status, answer.headers["Location"]) == (307, "http://127.0.0.2:9/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "explode"},
        {"action": "stall"},
        {"action": STALE},
        {"action": "stall_before", "seconds": -1},
        {"action": "stall_before", "seconds": float("inf")},
        {"action": "drop_late", "late": None},
        {"action": "answer", "status": 99},
        {"action": "answer", "headers": {"X-Split": "a\r\nX-Other: b"}},
        {"action": "answer", "headers": {"X Name": "a"}},
        {"action": "answer", "text": "aa", "repeat": 50_000_000},
        {"action": "answer", "operation": "explode"},
        {"action": "answer", "path": "("},
        {"action": "answer", "times": "many"},
        {"action": "answer", "unheard": 1},
        ["answer"],
    ],
)
def test_an_impossible_rule_is_refused_and_so_are_those_beside_it(simulator: Simulator, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        simulator.control("POST", "faults", [{"action": "drop_before"}, wrong])
    assert simulator.control("GET", "faults") == []
