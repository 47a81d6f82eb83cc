# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes that run beside a test."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping, Optional, Sequence


@contextmanager
def background(
    command: Sequence[str],
    environ: Mapping[str, str],
    ready: Path,
    seconds: float = 20.0,
    folder: Optional[Path] = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command during the block, and yield its process. It has started when the file ``ready`` exists.

    Its standard input is a pipe, which ends with this process in any case: a command that stops then is never left behind.
    It runs in ``folder``.
    Raises RuntimeError if it has not started after ``seconds``; standard error says why.
    """
    with subprocess.Popen(
        command, env=environ, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        try:
            give_up = time.monotonic() + seconds
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError(f"This did not start: {' '.join(command)}")
                time.sleep(0.02)
            yield process
        finally:
            process.terminate()
