# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads that do the same with many items."""

from __future__ import annotations

from typing import Callable, List, Sequence, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """Up to ``parallel`` threads."""

    def __init__(self, parallel: int) -> None:
        self._parallel = parallel

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> List[Result]:
        """What ``work`` returns for each item, in order. Raises what it raises, when all have ended."""
        threads = min(self._parallel, len(items))
        if threads <= 1:
            return [work(item) for item in items]
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # a task on one job starts sooner without it

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, items))
