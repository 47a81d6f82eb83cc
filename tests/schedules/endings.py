# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task comes to where nothing gets in its way that it could not get past: the table of states, written down a
second time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.mlops.modelarts.tests.schedules.schedule import Mood, Schedule
from ansible_collections.mlops.modelarts.tests.schedules.service import (
    RUNNING,
    STOPPED,
    Course,
    Dialect,
    Job,
    group_of,
)
from ansible_collections.mlops.modelarts.tests.schedules.trouble import When

# What is sent and waited for, by the wanted state and the group of the job's status. What is not here is refused.
STEPS: Mapping[Tuple[str, str], Tuple[str, ...]] = {
    ("restarted", "stopped"): ("restart", "up"),
    ("restarted", "stopping"): ("down", "restart", "up"),
    ("restarted", "unknown"): ("restart", "up"),
    ("started", "stopped"): ("restart", "up"),
    ("started", "starting"): ("up",),
    ("started", "running"): (),
    ("started", "stopping"): ("down", "restart", "up"),
    ("started", "unknown"): ("restart", "up"),
    ("stopped", "stopped"): (),
    ("stopped", "starting"): ("stop", "down"),
    ("stopped", "running"): ("stop", "down"),
    ("stopped", "stopping"): ("down",),
    ("stopped", "unknown"): ("stop", "down"),
    ("absent", "stopped"): ("delete", "gone"),
    ("absent", "starting"): ("delete", "gone"),
    ("absent", "running"): ("delete", "gone"),
    ("absent", "stopping"): ("down", "delete", "gone"),
    ("absent", "unknown"): ("delete", "gone"),
}
FORCED: Mapping[Tuple[str, str], Tuple[str, ...]] = {
    ("restarted", "starting"): ("stop", "down", "restart", "up"),
    ("restarted", "running"): ("stop", "down", "restart", "up"),
}
# Seconds in which a task finds out what became of a request, and its job comes up, if it does.
ENOUGH = 60
# What comes instead of a deletion that is refused, with force.
DELETED_BY_FORCE = ("stop", "down", "delete", "gone")


def _runs_in(course: Course) -> bool:
    return any(status == RUNNING for _moment, status in course)


# What is waited for, and whether a course leads there.
WAITS: Mapping[str, Callable[[Course], bool]] = {
    "up": _runs_in,
    "down": lambda course: bool(course) and course[-1][1] in STOPPED,
    "gone": lambda course: bool(course) and course[-1][1] is None,
}


@dataclass(frozen=True)
class Ending:
    """What the service is to accept of a task for one job, in order, and whether the job ends as failed."""

    operations: Tuple[str, ...]
    failed: bool


NOTHING, REFUSED = Ending((), failed=False), Ending((), failed=True)


def _ending(job: Job, begun: float, schedule: Schedule) -> Optional[Ending]:
    """What a task is to come to with a job that is there when it begins; ``None`` where that is open."""
    if job.forbidden < math.inf:
        return REFUSED if job.forbidden <= begun else None
    if schedule.mood is Mood.UNCLEAR and schedule.options["wait_timeout"] < ENOUGH:
        return None
    outcome = _unraced(job, begun, schedule.options, schedule.dialect)
    return (
        outcome
        if outcome is None or not (schedule.raced and outcome.operations)
        else _raced(job, begun, schedule, outcome)
    )


def _raced(job: Job, begun: float, schedule: Schedule, outcome: Ending) -> Optional[Ending]:
    """The same where somebody else asks for the same, just before the task does."""
    wait, first = schedule.options["wait"], job.at(begun)
    if schedule.options["state"] != "restarted":
        # What somebody else has just asked for need not be asked for again, if it leads there; else that is open.
        return None if outcome.failed or not wait else NOTHING
    if outcome.operations[0] != "restart" or first is None:
        return None
    if group_of(first.status) != "stopping":
        # What was stopped, and is up when it is to be restarted, is not restarted again.
        return REFUSED
    # Somebody else has restarted it meanwhile, which will do.
    return Ending((), failed=not _runs_in(job.up)) if wait else None


def _unraced(job: Job, begun: float, options: Mapping[str, Any], dialect: Dialect) -> Optional[Ending]:
    first = job.at(begun)
    assert first is not None
    if options["state"] == "present":
        wanted = options["description"]
        same = wanted is None or _text(wanted) == _text(first.description)
        return NOTHING if same else Ending(("update",), failed=False)
    moves = job.history[-1][0] > begun
    group, wait = group_of(first.status), options["wait"]
    key = (options["state"], group)
    steps = FORCED.get(key, STEPS.get(key)) if options["force"] else STEPS.get(key)
    if steps is not None and not wait:
        steps = steps[:-1]
        if moves:
            return None  # it hangs on when it is looked at
    if steps is None or ("down" in steps and not wait):
        return REFUSED
    asked = next((step for step in steps if step not in WAITS), None)
    if asked and steps[0] == asked and not dialect.does(asked, group):
        if moves and group == "starting":
            return None  # it may have come up by then
        if not (asked == "delete" and options["force"] and wait and dialect.does("stop", group)):
            return REFUSED
        steps = DELETED_BY_FORCE
    return _walk(job, steps, begun)


def _walk(job: Job, steps: Sequence[str], begun: float) -> Ending:
    """How far the job gets on the steps: what it does not get to fails the task."""
    course: Course = tuple((moment, view.status) for moment, view in job.history if view and moment > begun)
    accepted: List[str] = []
    for step in steps:
        if step not in WAITS:
            accepted.append(step)
            course = {"restart": job.up, "stop": job.down, "delete": job.end}[step]
        elif not WAITS[step](course):
            return Ending(tuple(accepted), failed=True)
    return Ending(tuple(accepted), failed=False)


def due(schedule: Schedule, begun: float) -> Tuple[Mapping[str, Optional[Ending]], bool]:
    """What a task is to come to with each job that it is about, by ID, and whether it fails without any.

    The schedule must be as it was drawn: running it changes its jobs. ``begun`` is when the task begins.
    """
    options, jobs = schedule.options, {str(job.id): job for job in schedule.jobs}
    state = options["state"]
    if "name" not in options:
        job_ids = options.get("job_ids") or [options["job_id"]]
        missing = Ending((), failed=state != "absent" or not _proves_missing(schedule))
        return {
            job_id: _ending(jobs[job_id], begun, schedule) if job_id in jobs else missing for job_id in job_ids
        }, False
    found = [job for job in jobs.values() if job.listed and job.name == options["name"]]
    if len(found) == 1:
        return {str(found[0].id): _ending(found[0], begun, schedule)}, False
    if found or state not in ("present", "absent"):
        return {}, True
    if state == "absent":
        return {}, False
    return _created(schedule)


def _created(schedule: Schedule) -> Tuple[Mapping[str, Optional[Ending]], bool]:
    """The same of a job that is to be created."""
    options, service = schedule.options, schedule.service()
    new = service.new_job(max(service.jobs) + 1, options["name"])
    trouble = schedule.trouble("create", "") if schedule.mood is Mood.UNCLEAR else None
    if trouble and trouble.when is When.NEVER:
        return {}, True
    if trouble and (options["wait_timeout"] < ENOUGH or new.up[-1][1] is None):
        return {str(new.id): None}, False  # it may be gone before it is found
    unseen = trouble is not None and not new.listed
    failed = unseen or (options["wait"] and not _runs_in(new.up))
    return {str(new.id): Ending(("create",), failed)}, False


def _proves_missing(schedule: Schedule) -> bool:
    """Whether a job that was never seen can be known not to be there."""
    return "silent" not in schedule.dialect.missing or "workspace_id" in schedule.options


def _text(description: Optional[str]) -> str:
    """A description as it is compared: none is an empty one, and line ends at its end do not count."""
    return (description or "").rstrip("\r\n")
