# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole tasks in virtual time, on schedules drawn from seeds: each promise holds on each of them."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.mlops.modelarts.tests.schedules.in_time import broken
from ansible_collections.mlops.modelarts.tests.schedules.regressions import REGRESSIONS, ROOT
from ansible_collections.mlops.modelarts.tests.schedules.schedule import Mood, Schedule, drawn
from ansible_collections.mlops.modelarts.tests.schedules.service import CANCELED, RUNNING, Dialect, Job, View
from ansible_collections.mlops.modelarts.tests.schedules.soak import histories, soak
from ansible_collections.mlops.modelarts.tests.schedules.task import run
from ansible_collections.mlops.modelarts.tests.schedules.trouble import FLAWS, KINDS
from ansible_collections.mlops.modelarts.tests.schedules.virtual import VirtualTime

SEED, COUNT = 20261102, 10_000


def test_promises_hold_on_every_schedule() -> None:
    assert soak(range(SEED, SEED + COUNT)) == {}


def test_mistakes_can_be_put_back() -> None:
    for patches in REGRESSIONS.values():
        for name, old, _new in patches:
            assert (ROOT / "plugins/module_utils" / name).read_text(encoding="utf-8").count(old) == 1, old


def test_a_seed_replays_its_schedule() -> None:
    for seed in range(SEED, SEED + 40):
        first, second = (histories(seed) for _time in range(2))
        assert [history.exchanges for history in first] == [history.exchanges for history in second]
        assert [history.result for history in first] == [history.result for history in second]


def test_schedules_have_everything_in_them() -> None:
    met: Counter[str] = Counter()
    for seed in range(SEED, SEED + 2000):
        schedule = drawn(str(seed))
        history = run(schedule)
        options = schedule.options
        met.update(
            {
                schedule.mood.value,
                options["state"],
                schedule.auth_method,
                *(act.operation for _moment, act in history.acts),
            }
        )
        met[schedule.flaw] += 1
        met.update(exchange.trouble for exchange in history.exchanges)
        met.update(
            f"applied {exchange.operation}" for exchange in history.exchanges if exchange.effect.value == "applied"
        )
        met.update(job["error"]["category"] for job in history.result["jobs"] if job["failed"])
        met["check mode"] += schedule.check_mode
        met["interrupted"] += history.ended > history.interrupted
        met["ok or changed"] += not history.result["failed"]
    wanted = [mood.value for mood in Mood if mood is not Mood.TIMELESS]
    wanted += [
        "restarted",
        "started",
        "stopped",
        "present",
        "absent",
        "password",
        "token",
        "access key",
        *KINDS,
        *FLAWS,
    ]
    wanted += [
        f"applied {name}" for name in ("create", "update", "delete", "stop", "restart", "list", "details", "sign-in")
    ]
    wanted += ["restart", "stop", "delete", "update", "come down", "check mode", "interrupted", "ok or changed"]
    wanted += ["conflict", "job_failed", "not_found", "outcome_unknown", "permission", "timeout", "token_expired"]
    assert {what: met[what] for what in wanted if met[what] < 3} == {}


@pytest.mark.parametrize("parallel", [1, 8, 32])
def test_a_rate_limit_is_made_use_of(parallel: int) -> None:
    jobs, limit = 500, 50
    schedule = Schedule(
        "limited",
        Mood.TIMELESS,
        {
            "state": "restarted",
            "job_ids": [str(number) for number in range(1, jobs + 1)],
            "wait": True,
            "force": False,
            "wait_delay": 10,
            "wait_timeout": 600,
            "api_timeout": 30,
            "retries": 5,
            "parallel": parallel,
        },
        check_mode=False,
        auth_method="token",
        jobs=[_stopped_job(number) for number in range(1, jobs + 1)],
        dialect=Dialect(),
        latency=0.004,
        limit=limit,
    )
    history = run(schedule)
    assert not history.result["failed"]
    admitted = sum(exchange.status != 429 for exchange in history.exchanges)
    assert history.ended - history.begun <= 1.25 * admitted / limit + 2
    assert broken(history) == []


def _stopped_job(number: int) -> Job:
    up = ((0.0, 1), (1.0, RUNNING))
    return Job(number, f"viz-{number}", up, (), (), [(0.0, View(CANCELED, ""))])


class TestVirtualTime:
    def test_work_goes_on_side_by_side(self) -> None:
        time = VirtualTime()
        log: list[tuple[str, float]] = []

        def task() -> None:
            def work(seconds: float) -> float:
                time.wait(seconds)
                log.append(("done", time.now() - 1000))
                return seconds

            assert time.workers(2).map(work, [3.0, 1.0, 1.0]) == [3.0, 1.0, 1.0]
            log.append(("all", time.now() - 1000))

        time.run(task)
        assert log == [("done", 1.0), ("done", 2.0), ("done", 3.0), ("all", 3.0)]

    def test_lock_is_held_by_one_at_a_time(self) -> None:
        time = VirtualTime()
        moments: list[float] = []

        def task() -> None:
            lock = time.lock()

            def work(_item: int) -> None:
                with lock, lock:
                    time.wait(1.0)
                    moments.append(time.now() - 1000)

            time.workers(3).map(work, [1, 2, 3])

        time.run(task)
        assert moments == [1.0, 2.0, 3.0]

    def test_interruption_ends_sleep_but_not_the_wait_for_an_answer(self) -> None:
        time = VirtualTime()
        moments: list[float] = []

        def task() -> None:
            time.at(time.now() + 2, time.interrupt)
            time.sleep(10)
            moments.append(time.now() - 1000)
            time.wait(5)
            time.sleep(10)
            moments.append(time.now() - 1000)

        time.run(task)
        assert moments == [2.0, 7.0]

    def test_failure_is_raised_when_all_have_ended(self) -> None:
        time = VirtualTime()
        ended: list[int] = []

        def task() -> None:
            def work(number: int) -> None:
                time.wait(number)
                ended.append(number)
                if number < 3:
                    raise ValueError(number)

            with pytest.raises(ValueError, match="1"):
                time.workers(3).map(work, [3, 1, 2])

        time.run(task)
        assert ended == [1, 2, 3]
