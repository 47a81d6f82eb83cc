# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many jobs in few requests, and proving that a job does not exist."""

from __future__ import annotations

import math
from typing import Dict, Mapping, Sequence, Set, Tuple, Union

from .._cloud.clock import Clock
from .._cloud.pages import MOST_READINGS
from .._cloud.viz_jobs import VizJobs
from .._jobs.absence import may_mean_gone
from .._jobs.evidence import CONFIRM_INTERVAL, ReadWindow
from .._jobs.failure import Category, Failure, RequestFailed
from .._jobs.job import NOUNS, VizJob
from .workers import Workers

# A job as it was read, or why it was not.
Reading = Union[VizJob, Failure]

_NAME_WORKSPACE = (
    'Set workspace_id ("0" is the default workspace): otherwise the list does not prove that the job does not exist.'
)
_LIST_INCOMPLETE = (
    f"Run the task again later: the list of {NOUNS} is incomplete, so nothing shows whether the job exists."
)


class JobReader:
    """Reads the same jobs again and again, each time with as few requests as it has learned to need."""

    def __init__(self, jobs: VizJobs, workers: Workers, clock: Clock) -> None:
        self._jobs = jobs
        self._workers = workers
        self._clock = clock
        # The number of pages of the list.
        self._pages = 1.0
        # Jobs that a whole list does not show: they are in another workspace, or gone.
        self._unlisted: Set[str] = set()
        # Jobs whose details ModelArts refuses, maybe because they do not exist, and when the first such read ended.
        self._refused_at: Dict[str, float] = {}

    def read(self, job_ids: Sequence[str]) -> Dict[str, Reading]:
        """Each of the jobs as it is now. Where a later read may prove that a job is gone, its failure ``may_pass``."""
        return self._read(job_ids, 1)

    def read_settled(self, job_ids: Sequence[str]) -> Dict[str, Reading]:
        """Each of the jobs as it is now; a job that may be gone is read twice, so that this is proved or refuted."""
        readings = self._read(job_ids, 1)
        unproved = [job_id for job_id in job_ids if _is_unproved(readings[job_id])]
        if unproved:
            self._clock.sleep(CONFIRM_INTERVAL)
            readings.update(self._read(unproved, MOST_READINGS))
        return readings

    def _read(self, job_ids: Sequence[str], list_readings: int) -> Dict[str, Reading]:
        """Each of the jobs. ``list_readings``: how often to read a list that is not whole, to prove a job gone."""
        readings, is_whole = self._in_list(job_ids)
        # A job that the list lacks may still exist: only its details tell.
        rest = [job_id for job_id in job_ids if job_id not in readings]
        # With whether another read, long enough before, was refused, too.
        refused: Dict[str, Tuple[Failure, bool]] = {}
        for job_id, (reading, window) in zip(rest, self._workers.map(self._details, rest)):
            readings[job_id] = reading
            if isinstance(reading, Failure) and may_mean_gone(reading) and not reading.gone:
                since = self._refused_at.setdefault(job_id, window.ended)
                refused[job_id] = reading, window.begun - since >= CONFIRM_INTERVAL
        if refused:
            readings.update(self._judge(refused, 0 if is_whole else list_readings))
        for job_id, reading in readings.items():
            if isinstance(reading, VizJob):
                self._refused_at.pop(job_id, None)
        return readings

    def _details(self, job_id: str) -> Tuple[Reading, ReadWindow]:
        begun = self._clock.now()
        try:
            reading: Reading = self._jobs.get(job_id)
        except RequestFailed as error:
            reading = error.failure
        return reading, ReadWindow(begun, self._clock.now())

    def _judge(self, refused: Mapping[str, Tuple[Failure, bool]], list_readings: int) -> Mapping[str, Reading]:
        """What the list says about jobs whose details were refused. Without ``list_readings`` it was whole without them."""
        listed: Dict[str, VizJob] = {}
        is_whole = not list_readings
        try:
            for _number in range(list_readings):
                for page in self._jobs.pages({}):
                    listed.update(page.jobs)
                    is_whole = page.is_whole
                if is_whole:
                    break
        except RequestFailed as error:
            failure = error.failure
            shown = {job_id: listed[job_id] for job_id in refused if job_id in listed}
            # Without the whole list nothing can be proved: then the refusal itself is the answer.
            return shown if _is_forbidden(failure) else {**dict.fromkeys(refused, failure), **shown}
        return {
            job_id: listed.get(job_id) or self._judged(job_id, refusal, is_repeated, is_whole)
            for job_id, (refusal, is_repeated) in refused.items()
        }

    def _judged(self, job_id: str, refusal: Failure, is_repeated: bool, is_whole: bool) -> Failure:
        """The refusal of a job that the list lacks: whether it proves that the job does not exist, or another may."""
        if not is_repeated:
            return refusal._replace(may_pass=True)
        if not is_whole:
            return refusal._replace(may_pass=True, own_hint=_LIST_INCOMPLETE)
        if not self._jobs.knows(job_id):
            return refusal._replace(own_hint=_NAME_WORKSPACE)
        return self._jobs.no_such_job(refusal)

    def _in_list(self, job_ids: Sequence[str]) -> Tuple[Dict[str, Reading], bool]:
        """Those of the jobs that the list shows, read as far as that takes fewer requests than reading each.

        And whether it was read whole.
        """
        asked = set(job_ids)
        wanted = asked - self._unlisted
        found: Dict[str, Reading] = {}
        is_whole = False
        if len(wanted) <= self._pages:
            return found, is_whole
        try:
            for number, page in enumerate(self._jobs.pages({}), 1):
                found.update((job_id, job) for job_id, job in page.jobs.items() if job_id in asked)
                is_whole = page.is_whole
                if number == 1 and page.total:
                    self._pages = math.ceil(page.total / max(1, len(page.jobs)))
                if len(wanted.difference(found)) <= max(0.0, self._pages - number):
                    return found, is_whole
        except RequestFailed as error:
            failure = error.failure
            if not _is_forbidden(failure):
                return {**dict.fromkeys(wanted, failure), **found}, False
            # A user who may not list jobs may still be allowed to read each.
            self._pages = math.inf
            return found, False
        if is_whole:
            self._unlisted.update(wanted.difference(found))
        return found, is_whole


def _is_forbidden(failure: Failure) -> bool:
    """Whether the user may not list jobs."""
    return failure.category is Category.PERMISSION and not failure.is_sign_in


def _is_unproved(reading: Reading) -> bool:
    """Whether a later read may prove that the job does not exist."""
    return isinstance(reading, Failure) and reading.may_pass and may_mean_gone(reading)
