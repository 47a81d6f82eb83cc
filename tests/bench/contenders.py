# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contenders, which all do the same: each is a command, with the play or the script that it runs."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

from ..support.installed import BIN
from ..support.simulated_cloud import PROJECT_ID
from .cloud import TOKEN, USER, Cloud

HERE = Path(__file__).resolve().parent
PARALLEL = 8


@dataclass(frozen=True)
class Work:
    """The work and its cloud. ``module_python``: the Python for modules, if it is not Ansible's own."""

    cloud: Cloud
    scratch: Path
    jobs: int
    wait: bool = True
    fleet: bool = True
    password: bool = False
    check: bool = False
    forks: int = 5
    module_python: Optional[Path] = None

    @property
    def job_ids(self) -> list[int]:
        return list(range(1, self.jobs + 1))

    @property
    def ca(self) -> dict[str, str]:
        return {"ca_path": str(self.cloud.ca_path)} if self.cloud.ca_path else {}

    @property
    def connection(self) -> dict[str, Any]:
        """The connection options of our modules and of the inventory."""
        where = {"endpoint": self.cloud.address, "project_id": PROJECT_ID, **self.ca}
        if not self.password:
            return {**where, "token": TOKEN}
        sign_in = {"username": USER["name"], "password": USER["password"], "domain_name": USER["domain"]["name"]}
        return {**where, "auth_url": self.cloud.address, **sign_in}

    def file(self, name: str, content: Any) -> str:
        """Write a file and return its path. It is JSON: also YAML, but faster to read."""
        path = self.scratch / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)


Contender = Callable[[Work], list[str]]


def _play(work: Work, name: str, tasks: list[Any], *options: str, hosts: str = "localhost") -> list[str]:
    play: dict[str, Any] = {"hosts": hosts, "gather_facts": False, "tasks": tasks}
    if work.module_python:
        play["vars"] = {"ansible_python_interpreter": str(work.module_python)}
    return [str(BIN / "ansible-playbook"), work.file(f"{name}.json", [play]), *options]


def ping(work: Work) -> list[str]:
    """The floor of every play: a task that does nothing."""
    return _play(work, "ping", [{"ansible.builtin.ping": {}}])


def module(work: Work) -> list[str]:
    """Our module."""
    which = {"job_ids": work.job_ids} if work.fleet else {"job_id": "1"}
    options = {**work.connection, **which, "state": "restarted", "wait": work.wait, "parallel": PARALLEL}
    # Without --diff: the output of the play is not measured.
    return _play(work, "module", [{"mlops.modelarts.modelarts_viz_job": options}], *(["--check"] if work.check else []))


def module_loop(work: Work) -> list[str]:
    """Our module in a loop, which it does not need."""
    options = {**work.connection, "job_id": "{{ item }}", "state": "restarted", "wait": work.wait}
    return _play(work, "module-loop", [{"mlops.modelarts.modelarts_viz_job": options, "loop": work.job_ids}])


def uri(work: Work) -> list[str]:
    """The best play without our module: it restarts all jobs before it waits for the first one."""
    jobs_url = f"{work.cloud.address}/v1/{PROJECT_ID}/visualization-jobs"
    looped = {"loop": work.job_ids} if work.fleet else {}
    one = "{{ item }}" if work.fleet else "1"
    headers = {"X-Auth-Token": "{{ signed_in.x_subject_token }}" if work.password else TOKEN}
    sign_in: dict[str, Any] = {
        "ansible.builtin.uri": {
            "url": f"{work.cloud.address}/v3/auth/tokens?nocatalog=1",
            "method": "POST",
            "body_format": "json",
            "body": {
                "auth": {
                    "identity": {"methods": ["password"], "password": {"user": USER}},
                    "scope": {"project": {"id": PROJECT_ID}},
                }
            },
            "status_code": 201,
            **work.ca,
        },
        "register": "signed_in",
    }
    restart: dict[str, Any] = {
        "ansible.builtin.uri": {
            "url": f"{jobs_url}/{one}/restart",
            "method": "POST",
            "headers": headers,
            **work.ca,
        },
        "register": "restarted",
        "failed_when": "restarted is failed or not restarted.json.is_success",
        **looped,
    }
    await_running: dict[str, Any] = {
        "ansible.builtin.uri": {"url": f"{jobs_url}/{one}", "headers": headers, **work.ca},
        "register": "job",
        "until": "job.json.status | default(0) == 8",
        "retries": 600,
        "delay": 1,
        **looped,
    }
    return _play(work, "uri", [*([sign_in] if work.password else []), restart, *([await_running] if work.wait else [])])


def _script(name: str, work: Work, **asked: Any) -> list[str]:
    common = {"address": work.cloud.address, "project": PROJECT_ID, "token": TOKEN, "wait": work.wait}
    ca_path = work.ca.get("ca_path")
    return [sys.executable, str(HERE / name), json.dumps({**common, "ca_path": ca_path, **asked})]


def sdk(work: Work) -> list[str]:
    """The SDK in a loop."""
    return _script("sdk.py", work, job_ids=[str(job_id) for job_id in work.job_ids])


def sdk_processes(work: Work) -> list[str]:
    """The SDK in a process for each job, one after another."""
    commands = (shlex.join(_script("sdk.py", work, job_ids=[str(job_id)])) for job_id in work.job_ids)
    return ["/bin/sh", "-ec", "\n".join(commands)]


def bare(work: Work) -> list[str]:
    """The same requests from `requests` and threads."""
    return _script("bare.py", work, jobs=work.jobs, parallel=PARALLEL, restart=True)


def bare_list(work: Work) -> list[str]:
    """Fetching and parsing the list."""
    return _script("bare.py", work, jobs=work.jobs, parallel=PARALLEL, restart=False)


def info(work: Work) -> list[str]:
    """Our info module."""
    return _play(work, "info", [{"mlops.modelarts.modelarts_viz_job_info": work.connection}])


def inventory(work: Work) -> list[str]:
    """Our inventory plugin."""
    source = work.file(
        "bench.modelarts_viz_jobs.yml", {"plugin": "mlops.modelarts.modelarts_viz_jobs", **work.connection}
    )
    return _listed(work, source)


def static_inventory(work: Work) -> list[str]:
    """The same hosts, with as many variables, in a file."""
    hosts = {f"viz-{number}": _variables(number) for number in work.job_ids}
    return _listed(work, work.file("static.yml", {"modelarts_viz_jobs": {"hosts": hosts}}))


def restart_fleet(work: Work) -> list[str]:
    """Our playbook for hosts: a task for each host."""
    hosts = work.file("fleet.yml", {"modelarts_viz_jobs": {"hosts": {f"viz-{n}": _variables(n) for n in work.job_ids}}})
    settings = work.file("fleet-vars.json", {"modelarts_connection": work.connection})
    playbook = ["mlops.modelarts.restart_fleet", "-e", "modelarts_all_jobs=true", "-e", f"@{settings}"]
    return [str(BIN / "ansible-playbook"), "-i", hosts, "-f", str(work.forks), *playbook]


def ping_fleet(work: Work) -> list[str]:
    """The floor of that playbook: as many hosts and forks, and a task that does nothing."""
    source = work.file(
        "pinged.yml",
        {
            "modelarts_viz_jobs": {
                "hosts": {f"viz-{n}": _variables(n) for n in work.job_ids},
                "vars": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable},
            }
        },
    )
    options = ["-i", source, "-f", str(work.forks)]
    return _play(work, "ping-fleet", [{"ansible.builtin.ping": {}}], *options, hosts="modelarts_viz_jobs")


def _listed(work: Work, source: str) -> list[str]:
    return [str(BIN / "ansible-inventory"), "-i", source, "--list", "--output", str(work.scratch / "listed.json")]


def _variables(number: int) -> dict[str, Any]:
    """Return the variables that our inventory sets for a job."""
    return {
        "modelarts_id": str(number),
        "modelarts_name": f"viz-{number}",
        "modelarts_description": f"Curves of training {number}",
        "modelarts_status": "CANCELED",
        "modelarts_status_id": 13,
        "modelarts_service_url": f"https://simulated.example/visualization/{number}",
        "modelarts_train_url": f"/simulated-bucket/training-{number}/",
        "modelarts_resource_id": f"resource-{number:08d}",
        "modelarts_created_at": "2026-11-02T09:31:00Z",
        "modelarts_duration": 3600,
    }
