# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prints the state machine of one job as a page for people, made from the tables themselves.

    python -m ansible_collections.mlops.modelarts.tests.support.state_machine --write

writes it to docs/state-machine.md; without ``--write`` it is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Iterable, List

from ansible_collections.mlops.modelarts.plugins.module_utils._jobs import transitions
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.events import (
    Accepted,
    Interrupted,
    Lost,
    Missing,
    Phase,
    Refused,
    Seen,
    TimeIsUp,
    Unreadable,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.evidence import (
    CONFIRM_INTERVAL,
    CONSISTENCY_GRACE,
    EVIDENCE,
    Evidence,
    Verdict,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import REQUESTS, SENT_ONCE
from ansible_collections.mlops.modelarts.tests.support.printed import TOP

PAGE = Path(__file__).parents[2] / "docs" / "state-machine.md"
LIVE = (Phase.READY, Phase.WAITING, Phase.UNKNOWN, Phase.REFUSED)
EVENTS = (Accepted, Refused, Lost, Seen, Missing, Unreadable, TimeIsUp, Interrupted)

_INTRODUCTION = f"""\
{TOP}# The state machine of one job

A plan is a list of steps: requests, and waits for their effects. While a task carries out a plan, the job is in one of
the phases below. The task sends the request of the next step, reads the job, and reports each result as an event. One
table says what an event means in each phase. Nothing in it reads a clock or sends anything.

This page is printed from the code in `plugins/module_utils/_jobs/`. Do not edit it. To update it, run, in the folder
that has `ansible_collections`:

    python -m ansible_collections.mlops.modelarts.tests.support.state_machine --write
"""
_AFTER_TABLE = "A dash means that the event cannot come in this phase, or changes nothing but the job as last seen."
_WAITS = f"""\
Each wait has a class that weighs what the reads show. The service may show the past for {CONSISTENCY_GRACE:.0f} s after it
accepted a request. Two reads confirm each other if the second begins at least {CONFIRM_INTERVAL:.0f} s after the end of the
first, and no read between them shows anything else.
"""


def first_line(item: Any) -> str:
    """The first line of a docstring."""
    return (item.__doc__ or "").strip().splitlines()[0].replace("``", "`")


def page() -> str:
    """The page, in Markdown."""
    parts = [
        _INTRODUCTION,
        "## Phases\n",
        _table(("Phase", "Meaning"), ((f"`{phase.name}`", f"{_capital(phase.value)}.") for phase in Phase)),
        "## Events\n",
        _table(("Event", "Meaning"), ((f"`{event.__name__}`", first_line(event)) for event in EVENTS)),
        "## Transitions\n",
        _table(("Event", *(f"`{phase.name}`" for phase in LIVE)), map(_row, EVENTS)),
        f"{_AFTER_TABLE}\n",
        f"These requests are sent only once, even if their outcome is unknown: {_sent_once()}.\n",
        "## Waits\n",
        _WAITS,
        _table(("Class", "What has to happen", "Request", "Wait"), map(_wait, dict.fromkeys(EVIDENCE.values()))),
        "A read proves one of these:\n",
        _table(("Verdict", "Meaning"), ((f"`{verdict.name}`", f"{_capital(verdict.value)}.") for verdict in Verdict)),
    ]
    return "\n".join(parts)


def _row(event: Any) -> List[str]:
    handlers = [transitions.TRANSITIONS.get((phase, event)) for phase in LIVE]
    return [f"`{event.__name__}`", *(first_line(handler) if handler else "–" for handler in handlers)]


def _wait(kind: type[Evidence]) -> List[str]:
    steps = [step for step, evidence in EVIDENCE.items() if evidence is kind]
    requests = [step.value for step in steps if step in REQUESTS]
    waits = [step.value for step in steps if step not in REQUESTS]
    return [f"`{kind.__name__}`", first_line(kind), *(", ".join(names) or "–" for names in (requests, waits))]


def _sent_once() -> str:
    return " and ".join(sorted(f"`{step.value}` for `state={state.value}`" for state, step in SENT_ONCE))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")
