# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure everything, print the table with bars and verdicts, and write it as JSON.

``BENCH=quick`` has fewer rounds. ``python -m bench TEXT`` measures the cases that have the text in their title alone.
On a machine that is slow, or busy with something else, what comes last has fewer rounds, too: the table says how many.
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

from . import cloud, report
from .cases import CASES, DRAWN, Case, Results
from .cloud import Cloud
from .measure import Sample, run
from .ways import BIN, Surroundings, Way, Work

# Seconds after which each case is run as often as need be, in full and in quick.
ENOUGH = (720.0, 120.0)
NEED = 2

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / ".cache" / "bench.json"


def main() -> int:
    quick = os.environ.get("BENCH") == "quick"
    wanted = sys.argv[1:]
    started = time.monotonic()
    results: dict[str, Results] = {}
    with tempfile.TemporaryDirectory(prefix="modelarts-bench-") as folder:
        scratch = Path(folder)
        surroundings = Surroundings(scratch)
        (scratch / "ansible.cfg").touch()
        install(scratch, surroundings)
        with cloud.running(scratch, tls=False) as plain, cloud.running(scratch, tls=True) as tls:
            for case in CASES:
                rounds = case.rounds[1 if quick else 0]
                if not (ROOT / case.needs).exists():
                    print(f"Not measured, without {case.needs}: {case.title}", file=sys.stderr)
                elif rounds and (not wanted or any(text in case.title for text in wanted)):
                    print(f"{time.monotonic() - started:4.0f} s  {case.title}", file=sys.stderr, flush=True)
                    target = tls if case.tls else plain
                    enough = started + ENOUGH[1 if quick else 0]
                    results[case.title] = measure(case, rounds, enough, target, surroundings)
    seconds = time.monotonic() - started
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    print(report.table(results, seconds, machine))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(report.as_json(results, seconds, machine), encoding="utf-8")
    print(f"\nAll figures are in {OUTPUT.relative_to(ROOT)}.")
    return 0


def install(scratch: Path, surroundings: Surroundings) -> None:
    """Build the collection's archive and install it, as a user does."""
    galaxy = [str(BIN / "ansible-galaxy"), "collection"]
    log = scratch / "log"
    run([*galaxy, "build", str(ROOT), "--output-path", str(scratch)], surroundings.environ(), log)
    archive = next(scratch.glob("*.tar.gz"))
    options = ["--offline", "--collections-path", str(scratch), str(archive)]
    run([*galaxy, "install", *options], surroundings.environ(), log)


def measure(case: Case, rounds: int, enough: float, target: Cloud, surroundings: Surroundings) -> Results:
    """Run each way as often as said, in the order ABC CBA ABC, so that what drifts meets all alike.

    ``enough``: when ``NEED`` rounds are enough, in seconds of the monotonic clock.
    """
    work = Work(target, surroundings.scratch, **case.work)
    results = Results(case.setting, {name: [] for name in case.ways})
    draw = random.Random(case.title)
    for number in range(rounds):
        if number >= NEED and time.monotonic() > enough:
            break
        setting = case.setting
        if case.drawn:
            setting = replace(setting, start_seconds=round(draw.uniform(*DRAWN), 2))
        for name, way in list(case.ways.items())[:: -1 if number % 2 else 1]:
            target.prepare(setting)
            sample = run(way(work), surroundings.environ(), surroundings.scratch / "log")
            service = setting.start_seconds if case.drawn and name != "ping" else 0.0
            results.samples[name].append(counted(sample, target, service))
    for name in case.noted:
        target.prepare(case.setting)
        results.notes[name] = noted(case.ways[name], work, surroundings)
    return results


def counted(sample: Sample, target: Cloud, service: float) -> Sample:
    """The sample with what the cloud saw of it."""
    log = target.log()
    return replace(sample, service=service, **cloud.seen(log, service))


def noted(way: Way, work: Work, surroundings: Surroundings) -> list[dict[str, object]]:
    """What the modules of a run of its own took."""
    notes = surroundings.scratch / "notes"
    notes.unlink(missing_ok=True)
    python = surroundings.scratch / "module-python"
    python.write_text(f"#!{sys.executable}\n" + Path(__file__).with_name("module_python.py").read_text())
    python.chmod(0o755)
    noting = replace(surroundings, more={"BENCH_NOTES": str(notes)})
    run(way(replace(work, module_python=python)), noting.environ(), surroundings.scratch / "log")
    return [report.read(line) for line in notes.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; everything that was started has been stopped.")
