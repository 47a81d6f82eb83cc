# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests set in the state: options, jobs and faults. All of them are checked before any change."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from .faults import Fault
from .inputs import checked
from .job import Job
from .state import JOB_ID, State
from .status import CANCELED, number_of

_SETTABLE = {entry.name for entry in fields(Job)} - {"id", "course", "gone_at", "ran_from", "accepted", "versions"}

# The courses on which a test can set a job without a request in the log.
_GOING = {"up": State.start, "down": State.stop}


@dataclass
class Scenario:
    """Everything that one request sets in a state; the jobs are by ID."""

    options: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, Any] = field(default_factory=dict)
    faults: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, values: Any) -> Scenario:
        """Return the scenario of a JSON object. Raises ValueError if it has unknown fields."""
        return cls(**checked(cls, values, {entry.name for entry in fields(cls)}))

    def set_up(self, state: State) -> None:
        """Reset the state and apply the scenario. Raises ValueError if that is impossible."""
        state.reset()
        state.change_options(self.options)
        for job_id, values in self.jobs.items():
            put_job(state, job_id, values)
        add_faults(state, self.faults)


def add_faults(state: State, rules: Any) -> None:
    """Append the rules to the plan of faults. Raises ValueError, and adds none, if one of them is invalid."""
    if not isinstance(rules, list):
        raise ValueError("a JSON list of rules is needed")
    state.faults += [Fault.from_rule(rule) for rule in rules]


def put_job(state: State, job_id: str, values: Any) -> Job:
    """Create or change the job. Raises ValueError, and changes nothing, if the settings are invalid."""
    if not isinstance(values, dict) or not JOB_ID.fullmatch(job_id):
        raise ValueError("a job is set by its number and a JSON object")
    values = dict(values)
    status = number_of(values.pop("status")) if "status" in values else None
    going = values.pop("going", None)
    if going not in (None, *_GOING):
        raise ValueError(f"going must be one of {', '.join(_GOING)}")
    for way in ("way_up", "way_down"):
        if way in values:
            values[way] = _way(values[way])
    checked(Job, values, _SETTABLE)
    number = int(job_id)
    job = state.find_job(state.project, job_id) or state.make_job(number, f"viz-{number}", CANCELED)
    for name, value in values.items():
        setattr(job, name, value)
    # Reads show what a test sets at once, even where they are stale.
    job.versions = None
    if status is not None:
        job.set_status(status, state.now())
    if going is not None:
        _GOING[going](state, job)
    state.project.workspaces.add(job.workspace_id)
    state.project.jobs[number] = job
    state.next_id = max(state.next_id, number + 1)
    return job


def _way(statuses: Any) -> list[int]:
    if not isinstance(statuses, list) or not statuses:
        raise ValueError("a way is a list of one status or more")
    return [number_of(status) for status in statuses]
