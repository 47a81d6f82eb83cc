# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: the installed collection restarts a job of the simulated cloud, with real Ansible commands."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from ..support.installed import ansible, environment, install
from ..support.simulated_cloud import ACCESS_KEY, PROJECT_ID, SECRET_KEY, Control, simulated_cloud

PLAYBOOK = ("ansible-playbook", "mlops.modelarts.restart", "-e", "modelarts_job_id=10")
# The title of each step, the options that it adds, and the exit status that it must have.
STEPS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("1. What would happen? Check mode sends nothing that changes anything.", ("--check", "--diff"), 0),
    ("2. Restart the job, and wait until it runs.", ("--diff",), 0),
    ("3. Once more: the job runs now, so this is refused, and the message says what to do.", (), 2),
)


def main() -> int:
    """Run the three steps; return 0 if each ended as it should."""
    with tempfile.TemporaryDirectory(prefix="modelarts-demo-") as folder:
        scratch = Path(folder)
        print("Building and installing the collection, and starting a simulated ModelArts ...", flush=True)
        install(scratch)
        environ = environment(
            scratch,
            HW_ACCESS_KEY=ACCESS_KEY,
            HW_SECRET_KEY=SECRET_KEY,
            HW_PROJECT_ID=PROJECT_ID,
            ANSIBLE_CALLBACK_RESULT_FORMAT="yaml",
            ANSIBLE_FORCE_COLOR="true" if sys.stdout.isatty() else "false",
        )
        with simulated_cloud() as address:
            for title, options, expected in STEPS:
                print(f"\n=== {title}\n$ {' '.join(PLAYBOOK + options)}", flush=True)
                command = ansible(*PLAYBOOK, *options, "-e", f"modelarts_endpoint={address}")
                status = subprocess.run(command, env=environ, check=False, stderr=subprocess.STDOUT).returncode
                if status != expected:
                    print(f"The step ended with {status} instead of {expected}.", file=sys.stderr)
                    return 1
            seen = len(Control(address)("GET", "requests?operation=restart"))
            print(f"=== Requests to restart a job that the simulated service has seen: {seen}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; everything that was started has been stopped.")
