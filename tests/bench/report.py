# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table for people, and the JSON for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Mapping

from .cases import CASES, Bar, Results, growth
from .measure import Sample, median


def table(results: Mapping[str, Results], seconds: float, machine: str) -> str:
    """Return the ratios and verdicts, followed by the figures behind them."""
    lines = [f"{'case':<40} {'ratio or bar':<44} {'limit':>8} {'now':>9}"]
    for case, mark, value in _bars(results):
        verdict = "holds" if value <= mark.limit else "MISSED"
        lines.append(f"{case:<40} {mark.text:<44} {mark.limit:>8.2f} {value:>9.2f}  {verdict}")
    lines += [
        "",
        f"{'case':<40} {'contender':<14} {'runs':>4} {'wall s':>8} {'min':>8} {'max':>8} {'cpu s':>8} {'MiB':>6} {'requests':>8}",
    ]
    for title, result in results.items():
        for contender, samples in result.samples.items():
            walls = [sample.wall for sample in samples]
            lines.append(
                f"{title:<40} {contender:<14} {len(samples):>4} {median(walls):>8.2f} {min(walls):>8.2f} {max(walls):>8.2f} "
                f"{_median(samples, 'cpu'):>8.2f} {_median(samples, 'peak'):>6.0f} {_median(samples, 'sent'):>8.0f}"
            )
    lines += ["", f"{'case':<40} {'module':<24} {'payload B':>10} {'imports':>8} {'in s':>6} {'MiB':>6}"]
    for title, result in results.items():
        for notes in result.notes.values():
            lines += [
                f"{title:<40} {note['module']:<24} {note['payload']:>10} {note['imports']:>8} "
                f"{note['import_seconds']:>6.3f} {note['peak']:>6.0f}"
                for note in notes
            ]
    return "\n".join([*lines, "", f"{machine}; {seconds:.0f} s in all. MiB is the largest process."])


def as_json(results: Mapping[str, Results], seconds: float, machine: str) -> str:
    return json.dumps(
        {
            "machine": machine,
            "seconds": seconds,
            "bars": [
                {"case": case, "bar": mark.text, "limit": mark.limit, "value": value, "holds": value <= mark.limit}
                for case, mark, value in _bars(results)
            ],
            "cases": {
                title: {
                    "setting": asdict(result.setting),
                    "samples": {
                        contender: [asdict(sample) for sample in samples]
                        for contender, samples in result.samples.items()
                    },
                    "notes": result.notes,
                }
                for title, result in results.items()
            },
        },
        indent=1,
    )


def read(line: str) -> dict[str, Any]:
    """Return one note of module_python.py."""
    note: dict[str, Any] = json.loads(line)
    return note


def _bars(results: Mapping[str, Results]) -> list[tuple[str, Bar, float]]:
    found = [(case.title, mark) for case in CASES if case.title in results for mark in case.bars]
    rows = [(title, mark, mark.value(results[title])) for title, mark in found]
    return rows + [("growth", mark, mark.value(next(iter(results.values())))) for mark in growth(results)]


def _median(samples: list[Sample], name: str) -> float:
    return median(getattr(sample, name) for sample in samples)
