# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many jobs in few requests: through the list, which shows a thousand at a time, or one by one."""

from __future__ import annotations

import copy
import math
from typing import Dict, Iterable, Sequence, Set, Union

from .._cloud.error_codes import Category
from .._cloud.viz_jobs import Jobs, VizJob
from .._jobs.failure import ModelArtsError
from .workers import Workers

# A job as it was read, or why it was not.
Sighting = Union[VizJob, ModelArtsError]


class Survey:
    """Looks at the same jobs again and again, each time with as few requests as it has learned to need."""

    def __init__(self, jobs: Jobs, workers: Workers) -> None:
        self._jobs = jobs
        self._workers = workers
        # How many pages the list has.
        self._pages = 1.0
        # Jobs that the list does not show: they are in another workspace.
        self._unlisted: Set[str] = set()

    def look(self, job_ids: Sequence[str]) -> Dict[str, Sighting]:
        """Each of the jobs as it is now."""
        sightings = self._in_list(job_id for job_id in job_ids if job_id not in self._unlisted)
        # What a list lacks may still be there: only its details tell.
        rest = [job_id for job_id in job_ids if job_id not in sightings]
        sightings.update(zip(rest, self._workers.map(self._details, rest)))
        return sightings

    def _details(self, job_id: str) -> Sighting:
        try:
            return self._jobs.get(job_id, unlisted=job_id in self._unlisted)
        except ModelArtsError as error:
            return error

    def _in_list(self, job_ids: Iterable[str]) -> Dict[str, Sighting]:
        """What the list shows of the jobs, read as far as that takes fewer requests than asking for each."""
        wanted = set(job_ids)
        found: Dict[str, Sighting] = {}
        if len(wanted) <= self._pages:
            return found
        try:
            for number, page in enumerate(self._jobs.pages({}), 1):
                found.update((job_id, job) for job_id, job in page.jobs.items() if job_id in wanted)
                if number == 1 and page.total:
                    self._pages = math.ceil(page.total / max(1, len(page.jobs)))
                if len(wanted) - len(found) <= max(0.0, self._pages - number):
                    return found
        except ModelArtsError as error:
            if error.category is not Category.PERMISSION:
                return {**found, **{job_id: copy.copy(error) for job_id in wanted if job_id not in found}}
            # Who may not list jobs may still be allowed to see each.
            self._pages = math.inf
            return found
        self._unlisted.update(wanted.difference(found))
        return found
