# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often a task looks at its jobs while it waits: the formula of the docs."""

from __future__ import annotations


def expected_reads(seconds: float, wait_delay: float) -> int:
    """How often a task looks at its jobs in so many seconds: after 0.25 s, and then after a tenth more of the time waited."""
    number, moment = 0, 0.0
    while moment <= seconds:
        number += 1
        moment += min(wait_delay, 0.25 + moment / 10)
    return number
