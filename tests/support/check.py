# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run nox sessions one after another. Keep the output of each, and show it if the session fails.

The last line, ``N passed, N failed``, counts each test of pytest as one, and each other step as one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / ".cache" / "logs"
NOX = ROOT / ".venv" / "bin" / "nox"
NOT_HERE = ("An execution environment is not built: that needs a container engine.",)
_SKIPPED = re.compile(r"^(?:WARNING: (?=Skipp)|nox > (?=Session \S+ skipped|Missing interpreter))(.*)$", re.MULTILINE)
# ansible-test runs pytest once for each kind of code.
_PYTEST_SUMMARY = re.compile(r"^=+ (?:.*\b(?:passed|failed|error|errors)\b.* in [0-9.]+s.*) =+$", re.MULTILINE)
_PYTEST_COUNT = re.compile(r"([0-9]+) (passed|failed|error|skipped)")


@dataclass
class Done:
    """A finished step; ``seconds`` is its wall time."""

    name: str
    passed: bool
    seconds: float
    output: str

    @property
    def row(self) -> str:
        """The line of the table, after the name."""
        return f"{'ok' if self.passed else 'FAILED':<8}{self.seconds:4.0f} s"

    @property
    def summaries(self) -> list[str]:
        """The last lines of pytest; none if the step does not run it."""
        return _PYTEST_SUMMARY.findall(self.output)

    @property
    def counts(self) -> Counter[str]:
        """How many tests passed, failed and were skipped; without tests, the step itself counts."""
        counts: Counter[str] = Counter()
        for number, what in _PYTEST_COUNT.findall("\n".join(self.summaries)):
            counts["failed" if what == "error" else what] += int(number)
        if not counts or not (self.passed or counts["failed"]):
            counts["passed" if self.passed else "failed"] += 1
        return counts


def main() -> int:
    """Run every step, even after a failure. Return 1 if any failed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    verbose = bool(os.environ.get("VERBOSE"))
    done = [run(step, verbose) for step in sys.argv[1:]]
    failed = [step for step in done if not step.passed]
    if failed or verbose:
        print("\n" + "\n".join(f"{step.name:<20}{step.row}" for step in done))
    print(
        f"\n{len(done) - len(failed)} of {len(done)} steps hold, after {sum(step.seconds for step in done):.0f} s; "
        "logs in .cache/logs"
    )
    for text in [*sorted({match for step in done for match in _SKIPPED.findall(step.output)}), *NOT_HERE]:
        print(f"  skipped: {text}")
    for step in failed:
        print(f"  FAILED: {step.name}")
    for step in done:
        print("".join(f"{summary}\n" for summary in step.summaries), end="")
    counts = sum((step.counts for step in done), Counter({"passed": 0}))
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}", flush=True)
    return 1 if failed else 0


def run(step: str, verbose: bool) -> Done:
    """Run one session. Write its output to a file, and print it if the session fails or VERBOSE is set."""
    print(f"{step:<20}", end="", flush=True)
    started = time.monotonic()
    process = subprocess.run(
        [str(NOX), "--session", step],
        cwd=ROOT,
        # With it, the formatters only report what they would change.
        env={**os.environ, "CI": "true"},
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    done = Done(step, process.returncode == 0, time.monotonic() - started, process.stdout)
    (LOGS / f"{step}.log").write_text(done.output, encoding="utf-8")
    print(done.row, flush=True)
    if not done.passed or verbose:
        print(done.output, flush=True)
    return done


if __name__ == "__main__":
    sys.exit(main())
