# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator that runs beside a test, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

TESTS = Path(__file__).resolve().parents[1]
START_SECONDS = 20.0


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """Run the simulator; its address, or of several instances one a line. It is stopped whatever happens, even to this process.

    Raises RuntimeError if it does not start; then standard error says why.
    """
    with tempfile.TemporaryDirectory(prefix="modelarts-simulator-") as folder:
        address_file = Path(folder) / "address"
        with subprocess.Popen(
            [sys.executable, "-m", "simulator", "--until-eof", "--address-file", str(address_file), *arguments],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        ) as process:
            try:
                give_up = time.monotonic() + START_SECONDS
                while not address_file.exists():
                    if process.poll() is not None or time.monotonic() > give_up:
                        raise RuntimeError("the simulator did not start")
                    time.sleep(0.02)
                yield address_file.read_text(encoding="utf-8").strip()
            finally:
                process.terminate()
