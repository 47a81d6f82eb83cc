# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every method to sign in, with all that Ansible can be made to say: no secret is in anything that is written.

Each run goes through a list of successes and failures; services repeat the secrets that they were sent, in every form.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator
from urllib.parse import unquote

import pytest
from ansible_collections.mlops.modelarts.tests.secrets.auth_methods import AUTH_METHODS, refusals, scenario
from ansible_collections.mlops.modelarts.tests.secrets.command_lines import command_lines
from ansible_collections.mlops.modelarts.tests.secrets.commands import (
    PROXY_PASSWORD,
    Command,
    Folders,
    Simulators,
    all_commands,
)
from ansible_collections.mlops.modelarts.tests.secrets.search import Search
from ansible_collections.mlops.modelarts.tests.support.installed import install
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import Control, simulated_cloud

AT_A_TIME = 2


@dataclass
class Record:
    """What the runs have left behind. ``returned``: what each has returned; ``commands``: all command lines seen."""

    folders: Folders
    returned: list[tuple[Command, int]]
    commands: set[bytes]
    secrets: dict[str, str]

    @property
    def files(self) -> list[Path]:
        """All that was written."""
        return [path for path in self.folders.written.rglob("*") if path.is_file() and not _is_runners_own(path)]

    def output(self, run: Command) -> str:
        folder = self.folders.written / run.name
        return "".join((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))


def _is_runners_own(path: Path) -> bool:
    """Whether it is the file in which ansible-runner keeps the environment that it was told to run a play in."""
    return path.name == "command" and path.parent.parent.name == "artifacts"


@pytest.fixture(scope="module", name="evidence")
def _evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    base = tmp_path_factory.mktemp("runs")
    folders = Folders(base / "collections", base / "given", base / "written")
    for folder in (folders.collections, folders.given, folders.written):
        folder.mkdir()
    with ExitStack() as stack:
        install(folders.collections)
        authority = folders.collections / "ca.pem"
        simulators = Simulators(
            stack.enter_context(simulated_cloud()),
            stack.enter_context(simulated_cloud()),
            stack.enter_context(simulated_cloud("--tls", "--ca-file", str(authority))),
        )
        yield _carried_out(folders, simulators, authority)


def _carried_out(folders: Folders, simulators: Simulators, authority: Path) -> Record:
    scenarios = {
        simulators.friendly: scenario(temporary=False),
        simulators.temporary: scenario(temporary=True),
        simulators.hostile: refusals(),
    }
    controls = {address: Control(address, authority if address.startswith("https") else None) for address in scenarios}
    for address, content in scenarios.items():
        controls[address].reset(content)
    runs = list(all_commands(folders, simulators))
    with command_lines() as commands, ThreadPoolExecutor(AT_A_TIME) as pool:
        returned = list(zip(runs, pool.map(lambda run: run.carry_out(folders), runs)))
    secrets = {"password of the proxy, as written": PROXY_PASSWORD, "password of the proxy": unquote(PROXY_PASSWORD)}
    for method in AUTH_METHODS:
        secrets.update(method.all_secrets)
    for address, control in controls.items():
        for kind, credentials in control("GET", "credentials").items():
            secrets.update({f"{kind} {number} at {address}": text for number, text in enumerate(credentials)})
    return Record(folders, returned, commands, secrets)


def test_every_run_came_to_what_it_should(evidence: Record) -> None:
    assert len(evidence.returned) == len(AUTH_METHODS) * 7
    for run, status in evidence.returned:
        assert status == run.expected, f"{run.name}:\n{evidence.output(run)[-5000:]}"


def test_the_secrets_were_issued_and_sent(evidence: Record) -> None:
    """Of each kind there is one to look for, and services have repeated them, but for those of the ad-hoc commands."""
    names = "\n".join(evidence.secrets)
    for kind in ("signatures 0", "password of ", "token of ", "secret_key of ", "security_token of ", "of the proxy"):
        assert kind in names
    # As those begin that the simulator issues.
    assert any(secret.startswith("MII") for secret in evidence.secrets.values())
    for run, _status in evidence.returned:
        assert ("********" in evidence.output(run)) is ("ad hoc" not in run.name), run.name


def test_no_secret_is_written(evidence: Record) -> None:
    search = Search(evidence.secrets)
    found = list(search.in_files(evidence.files))
    print(f"{search.bytes} bytes in {search.files} files were searched for {len(evidence.secrets)} secrets")
    assert not found, "\n".join(found)


def test_no_secret_is_on_a_command_line(evidence: Record) -> None:
    lines = b"\n".join(evidence.commands)
    # They were seen: those of Ansible and of the modules that it runs.
    for command in (b"ansible-playbook", b"ansible-inventory", b"AnsiballZ_modelarts_viz_job"):
        assert command in lines
    assert Search(evidence.secrets).in_bytes(lines) == []


def test_nothing_is_left_but_what_ansible_writes_and_the_cache(evidence: Record) -> None:
    kinds = {path.relative_to(evidence.folders.written).parts[1] for path in evidence.files}
    assert kinds == {"stdout", "stderr", "log", "artifacts", "cache"}
    kept = [path.read_text(encoding="utf-8") for path in evidence.files if path.parent.name == "cache"]
    assert len(kept) == len(AUTH_METHODS)
    assert all("shown" in content and "********" in content for content in kept)
