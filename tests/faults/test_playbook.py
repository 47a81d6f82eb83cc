# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cell for each operation and for signing in through real Ansible: it ends in the same way."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Iterator, Mapping

import pytest
from ansible_collections.mlops.modelarts.tests.faults.expectations import check
from ansible_collections.mlops.modelarts.tests.faults.invariants import INVARIANTS, it_ends_in_time
from ansible_collections.mlops.modelarts.tests.faults.matrix import CELLS, Cell
from ansible_collections.mlops.modelarts.tests.faults.run import Run, by_playbook, carried_out
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import simulated_clouds

# How many plays run at the same time: a start needs a whole processor.
AT_ONCE = 4
NAMES = (
    "create-drop_after",
    "list-502_before",
    "details-throttled_seconds_before",
    "modify-expired_before",
    "delete-truncate_after",
    "stop-html_late",
    "restart-drop_before",
    "sign-in-empty_before",
)
PLAYED = [cell for cell in CELLS if cell.name in NAMES]


@pytest.fixture(scope="module")
def plays(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Cell, Future[Run]]]:
    """The run of each cell; all have begun."""
    count = len(NAMES)
    with simulated_clouds(count) as addresses, ThreadPoolExecutor(AT_ONCE) as pool:
        runners = [by_playbook(collections, tmp_path_factory.mktemp("play")) for _cell in PLAYED]
        yield dict(zip(PLAYED, map(pool.submit, [carried_out] * count, PLAYED, addresses, runners)))


@pytest.mark.parametrize("cell", PLAYED, ids=lambda cell: cell.name)
def test_cell(cell: Cell, plays: Mapping[Cell, Future[Run]]) -> None:
    # Ansible's own time is not the module's.
    check(plays[cell].result(), [invariant for invariant in INVARIANTS if invariant is not it_ends_in_time])
