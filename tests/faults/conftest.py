# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Iterator, Mapping

import pytest
from ansible_collections.mlops.modelarts.tests.faults.matrix import Cell
from ansible_collections.mlops.modelarts.tests.faults.run import Run, Way, by_launcher, carried_out
from ansible_collections.mlops.modelarts.tests.simulator.process import running

COLLECTION = Path(__file__).resolve().parents[2]
START_SECONDS = 20.0
# How many cells are run at the same time, each on a simulator of its own: they wait most of their time.
AT_ONCE = 64


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the collection's archive is installed into."""
    folder = tmp_path_factory.mktemp("collections")
    galaxy = [sys.executable, "-m", "ansible", "galaxy", "collection"]
    subprocess.run([*galaxy, "build", str(COLLECTION), "--output-path", str(folder)], check=True, capture_output=True)
    (archive,) = folder.glob("*.tar.gz")
    # By force: the collection that is tested from is already there.
    install = [*galaxy, "install", "--force", "--offline", str(archive), "--collections-path", str(folder)]
    subprocess.run(install, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session", name="module")
def _module(collections: Path) -> Iterator[Way]:
    """Runs the module of the installed collection."""
    socket = collections / "launcher"
    command = [sys.executable, "-P", str(Path(__file__).with_name("launcher.py")), str(socket)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(collections)}) as launcher:
        try:
            give_up = time.monotonic() + START_SECONDS
            while not socket.exists():
                if launcher.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError("the launcher did not start")
                time.sleep(0.02)
            yield by_launcher(socket)
        finally:
            launcher.terminate()


@pytest.fixture(scope="session")
def runs(request: pytest.FixtureRequest, module: Way) -> Iterator[Mapping[Cell, Future[Run]]]:
    """The run of each cell that is to be tested: they have all begun, the longest first."""
    tests = [item for item in request.session.items if isinstance(item, pytest.Function)]
    of_tests = (test.callspec.params["cell"] for test in tests if "runs" in test.fixturenames)
    cells = [cell for cell in of_tests if isinstance(cell, Cell)]
    with running("--instances", str(AT_ONCE)) as addresses, ThreadPoolExecutor(AT_ONCE) as pool:
        free: Queue[str] = Queue()
        for address in addresses.splitlines():
            free.put(address)

        def run(cell: Cell) -> Run:
            address = free.get()
            try:
                return carried_out(cell, address, module)
            finally:
                free.put(address)

        cells.sort(key=lambda cell: (not cell.lasts, -cell.seconds))
        yield {cell: pool.submit(run, cell) for cell in cells}
