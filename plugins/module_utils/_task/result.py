# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns, in success and failure alike."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Protocol, Sequence

from ansible.module_utils.basic import missing_required_lib

from .._cloud.http_client import REQUESTS_IMPORT_ERROR
from .._jobs.failure import Failure, OptionError, RequestFailed
from .._jobs.job import NOUNS, VizJob
from .._jobs.plan import Plan
from .._jobs.progress import Progress
from .._jobs.status import Group, Status

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

# The message about several jobs names at most so many IDs and reasons; the result has them all.
_MAX_IDS = 5
_MAX_REASONS = 3


class JobResult(NamedTuple):
    """What the task did with one job. ``before`` and ``after`` are what a diff shows."""

    job: VizJob
    attempt: str
    previous: Optional[Status]
    actions: List[str]
    changed: bool
    failure: Optional[Failure]
    before: Dict[str, Any]
    after: Dict[str, Any]

    def as_dict(self) -> Dict[str, Any]:
        """An entry of ``jobs``."""
        return {
            **self.job.as_dict(),
            "previous_status": _name(self.previous),
            "actions": self.actions,
            "changed": self.changed,
            "failed": self.failure is not None,
            "error": self.failure.as_dict() if self.failure else None,
        }

    def diff(self) -> Dict[str, Any]:
        """What changed, or would change, as ``--diff`` shows it."""
        label = self.job.label
        return {"before_header": label, "after_header": label, "before": self.before, "after": self.after}


class TaskResult(NamedTuple):
    """What the task did with its jobs. ``fleet``: they were given as a list, even if of one job."""

    jobs: List[JobResult]
    fleet: bool

    def as_dict(self, with_diff: bool) -> Dict[str, Any]:
        """The result of the module."""
        there = [entry for entry in self.jobs if self.fleet or not _never_there(entry)]
        result: Dict[str, Any] = {
            "changed": any(entry.changed for entry in self.jobs),
            "jobs": [entry.as_dict() for entry in there],
        }
        if not self.fleet:
            result["job"] = result["jobs"][0] if result["jobs"] else None
        diffs = [entry.diff() for entry in self.jobs if entry.changed or entry.failure is None]
        if with_diff and diffs:
            result["diff"] = diffs if self.fleet else diffs[0]
        failed = [entry.failure for entry in self.jobs if entry.failure is not None]
        if failed:
            result["error"] = failed[0].as_dict()
            result["msg"] = self._message() if self.fleet else failed[0].sentence
        return result

    def _message(self) -> str:
        """Why jobs failed: those with the same reason together."""
        by_reason: Dict[str, List[str]] = {}
        for entry in self.jobs:
            if entry.failure is not None:
                by_reason.setdefault(entry.failure.reason, []).append(entry.job.id)
        reasons = [f"{_some(job_ids)}: {reason}" for reason, job_ids in by_reason.items()]
        if len(reasons) > _MAX_REASONS:
            more = len(reasons) - _MAX_REASONS
            reasons[_MAX_REASONS:] = [f"{more} more {'reason is' if more == 1 else 'reasons are'} in jobs."]
        failed = sum(map(len, by_reason.values()))
        return f"Could not {self.jobs[0].attempt} {failed} of {len(self.jobs)} {NOUNS}. {' '.join(reasons)}"


def as_planned(plans: Sequence[Plan], fleet: bool) -> TaskResult:
    """What carrying out the plans would come to, with nothing sent."""
    return TaskResult(
        [_result(plan, plan.job, [], plan.changes, plan.refusal, after=plan.after) for plan in plans], fleet
    )


def as_done(every: Sequence[Progress], fleet: bool) -> TaskResult:
    """What carrying out the plans has come to."""
    return TaskResult(
        [
            _result(progress.plan, progress.job, progress.actions, progress.changed, progress.failure, _after(progress))
            for progress in every
        ],
        fleet,
    )


def _after(progress: Progress) -> Dict[str, Any]:
    """What a diff shows of the job now: its status as last seen, or without a wait as it will be."""
    before, predicted = progress.plan.before, progress.plan.after
    seen = {"status": progress.status.name}
    if not progress.changed:
        return before
    if progress.failure is not None:
        return seen if "status" in before else predicted
    return seen if "status" in predicted and progress.plan.wait else predicted


def _result(
    plan: Plan, job: VizJob, actions: List[str], changed: bool, failure: Optional[Failure], after: Dict[str, Any]
) -> JobResult:
    return JobResult(
        job=job,
        attempt=plan.state.verb,
        previous=plan.job.status,
        actions=actions,
        changed=changed,
        failure=failure and failure._replace(attempt=plan.attempt(job)),
        before=plan.before,
        after=after,
    )


class Result(Protocol):
    """What a module returns in the end."""

    def as_dict(self, with_diff: bool) -> Dict[str, Any]:
        """The result of the module; with ``msg`` if it failed."""


# The result of a task that failed before it had read its jobs.
_NOTHING: Mapping[str, Any] = {"job": None, "jobs": []}


def finish(module: AnsibleModule, work: Callable[[], Result], nothing: Optional[Mapping[str, Any]] = None) -> None:
    """Do the work, and end the module with its result. Does not return.

    ``nothing``: the rest of the result of a task that failed before it had one.
    """
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result: Dict[str, Any] = {"changed": False, **(nothing or _NOTHING)}
    try:
        result = work().as_dict(module._diff)
    except OptionError as mistake:
        result["msg"] = str(mistake)
    except RequestFailed as error:
        result.update(msg=error.failure.sentence, error=error.failure.as_dict())
    # Nothing of it needs to be searched for garbage when Python ends.
    gc.freeze()
    # Outside of the handlers: Ansible adds to a failure the traceback of an exception that is being handled.
    if "msg" in result:
        module.fail_json(**result)
    module.exit_json(**result)


def _never_there(entry: JobResult) -> bool:
    untouched = not entry.actions and not entry.changed
    return untouched and entry.previous is not None and entry.previous.group is Group.ABSENT


def _name(status: Optional[Status]) -> Optional[str]:
    return status.name if status and status.group is not Group.ABSENT else None


def _some(job_ids: Sequence[str]) -> str:
    more = f" and {len(job_ids) - _MAX_IDS} more" if len(job_ids) > _MAX_IDS else ""
    return ", ".join(job_ids[:_MAX_IDS]) + more
