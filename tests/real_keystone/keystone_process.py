# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real Keystone as a process, and its administrator."""

from __future__ import annotations

import grp
import json
import os
import pwd
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Optional

import requests

from ..support.background import background

START_SECONDS = 60.0
REGION = "eu-de"
ADMIN_PASSWORD = "of-the-administrator"

_CONFIGURATION = """\
[DEFAULT]
log_file = {folder}/keystone.log
[database]
connection = sqlite:///{folder}/keystone.db
[identity]
# As fast as possible: nobody attacks this one.
password_hash_rounds = 4
[token]
provider = fernet
expiration = {token_seconds}
[fernet_tokens]
key_repository = {folder}/fernet-tokens
[fernet_receipts]
key_repository = {folder}/fernet-receipts
"""


class Keystone:
    """A running Keystone: what its administrator can do, and its log of requests."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder

    def sign_in(self, user: str, password: str, domain: str, scope: Any) -> requests.Response:
        """Sign in without the collection's code, and return the answer."""
        identity = {
            "methods": ["password"],
            "password": {"user": {"name": user, "password": password, "domain": {"name": domain}}},
        }
        return requests.post(
            f"{self.address}/v3/auth/tokens", json={"auth": {"identity": identity, "scope": scope}}, timeout=30
        )

    def administer(
        self, method: str, path: str, content: Optional[dict[str, Any]] = None, about: Optional[str] = None
    ) -> Any:
        """Send a request as administrator, ``about`` another token if one is given. Return the content of the answer, or null.

        Each request uses a new token, as tokens are short-lived.
        """
        scope = {"project": {"name": "admin", "domain": {"name": "Default"}}}
        token = self.sign_in("admin", ADMIN_PASSWORD, "Default", scope).headers["X-Subject-Token"]
        headers = {"X-Auth-Token": token, "X-Subject-Token": about}
        answer = requests.request(method, f"{self.address}/v3/{path}", json=content, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def make(self, kind: str, **fields: Any) -> str:
        """Create a domain, a project, a user …, and return its ID."""
        return str(self.administer("POST", f"{kind}s", {kind: fields})[kind]["id"])

    def revoke(self, token: str) -> None:
        self.administer("DELETE", "auth/tokens", about=token)

    def knows(self, token: str) -> bool:
        """Return whether the token is valid."""
        headers = {"X-Auth-Token": token, "X-Subject-Token": token}
        status = requests.get(f"{self.address}/v3/auth/tokens", headers=headers, timeout=30).status_code
        return status == 200

    @property
    def log(self) -> list[dict[str, Any]]:
        """All requests so far, including those of the administrator."""
        return [json.loads(line) for line in (self._folder / "requests").read_text(encoding="utf-8").splitlines()]


@contextmanager
def running(token_seconds: int) -> Iterator[Keystone]:
    """Set a Keystone up, and run it during the block."""
    with tempfile.TemporaryDirectory(prefix="modelarts-keystone-") as name:
        folder = Path(name)
        (folder / "keystone.conf").write_text(
            _CONFIGURATION.format(folder=folder, token_seconds=token_seconds), encoding="utf-8"
        )
        for repository in ("fernet-tokens", "fernet-receipts"):
            (folder / repository).mkdir(mode=0o700)
        _manage(folder, "db_sync")
        owner = pwd.getpwuid(os.getuid())
        group = grp.getgrgid(os.getgid())
        _manage(folder, "fernet_setup", "--keystone-user", owner.pw_name, "--keystone-group", group.gr_name)
        _manage(folder, "bootstrap", "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", REGION)
        command = [sys.executable, str(Path(__file__).with_name("server.py")), str(folder)]
        address = folder / "address"
        with background(command, _environment(), address, START_SECONDS, folder):
            yield Keystone(address.read_text(encoding="utf-8").strip(), folder)


def _manage(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("keystone-manage")), "--config-dir", str(folder), *command],
        env=_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"keystone-manage {command[0]} failed:\n{done.stderr}{_log_of(folder)}")


def _environment() -> dict[str, str]:
    """Return the environment without the user's settings for a cloud."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OS_")}


def _log_of(folder: Path) -> str:
    log = folder / "keystone.log"
    return log.read_text(encoding="utf-8", errors="replace")[-4000:] if log.exists() else ""
