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
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence
from urllib.parse import parse_qs

from ansible_collections.mlops.modelarts.tests.faults.matrix import CHANGES, Cell
from ansible_collections.mlops.modelarts.tests.schedules.history import Exchange, History
from ansible_collections.mlops.modelarts.tests.schedules.service import Reply
from ansible_collections.mlops.modelarts.tests.schedules.trouble import NoReply, Seen
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
# Where the simulator's log has another name for a request than the collection.
OPERATIONS = {"modify": "update"}
# The default of the option, in seconds.
WAIT_DELAY = 10
# Seconds that a busy machine may need to send one request.
MOMENT = 1.0
# Seconds after an answer for which a change may ride on its connection.
YOUNG = 1.0
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

    @cached_property
    def history(self) -> History:
        """The same as the schedules' promises are checked on."""
        exchanges = [_exchange(entry, self.log[:number]) for number, entry in enumerate(self.log)]
        there = [job for job in self.jobs.values() if not job["gone"]]
        return History(
            {"force": False, "wait": True, "wait_delay": WAIT_DELAY, **self.cell.arguments},
            self.cell.check_mode,
            exchanges,
            {"failed": False, **self.result},
            exchanges[0].begun,
            max(exchange.ended for exchange in exchanges),
            [
                (entry["time"], OPERATIONS.get(entry["operation"], entry["operation"]), int(entry["job_id"] or 0))
                for entry in self.changes
                if entry["applied"]
            ],
            lambda job: not any(job in (str(one["job_id"]), one["job_name"]) for one in there),
            hidden=set(),
            slack=MOMENT,
            lies=self.cell.lies or self.cell.says_gone,
        )


def _exchange(entry: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> Exchange:
    """A request in the log. An answer that was cut off is none, but for its status."""
    answered = (one["ended"] for one in reversed(earlier) if one["connection"] == entry["connection"])
    last = next(answered, None)
    query = parse_qs(entry["query"])
    content = json.loads(entry["asked"]) if entry["operation"] == "create" else {}
    exchange = Exchange(
        entry["time"],
        OPERATIONS.get(entry["operation"], entry["operation"]),
        entry["job_id"] or "",
        content.get("job_name"),
        entry["fresh"] or (last is not None and entry["time"] - last < YOUNG + MOMENT),
        page=int(query.get("page", ["0"])[0]),
        filtered="search_content" in query,
        # Who hung up before it was answered, nobody knows when.
        ended=entry["time"] if entry["status"] is None else entry["ended"],
    )
    seen: Seen = NoReply(sent=True)
    if entry["answered"] is not None and entry["status"] is not None:
        seen = Reply(entry["status"], entry["answered"].encode("latin-1"))
    exchange.note(seen)
    exchange.answered = (entry["status"], exchange.answered[1])
    return exchange


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
