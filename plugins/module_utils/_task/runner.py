# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the jobs of a task and carrying out their plans: the only part that changes anything."""

from __future__ import annotations

from functools import partial
from typing import List, Optional, Sequence, Tuple

from .._cloud.clock import Clock
from .._cloud.deadline import Deadline
from .._cloud.viz_jobs import DEFAULT_WORKSPACE, VizJobs
from .._jobs.events import Accepted, Interrupted, Lost, Missing, Refused, Seen, TimeIsUp, Unreadable
from .._jobs.evidence import ReadWindow
from .._jobs.failure import Category, Failure, OptionError, Outcome, RequestFailed
from .._jobs.job import VizJob, job_label
from .._jobs.plan import Plan, plan
from .._jobs.progress import Progress
from .._jobs.rules import State, Step
from .._jobs.status import NOT_THERE
from .._jobs.transitions import handle
from .options import JobOptions
from .reader import JobReader, Reading
from .workers import Workers

# Seconds before the first read, and the part of the time waited that each pause adds to them.
FIRST_PAUSE = 0.25
GROWTH = 0.1
# Seconds before the deadline at which the last read begins.
LAST_READ = 0.5
# Categories of a request that was not sent because time ran out.
_NO_TIME = (Category.TIMEOUT, Category.INTERRUPTED)


def make_plans(options: JobOptions, jobs: VizJobs, reader: JobReader) -> List[Plan]:
    """A plan for each job that the task names, in the same order; the refusal of one that cannot be read says why.

    Raises RequestFailed if no job, or more than one, has the name, and OptionError for one that cannot be created.
    """

    def plan_for(job: VizJob) -> Plan:
        return plan(job, options.state, options.force, options.wait, options.new_job)

    def plan_as_read(job_id: str, reading: Reading) -> Plan:
        if isinstance(reading, VizJob):
            return plan_for(reading)
        if reading.gone and options.state is State.ABSENT:
            return plan_for(VizJob(job_id, status=NOT_THERE))
        return Plan(options.state, VizJob(job_id), refusal=reading)

    if options.name is not None:
        return [plan_for(jobs.find(options.name) or _not_there(options, options.name, jobs))]
    readings = reader.read_settled(options.job_ids)
    return [plan_as_read(job_id, readings[job_id]) for job_id in options.job_ids]


def _not_there(options: JobOptions, name: str, jobs: VizJobs) -> VizJob:
    """A job that does not exist, where the state allows that."""
    if options.state not in (State.PRESENT, State.ABSENT):
        raise RequestFailed(jobs.no_such_name(name))
    if options.new_job is not None:
        label = job_label("", name)
        if not options.new_job.train_url:
            raise OptionError(
                f"train_url is required to create {label}: the OBS folder with its summary files, such as /bucket/path/."
            )
        if jobs.workspace_id not in (None, DEFAULT_WORKSPACE):
            raise OptionError(
                f"workspace_id {jobs.workspace_id} has no {label}, and the API creates jobs in the default workspace only: "
                "remove workspace_id, or create the job in the ModelArts console."
            )
    return VizJob("", name, status=NOT_THERE)


def carry_out(
    plans: Sequence[Plan],
    jobs: VizJobs,
    reader: JobReader,
    workers: Workers,
    deadline: Deadline,
    clock: Clock,
    wait_delay: float,
) -> List[Progress]:
    """Take each job through its plan, until the deadline, which starts now; how far each got, in the same order.

    ``wait_delay``: the longest pause between two reads of a job, in seconds.
    """
    deadline.start()
    started = clock.now()
    every = [Progress(plan) for plan in plans]
    last_failure: Optional[Failure] = None
    request = partial(_request, jobs=jobs, deadline=deadline, clock=clock)
    while True:
        workers.map(request, [progress for progress in every if progress.request])
        underway = [progress for progress in every if not progress.is_over]
        if not underway:
            return every
        # The pauses begin anew with each request that may have been accepted.
        last_sent = max((progress.accepted_at for progress in every if progress.accepted_at), default=started)
        pause = pause_before_read(clock.now() - last_sent, deadline.remaining, wait_delay)
        if pause is not None:
            clock.sleep(pause)
        if pause is None or deadline.interrupted:
            for progress in underway:
                _end(progress, deadline, last_failure)
            return every
        last_failure = _read(underway, jobs, reader, clock)


def pause_before_read(waited: float, remaining: float, wait_delay: float) -> Optional[float]:
    """Seconds until the jobs are read again; ``None`` if the time is up.

    The pauses grow with the time waited, so that a quick start is seen soon and a slow one costs few requests.
    """
    if remaining <= LAST_READ:
        return None
    return min(wait_delay, FIRST_PAUSE + GROWTH * waited, remaining - LAST_READ)


def _request(progress: Progress, jobs: VizJobs, deadline: Deadline, clock: Clock) -> None:
    """Send the request of one job's next step."""
    step = progress.request
    if step is None:
        return
    try:
        job = jobs.request(step, progress.job.id, progress.plan.new_job)
    except RequestFailed as error:
        failure = error.failure
        if failure.outcome is Outcome.UNKNOWN:
            handle(progress, Lost(failure, clock.now()))
        elif failure.category in _NO_TIME:
            _end(progress, deadline, None)
        else:
            handle(progress, Refused(failure, clock.now()))
        return
    handle(progress, Accepted(clock.now(), job))


def _end(progress: Progress, deadline: Deadline, last_failure: Optional[Failure]) -> None:
    if deadline.interrupted:
        handle(progress, Interrupted(deadline.waited))
    else:
        handle(progress, TimeIsUp(deadline.waited, last_failure))


def _read(underway: Sequence[Progress], jobs: VizJobs, reader: JobReader, clock: Clock) -> Optional[Failure]:
    """Read the jobs; a failure that may pass is returned, and does not end the wait."""
    last_failure: Optional[Failure] = None
    readings, window = _readings(underway, jobs, reader, clock)
    for progress, reading in zip(underway, readings):
        if isinstance(reading, VizJob):
            handle(progress, Seen(reading, window))
        elif reading.gone:
            handle(progress, Missing(reading, window))
        elif reading.is_transient and not _may_give_up(progress, window):
            last_failure = reading
        elif reading.category not in _NO_TIME:
            handle(progress, Unreadable(reading, window))
    return last_failure


def _may_give_up(progress: Progress, window: ReadWindow) -> bool:
    """Whether the task waits only for the sake of the next run, and has waited long enough for that."""
    return progress.step is Step.AWAIT_LISTED and progress.is_grace_over(window)


def _readings(
    underway: Sequence[Progress], jobs: VizJobs, reader: JobReader, clock: Clock
) -> Tuple[List[Reading], ReadWindow]:
    begun = clock.now()
    by_id = reader.read([progress.job.id for progress in underway if not progress.is_listed_by_name])
    readings = [
        _find(jobs, progress.job.name or "") if progress.is_listed_by_name else by_id[progress.job.id]
        for progress in underway
    ]
    return readings, ReadWindow(begun, clock.now())


def _find(jobs: VizJobs, name: str) -> Reading:
    """A job whose ID is not known yet."""
    try:
        return jobs.find(name) or jobs.no_such_name(name)
    except RequestFailed as error:
        return error.failure
