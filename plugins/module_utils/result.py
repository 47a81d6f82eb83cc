# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns: the one way out, with success, refusal and failure alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from ansible.module_utils.basic import missing_required_lib

from .errors import ModelArtsError, OptionError
from .jobs import VizJob
from .plan import Plan
from .progress import Progress
from .status import Status
from .wire import REQUESTS_IMPORT_ERROR

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule


@dataclass
class JobResult:
    """What became of one job. ``expected``: the status that it would have, where the task did not wait to see."""

    job: VizJob
    previous: Optional[Status] = None
    actions: List[str] = field(default_factory=list)
    changed: bool = False
    error: Optional[ModelArtsError] = None
    expected: Optional[str] = None

    def as_dict(self) -> Dict[str, Any]:
        """An entry of ``jobs``."""
        job, status = self.job, self.job.status
        return {
            "id": job.id,
            "name": job.name,
            "description": job.description,
            "status": status.name if status else None,
            "status_id": status.id if status else None,
            "previous_status": self.previous.name if self.previous else None,
            "service_url": job.service_url,
            "train_url": job.train_url,
            "resource_id": job.resource_id,
            "created_at": job.created_at,
            "duration": job.duration,
            "actions": self.actions,
            "changed": self.changed,
            "failed": self.error is not None,
            "error": self.error.as_dict() if self.error else None,
        }

    def diff(self) -> Dict[str, Any]:
        """The job's status before and after, as ``--diff`` shows it."""
        after = self.expected or (self.job.status.name if self.job.status else None)
        return {
            "before_header": self.job.label,
            "after_header": self.job.label,
            "before": {"status": self.previous.name if self.previous else None},
            "after": {"status": after},
        }


def as_planned(plan: Plan) -> JobResult:
    """What carrying ``plan`` out would come to, with nothing sent."""
    untouched = Progress(plan)
    return JobResult(plan.job, plan.status, changed=plan.changes, error=untouched.error, expected=plan.goal)


def as_done(way: Progress, waited: bool) -> JobResult:
    """What carrying a plan out has come to."""
    expected = None if waited or way.error else way.plan.goal
    return JobResult(way.job, way.plan.status, way.actions, way.changed, way.error, expected)


def finish(module: AnsibleModule, work: Callable[[], JobResult]) -> None:
    """Do the work, and leave the module with its result. Does not return."""
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result: Dict[str, Any] = {"changed": False, "job": None, "jobs": []}
    error: Optional[ModelArtsError] = None
    done: Optional[JobResult] = None
    try:
        done = work()
        error = done.error
    except OptionError as mistake:
        result["msg"] = str(mistake)
    except ModelArtsError as failure:
        error = failure
        if failure.job_id is not None:
            done = JobResult(VizJob(failure.job_id), error=failure)
    if done is not None:
        result.update(changed=done.changed, job=done.as_dict(), jobs=[done.as_dict()])
        if module._diff and done.previous is not None:
            result["diff"] = done.diff()
    if error is not None:
        result.update(msg=error.sentence, error=error.as_dict())
    # Outside of the handlers: Ansible adds to a failure the traceback of an exception that is being handled.
    if "msg" in result:
        module.fail_json(**result)
    module.exit_json(**result)
