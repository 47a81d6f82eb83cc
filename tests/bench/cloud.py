# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated cloud for all measurements."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Sequence

from ..support.simulated_cloud import ACCOUNT, PASSWORD, Control, simulated_cloud
from ..support.simulated_cloud import USER as USER_NAME

TOKEN = "token-that-is-ready" + "x" * 3000  # as long as real ones
USER: dict[str, Any] = {"name": USER_NAME, "password": PASSWORD, "domain": {"name": ACCOUNT}}
CANCELED = 13
# The simulator has so many jobs at its start; a case may have more, not fewer.
LEAST_JOBS = 20


@dataclass(frozen=True)
class Setting:
    """The cloud of a case: how many jobs, all stopped; seconds until a job runs, and for each request; requests per second."""

    jobs: int = LEAST_JOBS
    start_seconds: float = 0.5
    latency: float = 0.0
    rate: int = 0


class Cloud:
    """A running simulator. ``ca_path`` is set if it uses TLS."""

    def __init__(self, address: str, ca_path: Optional[Path]) -> None:
        self.address = address
        self.ca_path = ca_path
        self._control = Control(address, ca_path)

    def prepare(self, setting: Setting) -> None:
        """Reset the simulator and apply the setting."""
        options = {"start_seconds": setting.start_seconds, "latency": setting.latency}
        if setting.rate:
            options["rate_limit"] = setting.rate
        jobs = {str(number): {"status": CANCELED} for number in range(1, setting.jobs + 1)}
        self._control.reset({"options": options, "jobs": jobs})

    def log(self) -> list[dict[str, Any]]:
        """Return every request since then."""
        return self._control.log()


def seen(log: Sequence[Mapping[str, Any]], service: float) -> dict[str, Any]:
    """Return the figures of a sample from the log. ``service``: seconds that the last job took to run."""
    restarts = [entry["time"] for entry in log if entry["operation"] == "restart"]
    looked = restarts and log[-1]["operation"] != "restart"
    return {
        "requests": dict(Counter(entry["operation"] for entry in log)),
        "throttled": sum(entry["status"] == 429 for entry in log),
        "lag": log[-1]["time"] - restarts[-1] - service if looked and service else None,
    }


@contextmanager
def running(scratch: Path, tls: bool) -> Iterator[Cloud]:
    """Run a simulated cloud during the block."""
    ca_path = scratch / "ca.pem" if tls else None
    with simulated_cloud("--token", TOKEN, *(["--tls", "--ca-file", str(ca_path)] if tls else [])) as address:
        yield Cloud(address, ca_path)
