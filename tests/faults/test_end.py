# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real plays that end early, at many moments: nothing is sent afterwards, on whatever connection."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional
from urllib.parse import urlsplit

import pytest
from ansible_collections.mlops.modelarts.tests.faults.run import connection
from ansible_collections.mlops.modelarts.tests.support.installed import ansible, environment
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import Control, simulated_cloud

# How many plays run at the same time: a start needs a whole processor.
AT_ONCE = 4
# Seconds that a TLS handshake takes, and an answer.
HANDSHAKE = 1.0
LATENCY = 0.3
# Seconds that it may take a loaded machine to stop, and seconds for which nothing may be sent then.
MARGIN = 0.5
SILENCE = 3.0
_PATIENCE = 60.0


@dataclass(frozen=True)
class End:
    """A signal that the module gets so many ``seconds`` after its first request; or Ansible's own ``timeout``, in seconds."""

    signal: Optional[signal.Signals] = None
    seconds: float = 0.0
    timeout: int = 0

    def __str__(self) -> str:
        return f"{self.signal.name}-{self.seconds}" if self.signal else f"timeout-{self.timeout}"


_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_MOMENTS = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 3.0)
ENDS = (
    *(End(_SIGNALS[number % 3], seconds) for number, seconds in enumerate(_MOMENTS)),
    *(End(timeout=seconds) for seconds in (2, 3, 4)),
)


class Gate:
    """A port before a server on which each connection is carried on after a while: its TLS handshake takes so long."""

    def __init__(self, address: str, seconds: float) -> None:
        self._port = urlsplit(address).port or 0
        self._seconds = seconds
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.address = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        time.sleep(self._seconds)
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self._port)) as server:
            threading.Thread(target=_pump, args=(server, client), daemon=True).start()
            _pump(client, server)

    def close(self) -> None:
        self._listener.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@dataclass
class Played:
    """What a play came to, and the requests that came before its end and later."""

    output: str
    before: list[dict[str, Any]]
    later: list[dict[str, Any]]


class Play:
    """A play that restarts twelve stopped jobs of a simulator of its own, behind a gate."""

    def __init__(self, end: End, collections: Path, folder: Path, control: Control, address: str) -> None:
        self._control = control
        task = {
            "mlops.modelarts.modelarts_viz_job": {
                **connection(address),
                "ca_path": str(folder / "ca.pem"),
                "validate_certs": True,
                "job_ids": [1, 2, 3, 4, 6, 10, 11, 12, 13, 14, 16, 20],
                "state": "restarted",
                "parallel": 1 if end.timeout else 3,
            },
            **({"timeout": end.timeout} if end.timeout else {}),
        }
        playbook = folder / "playbook.json"
        playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
        # So that its processes can be told from those of other plays.
        self._mark = f"PLAY={folder}".encode()
        environ = environment(collections, ANSIBLE_HOME=str(folder), PLAY=str(folder))
        self._process = subprocess.Popen(
            ansible("ansible-playbook", str(playbook)),
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(self, end: End) -> Played:
        """End it so, and wait until nothing more is sent, or long enough."""
        try:
            if end.signal:
                self._await_first_request()
                time.sleep(end.seconds)
                os.kill(self._module(), end.signal)
                time.sleep(MARGIN)
                before = self._control.log()
                output, _nothing = self._process.communicate(timeout=_PATIENCE)
            else:
                output, _nothing = self._process.communicate(timeout=_PATIENCE)
                before = self._control.log()
        finally:
            self._process.kill()
        time.sleep(SILENCE)
        return Played(output, before, self._control.log()[len(before) :])

    def _await_first_request(self) -> None:
        give_up = time.monotonic() + _PATIENCE
        while not self._control.log():
            assert time.monotonic() < give_up
            time.sleep(0.02)

    def _module(self) -> int:
        """The process ID of the module, which Ansible has started."""
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                arguments = (process / "cmdline").read_bytes().split(b"\0")
                is_module = b"python" in arguments[0] and any(b"modelarts_viz_job" in text for text in arguments[1:])
                if is_module and self._mark in (process / "environ").read_bytes().split(b"\0"):
                    return int(process.name)
        raise AssertionError("the module does not run")


@contextmanager
def slow_cloud(folder: Path) -> Iterator[tuple[Control, str]]:
    """A simulator that answers slowly, and the address at which handshakes with it are slow."""
    ca_file = folder / "ca.pem"
    options = ("--latency", str(LATENCY), "--start-seconds", "30")
    with simulated_cloud("--tls", "--ca-file", str(ca_file), *options) as address:
        gate = Gate(address, HANDSHAKE)
        try:
            yield Control(address, ca_file), gate.address
        finally:
            gate.close()


@pytest.fixture(scope="module")
def plays(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[End, Future[Played]]]:
    """Every play; all have begun."""

    def played(end: End) -> Played:
        folder = tmp_path_factory.mktemp("play")
        with slow_cloud(folder) as (control, address):
            return Play(end, collections, folder, control, address).end(end)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {end: pool.submit(played, end) for end in ENDS}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("end", ENDS, ids=str)
def test_nothing_is_sent_after_the_end(end: End, plays: Mapping[End, Future[Played]]) -> None:
    played = plays[end].result()
    assert played.before or end.timeout, "nothing was sent at all"
    assert played.later == []
    assert ("the task was interrupted" if end.signal else "Timed out after") in played.output
