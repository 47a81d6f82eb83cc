# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers of noxfile.py: the copy of the collection that tests run on, and what ansible-test needs besides."""

from __future__ import annotations

import ast
import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterable

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
# Ansible finds a collection only in a folder of this name, and so do ansible-test and Python.
COLLECTION = CACHE / "ansible_collections" / "mlops" / "modelarts"
# ansible-test keeps its files there, and not in the user's home.
HOME = CACHE / "home"


def search_path(pythons: Iterable[str]) -> str:
    """Return the search path with each Python itself at its end: pyenv's stand-ins mislead ansible-test and nox."""
    folders = [folder for folder in os.get_exec_path() if Path(folder).name != "shims"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for version in pythons:
        folders += [str(folder) for folder in sorted(pyenv.glob(f"versions/{version}.*/bin"))]
    return os.pathsep.join(folders)


def lay_out_collection() -> None:
    """Copy the files that git tracks, and those that it would track, to COLLECTION."""
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
    # Without it, ansible-test asks the repository around it, which ignores this copy.
    subprocess.run(["git", "init", "--quiet"], cwd=COLLECTION, check=True)


def prepare_home() -> None:
    """Give ansible-test a home with what it does not get otherwise: pip, and the package index that pip uses."""
    # The pip that each Python brings: ansible-test would download one from a host that may be out of reach.
    for version in ("23_1_2", "24_2", "25_2"):
        script = HOME / ".ansible" / "test" / "cache" / f"get_pip_{version}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(Path(__file__).with_name("get_pip.py"), script)
    # ansible-test hides the user's settings from pip.
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    settings = dict(line.split("=", 1) for line in listed.splitlines())
    pip_conf = configparser.RawConfigParser()
    pip_conf["global"] = {"quiet": "1", "disable-pip-version-check": "1"}
    # A later kind overrides an earlier one.
    for kind in ("global", "install", ":env:"):
        for name in ("index-url", "extra-index-url", "find-links", "trusted-host", "cert", "proxy"):
            if value := settings.get(f"{kind}.{name}"):
                pip_conf["global"][name] = ast.literal_eval(value)
    path = HOME / ".config" / "pip" / "pip.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        pip_conf.write(stream)
