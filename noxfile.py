# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project's sessions: ansible-test and the demonstration here, the rest as antsibull-nox.toml says."""

from __future__ import annotations

import ast
import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable

import antsibull_nox
import nox

nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["check"]

ROOT = Path(__file__).parent.resolve()
CACHE = ROOT / ".cache"
# ansible-test works only on a collection that lies where Ansible looks for one.
COLLECTION = CACHE / "ansible_collections" / "mlops" / "modelarts"
# What ansible-test keeps goes there, not to the user's home.
HOME = CACHE / "home"
NEWEST = ">=2.16"
# Each version of ansible-core that is tested, and the Python that it runs on.
MATRIX = (("2.16", "3.10"), ("2.19", "3.11"), ("2.21", "3.13"))
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
OLDEST_PYTHON = "3.9"
OLDEST_REQUESTS = "requests==2.28.0"
MANY_SCHEDULES = "tests/schedules/test_schedules.py::test_promises_hold_on_every_schedule"
STATIC = ("lint", "ansible-lint", "docs-check", "license-check", "extra-checks", "build-import-check")
# The slow ones that most often find something come first, the unit tests with their own summary last.
STEPS = (
    "sanity",
    "integration",
    "secrets",
    *STATIC,
    "signer",
    "simulator",
    "schedules",
    "faults",
    "coverage",
    "units",
)
# The same on every version of ansible-core, on the oldest Python and `requests`, and with a real Keystone.
ALL_STEPS = (
    *(f"sanity-{core}" for core, _python in MATRIX),
    *(f"integration-{core}" for core, _python in MATRIX),
    "integration-oldest",
    *STATIC,
    "keystone",
    "secrets",
    "signer",
    "simulator",
    "schedules",
    "faults",
    "coverage",
    "units-oldest",
    *(f"units-{core}" for core, _python in MATRIX),
)


def search_path() -> str:
    """The search path with each Python itself at its end: pyenv's stand-ins for them mislead ansible-test and nox."""
    folders = [folder for folder in os.get_exec_path() if Path(folder).name != "shims"]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for version in PYTHONS:
        folders += [str(folder) for folder in sorted(pyenv.glob(f"versions/{version}.*/bin"))]
    return os.pathsep.join(folders)


os.environ["PATH"] = search_path()
antsibull_nox.load_antsibull_nox_toml()


@nox.session(default=False, venv_backend="none")
def check(session: nox.Session) -> None:
    """Run everything that must hold, and sum it up."""
    session.run(sys.executable, "tests/check.py", *STEPS)


@nox.session(name="check-all", default=False, venv_backend="none")
def check_all(session: nox.Session) -> None:
    """Run the same on every version of ansible-core and Python that is here."""
    session.run(sys.executable, "tests/check.py", *ALL_STEPS)


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Restart a job of a simulated ModelArts with real Ansible commands."""
    session.install("--requirement", "tests/demo/requirements.txt")
    session.run("python", "tests/demo/run.py")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure the collection beside every other way to do the same, on the simulator."""
    session.install("--requirement", "tests/bench/requirements.txt")
    session.run("python", "-m", "bench", *session.posargs, env={"PYTHONPATH": str(ROOT / "tests")})


@nox.session(default=False)
def sanity(session: nox.Session) -> None:
    """Run Ansible's own checks of collections, on the newest ansible-core for this Python."""
    run_sanity(session, NEWEST)


@nox.session(default=False)
def units(session: nox.Session) -> None:
    """Run the unit tests."""
    run_units(session, NEWEST)


@nox.session(default=False)
def integration(session: nox.Session) -> None:
    """Drive the module through real Ansible against the simulator."""
    run_integration(session, NEWEST)


def matrix_session(command: str, core: str, python: str, run: Callable[[nox.Session, str], None]) -> None:
    """Add the session of a command of ansible-test on one version of ansible-core."""

    def run_on_core(session: nox.Session) -> None:
        run(session, f"~={core}.0")

    run_on_core.__doc__ = f"Run {command} on ansible-core {core} and Python {python}."
    nox.session(name=f"{command}-{core}", python=python, default=False)(run_on_core)


def run_sanity(session: nox.Session, core: str) -> None:
    run_ansible_test(session, core, "sanity", *session.posargs)


def run_units(session: nox.Session, core: str) -> None:
    session.install("--requirement", "tests/unit/requirements.txt")
    run_ansible_test(session, core, "units", "--requirements", *here(session), *session.posargs)


def run_integration(session: nox.Session, core: str) -> None:
    session.install("--requirement", "tests/integration/requirements.txt")
    run_ansible_test(session, core, "integration", *here(session), *session.posargs)


for tested_core, tested_python in MATRIX:
    matrix_session("sanity", tested_core, tested_python, run_sanity)
    matrix_session("units", tested_core, tested_python, run_units)
    matrix_session("integration", tested_core, tested_python, run_integration)


@nox.session(name="units-oldest", python=OLDEST_PYTHON, default=False)
def units_oldest(session: nox.Session) -> None:
    """Run the unit tests on the oldest Python and `requests` that module code runs on."""
    session.install(OLDEST_REQUESTS, "pytest", "pyyaml", "ansible-core")
    lay_out_collection()
    with session.chdir(COLLECTION):
        session.run("python", "-m", "pytest", "-p", "no:cacheprovider", "tests/unit", env={"PYTHONPATH": str(CACHE)})


@nox.session(name="integration-oldest", python=OLDEST_PYTHON, default=False)
def integration_oldest(session: nox.Session) -> None:
    """Drive the module through the newest ansible-core, on the oldest Python and `requests` that it runs on."""
    session.install(OLDEST_REQUESTS, "pyyaml")
    core, python = MATRIX[-1]
    session.run(
        *("nox", "--session", f"integration-{core}", "--", "--controller", f"origin:python={python}"),
        *("--target", f"controller:python={OLDEST_PYTHON}@{Path(session.bin) / 'python'}"),
        external=True,
    )


@nox.session(default=False)
def simulator(session: nox.Session) -> None:
    """Test the simulator's own rules."""
    run_pytest(session, "simulator")


@nox.session(default=False)
def signer(session: nox.Session) -> None:
    """Compare signatures with those of the vendor's SDK."""
    run_pytest(session, "signer")


@nox.session(default=False)
def schedules(session: nox.Session) -> None:
    """Run whole tasks in virtual time, on thousands of schedules."""
    run_pytest(session, "schedules")


@nox.session(default=False)
def soak(session: nox.Session) -> None:
    """Run more of these schedules: the first seed, and how many."""
    install_tests(session, "schedules")
    with session.chdir(COLLECTION):
        module = "ansible_collections.mlops.modelarts.tests.schedules"
        session.run("python", "-m", module, *session.posargs, env={"PYTHONPATH": str(CACHE)})


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """Run the installed module against a service that fails in every way, and against one that limits its rate."""
    run_pytest(session, "faults")


@nox.session(default=False)
def secrets(session: nox.Session) -> None:
    """Search all that is written, on every way to sign in, for secrets."""
    run_pytest(session, "secrets")


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Measure which branches the unit tests and some simulated tasks go through."""
    for folder in ("unit", "schedules"):
        install_tests(session, folder)
    session.install("pytest-cov", "pyyaml")
    measured = ("--cov=plugins", "--cov-branch", "--cov-report=term-missing:skip-covered", "--cov-fail-under=95")
    # The many schedules go through in processes of their own, which are not measured.
    tests = ("-p", "no:cacheprovider", "tests/unit", "tests/schedules", "--deselect", MANY_SCHEDULES)
    with session.chdir(COLLECTION):
        session.run("python", "-m", "pytest", "-q", *measured, *tests, env={"PYTHONPATH": str(CACHE)})


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Change what decides, bit by bit, and list the changes that no test notices. It takes about half an hour."""
    install_tests(session, "mutants")
    record = CACHE / "mutants.sqlite"
    with session.chdir(COLLECTION):
        settings = {"PYTHONPATH": str(CACHE)}
        session.run("cosmic-ray", "init", "--force", "tests/mutants/cosmic-ray.toml", str(record), env=settings)
        session.run("cr-filter-operators", str(record), "tests/mutants/cosmic-ray.toml", env=settings)
        session.run("cosmic-ray", "exec", "tests/mutants/cosmic-ray.toml", str(record), env=settings)
        session.run("cr-report", "--surviving-only", "--show-diff", str(record))


@nox.session(default=False)
def keystone(session: nox.Session) -> None:
    """Sign in at a real Keystone."""
    run_pytest(session, "real_keystone")


def run_pytest(session: nox.Session, folder: str) -> None:
    """Run tests that ansible-test does not."""
    install_tests(session, folder)
    with session.chdir(COLLECTION):
        tests = ("-p", "no:cacheprovider", f"tests/{folder}", *session.posargs)
        session.run("python", "-m", "pytest", *tests, env={"PYTHONPATH": str(CACHE)})


def install_tests(session: nox.Session, folder: str) -> None:
    """Install what the tests need, and lay the collection out for them."""
    session.install("--requirement", f"tests/{folder}/requirements.txt")
    lay_out_collection()


def run_ansible_test(session: nox.Session, core: str, command: str, *arguments: str) -> None:
    """Run an ansible-test command on a copy of the working tree, with its caches kept from run to run."""
    session.install(f"ansible-core {core}")
    lay_out_collection()
    provide_pip()
    keep_package_index()
    with session.chdir(COLLECTION):
        session.run("ansible-test", command, "--color", "no", *arguments, env={"HOME": str(HOME)})


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


def keep_package_index() -> None:
    """Tell pip of ansible-test, to which nothing of the user's settings gets, where packages come from."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    settings = dict(line.split("=", 1) for line in listed.splitlines())
    pip_conf = configparser.RawConfigParser()
    pip_conf["global"] = {"quiet": "1", "disable-pip-version-check": "1"}
    # What a later one says holds.
    for kind in ("global", "install", ":env:"):
        for name in ("index-url", "extra-index-url", "find-links", "trusted-host", "cert", "proxy"):
            if value := settings.get(f"{kind}.{name}"):
                pip_conf["global"][name] = ast.literal_eval(value)
    path = HOME / ".config" / "pip" / "pip.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        pip_conf.write(stream)


def provide_pip() -> None:
    """Give ansible-test the pip that each Python brings: it would fetch one from a host that may be out of reach."""
    for version in ("23_1_2", "24_2", "25_2"):
        script = HOME / ".ansible" / "test" / "cache" / f"get_pip_{version}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / "tests" / "get_pip.py", script)


def here(session: nox.Session) -> tuple[str, ...]:
    """The options that have ansible-test run everything on the session's own Python, unless arguments say where."""
    if "--controller" in session.posargs:
        return ()
    python = session.python if isinstance(session.python, str) else "{}.{}".format(*sys.version_info)
    return ("--local", "--python", python)
