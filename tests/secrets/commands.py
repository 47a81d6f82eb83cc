# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible commands with full verbosity. Their input and their output are in different folders."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml
from ansible_collections.mlops.modelarts.tests.support.installed import BIN, ansible, environment
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import PROJECT_ID

from .auth_methods import AUTH_METHODS, SOURCES, TEMPORARY_KEY, AuthMethod, cases, echoing_path, refused_project

MODULE = "mlops.modelarts.modelarts_viz_job"
INVENTORY = "mlops.modelarts.modelarts_viz_jobs"
LOUD = ["-vvvvv", "--diff"]
PROXY_PASSWORD = "pr%40xy-p%C3%A4ss-0123456789"


@dataclass(frozen=True)
class Folders:
    """The folders: ``given`` contains the secrets, ``written`` must not."""

    collections: Path
    given: Path
    written: Path

    def give(self, name: str, content: Any) -> Path:
        """Write an input file of YAML and return its path."""
        path = self.given / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return path


@dataclass(frozen=True)
class Simulators:
    """The addresses of three simulators. The first accepts all methods but the temporary key, the second accepts that key,
    and the third refuses everything and has a certificate that cannot be verified."""

    friendly: str
    temporary: str
    hostile: str

    def connection(self, method: AuthMethod) -> dict[str, str]:
        """Return the parameters that are not secret."""
        address = self.temporary if method is TEMPORARY_KEY else self.friendly
        return {"endpoint": address, "auth_url": address, "project_id": PROJECT_ID}


@dataclass(frozen=True)
class Command:
    """A command, and the exit status that it must have. Everything that it writes goes to a folder with its name."""

    name: str
    command: list[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    expected: int = 0

    def carry_out(self, folders: Folders) -> int:
        """Run the command and return its exit status."""
        written = folders.written / self.name
        (written / "tmp").mkdir(parents=True)
        with (written / "stdout").open("wb") as out, (written / "stderr").open("wb") as errors:
            return subprocess.run(
                ansible(*(part.replace("WRITTEN", str(written)) for part in self.command)),
                env={**_environment(folders, written), **self.environ},
                cwd=folders.given,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
            ).returncode


def _environment(folders: Folders, written: Path) -> dict[str, str]:
    """Return the variables, with no credentials but those of a proxy that does not exist."""
    neutral = environment(folders.collections)
    return {
        **{name: value for name, value in neutral.items() if not name.lower().endswith("_proxy")},
        "PATH": f"{BIN}:{neutral['PATH']}",
        "HOME": str(written / "home"),
        "TMPDIR": str(written / "tmp"),
        "ANSIBLE_HOME": str(written / "home" / ".ansible"),
        "ANSIBLE_REMOTE_TEMP": str(written / "tmp"),
        "ANSIBLE_LOG_PATH": str(written / "log"),
        "ANSIBLE_DISPLAY_TRACEBACK": "always",
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "ANSIBLE_INVENTORY_ENABLED": INVENTORY,
        "ANSIBLE_INVENTORY_CACHE": "true",
        "ANSIBLE_INVENTORY_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_INVENTORY_CACHE_CONNECTION": str(written / "cache"),
        "HTTPS_PROXY": f"http://someone:{PROXY_PASSWORD}@127.0.0.1:1",
        "NO_PROXY": "127.0.0.1",
    }


def all_commands(folders: Folders, simulators: Simulators) -> Iterator[Command]:
    """Yield each method to sign in, from each source, through each command."""
    clouds = folders.give(
        "clouds.yaml", {"clouds": {method.name: method.cloud(secret=False) for method in AUTH_METHODS}}
    )
    folders.give("secure.yaml", {"clouds": {method.name: method.cloud(secret=True) for method in AUTH_METHODS}})
    for method in AUTH_METHODS:
        # The parameters of the play, and the environment of the command.
        given: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
            (dict(method.parameters), {}),
            ({}, method.environ),
            ({"cloud": method.name}, {"OS_CLIENT_CONFIG_FILE": str(clouds)}),
        )
        for number, (source, (parameters, environ)) in enumerate(zip(SOURCES, given)):
            playbook = _play(method, number, simulators, parameters)
            name = f"{method.name}, {source}"
            if environ and not parameters:
                yield _through_runner(folders, name, playbook, environ)
            else:
                path = folders.give(f"{name}.yml", playbook)
                yield Command(name, ["ansible-playbook", str(path), *LOUD], environ)
        address = simulators.connection(method)
        arguments = " ".join(f"{name}={value}" for name, value in address.items())
        for what, number, environ, expected in (("right", 3, method.environ, 0), ("wrong", 4, method.wrong_environ, 2)):
            job = f"job_id={method.job(number)} state=restarted {arguments}"
            command = ["ansible", "localhost", "-m", MODULE, "-a", job, *LOUD]
            yield Command(f"{method.name}, ad hoc, {what}", command, environ, expected)
        echoing = {**address, "endpoint": address["endpoint"] + echoing_path(method)}
        yield _inventory(folders, f"{method.name}, inventory", echoing, method.environ, expected=0)
        refusing = {
            "endpoint": simulators.hostile,
            "auth_url": simulators.hostile,
            "project_id": refused_project(method),
            "validate_certs": False,
        }
        yield _inventory(
            folders, f"{method.name}, refused inventory", {**refusing, **method.parameters}, {}, expected=1
        )


def _play(
    method: AuthMethod, number: int, simulators: Simulators, parameters: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a play with a task for each case, and a last one that fails if another did not end as it must."""
    tasks = []
    outcomes = []
    for index, case in enumerate(cases(method, number, simulators.hostile)):
        module = f"{MODULE}_info" if case.info else MODULE
        outcome = f"case_{index}"
        task = {"name": case.name, module: dict(case.options), "register": outcome, "check_mode": case.check_mode}
        tasks.append({**task, "ignore_errors": case.category is not None})
        if case.category is None:
            outcomes.append(f"{outcome} is success")
        else:
            outcomes.append(f"{outcome} is failed and {outcome}.error.category | default('') == '{case.category}'")
    tasks.append({"name": "Check the results", "ansible.builtin.assert": {"that": outcomes}})
    # Secrets go into the variables of the play, which Ansible does not show.
    return [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"given": dict(parameters)},
            "module_defaults": {
                "group/mlops.modelarts.all": {
                    **simulators.connection(method),
                    **{name: f"{{{{ given.{name} }}}}" for name in parameters},
                }
            },
            "tasks": tasks,
        }
    ]


def _through_runner(folders: Folders, name: str, playbook: Any, environ: Mapping[str, str]) -> Command:
    """Return the command as AWX runs it."""
    folder = folders.given / name
    folders.give(f"{name}/project/play.yml", playbook)
    folders.give(f"{name}/env/envvars", dict(environ))
    (folder / "env" / "cmdline").write_text(" ".join(LOUD), encoding="utf-8")
    command = ["ansible-runner", "run", str(folder), "-p", "play.yml", "--artifact-dir", "WRITTEN/artifacts"]
    return Command(name, [*command, "--ident", "job"])


def _inventory(
    folders: Folders, name: str, options: Mapping[str, Any], environ: Mapping[str, str], expected: int
) -> Command:
    path = folders.give(f"{name}.modelarts_viz_jobs.yml", {"plugin": INVENTORY, **options})
    return Command(name, ["ansible-inventory", "-i", str(path), "--list", "-vvvvv"], environ, expected)
