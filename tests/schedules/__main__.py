# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run schedules: ``python -m … FIRST COUNT`` says which broke a promise; of a single one it tells the whole story."""

from __future__ import annotations

import argparse
import sys
import time

from ansible_collections.mlops.modelarts.tests.schedules.history import Exchange
from ansible_collections.mlops.modelarts.tests.schedules.soak import breaches, histories, soak
from ansible_collections.mlops.modelarts.tests.schedules.task import Told


def main() -> int:
    """1 if any promise was broken."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("first", type=int, help="the first seed")
    parser.add_argument("count", type=int, help="how many schedules, of this seed and those after it")
    parser.add_argument("--until-broken", action="store_true", help="stop at the first broken promise, and say which")
    asked = parser.parse_args()
    if asked.until_broken:
        return until_broken(asked.first, asked.count)
    if asked.count == 1:
        for history in histories(asked.first):
            print(story(history))
        found = {asked.first: breaches(asked.first)} if breaches(asked.first) else {}
    else:
        started = time.monotonic()
        found = soak(range(asked.first, asked.first + asked.count))
        print(f"{asked.count} schedules from seed {asked.first} on, in {time.monotonic() - started:.0f} s")
    for seed, texts in found.items():
        print(f"\nSeed {seed} (make soak SEED={seed} COUNT=1):", *texts, sep="\n  ")
    print(f"\n{len(found)} schedules broke a promise.")
    return 1 if found else 0


def until_broken(first: int, count: int) -> int:
    """1 if any promise was broken; says after how many schedules, and which."""
    for number in range(count):
        found = breaches(first + number)
        if found:
            print(f"{number + 1:6}  {found[0].strip().splitlines()[-1]}")
            return 1
    return 0


def story(history: Told) -> str:
    """What was drawn, what was sent and seen, and what it came to; times are in seconds since the task began."""
    schedule = history.schedule
    begun = history.begun
    lines = [
        f"{schedule.mood.value}, check mode: {schedule.check_mode}, {schedule.options}",
        f"{schedule.auth_method}, {schedule.dialect}, lag {schedule.lag} flaw {schedule.flaw!r}",
        *(
            f"{job.id} {job.name!r} listed: {job.listed}, up {job.up}, down {job.down}, end {job.end}"
            for job in history.service.jobs.values()
        ),
    ]
    events = [(exchange.begun, _line(exchange, begun)) for exchange in history.exchanges]
    events += [(moment, f"{what} of {job_id} accepted") for moment, what, job_id in history.accepted]
    events += [(moment, f"another: {act.operation} of {act.job_id}") for moment, act in history.acts]
    lines += [f"{moment - begun:9.3f}  {text}" for moment, text in sorted(events)]
    return "\n".join([*lines, f"{history.ended - begun:9.3f}  ends", str(history.result)])


def _line(exchange: Exchange, begun: float) -> str:
    statuses = {job_id: job["status"] for job_id, job in exchange.shown.items()}
    return (
        f"{exchange.ended - begun:9.3f}  {exchange.operation:8} {exchange.job_id:6} {exchange.effect.value:12} "
        f"{exchange.trouble:10} {exchange.answered} {statuses or ''}{' gone' * exchange.gone}"
    )


if __name__ == "__main__":
    sys.exit(main())
