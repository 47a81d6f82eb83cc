# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the jobs of a task, and carrying plans out: the only part that changes anything."""

from __future__ import annotations

from typing import List, Optional, Sequence

from .._cloud.clock import Clock, Deadline
from .._cloud.error_codes import Category
from .._cloud.viz_jobs import DEFAULT_WORKSPACE, Jobs, NewJob, VizJob
from .._jobs.failure import ModelArtsError, OptionError, Outcome
from .._jobs.plan import Plan, State, plan
from .._jobs.progress import Look, Progress
from .._jobs.status import NOT_THERE
from .options import JobOptions
from .reader import Sighting, Survey
from .workers import Workers

# Seconds until a job is looked at for the first time, and the part of the time waited that each pause adds to them.
FIRST_LOOK = 0.25
GROWTH = 0.1
# Seconds before the deadline at which a job is looked at for the last time.
LAST_LOOK = 0.5
# What is left unsent for want of time ends at the deadline.
_NO_TIME = (Category.TIMEOUT, Category.INTERRUPTED)


def plans_for(options: JobOptions, jobs: Jobs, survey: Survey) -> List[Plan]:
    """A plan for each job that the task names, in the same order; for those that cannot be read, why.

    Raises ModelArtsError where there is not one job of the name, and OptionError for one that cannot be created.
    """

    def planned(job: VizJob) -> Plan:
        return plan(job, options.state, options.force, options.wait, options.new_job)

    if options.name is not None:
        job = jobs.named(options.name)
        if job is None:
            if options.state not in (State.PRESENT, State.ABSENT):
                raise jobs.missing(options.name)
            if options.new_job is not None:
                _check_creatable(options.new_job, jobs.workspace_id)
            job = VizJob("", options.name, status=NOT_THERE)
        return [planned(job)]

    def planned_as_seen(job_id: str, sighting: Sighting) -> Plan:
        if isinstance(sighting, VizJob):
            return planned(sighting)
        if sighting.gone and options.state is State.ABSENT:
            return planned(VizJob(job_id, status=NOT_THERE))
        return Plan(options.state, VizJob(job_id), refusal=sighting)

    sightings = survey.look(options.job_ids)
    return [planned_as_seen(job_id, sightings[job_id]) for job_id in options.job_ids]


def _check_creatable(new_job: NewJob, workspace_id: Optional[str]) -> None:
    if not new_job.train_url:
        raise OptionError(
            f"train_url is missing: there is no job named {new_job.name} yet, and it shows the summary files there."
        )
    if workspace_id not in (None, DEFAULT_WORKSPACE):
        raise OptionError(
            f"workspace_id is {workspace_id}, where there is no job named {new_job.name} yet, and the request to create one "
            "cannot name a workspace: leave workspace_id out, or create the job in the ModelArts console."
        )


def carry_out(
    plans: Sequence[Plan],
    jobs: Jobs,
    survey: Survey,
    workers: Workers,
    deadline: Deadline,
    clock: Clock,
    wait_delay: float,
) -> List[Progress]:
    """Take each job through its plan, until the deadline, which starts now; how far each got, in the same order.

    ``wait_delay``: the longest pause between two reads of a job, in seconds.
    """
    deadline.start()
    ways = [Progress(plan) for plan in plans]
    failure: Optional[ModelArtsError] = None

    def send(way: Progress) -> None:
        _send(way, jobs, deadline, clock)

    while True:
        workers.map(send, [way for way in ways if way.operation])
        underway = [way for way in ways if not way.done]
        if not underway:
            return ways
        pause = pause_before_look(deadline.waited, deadline.remaining, wait_delay)
        if pause is not None:
            clock.sleep(pause)
        if pause is None or deadline.interrupted:
            for way in underway:
                _end(way, deadline, failure)
            return ways
        failure = _look(underway, jobs, survey, clock)


def pause_before_look(waited: float, remaining: float, wait_delay: float) -> Optional[float]:
    """Seconds until the jobs are looked at again; ``None`` where the time is up.

    The pauses grow with the time waited, so that a quick start is seen soon and a slow one costs few requests.
    """
    if remaining <= LAST_LOOK:
        return None
    return min(wait_delay, FIRST_LOOK + GROWTH * waited, remaining - LAST_LOOK)


def _send(way: Progress, jobs: Jobs, deadline: Deadline, clock: Clock) -> None:
    if way.operation is None:
        return
    try:
        answer = jobs.send(way.operation, way.job.id, way.content)
    except ModelArtsError as error:
        if error.outcome is Outcome.UNKNOWN:
            way.unclear(clock.now())
        elif error.category in _NO_TIME:
            _end(way, deadline, None)
        else:
            way.refused(error, clock.now())
        return
    way.accepted(answer, clock.now())


def _end(way: Progress, deadline: Deadline, failure: Optional[ModelArtsError]) -> None:
    if deadline.interrupted:
        way.interrupted(deadline.waited)
    else:
        way.out_of_time(deadline.waited, failure)


def _look(ways: Sequence[Progress], jobs: Jobs, survey: Survey, clock: Clock) -> Optional[ModelArtsError]:
    """Show the jobs to their progress; a failure that passes is returned, and does not end the wait."""
    failure: Optional[ModelArtsError] = None
    begun = clock.now()
    listed = survey.look([way.job.id for way in ways if way.job.id])
    sightings = [listed[way.job.id] if way.job.id else _by_name(jobs, way.job.name or "") for way in ways]
    look = Look(begun, clock.now())
    for way, sighting in zip(ways, sightings):
        if isinstance(sighting, VizJob):
            way.seen(sighting, look)
        elif sighting.gone:
            way.gone(sighting, look)
        elif sighting.passing:
            failure = sighting
        elif sighting.category not in _NO_TIME:
            way.failed(sighting)
    return failure


def _by_name(jobs: Jobs, name: str) -> Sighting:
    """A job whose ID is not known yet."""
    try:
        return jobs.named(name) or jobs.missing(name)
    except ModelArtsError as error:
        return error
