# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure a play of one task for each module, and print it beside a play with ``ping``.

Each task restarts something, or reads something, at an address where nothing listens. So all modules fail alike, at their
first connection, and the time is what they take to start. ``python -m … [ROUNDS]``

A collection that is not installed is left out. Besides those of this Python, the collections in
``ANSIBLE_COLLECTIONS_PATH`` count, or in ``~/.ansible/collections``.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, Mapping

from ..bench.measure import Sample, median, run
from ..support.installed import ansible, environment, install

ROUNDS = 15
# Nothing listens on the port of the discard protocol.
NOWHERE = "http://127.0.0.1:9"
OPENSTACK = {
    "auth": {
        "auth_url": NOWHERE,
        "username": "somebody",
        "password": "not-used",
        "project_name": "eu-de",
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
}
OURS = {"endpoint": NOWHERE, "project_id": "0123456789abcdef", "token": "not-used", "retries": 0}

PING = "ansible.builtin.ping"
# The options of each module's task.
TASKS: Mapping[str, Mapping[str, Any]] = {
    PING: {},
    "ansible.builtin.uri": {"url": NOWHERE, "method": "POST"},
    "mlops.modelarts.modelarts_viz_job": {**OURS, "job_id": "1", "state": "restarted"},
    "mlops.modelarts.modelarts_viz_job_info": {**OURS, "job_ids": ["1"]},
    "community.hrobot.reset": {
        "hetzner_user": "somebody",
        "hetzner_password": "not-used",
        "server_number": 1,
        "reset_type": "software",
    },
    "hetzner.hcloud.server": {
        "api_endpoint": NOWHERE,
        "api_token": "0123456789abcdef" * 4,
        "name": "one",
        "state": "restarted",
    },
    "openstack.cloud.server_action": {**OPENSTACK, "name": "one", "action": "reboot_hard"},
    "opentelekomcloud.cloud.as_instance_info": {**OPENSTACK, "scaling_group": "one"},
    "amazon.aws.ec2_instance": {
        "endpoint_url": NOWHERE,
        "region": "eu-central-1",
        "access_key": "not-used",
        "secret_key": "not-used",
        "aws_config": {"retries": {"max_attempts": 0}},
        "instance_ids": ["i-0123456789abcdef0"],
        "state": "restarted",
    },
}
# For a module whose address cannot be set; `NO_PROXY` keeps all others from it.
ENVIRONMENT = {"HTTPS_PROXY": NOWHERE}
# What the output of a task that failed at its connection has.
FAILED = ("refused", "Could not connect", "Connection to")


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    paths = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(Path.home() / ".ansible" / "collections")
    with tempfile.TemporaryDirectory(prefix="modelarts-peers-") as folder:
        scratch = Path(folder)
        install(scratch)
        environ = environment(scratch, ANSIBLE_COLLECTIONS_PATH=f"{scratch}:{paths}", **ENVIRONMENT)
        names = [name for name in TASKS if is_installed(name, [scratch, *map(Path, paths.split(":"))])]
        samples: dict[str, list[Sample]] = {name: [] for name in names}
        for number in range(rounds):
            # ABC CBA ABC: a drift of the machine affects all alike.
            for name in names[:: -1 if number % 2 else 1]:
                samples[name].append(measure(name, environ, scratch))
    print(table(samples))
    return 0


def is_installed(module: str, paths: list[Path]) -> bool:
    """Whether the module's collection is there; else say so."""
    namespace, collection, _name = module.split(".")
    folder = Path("ansible_collections", namespace, collection)
    found = namespace == "ansible" or any((path / folder).is_dir() for path in [*paths, *map(Path, sys.path)])
    if not found:
        print(f"Not measured, as its collection is not installed: {module}", file=sys.stderr)
    return found


def measure(module: str, environ: Mapping[str, str], scratch: Path) -> Sample:
    """Run a play of one task. Raises SystemExit if the task did not fail at its connection."""
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{module: TASKS[module], "ignore_errors": True}],
    }
    playbook, log = scratch / f"{module}.json", scratch / "log"
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    sample = run(ansible("ansible-playbook", str(playbook)), environ, log)
    output = log.read_text(errors="replace")
    if module != PING and not any(text in output for text in FAILED):
        raise SystemExit(f"{module} did not fail at its connection:\n{output[-3000:]}")
    return sample


def table(samples: Mapping[str, list[Sample]]) -> str:
    """Return the times of the plays, and their ratios to the play with ``ping``. CPU time is steadier on a busy machine."""
    lines = [f"{'module':<42} {'wall s':>7} {'min':>7} {'/ ping':>7} {'cpu s':>7} {'/ ping':>7}"]
    ping_wall = median(sample.wall for sample in samples[PING])
    ping_cpu = median(sample.cpu for sample in samples[PING])
    for module, runs in samples.items():
        walls = [sample.wall for sample in runs]
        wall, cpu = median(walls), median(sample.cpu for sample in runs)
        lines.append(
            f"{module:<42} {wall:>7.3f} {min(walls):>7.3f} {wall / ping_wall:>7.2f} {cpu:>7.3f} {cpu / ping_cpu:>7.2f}"
        )
    rounds = len(samples[PING])
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, ansible-core {version('ansible-core')}"
    return "\n".join([*lines, "", f"Medians and minima of {rounds} plays each; {machine}."])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
