# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the service with answers written down beforehand, and whole tasks in virtual time."""

from __future__ import annotations

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.pages import Page
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJobs
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Failure, RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import State
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import JobReader
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import carry_out
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import Setting, VirtualClock
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.job_fakes import category_of, gone, viz

GONE = "gone"
ACCEPTED = None
# No test reads as often: a wait that never ends fails instead.
MOST_READS = 2000


class Service:
    """A service with one job. Answers and reads are written down, and the last read is repeated.

    A read is a status, a job, ``GONE`` or a failure; an answer is ``ACCEPTED``, the job that was created, or a failure.
    """

    def __init__(self, answers, reads, workspace_id=None):
        self.answers = list(answers)
        self.to_read = list(reads)
        self.workspace_id = workspace_id
        self.sent = []
        self.new_jobs = []
        self.names = []
        self.reads = 0

    def request(self, step, job_id, new_job):
        self.sent.append(step.value)
        self.new_jobs.append(new_job)
        answer = self.answers.pop(0)
        if isinstance(answer, Failure):
            raise RequestFailed(answer)
        return answer

    def get(self, job_id):
        shown = self._read()
        if shown is GONE:
            raise RequestFailed(gone())
        return shown if isinstance(shown, VizJob) else viz(shown, job_id)

    def find(self, name):
        self.names.append(name)
        shown = self._read()
        if shown is GONE:
            return None
        return shown if isinstance(shown, VizJob) else viz(shown)

    def pages(self, query):
        """A list that is whole, and late."""
        yield Page({}, 0, None, True)

    def knows(self, job_id):
        return self.workspace_id is not None

    def no_such_name(self, name):
        return gone()

    def _read(self):
        self.reads += 1
        assert self.reads < MOST_READS, "an endless wait"
        shown = self.to_read.pop(0) if len(self.to_read) > 1 else self.to_read[0]
        if isinstance(shown, Failure):
            raise RequestFailed(shown)
        return shown


class TaskRun:
    """What a task on one job came to, and what it took."""

    def __init__(self, progress, service, seconds):
        self.actions, self.changed, self.job = progress.actions, progress.changed, progress.job
        self.failure, self.category, self.warnings = progress.failure, category_of(progress), progress.warnings
        self.sent, self.new_jobs, self.names, self.reads = service.sent, service.new_jobs, service.names, service.reads
        self.seconds = seconds

    @property
    def summary(self):
        return self.actions, self.changed, self.category


def carry_out_on(job, state, answers, reads, *, force=False, wait=True, timeout=600, new_job=None):
    """Bring one job to a state, in virtual time."""
    clock, service, workers = VirtualClock(), Service(answers, reads), Workers(1)
    start = clock.now()
    planned = plan(job, State(state), force, wait, new_job)
    reader = JobReader(service, workers, clock)
    progress = carry_out([planned], service, reader, workers, Deadline(clock, timeout), clock, 10)[0]
    return TaskRun(progress, service, clock.now() - start)


def jobs_over(client, workspace_id=None):
    """The jobs of a project, over an HTTP client; no request is retried."""
    return VizJobs(Setting(client=client, retries=0).transport, "https://m.example", "p1", workspace_id)
