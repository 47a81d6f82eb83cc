# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many jobs in few requests: from the list, which shows a thousand at a time, or one by one."""

from __future__ import annotations

import math
from typing import Dict, Iterable, Sequence, Set, Union

from .._cloud.viz_jobs import VizJobs
from .._jobs.failure import Category, Failure, RequestFailed
from .._jobs.job import VizJob
from .workers import Workers

# A job as it was read, or why it was not.
Reading = Union[VizJob, Failure]


class JobReader:
    """Reads the same jobs again and again, each time with as few requests as it has learned to need."""

    def __init__(self, jobs: VizJobs, workers: Workers) -> None:
        self._jobs = jobs
        self._workers = workers
        # The number of pages of the list.
        self._pages = 1.0
        # Jobs that the list does not show: they are in another workspace.
        self._unlisted: Set[str] = set()

    def read(self, job_ids: Sequence[str]) -> Dict[str, Reading]:
        """Each of the jobs as it is now."""
        readings = self._in_list(job_id for job_id in job_ids if job_id not in self._unlisted)
        # A job that the list lacks may still exist: only its details tell.
        rest = [job_id for job_id in job_ids if job_id not in readings]
        readings.update(zip(rest, self._workers.map(self._details, rest)))
        return readings

    def _details(self, job_id: str) -> Reading:
        try:
            return self._jobs.get(job_id, unlisted=job_id in self._unlisted)
        except RequestFailed as error:
            return error.failure

    def _in_list(self, job_ids: Iterable[str]) -> Dict[str, Reading]:
        """Those of the jobs that the list shows, read as far as that takes fewer requests than reading each."""
        wanted = set(job_ids)
        found: Dict[str, Reading] = {}
        if len(wanted) <= self._pages:
            return found
        try:
            for number, page in enumerate(self._jobs.pages({}), 1):
                found.update((job_id, job) for job_id, job in page.jobs.items() if job_id in wanted)
                if number == 1 and page.total:
                    self._pages = math.ceil(page.total / max(1, len(page.jobs)))
                if len(wanted) - len(found) <= max(0.0, self._pages - number):
                    return found
        except RequestFailed as error:
            failure = error.failure
            if failure.category is not Category.PERMISSION:
                return {**dict.fromkeys(wanted, failure), **found}
            # A user who may not list jobs may still be allowed to read each.
            self._pages = math.inf
            return found
        self._unlisted.update(wanted.difference(found))
        return found
