# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is in anything that is written, with every method to sign in and with Ansible at its most verbose.

Each run has a list of successes and failures. The simulated clouds repeat the secrets that they get, in every form.
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
    """What the runs left: ``returned``, their exit statuses, and ``commands``, all command lines seen."""

    folders: Folders
    returned: list[tuple[Command, int]]
    commands: set[bytes]
    secrets: dict[str, str]

    @property
    def files(self) -> list[Path]:
        """Every file that was written."""
        return [path for path in self.folders.written.rglob("*") if path.is_file() and not _is_runners_own(path)]

    def output(self, run: Command) -> str:
        folder = self.folders.written / run.name
        return "".join((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))


def _is_runners_own(path: Path) -> bool:
    """Return whether it is the file in which ansible-runner keeps the environment of a play."""
    return path.name == "command" and path.parent.parent.name == "artifacts"


@pytest.fixture(scope="module", name="record")
def _record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
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


def test_every_command_ends_as_it_must(record: Record) -> None:
    assert len(record.returned) == len(AUTH_METHODS) * 7
    for run, status in record.returned:
        assert status == run.expected, f"{run.name}:\n{record.output(run)[-5000:]}"


def test_the_secrets_were_issued_and_sent(record: Record) -> None:
    """There is a secret of each kind to look for, and the clouds repeated them except to ad-hoc commands."""
    names = "\n".join(record.secrets)
    for kind in ("signatures 0", "password of ", "token of ", "secret_key of ", "security_token of ", "of the proxy"):
        assert kind in names
    # The tokens that the simulator issues begin like this.
    assert any(secret.startswith("MII") for secret in record.secrets.values())
    for run, _status in record.returned:
        assert ("********" in record.output(run)) is ("ad hoc" not in run.name), run.name


def test_no_secret_is_written(record: Record) -> None:
    search = Search(record.secrets)
    found = list(search.in_files(record.files))
    print(f"{search.bytes} bytes in {search.files} files were searched for {len(record.secrets)} secrets")
    assert not found, "\n".join(found)


def test_no_secret_is_on_a_command_line(record: Record) -> None:
    lines = b"\n".join(record.commands)
    # The command lines of Ansible and of its modules were seen.
    for command in (b"ansible-playbook", b"ansible-inventory", b"AnsiballZ_modelarts_viz_job"):
        assert command in lines
    assert Search(record.secrets).in_bytes(lines) == []


def test_nothing_is_left_but_what_ansible_writes_and_the_cache(record: Record) -> None:
    kinds = {path.relative_to(record.folders.written).parts[1] for path in record.files}
    assert kinds == {"stdout", "stderr", "log", "artifacts", "cache"}
    kept = [path.read_text(encoding="utf-8") for path in record.files if path.parent.name == "cache"]
    assert len(kept) == len(AUTH_METHODS)
    assert all("shown" in content and "********" in content for content in kept)
