# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as a user installs it, and Ansible's commands without the user's own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Ansible of the environment that runs this.
BIN = Path(sys.executable).parent
_USERS_OWN = ("ANSIBLE_", "HW_", "HUAWEICLOUD_", "OS_", "PYTHON")


def ansible(name: str, *arguments: str) -> list[str]:
    """Return the command line of one of Ansible's commands."""
    return [str(BIN / name), *arguments]


def environment(folder: Path, **others: str) -> dict[str, str]:
    """Return the variables for a command that finds collections in the folder and keeps its own files there.

    The user's settings for Ansible, Python and a cloud are left out.
    """
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(_USERS_OWN)},
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "NO_PROXY": "127.0.0.1",
        **others,
    }


def install(folder: Path) -> None:
    """Build the collection's archive and install it into the folder. Raises RuntimeError if that fails."""
    (folder / "ansible.cfg").touch()
    _galaxy(folder, "build", str(ROOT), "--output-path", str(folder))
    (archive,) = folder.glob("*.tar.gz")
    _galaxy(folder, "install", "--offline", "--collections-path", str(folder), str(archive))


def _galaxy(folder: Path, *arguments: str) -> None:
    command = ansible("ansible-galaxy", "collection", *arguments)
    done = subprocess.run(command, env=environment(folder), check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
