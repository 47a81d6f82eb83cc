# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run schedules: ``python -m … FIRST COUNT`` says which broke a promise; of a single one it tells the whole story."""

from __future__ import annotations

import argparse
import sys
import time

from ansible_collections.mlops.modelarts.tests.schedules.soak import breaches, histories, soak
from ansible_collections.mlops.modelarts.tests.schedules.task import History


def main() -> int:
    """1 if any promise was broken."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("first", type=int, help="the first seed")
    parser.add_argument("count", type=int, help="how many schedules, of this seed and those after it")
    asked = parser.parse_args()
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


def story(history: History) -> str:
    """What was drawn, what was sent and seen, and what it came to; times are in seconds since the task began."""
    schedule = history.schedule
    lines = [
        f"{schedule.mood.value}: {schedule.options}",
        f"{schedule.auth_method}, {schedule.dialect}, {schedule.acts}",
    ]
    lines += [
        f"{exchange.begun - history.begun:9.3f} {exchange.ended - history.begun:9.3f}  {exchange.operation:8} "
        f"{exchange.job_id:6} {exchange.effect.value:12} {exchange.trouble:10} {exchange.status or '':4} "
        f"{ {job_id: job['status'] for job_id, job in exchange.shown.items()} or '' }"
        for exchange in history.exchanges
    ]
    lines += [
        f"{moment - history.begun:9.3f}  {what} of {job_id} accepted" for moment, what, job_id in history.accepted
    ]
    return "\n".join([*lines, str(history.result)])


if __name__ == "__main__":
    sys.exit(main())
