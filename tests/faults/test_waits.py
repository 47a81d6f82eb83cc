# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cells that take about a minute: they run beside all others, and are checked last."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Mapping

import pytest
from ansible_collections.mlops.modelarts.tests.faults.expectations import check
from ansible_collections.mlops.modelarts.tests.faults.matrix import CELLS, Cell
from ansible_collections.mlops.modelarts.tests.faults.run import Run


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.lasts], ids=lambda cell: cell.name)
def test_cell(cell: Cell, runs: Mapping[Cell, Future[Run]]) -> None:
    check(runs[cell].result())
