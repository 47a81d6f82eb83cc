# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: a job of a simulated cloud is restarted by the installed collection, with real Ansible commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PLAYBOOK = ["ansible-playbook", "mlops.modelarts.restart", "-e", "modelarts_job_id=10"]
# Who the simulator lets in, unless it is told otherwise.
ACCESS_KEY = {
    "HW_ACCESS_KEY": "SIMULATORAK0000000001",
    "HW_SECRET_KEY": "simulator-secret-key-0123456789abcdef",
    "HW_PROJECT_ID": "0123456789abcdef0123456789abcdef",
}
START_SECONDS = 20


def main() -> int:
    """Run the three steps; return 0 if each ended as it should."""
    with tempfile.TemporaryDirectory(prefix="modelarts-demo-") as folder:
        scratch = Path(folder)
        (scratch / "ansible.cfg").touch()
        print("Building and installing the collection, and starting a simulated ModelArts ...", flush=True)
        install(scratch)
        with simulator(scratch) as address:
            environ = environment(scratch)
            endpoint = ["-e", f"modelarts_endpoint={address}"]
            steps: tuple[tuple[str, list[str], int], ...] = (
                ("1. What would happen? Check mode sends nothing that changes anything.", ["--check", "--diff"], 0),
                ("2. Restart the job, and wait until it runs.", ["--diff"], 0),
                ("3. Once more: the job runs now, so this is refused, and the message says what to do.", [], 2),
            )
            for title, options, expected in steps:
                command = PLAYBOOK + options
                print(f"\n=== {title}\n$ {' '.join(command)}", flush=True)
                status = subprocess.run(
                    ansible(command + endpoint), env=environ, check=False, stderr=subprocess.STDOUT
                ).returncode
                if status != expected:
                    print(f"The step ended with {status} instead of {expected}.", file=sys.stderr)
                    return 1
            with urllib.request.urlopen(f"{address}/_simulator/requests?operation=restart") as answer:
                seen = len(json.load(answer))
            print(f"=== Requests to restart a job that the simulated service has seen: {seen}")
    return 0


def ansible(command: list[str]) -> list[str]:
    """The command as it runs: Ansible of the environment that runs this script."""
    return [str(BIN / command[0]), *command[1:]]


def environment(scratch: Path) -> dict[str, str]:
    """What Ansible gets to see: an access key, and nothing of the user's own settings for Ansible and the cloud."""
    foreign = ("ANSIBLE_", "HW_", "HUAWEICLOUD_", "OS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    quiet = {
        "ANSIBLE_CONFIG": str(scratch / "ansible.cfg"),
        "ANSIBLE_HOME": str(scratch / "home"),
        "ANSIBLE_REMOTE_TEMP": str(scratch / "tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(scratch),
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_FORCE_COLOR": "true" if sys.stdout.isatty() else "false",
        "NO_PROXY": "127.0.0.1",
    }
    return {**kept, **quiet, **ACCESS_KEY}


def install(scratch: Path) -> None:
    """Build the collection's archive and install it, as a user does."""
    galaxy = ansible(["ansible-galaxy", "collection"])
    quietly([*galaxy, "build", str(ROOT), "--output-path", str(scratch)], scratch)
    archive = next(scratch.glob("*.tar.gz"))
    quietly([*galaxy, "install", "--offline", "--collections-path", str(scratch), str(archive)], scratch)


def quietly(command: list[str], scratch: Path) -> None:
    """Run a command whose output matters only if it fails."""
    done = subprocess.run(command, env=environment(scratch), check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def simulator(scratch: Path) -> Iterator[str]:
    """Run the simulator; its address. It is stopped whatever happens."""
    address_file = scratch / "address"
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--address-file", str(address_file)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + START_SECONDS
        while not address_file.exists():
            if process.poll() is not None or time.monotonic() > give_up:
                raise SystemExit("The simulator did not start.")
            time.sleep(0.05)
        yield address_file.read_text().strip()
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; everything that was started has been stopped.")
