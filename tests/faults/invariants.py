# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every run, whatever happens to it. Each is checked against what the simulator knows."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ansible_collections.mlops.modelarts.tests.faults.matrix import ACCEPTING, READS, RETRIES
from ansible_collections.mlops.modelarts.tests.faults.run import Run
from ansible_collections.mlops.modelarts.tests.schedules.reads import expected_reads

RUNNING, STOPPED = 8, (10, 11, 12, 13)
# The names of requests in the module's results, where the simulator's log has another name.
ACTIONS = {"modify": "update"}
UNKNOWN = " (outcome unknown)"
# Seconds for signing in and reading, before the first change.
PREPARATION = 60
# Seconds that a busy machine may need to start and end a run, and to send one request.
SLACK, MOMENT = 5.0, 1.0
# Requests besides the reads while waiting.
BESIDES = 8
# The default of the option, in seconds.
WAIT_DELAY = 10.0


def nothing_is_accepted_twice(run: Run) -> None:
    """Neither a restart with state=restarted nor a creation."""
    state = run.cell.task.arguments["state"]
    if state == "restarted":
        assert all(job["accepted"].get("restart", 0) <= 1 for job in run.jobs.values())
    if state == "present" and not run.cell.lies:
        assert sum(job["accepted"].get("create", 0) for job in run.jobs.values()) <= 1


def changed_says_what_was_or_may_have_been_accepted(run: Run) -> None:
    """As far as a client can know that believes the service."""
    may = [run.cell.verdict in ACCEPTING if entry in run.faulted else entry["applied"] for entry in run.changes]
    if run.cell.check_mode:
        assert run.result["changed"] is not run.failed
    elif any(may) or not _was_late(run):
        assert run.result["changed"] is any(may)


def _was_late(run: Run) -> bool:
    """Return whether a request was sent so close to the deadline that its answer may have come too late on a busy machine."""
    return bool(run.changes) and run.changes[-1]["time"] > run.changes[0]["time"] + run.cell.seconds - MOMENT


def the_actions_are_the_requests(run: Run) -> None:
    reported = {action.removesuffix(UNKNOWN) for job in run.result["jobs"] for action in job["actions"]}
    assert reported == {ACTIONS.get(entry["operation"], entry["operation"]) for entry in run.changes}


def success_is_seen_and_true(run: Run) -> None:
    """The state of each job was read after its last change, and the result shows it."""
    if run.failed or run.cell.check_mode:
        return
    assert run.result["jobs"]
    for shown in run.result["jobs"]:
        last = max((entry["number"] for entry in _accepted(run, shown["id"])), default=0)
        assert any(_shows(entry, shown["id"]) for entry in run.log[last:])
        _IS_TRUE[run.cell.task.arguments["state"]](run, shown, run.jobs[shown["id"]])


def _accepted(run: Run, job_id: str) -> list[dict[str, Any]]:
    """Return the accepted changes of a job. The one that creates it has no ID."""
    return [entry for entry in run.changes if entry["applied"] and entry["job_id"] in (job_id, None)]


def _shows(entry: Mapping[str, Any], job_id: str) -> bool:
    """Return whether the answer to a request shows the job, or says that it does not exist."""
    return entry["operation"] in READS and entry["job_id"] in (job_id, None) and entry["status"] in (200, 404)


def _runs(run: Run, shown: Mapping[str, Any], true: Mapping[str, Any]) -> None:
    assert shown["status_id"] == true["status"] == RUNNING
    assert true["running_since"] >= max((entry["time"] for entry in _accepted(run, shown["id"])), default=0.0)


def _is_stopped(run: Run, shown: Mapping[str, Any], true: Mapping[str, Any]) -> None:
    assert shown["status_id"] == true["status"]
    assert true["status"] in STOPPED


def _is_as_described(run: Run, shown: Mapping[str, Any], true: Mapping[str, Any]) -> None:
    assert shown["description"] == true["job_desc"] == run.cell.task.arguments["description"]
    assert shown["status_id"] == true["status"]
    assert not true["gone"]


def _is_gone(run: Run, shown: Mapping[str, Any], true: Mapping[str, Any]) -> None:
    assert true["gone"]


_IS_TRUE: Mapping[str, Callable[[Run, Mapping[str, Any], Mapping[str, Any]], None]] = {
    "restarted": _runs,
    "started": _runs,
    "stopped": _is_stopped,
    "present": _is_as_described,
    "absent": _is_gone,
}


def failure_can_be_acted_on(run: Run) -> None:
    """The message says why, in plain words and without a traceback."""
    if run.failed:
        assert run.result["msg"].startswith("Could not ")
        assert run.result["error"]["category"] in CATEGORIES
        assert "Traceback" not in str(run.result.get("exception"))


CATEGORIES = frozenset(
    (
        *("account", "authentication", "conflict", "connection", "endpoint", "interrupted", "invalid_request"),
        *("job_failed", "not_found", "outcome_unknown", "permission", "quota", "server", "throttled", "timeout"),
        *("token_expired", "unknown"),
    )
)


def check_mode_only_reads(run: Run) -> None:
    if run.cell.check_mode:
        assert all(entry["method"] == "GET" or entry["operation"] == "sign-in" for entry in run.log)


def nothing_is_sent_after_the_deadline(run: Run) -> None:
    """The deadline counts from the first request for a change."""
    if run.changes:
        assert run.log[-1]["time"] <= run.changes[0]["time"] + run.cell.seconds + MOMENT


def it_ends_in_time(run: Run) -> None:
    before = run.changes[0]["time"] - run.log[0]["time"] if run.changes else 0.0
    assert before <= PREPARATION
    assert run.seconds - before <= (run.cell.seconds if run.changes else PREPARATION) + SLACK


def the_requests_are_bounded(run: Run) -> None:
    """After each read one change may be tried, and a request that fails is sent again a few times."""
    assert len(run.log) <= BESIDES + (1 + RETRIES) * expected_reads(run.seconds, WAIT_DELAY)


def requests_go_only_to_the_service(run: Run) -> None:
    """No redirect is followed, and no address is invented."""
    assert not [entry for entry in run.log if entry["operation"] == "other"]


INVARIANTS: tuple[Callable[[Run], None], ...] = (
    nothing_is_accepted_twice,
    changed_says_what_was_or_may_have_been_accepted,
    the_actions_are_the_requests,
    success_is_seen_and_true,
    failure_can_be_acted_on,
    check_mode_only_reads,
    nothing_is_sent_after_the_deadline,
    it_ends_in_time,
    the_requests_are_bounded,
    requests_go_only_to_the_service,
)
