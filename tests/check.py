# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that must hold, step by step: each is a nox session whose output is kept, and shown where it fails."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / ".cache" / "logs"
NOX = ROOT / ".venv" / "bin" / "nox"
# The slow ones that most often find something come first, the unit tests with their own summary last.
STEPS = (
    "sanity",
    "integration",
    "lint",
    "ansible-lint",
    "docs-check",
    "license-check",
    "extra-checks",
    "build-import-check",
    "units",
)
NOT_HERE = ("An execution environment is not built: that needs a container engine.",)
_SKIPPED = re.compile(r"^WARNING: ((?:Skipping|Skipped).*)$", re.MULTILINE)
_PYTEST_SUMMARY = re.compile(r"^=+ (?:.*\b(?:passed|failed|error|errors)\b.* in [0-9.]+s.*) =+$", re.MULTILINE)


@dataclass
class Done:
    """A step that has run; ``seconds`` is its wall time."""

    name: str
    passed: bool
    seconds: float
    output: str


def main() -> int:
    """Run every step, whatever became of those before; the number that failed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    done = [run(step) for step in STEPS]
    failed = [step.name for step in done if not step.passed]
    print(
        f"\n{len(done) - len(failed)} of {len(done)} steps hold, after {time.monotonic() - started:.0f} s; logs in .cache/logs"
    )
    for text in [*sorted({match for step in done for match in _SKIPPED.findall(step.output)}), *NOT_HERE]:
        print(f"  skipped: {text}")
    for name in failed:
        print(f"  FAILED: {name}")
    summaries = _PYTEST_SUMMARY.findall(done[-1].output)
    print(summaries[-1] if summaries else "The unit tests gave no summary.")
    return len(failed)


def run(step: str) -> Done:
    """Run one session; its output goes to a file, and here too if it fails or all is wanted."""
    print(f"{step:<20}", end="", flush=True)
    started = time.monotonic()
    process = subprocess.run(
        [str(NOX), "--session", step],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    done = Done(step, process.returncode == 0, time.monotonic() - started, process.stdout)
    (LOGS / f"{step}.log").write_text(done.output)
    print(f"{'ok' if done.passed else 'FAILED':<8}{done.seconds:4.0f} s", flush=True)
    if not done.passed or os.environ.get("VERBOSE"):
        print(done.output, flush=True)
    return done


if __name__ == "__main__":
    sys.exit(main())
