# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure everything, print the table with bars and verdicts, and write it as JSON.

``BENCH=quick`` has fewer rounds; ``BENCH=peers`` runs the folder `peers` instead. ``make bench ARGS="TEXT"`` measures
only the cases with that text in their title.
On a slow or busy machine the last cases have fewer rounds, too: the table shows how many.
"""

from __future__ import annotations

import os
import platform
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from ..support.installed import ROOT, environment, install
from . import cloud, report
from .cases import CASES, DRAWN, Case, Results
from .cloud import Cloud
from .contenders import Contender, Work
from .measure import Sample, run

# Seconds after which each case runs only NEED times, in full and in quick.
ENOUGH = (720.0, 120.0)
NEED = 2

OUTPUT = Path(".cache") / "bench.json"


def main() -> int:
    quick = os.environ.get("BENCH") == "quick"
    wanted = sys.argv[1:]
    started = time.monotonic()
    results: dict[str, Results] = {}
    with tempfile.TemporaryDirectory(prefix="modelarts-bench-") as folder:
        scratch = Path(folder)
        install(scratch)
        with cloud.running(scratch, tls=False) as plain, cloud.running(scratch, tls=True) as tls:
            for case in CASES:
                rounds = case.rounds[1 if quick else 0]
                if not (ROOT / case.needs).exists():
                    print(f"Not measured, without {case.needs}: {case.title}", file=sys.stderr)
                elif rounds and (not wanted or any(text in case.title for text in wanted)):
                    print(f"{time.monotonic() - started:4.0f} s  {case.title}", file=sys.stderr, flush=True)
                    target = tls if case.tls else plain
                    enough = started + ENOUGH[1 if quick else 0]
                    results[case.title] = measure(case, rounds, enough, target, scratch)
    seconds = time.monotonic() - started
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    print(report.table(results, seconds, machine))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(report.as_json(results, seconds, machine), encoding="utf-8")
    print(f"\nAll figures are in {OUTPUT}.")
    return 0


def measure(case: Case, rounds: int, enough: float, target: Cloud, scratch: Path) -> Results:
    """Run each contender so often, in the order ABC CBA ABC, so that a drift of the machine affects all alike.

    ``enough``: when ``NEED`` rounds are enough, in seconds of the monotonic clock.
    """
    work = Work(target, scratch, **case.work)
    results = Results(case.setting, {name: [] for name in case.contenders})
    draw = random.Random(case.title)
    for number in range(rounds):
        if number >= NEED and time.monotonic() > enough:
            break
        setting = case.setting
        if case.drawn:
            setting = replace(setting, start_seconds=round(draw.uniform(*DRAWN), 2))
        for name, contender in list(case.contenders.items())[:: -1 if number % 2 else 1]:
            target.prepare(setting)
            sample = run(contender(work), environment(scratch), scratch / "log")
            service = setting.start_seconds if case.drawn and name != "ping" else 0.0
            results.samples[name].append(counted(sample, target, service))
    for name in case.noted:
        target.prepare(case.setting)
        results.notes[name] = noted(case.contenders[name], work)
    return results


def counted(sample: Sample, target: Cloud, service: float) -> Sample:
    """Return the sample with the figures of the cloud's log."""
    log = target.log()
    return replace(sample, service=service, **cloud.seen(log, service))


def noted(contender: Contender, work: Work) -> list[dict[str, object]]:
    """Return the costs of the modules, from a separate run."""
    notes = work.scratch / "notes"
    notes.unlink(missing_ok=True)
    python = work.scratch / "module-python"
    python.write_text(f"#!{sys.executable}\n" + Path(__file__).with_name("module_python.py").read_text())
    python.chmod(0o755)
    environ = environment(work.scratch, BENCH_NOTES=str(notes))
    run(contender(replace(work, module_python=python)), environ, work.scratch / "log")
    return [report.read(line) for line in notes.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; everything that was started has been stopped.")
