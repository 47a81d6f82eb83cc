# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many schedules, one after the other and on all cores: those in which a promise was broken."""

from __future__ import annotations

import os
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Dict, List, Sequence

from ansible_collections.mlops.modelarts.tests.schedules.in_time import broken, differences, foreseen
from ansible_collections.mlops.modelarts.tests.schedules.schedule import CYCLE, Mood, drawn, drawn_fleet
from ansible_collections.mlops.modelarts.tests.schedules.task import Told, run

# Schedules that a process takes at a time.
AT_A_TIME = 250
# Which one of each cycle is a fleet that is run twice.
FLEET = 0


def histories(seed: int) -> List[Told]:
    """What happens on the schedule of the seed: once; for a fleet with one job at a time and with many; where nothing gets
    in the way, in check mode, too."""
    if seed % CYCLE == FLEET:
        return [run(drawn_fleet(str(seed), parallel)) for parallel in (1, 16)]
    schedule = drawn(str(seed))
    if schedule.mood is not Mood.QUIET or schedule.raced or schedule.check_mode:
        return [run(schedule)]
    return [run(schedule), run(replace(drawn(str(seed)), check_mode=True))]


def breaches(seed: int) -> List[str]:
    """What was promised and not kept on the schedule of the seed; an exception is a breach, too."""
    try:
        happened = histories(seed)
        compared = differences if seed % CYCLE == FLEET else foreseen
        both = compared(*happened) if len(happened) > 1 else ()
        return [*(text for history in happened for text in broken(history)), *both]
    except Exception:  # noqa: BLE001  # whatever it is, it should not be
        return [traceback.format_exc()]


def soak(seeds: Sequence[int]) -> Dict[int, List[str]]:
    """The breaches about each schedule that there are any about, by seed."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(breaches, seeds, chunksize=AT_A_TIME)
        return {seed: texts for seed, texts in zip(seeds, found) if texts}
