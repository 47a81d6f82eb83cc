# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module returns: the one way out, with success, refusal and failure alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Protocol, Sequence

from ansible.module_utils.basic import missing_required_lib

from .._cloud.http_client import REQUESTS_IMPORT_ERROR
from .._cloud.viz_jobs import VizJob
from .._jobs.failure import ModelArtsError, OptionError
from .._jobs.plan import Plan
from .._jobs.progress import Progress
from .._jobs.status import Group, Status

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

# How many IDs, and how many reasons, the message of a fleet names; the rest is in its results.
_MOST_IDS = 5
_MOST_REASONS = 3


class JobResult(NamedTuple):
    """What became of one job. ``before`` and ``after`` are what a diff shows."""

    job: VizJob
    attempt: str
    previous: Optional[Status]
    actions: List[str]
    changed: bool
    error: Optional[ModelArtsError]
    before: Dict[str, Any]
    after: Dict[str, Any]

    def as_dict(self) -> Dict[str, Any]:
        """An entry of ``jobs``."""
        return {
            **self.job.as_dict(),
            "previous_status": _name(self.previous),
            "actions": self.actions,
            "changed": self.changed,
            "failed": self.error is not None,
            "error": self.error.as_dict() if self.error else None,
        }

    def diff(self) -> Dict[str, Any]:
        """What has changed, or would change, as ``--diff`` shows it."""
        label = self.job.label
        return {"before_header": label, "after_header": label, "before": self.before, "after": self.after}


class TaskResult(NamedTuple):
    """What became of the jobs of a task. ``fleet``: they were given as a list, not as the one job."""

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
        diffs = [entry.diff() for entry in self.jobs if entry.changed or entry.error is None]
        if with_diff and diffs:
            result["diff"] = diffs if self.fleet else diffs[0]
        failed = [entry.error for entry in self.jobs if entry.error is not None]
        if failed:
            result["error"] = failed[0].as_dict()
            result["msg"] = self._message() if self.fleet else failed[0].sentence
        return result

    def _message(self) -> str:
        """Why jobs of a fleet failed: those with the same reason together."""
        by_reason: Dict[str, List[str]] = {}
        for entry in self.jobs:
            if entry.error is not None:
                by_reason.setdefault(entry.error.reason, []).append(entry.job.id)
        reasons = [f"{_some(job_ids)}: {reason}" for reason, job_ids in by_reason.items()]
        if len(reasons) > _MOST_REASONS:
            reasons[_MOST_REASONS:] = [f"{len(reasons) - _MOST_REASONS} more reasons are in jobs."]
        failed = sum(map(len, by_reason.values()))
        return f"Could not {self.jobs[0].attempt} {failed} of {len(self.jobs)} visualization jobs. {' '.join(reasons)}"


def as_planned(plans: Sequence[Plan], fleet: bool) -> TaskResult:
    """What carrying the plans out would come to, with nothing sent."""
    untouched = [Progress(plan) for plan in plans]
    return TaskResult([_result(way, changed=way.plan.changes, after=way.plan.after) for way in untouched], fleet)


def as_done(ways: Sequence[Progress], fleet: bool) -> TaskResult:
    """What carrying plans out has come to."""
    return TaskResult([_result(way, changed=way.changed, after=_after(way)) for way in ways], fleet)


def _after(way: Progress) -> Dict[str, Any]:
    """What a diff shows of the job now: as it was seen, or where nobody waited as it will be."""
    before, predicted = way.plan.before, way.plan.after
    seen = {"status": way.status.name}
    if not way.changed:
        return before
    if way.error is not None:
        return seen if "status" in before else predicted
    return seen if "status" in predicted and way.plan.wait else predicted


def _result(way: Progress, changed: bool, after: Dict[str, Any]) -> JobResult:
    return JobResult(
        job=way.job,
        attempt=way.plan.state.verb,
        previous=way.plan.job.status,
        actions=way.actions,
        changed=changed,
        error=way.error,
        before=way.plan.before,
        after=after,
    )


class Result(Protocol):
    """What a module can be left with."""

    def as_dict(self, with_diff: bool) -> Dict[str, Any]:
        """The result of the module; with ``msg`` if it failed."""


# What a task that ended before it knew its jobs returns.
_NOTHING: Mapping[str, Any] = {"job": None, "jobs": []}


def finish(module: AnsibleModule, work: Callable[[], Result], nothing: Optional[Mapping[str, Any]] = None) -> None:
    """Do the work, and leave the module with its result. Does not return.

    ``nothing``: what is returned with an error that came before there was a result.
    """
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result: Dict[str, Any] = {"changed": False, **(nothing or _NOTHING)}
    try:
        result = work().as_dict(module._diff)
    except OptionError as mistake:
        result["msg"] = str(mistake)
    except ModelArtsError as failure:
        result.update(msg=failure.sentence, error=failure.as_dict())
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
    more = f" and {len(job_ids) - _MOST_IDS} more" if len(job_ids) > _MOST_IDS else ""
    return ", ".join(job_ids[:_MOST_IDS]) + more
