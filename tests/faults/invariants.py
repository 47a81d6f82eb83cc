# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every run besides the promises of tests/schedules, which are read from the simulator's log."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Sequence

from ansible_collections.mlops.modelarts.tests.faults.matrix import RETRIES
from ansible_collections.mlops.modelarts.tests.faults.run import MOMENT, WAIT_DELAY, Run
from ansible_collections.mlops.modelarts.tests.schedules import promises
from ansible_collections.mlops.modelarts.tests.schedules.history import History
from ansible_collections.mlops.modelarts.tests.schedules.reads import expected_reads

RUNNING, STOPPED = 8, (10, 11, 12, 13)
# Seconds for signing in and reading, before the first change.
PREPARATION = 60
# Seconds that a busy machine may need to start and end a run.
SLACK = 5.0
# Requests besides the reads while waiting.
BESIDES = 8


def no_promise_is_broken(run: Run) -> None:
    last_is_late, last_change_is_late = _is_late(run, run.log), _is_late(run, run.changes)
    open_ones: Mapping[Callable[[History], Iterator[str]], bool] = {
        promises.changed_is_true: last_change_is_late,
        promises.says_what_was_last_seen: last_is_late,
        promises.no_wait_for_what_has_happened: last_is_late,
        # Of several jobs, some requests are under way when another is throttled.
        promises.pauses_when_throttled: "job_ids" in run.cell.arguments,
    }
    checks = [check for check in promises.PROMISES if not open_ones.get(check)]
    broken = [f"{check.__name__}: {breach}" for check in checks for breach in check(run.history)]
    assert not broken, broken


def _is_late(run: Run, entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the last one was sent so close to the deadline that its answer may come too late on a busy machine."""
    return bool(run.changes and entries) and entries[-1]["time"] > run.changes[0]["time"] + run.cell.seconds - MOMENT


def check_mode_foresees(run: Run) -> None:
    """In check mode the task is changed, unless it fails."""
    if run.cell.check_mode:
        assert run.result["changed"] is not run.failed


def success_is_true(run: Run) -> None:
    """The result shows the jobs as they are."""
    if run.failed or run.cell.check_mode or run.cell.says_gone:
        return
    assert run.result["jobs"]
    for shown in run.result["jobs"]:
        _IS_TRUE[run.cell.task.arguments["state"]](run, shown, run.jobs[shown["id"]])


def _accepted(run: Run, job_id: str) -> list[dict[str, Any]]:
    """Return the accepted changes of a job. The one that creates it has no ID."""
    return [entry for entry in run.changes if entry["applied"] and entry["job_id"] in (job_id, None)]


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
    no_promise_is_broken,
    check_mode_foresees,
    success_is_true,
    it_ends_in_time,
    the_requests_are_bounded,
    requests_go_only_to_the_service,
)
