# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The measurement of one command and of everything that it starts."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterable, Mapping, Optional, Sequence


@dataclass(frozen=True)
class Sample:
    """One run, in seconds.

    ``peak`` is the memory of its largest process, in MiB. ``requests`` counts the requests by operation; the gateway refused
    ``throttled`` of them. ``service`` is the time that the service took until a job ran; ``lag`` is the time from then until
    the request that saw it.
    """

    wall: float
    cpu: float
    peak: float
    requests: Mapping[str, int] = field(default_factory=dict)
    throttled: int = 0
    service: float = 0.0
    lag: Optional[float] = None

    @property
    def own(self) -> float:
        """The wall time without that of the service."""
        return self.wall - self.service

    @property
    def sent(self) -> int:
        return sum(self.requests.values())


def run(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Sample:
    """Run the command to its end, with its output in ``log``. Raises SystemExit with that output if it fails."""
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            _pid, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        text = log.read_text(errors="replace")
        raise SystemExit(f"{' '.join(command)[:300]} ended with {process.returncode}:\n{text[-3000:]}")
    return Sample(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def median(values: Iterable[float]) -> float:
    return statistics.median(values)
