# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the jobs of a task, and carrying plans out: the only part that changes anything."""

from __future__ import annotations

from typing import List, Optional, Sequence

from .clock import Clock, Deadline
from .error_codes import Category
from .errors import ModelArtsError, Outcome, attempting
from .job_options import JobOptions
from .jobs import Jobs, Operation, VizJob, job_label
from .plan import Plan
from .progress import Progress

# Seconds before the deadline at which a job is looked at for the last time.
LAST_LOOK = 0.5


def find(jobs: Jobs, options: JobOptions) -> VizJob:
    """The job that a task names. Raises ModelArtsError."""
    if options.name is not None:
        return jobs.named(options.name)
    job_id = str(options.job_id)
    with attempting(f"{options.state.verb} {job_label(job_id)}", job_id):
        return jobs.get(job_id)


def carry_out(plans: Sequence[Plan], jobs: Jobs, deadline: Deadline, clock: Clock, wait_delay: float) -> List[Progress]:
    """Take each job through its plan, until the deadline, which starts now; how far each got, in the same order.

    ``wait_delay``: the longest pause between two reads of a job, in seconds.
    """
    deadline.start()
    ways = [Progress(plan) for plan in plans]
    failure: Optional[ModelArtsError] = None
    while True:
        for way in ways:
            if way.operation:
                _send(way, way.operation, jobs, deadline, clock)
        underway = [way for way in ways if not way.done]
        if not underway:
            return ways
        pause = pause_before_look(deadline.waited, deadline.remaining, wait_delay)
        if pause is None:
            for way in underway:
                way.out_of_time(deadline.waited, failure)
            return ways
        clock.sleep(pause)
        failure = None
        for way in underway:
            failure = _look(way, jobs, clock) or failure


def pause_before_look(waited: float, remaining: float, wait_delay: float) -> Optional[float]:
    """Seconds until the jobs are looked at again; ``None`` where the time is up.

    The pauses grow with the time waited, so that a quick start is seen soon and a slow one costs few requests.
    """
    if remaining <= LAST_LOOK:
        return None
    return min(wait_delay, 1.0 + waited / 10, remaining - LAST_LOOK)


def _send(way: Progress, operation: Operation, jobs: Jobs, deadline: Deadline, clock: Clock) -> None:
    try:
        jobs.send(operation, way.job.id)
    except ModelArtsError as error:
        if error.outcome is Outcome.UNKNOWN:
            way.unclear(clock.now())
        elif error.category is Category.TIMEOUT:
            way.out_of_time(deadline.waited, None)
        else:
            way.refused(error, clock.now())
        return
    way.accepted(clock.now())


def _look(way: Progress, jobs: Jobs, clock: Clock) -> Optional[ModelArtsError]:
    """Show the job to its progress; a failure that passes is returned, and does not end the wait."""
    try:
        job = jobs.get(way.job.id)
    except ModelArtsError as error:
        if error.passing:
            return error
        way.failed(error)
        return None
    way.seen(job, clock.now())
    return None
