# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of the module on a simulator, and everything that is known about it afterwards."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping

from ansible_collections.mlops.modelarts.tests.faults.matrix import CHANGES, Cell
from ansible_collections.mlops.modelarts.tests.support.installed import ansible, environment
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import (
    ACCOUNT,
    PASSWORD,
    PROJECT_ID,
    USER,
    Control,
)

# Runs the module with these arguments and returns its result.
RunModule = Callable[[Mapping[str, Any]], dict[str, Any]]
# Longer than any run may take, in seconds.
_AT_MOST = 110.0


@dataclass
class Run:
    """The cell, its result, and what the simulator knows: its log, the true state of its jobs by ID, and its remaining faults.
    ``seconds`` is how long the run took."""

    cell: Cell
    result: Mapping[str, Any]
    log: list[dict[str, Any]]
    jobs: Mapping[str, Mapping[str, Any]]
    faults: list[dict[str, Any]]
    seconds: float

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The requests for a change."""
        return [entry for entry in self.log if entry["operation"] in CHANGES]

    @property
    def met(self) -> list[dict[str, Any]]:
        """The requests of the operation that the fault is meant for."""
        return [entry for entry in self.log if entry["operation"] == self.cell.task.operation]

    @property
    def faulted(self) -> list[dict[str, Any]]:
        """The requests that met the fault."""
        skip, times = self.cell.task.skip, self.cell.times
        return [] if self.cell.answer is None else self.met[skip : None if times is None else skip + times]

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))


def carried_out(cell: Cell, address: str, run_module: RunModule) -> Run:
    """Run the cell on the simulator at the address. No other run may use it meanwhile."""
    control = Control(address)
    control.reset(cell.scenario())
    started = time.monotonic()
    result = run_module({**connection(address), **cell.arguments})
    seconds = time.monotonic() - started
    log, jobs, faults = (control("GET", path) for path in ("requests", "jobs", "faults"))
    return Run(cell, result, log, jobs, faults, seconds)


def connection(address: str) -> dict[str, Any]:
    """Return the options to sign in to a simulator with a password."""
    return {
        "auth_url": address,
        "endpoint": address,
        "project_id": PROJECT_ID,
        "username": USER,
        "password": PASSWORD,
        "domain_name": ACCOUNT,
        # Plain http has none, and reading the certificates of all CAs would take most of the time of a run.
        "validate_certs": False,
    }


def by_launcher(path: Path) -> RunModule:
    """Return what runs the module through the launcher that listens there."""

    def run(arguments: Mapping[str, Any]) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as launcher:
            launcher.settimeout(_AT_MOST)
            launcher.connect(str(path))
            launcher.sendall(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
            launcher.shutdown(socket.SHUT_WR)
            printed = launcher.makefile(encoding="utf-8").read()
        result: dict[str, Any] = json.loads(printed)
        return result

    return run


def by_playbook(collections: Path, folder: Path) -> RunModule:
    """Return what runs it with ansible-playbook and the installed collections; ``folder`` is for its files."""

    def run(arguments: Mapping[str, Any]) -> dict[str, Any]:
        options = {name: value for name, value in arguments.items() if not name.startswith("_")}
        tasks = [
            {"mlops.modelarts.modelarts_viz_job": options, "register": "outcome", "ignore_errors": True},
            {"ansible.builtin.debug": {"var": "outcome"}},
        ]
        playbook = folder / "playbook.json"
        playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
        environ = environment(collections, ANSIBLE_HOME=str(folder), ANSIBLE_CALLBACK_RESULT_FORMAT="json")
        command = ansible("ansible-playbook", str(playbook))
        played = subprocess.run(command, env=environ, check=True, capture_output=True, text=True, timeout=_AT_MOST)
        _tasks, _mark, shown = played.stdout.rpartition("=> {")
        result: dict[str, Any] = json.JSONDecoder().raw_decode("{" + shown)[0]["outcome"]
        return result

    return run
