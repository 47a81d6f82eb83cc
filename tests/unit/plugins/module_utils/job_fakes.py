# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs and failures as the service shows them, for tests that need nothing but the rules of jobs."""

from __future__ import annotations

from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.events import Accepted, Refused, Seen
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.evidence import ReadWindow
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, Failure, Outcome
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import NewJob, VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.plan import plan
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.progress import Progress
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import State
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import NOT_THERE, Status
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.transitions import handle

IMAGE_FAILED, DELETE_FAILED, INIT, WAITING, RUNNING, KILLING, COMPLETED = 3, 6, 1, 7, 8, 9, 10
FAILED, KILLED, CANCELED, LOST, NEW_NUMBER, ANOTHER_NUMBER = 11, 12, 13, 14, 98, 99
NEW = NewJob("viz-10", "/bucket/logs/", "curves")

# What the table of error codes says about the codes that the tests use; without a code, about the HTTP status.
MEANINGS = {
    "ModelArts.0103": (Category.UNKNOWN, "ModelArts refused the request"),
    "ModelArts.0105": (Category.CONFLICT, "its status does not allow it"),
    "ModelArts.0107": (Category.INVALID_REQUEST, "the service rejected a parameter as invalid"),
    "ModelArts.0108": (Category.PERMISSION, "you are not authorized for this operation"),
    "ModelArts.0118": (Category.QUOTA, "a quota would be exceeded"),
    "ModelArts.0206": (Category.AUTHENTICATION, "the access key or the signature is not valid"),
    200: (Category.UNKNOWN, "the service refused the request"),
    400: (Category.INVALID_REQUEST, "the service rejected the request as invalid"),
    404: (Category.NOT_FOUND, "the service did not find it"),
    409: (Category.CONFLICT, "the service refused it because of a conflict"),
}


def refusal(code="ModelArts.0108", http_status=403, message="no"):
    category, text = MEANINGS.get(code) or MEANINGS[http_status]
    is_from_modelarts = code is not None and code.startswith("ModelArts.")
    return Failure(
        category, text, code=code, message=message, http_status=http_status, is_from_modelarts=is_from_modelarts
    )


def conflict(status, text="resubmit"):
    return refusal("ModelArts.0105", 400, f"This job can't be {text}. job status: {status}")


def lost(http_status=None):
    text = "the connection was closed" if http_status is None else "the service failed"
    category = Category.CONNECTION if http_status is None else Category.SERVER
    return Failure(category, text, outcome=Outcome.UNKNOWN, http_status=http_status)


def gone():
    return Failure(Category.NOT_FOUND, "there is no such job", http_status=404, is_from_modelarts=True, gone=True)


def viz(status, job_id="10", **fields):
    return VizJob(job_id, f"viz-{job_id}", status=Status.of(status), **fields)


def no_job():
    """A job that does not exist yet."""
    return VizJob("", "viz-10", status=NOT_THERE)


def progress_of(job, state, force=False, new_job=None, wait=True):
    return Progress(plan(job, State(state), force, wait, new_job))


def at(moment):
    """A read that took no time."""
    return ReadWindow(moment, moment)


def category_of(progress):
    return progress.failure.category.value if progress.failure else None


def accepted(moment):
    return Accepted(moment)


def refused(status, moment):
    """A refusal for the job's status; ``None``: it does not name the status."""
    return Refused(conflict("" if status is None else status), moment)


def seen(status, moment):
    return Seen(viz(status), at(moment))


def after(before, state, *events, force=False):
    """A job that had the status ``before``, and what has happened to it."""
    progress = progress_of(viz(before), state, force)
    for event in events:
        handle(progress, event)
    return progress
