# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated cloud that everything is measured on."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Sequence

TESTS = Path(__file__).resolve().parents[1]
START_SECONDS = 20.0
TOKEN = "token-that-is-ready" + "x" * 3000  # as long as real ones
PROJECT = "0123456789abcdef0123456789abcdef"
USER: dict[str, Any] = {"name": "demo-user", "password": "demo-Passw0rd!secret", "domain": {"name": "demo-account"}}
CANCELED = 13
# The simulator's own jobs at its start; a case may have more, not fewer.
LEAST_JOBS = 20


@dataclass(frozen=True)
class Setting:
    """What a case finds: how many jobs, all stopped; seconds for one to run, and for each request; requests a second."""

    jobs: int = LEAST_JOBS
    start_seconds: float = 0.5
    latency: float = 0.0
    rate: int = 0


class Cloud:
    """A simulator that runs. ``ca_path`` where it speaks TLS."""

    def __init__(self, address: str, ca_path: Optional[Path]) -> None:
        self.address = address
        self.ca_path = ca_path
        # What a client of one's own for its control interface needs to trust it.
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_trusting(ca_path))
        ).open

    def prepare(self, setting: Setting) -> None:
        """Everything as at its start, and as the setting says."""
        options = {"start_seconds": setting.start_seconds, "latency": setting.latency}
        if setting.rate:
            options["rate_limit"] = setting.rate
        jobs = {str(number): {"status": CANCELED} for number in range(1, setting.jobs + 1)}
        self._control("POST", "reset", {"options": options, "jobs": jobs})

    def log(self) -> list[dict[str, Any]]:
        """Every request since then."""
        entries: list[dict[str, Any]] = self._control("GET", "requests")
        return entries

    def _control(self, method: str, path: str, content: Optional[Any] = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.address}/_simulator/{path}", body, method=method)
        with self._open(request, timeout=60) as answer:
            return json.load(answer)


def seen(log: Sequence[Mapping[str, Any]], service: float) -> dict[str, Any]:
    """What a log says of a sample. ``service``: seconds that the last job took to run."""
    restarts = [entry["time"] for entry in log if entry["operation"] == "restart"]
    looked = restarts and log[-1]["operation"] != "restart"
    return {
        "requests": dict(Counter(entry["operation"] for entry in log)),
        "throttled": sum(entry["status"] == 429 for entry in log),
        "lag": log[-1]["time"] - restarts[-1] - service if looked and service else None,
    }


def _trusting(ca_path: Optional[Path]) -> Any:
    return ssl.create_default_context(cafile=str(ca_path) if ca_path else None)


@contextmanager
def running(scratch: Path, tls: bool) -> Iterator[Cloud]:
    """Run a simulator; it is stopped whatever happens."""
    name = "tls" if tls else "plain"
    address_file, ca_path = scratch / f"address-{name}", scratch / "ca.pem"
    more = ["--tls", "--ca-file", str(ca_path)] if tls else []
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--address-file", str(address_file), "--token", TOKEN, *more],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + START_SECONDS
        while not address_file.exists():
            if process.poll() is not None or time.monotonic() > give_up:
                raise SystemExit("The simulator did not start.")
            time.sleep(0.02)
        yield Cloud(address_file.read_text(encoding="utf-8").strip(), ca_path if tls else None)
    finally:
        process.terminate()
        process.wait()
