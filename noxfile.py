# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project's sessions: ansible-test and the demonstration here, the rest as antsibull-nox.toml says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import antsibull_nox
import nox

nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["check"]

ROOT = Path(__file__).parent.resolve()
CACHE = ROOT / ".cache"
# ansible-test works only on a collection that lies where Ansible looks for one.
COLLECTION = CACHE / "ansible_collections" / "mlops" / "modelarts"
# What ansible-test keeps goes there, not to the user's home.
HOME = CACHE / "home"
ANSIBLE_CORE = "ansible-core >= 2.16"
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")

antsibull_nox.load_antsibull_nox_toml()


@nox.session(default=False)
def check(session: nox.Session) -> None:
    """Run everything that must hold, and sum it up."""
    session.run("python", "tests/check.py", *session.posargs)


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Restart a job of a simulated ModelArts with real Ansible commands."""
    session.install("--requirement", "tests/demo/requirements.txt")
    session.run("python", "tests/demo/run.py")


@nox.session(default=False)
def sanity(session: nox.Session) -> None:
    """Run Ansible's own checks of collections, module code on each Python that is here."""
    run_ansible_test(session, "sanity", *session.posargs)


@nox.session(default=False)
def units(session: nox.Session) -> None:
    """Run the unit tests."""
    session.install("--requirement", "tests/unit/requirements.txt")
    run_ansible_test(session, "units", "--local", "--requirements", "--python", this_python(), *session.posargs)


@nox.session(default=False)
def integration(session: nox.Session) -> None:
    """Drive the module through real Ansible against the simulator."""
    session.install("--requirement", "tests/integration/requirements.txt")
    run_ansible_test(session, "integration", "--local", "--python", this_python(), *session.posargs)


def run_ansible_test(session: nox.Session, command: str, *arguments: str) -> None:
    """Run an ansible-test command on a copy of the working tree, with its caches kept from run to run."""
    session.install(ANSIBLE_CORE)
    lay_out_collection()
    provide_pip()
    environ = {"HOME": str(HOME), "PATH": search_path(Path(session.bin)), "ANSIBLE_TEST_PREFER_PODMAN": ""}
    with session.chdir(COLLECTION):
        session.run("ansible-test", command, "--color", "no", *arguments, env=environ)


def lay_out_collection() -> None:
    """Copy what git tracks, and what it would, to where ansible-test wants it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if COLLECTION.exists():
        shutil.rmtree(COLLECTION)
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            (COLLECTION / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COLLECTION / name)
    # Else ansible-test would ask the repository around it, which ignores this copy.
    subprocess.run(["git", "init", "--quiet"], cwd=COLLECTION, check=True)


def provide_pip() -> None:
    """Give ansible-test the pip that each Python brings: it would fetch one from a host that may be out of reach."""
    for version in ("24_2", "25_2"):
        script = HOME / ".ansible" / "test" / "cache" / f"get_pip_{version}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / "tests" / "get_pip.py", script)


def search_path(bin_folder: Path) -> str:
    """The session's programs, the system's, and each Python itself: pyenv's stand-ins for them mislead ansible-test."""
    folders = [bin_folder]
    folders += [Path(folder) for folder in os.get_exec_path() if Path(folder).name != "shims"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for version in PYTHONS:
        folders += sorted(pyenv.glob(f"versions/{version}.*/bin"))
    return os.pathsep.join(str(folder) for folder in folders)


def this_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
