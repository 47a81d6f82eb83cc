# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentences about a job's way through its plan: pure functions of what happened.

A text continues "Could not restart the job: ", and a hint follows it as a sentence of its own.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Mapping, NamedTuple, Optional

from .evidence import CONSISTENCY_GRACE, Verdict
from .failure import HINTS, Category, Failure
from .job import VizJob
from .rules import RULES, UP_GROUPS, State, Step
from .status import Group, Status

_REQUEST = {
    Step.CREATE: "the create request",
    Step.UPDATE: "the request to change the description",
    Step.STOP: "the stop request",
    Step.RESTART: "the restart request",
    Step.DELETE: "the delete request",
}
_ACCEPTED = {
    Step.CREATE: "the job was created",
    Step.UPDATE: "the new description was accepted",
    Step.STOP: "the stop was accepted",
    Step.RESTART: "the restart was accepted",
    Step.DELETE: "the deletion was accepted",
}
_DOING = {Step.RESTART: "restarting", Step.DELETE: "deleting"}
_NO_EFFECT = "it may or may not have taken effect"


class Account(NamedTuple):
    """What has happened to a job in a task.

    ``step`` is the next one, ``status`` the last one seen. ``sent`` is the last request that may have been accepted.
    ``is_unknown``: its outcome is unknown, and ``unclear`` is the failure that says why. ``stopped``: the status in which
    our own stop left the job. ``refusal``: why the request of this step was refused, and may not be a little later.
    ``is_untouched``: no request has been sent. ``is_up_again``: somebody else has started the job.
    """

    step: Step
    status: Status
    sent: Optional[Step]
    is_unknown: bool
    unclear: Optional[Failure]
    stopped: Optional[Status]
    refusal: Optional[Failure]
    is_untouched: bool
    is_up_again: bool


def refused_for_status(state: State, step: Step, status: Status, force: bool = False) -> Failure:
    """ModelArts does not accept the request from a job with this status."""
    hint = (None if force else RULES[state][status.group].hint) or HINTS[Category.CONFLICT]
    if step is Step.RESTART and status.group is Group.STOPPED:
        hint = "Create a new job with the same train_url."
    elif step is Step.RESTART and status.group in UP_GROUPS and force:
        hint = "Run the task again to stop it first, or use state=started to leave it running."
    elif step is Step.DELETE and status.group in (Group.STARTING, Group.RUNNING, Group.UNKNOWN):
        hint = "Use force=true to stop it first."
    if step is Step.RESTART and status.group not in (Group.STOPPED, Group.UNKNOWN):
        text = f"it is {status.name}, and ModelArts restarts only a job that has stopped"
    else:
        text = f"it is {status.name}, and ModelArts does not {step.value} a job with this status"
    return Failure(Category.CONFLICT, text, hint)


def must_stop_first(status: Status) -> Failure:
    """A task that must not wait would have to."""
    return Failure(
        Category.CONFLICT,
        f"it is {status.name} and must stop first, but wait=false does not wait for that",
        "Use wait=true, or run the task again when it has stopped.",
    )


def service_decides(job: VizJob, step: Step) -> str:
    """A warning: no rule says whether the request will be accepted."""
    return f"ModelArts decides whether to {step.value} {job.label}, which is {job.known_status.name}."


def field_stays(job: VizJob, field: str, actual: Any, wanted: Any) -> str:
    """A warning: the job differs from what the task says, and stays so."""
    return (
        f"{field} of {job.label} stays {actual!r}: ModelArts cannot change it to {wanted!r}. "
        f"Remove {field} from the task, or delete the job and create it again."
    )


def restarted_by_another(job: VizJob) -> str:
    """A warning: the task did not restart the job, and waits until it runs."""
    return f"Somebody else restarted {job.label} during this task."


def description_kept(job: VizJob, wanted: Optional[str]) -> str:
    """A warning: the service changed the description that it was given."""
    return f"ModelArts keeps the description of {job.label} as {job.description!r}, not as {wanted!r}."


def failed_later(account: Account, failure: Failure) -> Failure:
    """``failure`` of a request or a read, with what had happened before it."""
    step, text, category = account.step, failure.text, failure.category
    if account.is_unknown:
        text = f"the outcome of {_REQUEST[step]} is unknown; afterwards {text}"
        category = Category.OUTCOME_UNKNOWN
    elif account.stopped is not None and step in _DOING:
        text = f"{_stopped(account)}, but {_DOING[step]} it failed: {text}"
    elif account.sent is not None and step not in _REQUEST:
        text = f"{_ACCEPTED[account.sent]}; afterwards {text}"
    return failure._replace(category=category, text=text, own_hint=failure.hint)


def time_is_up(account: Account, waited: float, last_failure: Optional[Failure]) -> Failure:
    """The job has not got there in time. ``waited``: seconds; ``last_failure``: why the last read failed, if it did."""
    text = _unfinished(account, waited)
    if last_failure is not None:
        text += f"; the last request for its status failed: {last_failure.text}"
    refusal = account.refusal or Failure(Category.TIMEOUT, "")
    return refusal._replace(category=Category.TIMEOUT, text=text, own_hint=None)


def interrupted(account: Account, waited: float) -> Failure:
    """The task was told to end, ``waited`` seconds after its first request."""
    text = "not attempted" if account.is_untouched else _unfinished(account, waited)
    return Failure(Category.INTERRUPTED, f"the task was interrupted: {text}")


def job_failed(account: Account, verdict: Verdict) -> Failure:
    """The service accepted a request, and the job did not do what was asked for."""
    name, later = account.status.name, f"{CONSISTENCY_GRACE:.0f} s later"
    if account.sent is Step.UPDATE:
        text = f"ModelArts still showed another one {later}"
    elif verdict is Verdict.UNCHANGED:
        text = f"the job was still {name} {later}"
    elif verdict is Verdict.FELL_BACK:
        text = f"the job fell back to {name} before it was running"
    else:
        text = f"the job went to {name}" + ("" if account.sent is Step.DELETE else " before it was running")
    return Failure(Category.JOB_FAILED, f"{_prefix(account)}{text}")


def unresolved(account: Account) -> Failure:
    """No read shows whether the service accepted a request that must not be sent twice."""
    if account.step is Step.CREATE:
        text = f"{_unclear(account)}, and no job of that name has appeared: {_NO_EFFECT}"
        hint = "Look for it in the ModelArts console before you run the task again: each job costs money."
    else:
        text = f"{_unclear(account)}, and the job is still {account.status.name}: {_NO_EFFECT}"
        hint = "Use state=started: it restarts the job only if it is still down."
    return Failure(Category.OUTCOME_UNKNOWN, text, hint)


def _unfinished(account: Account, waited: float) -> str:
    """How far the job got in ``waited`` seconds."""
    step, status, seconds = account.step, account.status, f"{math.ceil(waited)} s"
    if account.refusal is not None:
        if account.stopped is None:
            return f"ModelArts refused {_REQUEST[step]}, and no read could explain why within {seconds}"
        return f"{_stopped(account)}, but ModelArts refused to {step.value} it for {seconds}"
    if account.is_unknown:
        still = "ModelArts still showed another one" if step is Step.UPDATE else f"the job was still {status.name}"
        return f"{_unclear(account)}; after {seconds} {still}"
    if account.is_untouched and step in _REQUEST:
        return f"not attempted: the time was up after {seconds}"
    if step in _REQUEST:
        return f"{_prefix(account)}the time was up after {seconds}, before {_REQUEST[step]} was sent"
    return f"{_prefix(account)}{_STILL[step](seconds, status)}"


def _stopped(account: Account) -> str:
    """That our own stop succeeded; not as if the job were still stopped if it was last seen up."""
    if account.status.group in UP_GROUPS:
        return f"force=true stopped the job, which is {account.status.name} again"
    return f"force=true stopped the job ({account.stopped.name if account.stopped else account.status.name})"


def _still_down(seconds: str, status: Status) -> str:
    still = "was still stopping" if status.group is Group.STOPPING else "had not stopped"
    return f"after {seconds} the job {still} ({status.name})"


_STILL: Mapping[Step, Callable[[str, Status], str]] = {
    Step.AWAIT_DOWN: _still_down,
    Step.AWAIT_UP: lambda seconds, status: f"after {seconds} the job was not running yet ({status.name})",
    Step.AWAIT_GONE: lambda seconds, status: f"after {seconds} the job still existed ({status.name})",
    Step.AWAIT_UPDATE: lambda seconds, _status: f"after {seconds} ModelArts still showed another one",
    Step.AWAIT_LISTED: lambda seconds, _status: f"after {seconds} the list did not show it yet",
}


def _prefix(account: Account) -> str:
    if account.is_up_again:
        return "somebody else restarted the job, but "
    return f"{_ACCEPTED[account.sent]}, but " if account.sent is not None and not account.is_unknown else ""


def _unclear(account: Account) -> str:
    """What the request of unknown outcome got for an answer."""
    request, unclear = _REQUEST[account.step], account.unclear
    if unclear is None or unclear.http_status is None:
        return f"{request} got no response"
    answer = f"HTTP {unclear.http_status}" + (f": {unclear.message}" if unclear.message else "")
    return f"{request} got an unclear response ({answer})"
