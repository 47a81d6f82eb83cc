# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project's sessions: tables of what they run. The rest, such as linters, is set in antsibull-nox.toml."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Callable, Union

import antsibull_nox
import nox

ROOT = Path(__file__).parent.resolve()
# At the end of the path: folders of tests have the names of standard modules.
sys.path.append(str(ROOT / "tests"))
from support.layout import CACHE, COLLECTION, HOME, lay_out_collection, prepare_home, search_path

Run = Callable[[nox.Session], None]

nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["check"]

NEWEST = ">=2.16"
# Each version of ansible-core that is tested, and the Python that it runs on.
MATRIX = (("2.16", "3.10"), ("2.19", "3.11"), ("2.21", "3.13"))
OLDEST_PYTHON = "3.9"
OLDEST_REQUESTS = "requests==2.28.0"
TESTS = "ansible_collections.mlops.modelarts.tests"
MANY_SCHEDULES = "tests/schedules/test_schedules.py::test_promises_hold_on_every_schedule"

# Commands of ansible-test: what they do, and whether they run on the session's own Python.
ANSIBLE_TEST = {
    "sanity": ("Run Ansible's own checks of collections", False),
    "units": ("Run the unit tests", True),
    "integration": ("Drive the module through real Ansible against the simulator", True),
}
# Folders of tests for pytest.
PYTEST = {
    "simulator": ("simulator", "Test the simulator's own rules."),
    "signer": ("signer", "Compare signatures with those of the vendor's SDK."),
    "schedules": ("schedules", "Run whole tasks in virtual time, on thousands of schedules."),
    "faults": (
        "faults",
        "Run the installed module against a service that fails in every way, and one that limits its rate.",
    ),
    "secrets": ("secrets", "Sign in with each method, and search everything that is written for secrets."),
    "keystone": ("real_keystone", "Sign in at a real Keystone."),
    "openstacksdk": ("openstack_config", "Compare what is read from clouds.yaml with what openstacksdk reads."),
    "otcextensions": ("other_client", "Drive the simulator with the only other client."),
}
# Folders of tests that run as programs.
PROGRAMS = {
    "demo": ("demo", "Restart a job of a simulated ModelArts with real Ansible commands."),
    "bench": ("bench", "Measure the collection beside other means to do the same, on the simulator."),
    "peers": ("peers", "Measure the start of our module beside that of modules for other clouds."),
    "soak": ("schedules", "Run more schedules. Arguments: the first seed, and how many."),
    "mutants": (
        "mutants",
        "Change the code bit by bit, and list the changes that no test notices. Arguments: its files.",
    ),
}

STATIC = ("lint", "ansible-lint", "docs-check", "license-check", "extra-checks", "build-import-check")
COUNTERPARTS = ("secrets", "signer", "openstacksdk", "simulator", "schedules", "faults", "coverage")
# The slow steps that most often find something come first. The unit tests are last, with a summary of their own.
CHECK = ("sanity", "integration", "secrets", *STATIC, *COUNTERPARTS[1:], "units")
# The same on every version of ansible-core, on the oldest Python and `requests`, and with a real Keystone.
CHECK_ALL = (
    *(f"sanity-{core}" for core, _python in MATRIX),
    *(f"integration-{core}" for core, _python in MATRIX),
    "integration-oldest",
    *STATIC,
    "keystone",
    "otcextensions",
    *COUNTERPARTS,
    "units-oldest",
    *(f"units-{core}" for core, _python in MATRIX),
)

os.environ["PATH"] = search_path(("3.9", "3.10", "3.11", "3.12", "3.13"))
antsibull_nox.load_antsibull_nox_toml()


def install_tests(session: nox.Session, *folders: str) -> None:
    """Install what the tests need, and lay the collection out for them."""
    for folder in folders:
        session.install("--requirement", f"tests/{folder}/requirements.txt")
    lay_out_collection()


def run_python(session: nox.Session, *arguments: str) -> None:
    """Run Python so that it finds the collection that was laid out."""
    session.run("python", "-m", *arguments, env={"PYTHONPATH": str(CACHE)})


def run_pytest(session: nox.Session, *arguments: str) -> None:
    """Run pytest in the collection that was laid out."""
    with session.chdir(COLLECTION):
        run_python(session, "pytest", "-p", "no:cacheprovider", *arguments)


def run_check(session: nox.Session, steps: tuple[str, ...]) -> None:
    """Run other sessions one after another, and sum them up."""
    session.run(sys.executable, "tests/support/check.py", *steps)


def run_folder(session: nox.Session, folder: str) -> None:
    """Run a folder of tests with pytest."""
    install_tests(session, folder)
    run_pytest(session, f"tests/{folder}", *session.posargs)


def run_program(session: nox.Session, folder: str, core: str = "") -> None:
    """Run a folder of tests as a program. ``core``: the versions of ansible-core, if they matter."""
    install_tests(session, folder)
    if core:
        session.install(f"ansible-core {core}")
    run_python(session, f"{TESTS}.{folder}", *session.posargs)


def run_ansible_test(session: nox.Session, command: str, core: str) -> None:
    """Run a command of ansible-test on a copy of the working tree; its caches are kept from run to run."""
    options: list[str] = []
    if ANSIBLE_TEST[command][1]:
        session.install("--requirement", f"tests/{command.replace('units', 'unit')}/requirements.txt")
        # Everything runs on the session's own Python, unless arguments say where.
        if "--controller" not in session.posargs:
            python = session.python if isinstance(session.python, str) else "{}.{}".format(*sys.version_info)
            options += ["--local", "--python", python]
    if command == "units":
        options.append("--requirements")
    session.install(f"ansible-core {core}")
    lay_out_collection()
    prepare_home()
    with session.chdir(COLLECTION):
        session.run("ansible-test", command, "--color", "no", *options, *session.posargs, env={"HOME": str(HOME)})


def run_units_oldest(session: nox.Session) -> None:
    """Run the unit tests without ansible-test, which no longer knows that Python."""
    session.install(OLDEST_REQUESTS, "pytest", "pyyaml", "ansible-core")
    lay_out_collection()
    run_pytest(session, "tests/unit")


def run_integration_oldest(session: nox.Session) -> None:
    """Run modules on the oldest Python, and Ansible on the newest."""
    session.install(OLDEST_REQUESTS, "pyyaml")
    core, python = MATRIX[-1]
    session.run(
        *("nox", "--session", f"integration-{core}", "--", "--controller", f"origin:python={python}"),
        *("--target", f"controller:python={OLDEST_PYTHON}@{Path(session.bin) / 'python'}"),
        external=True,
    )


def run_coverage(session: nox.Session) -> None:
    """Run the tests in this process alone: the many schedules run in processes of their own, which are not measured."""
    install_tests(session, "unit", "schedules")
    session.install("pytest-cov", "pyyaml")
    measured = ("--cov=plugins", "--cov-branch", "--cov-report=term-missing:skip-covered", "--cov-fail-under=95")
    run_pytest(session, "-q", *measured, "tests/unit", "tests/schedules", "--deselect", MANY_SCHEDULES)


def add(name: str, title: str, run: Run, python: Union[str, bool, None] = None) -> None:
    """Add a session; ``title`` is its line in the list of sessions. It has no environment of its own if ``python`` is False."""

    def session_of(session: nox.Session) -> None:
        run(session)

    session_of.__doc__ = title
    nox.session(name=name, python=python, default=False)(session_of)


add("check", "Run everything that must hold, and sum it up.", partial(run_check, steps=CHECK), False)
add(
    "check-all",
    "Run the same on every ansible-core and Python that is here.",
    partial(run_check, steps=CHECK_ALL),
    False,
)
for name, (text, _own_python) in ANSIBLE_TEST.items():
    add(name, f"{text}.", partial(run_ansible_test, command=name, core=NEWEST))
    for core, python in MATRIX:
        title = f"{text}, on ansible-core {core} and Python {python}."
        add(f"{name}-{core}", title, partial(run_ansible_test, command=name, core=f"~={core}.0"), python)
for name, (folder, title) in PYTEST.items():
    add(name, title, partial(run_folder, folder=folder))
for name, (folder, title) in PROGRAMS.items():
    add(name, title, partial(run_program, folder=folder))
for core, python in MATRIX:
    title = f"Measure the collection on ansible-core {core} and Python {python}."
    add(f"bench-{core}", title, partial(run_program, folder="bench", core=f"~={core}.0"), python)
add("coverage", "Measure which branches the unit tests and some schedules go through.", run_coverage)
add("units-oldest", "Run the unit tests on the oldest Python and `requests`.", run_units_oldest, OLDEST_PYTHON)
title = "Drive the module through the newest ansible-core, on the oldest Python and `requests`."
add("integration-oldest", title, run_integration_oldest, OLDEST_PYTHON)
