# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Iterator, Mapping

import pytest
from ansible_collections.mlops.modelarts.tests.faults.matrix import Cell
from ansible_collections.mlops.modelarts.tests.faults.run import Run, RunModule, by_launcher, carried_out
from ansible_collections.mlops.modelarts.tests.support.background import background
from ansible_collections.mlops.modelarts.tests.support.installed import install
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import simulated_clouds

# How many cells run at the same time, each on its own simulator: they wait most of the time.
AT_ONCE = 64


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the collection's archive is installed into."""
    folder = tmp_path_factory.mktemp("collections")
    install(folder)
    return folder


@pytest.fixture(scope="session", name="module")
def _module(collections: Path) -> Iterator[RunModule]:
    """What runs the module of the installed collection."""
    socket = collections / "launcher"
    command = [sys.executable, "-P", str(Path(__file__).with_name("launcher.py")), str(socket)]
    with background(command, {**os.environ, "PYTHONPATH": str(collections)}, socket):
        yield by_launcher(socket)


@pytest.fixture(scope="session")
def runs(request: pytest.FixtureRequest, module: RunModule) -> Iterator[Mapping[Cell, Future[Run]]]:
    """The run of each cell to be tested: all of them have begun, the longest first."""
    tests = [item for item in request.session.items if isinstance(item, pytest.Function)]
    of_tests = (test.callspec.params["cell"] for test in tests if "runs" in test.fixturenames)
    cells = [cell for cell in of_tests if isinstance(cell, Cell)]
    with simulated_clouds(AT_ONCE) as addresses, ThreadPoolExecutor(AT_ONCE) as pool:
        free: Queue[str] = Queue()
        for address in addresses:
            free.put(address)

        def run(cell: Cell) -> Run:
            address = free.get()
            try:
                return carried_out(cell, address, module)
            finally:
                free.put(address)

        cells.sort(key=lambda cell: (not cell.lasts, -cell.seconds))
        yield {cell: pool.submit(run, cell) for cell in cells}
