# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is promised of every task, whatever gets in its way: each promise is a check of a history."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from itertools import takewhile
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import STATUS_NAMES, Status
from ansible_collections.mlops.modelarts.tests.schedules.history import Exchange, History
from ansible_collections.mlops.modelarts.tests.schedules.service import (
    DELETE_FAILED,
    RUNNING,
    STARTING,
    STOPPED,
    group_of,
)
from ansible_collections.mlops.modelarts.tests.schedules.trouble import OTHER_SUBJECT, Effect

# What may have been sent only once, as it would cut somebody off or cost money again.
ONCE: Mapping[str, str] = {"restarted": "restart", "present": "create"}
# The statuses, by group, that a task leaves a job in.
GOALS: Mapping[str, str] = {"restarted": "running", "started": "running", "stopped": "stopped"}
# The statuses that tell that a change has failed.
FAILURES: Mapping[str, Sequence[int]] = {"restart": STOPPED, "create": STOPPED, "delete": (DELETE_FAILED,)}
# Seconds that signing in and reading may take at the least.
PREPARATION = 60.0
# Seconds for which what is shown may lag behind.
CONSISTENCY_GRACE = 30.0
# Seconds between two reads that show the same for the second to count.
CONFIRM_INTERVAL = 1.0
# The token that the task is given.
READY_TOKEN = "ready"
# What is not sent to a job that was just seen in a status of these groups.
NEEDLESS: Mapping[str, Sequence[str]] = {
    "restart": ("starting", "running"),
    "stop": ("stopping", "stopped"),
}
UP = ("starting", "running")
DOWN = ("stopping", "stopped")

Breaches = Iterator[str]


def sent_once(history: History) -> Breaches:
    """A restart in `restarted` and a creation are accepted at most once, and not sent again once they may have been."""
    state = history.options["state"]
    if state not in ONCE:
        return
    accepted = [job for _moment, operation, job in history.accepted if operation == ONCE[state] and not history.lies]
    for job_id in accepted:
        if accepted.count(job_id) > 1 or (state == "present" and len(accepted) > 1):
            yield f"{ONCE[state]} was accepted {len(accepted)} times"
    sent: Dict[str, Exchange] = {}
    for exchange in history.changes:
        if exchange.operation != ONCE[state]:
            continue
        before = sent.get(exchange.job_id)
        if before is not None and before.effect is not Effect.NOT_APPLIED:
            yield f"{exchange.operation} of {exchange.job_id or exchange.name} was sent again after {before.effect.value}"
        sent[exchange.job_id] = exchange


def unclear_is_read_back(history: History) -> Breaches:
    """A change of unknown outcome is not sent again before what it may have done had the time to show."""
    sent: Dict[Tuple[str, str], Exchange] = {}
    for exchange in history.changes:
        key = (exchange.operation, exchange.job_id)
        before = sent.get(key)
        if (
            before
            and before.effect is Effect.UNKNOWN
            and exchange.begun < before.ended + CONSISTENCY_GRACE - history.slack
            and not _shows_the_stop(history, before, exchange)
        ):
            yield f"{exchange.operation} of {exchange.job_id} was sent again after {exchange.begun - before.ended:.1f} s"
        sent[key] = exchange


def _shows_the_stop(history: History, stop: Exchange, following: Exchange) -> bool:
    """Whether a read between the two shows that the stop was accepted: the job is stopped again for another reason."""
    statuses = history.statuses({"id": stop.job_id})
    between = [status for one, status in statuses if stop.ended <= one.begun <= following.begun]
    return stop.operation == "stop" and any(group_of(status) in ("stopping", "stopped") for status in between)


def unmet_is_sent_again(history: History) -> Breaches:
    """Any other change of unknown outcome that shows no effect is sent again."""
    for job in history.result["jobs"]:
        changes = history.changes_of(job)
        for change, following in zip(changes, [*changes[1:], None]):
            if change.effect is not Effect.UNKNOWN or change.operation in (
                "create",
                ONCE.get(history.options["state"]),
            ):
                continue
            end = following.begun if following else math.inf
            before = [content for read, content in history.shown(job) if read.ended <= change.begun][-1:]
            shown = [(read, content) for read, content in history.shown(job, change.ended) if read.begun < end]
            late = [
                read
                for read, _content in shown
                if read.operation == "details" and read.begun > change.ended + CONSISTENCY_GRACE
            ]
            # What one look reads may have been sent for before that time, and shows nothing yet; the next one does.
            given_up = following is None and _category(job) == "job_failed"
            if len(late) > (0 if given_up else 2) and all([content] == before for _read, content in shown):
                yield f"{change.operation} of {job['id']} was not sent again"


def unresolved_is_told(history: History) -> Breaches:
    """Where nothing showed what became of a request that is not sent again, the failure says so."""
    once = ONCE.get(history.options["state"])
    for job in history.result["jobs"]:
        for change in history.effective(job)[-1:]:
            before = [content["status"] for read, content in history.shown(job) if read.ended <= change.begun]
            since = {content["status"] for _read, content in history.shown(job, change.ended)}
            unresolved = (
                change.operation == once
                and change.effect is Effect.UNKNOWN
                and since.issubset({*before[-1:]} & {*STOPPED})
            )
            if unresolved and _category(job) not in ("outcome_unknown", "interrupted"):
                yield f"{job['id']} ends with {job['error']} after a {once} of unknown outcome"


def seen_as_reported(history: History) -> Breaches:
    """A job of a task that waits, and is ok or changed, was read in the state that is reported, after the last change."""
    options = history.options
    if history.check_mode or not options["wait"]:
        return
    for job in history.result["jobs"]:
        if job["failed"]:
            continue
        last = max((exchange.ended for exchange in history.effective(job)), default=-math.inf)
        reads = [exchange for exchange in history.exchanges if exchange.begun >= last - history.slack]
        state = options["state"]
        if state == "absent":
            if not any(_shows_missing(exchange, job["id"]) for exchange in reads):
                yield f"{job['id']} is reported gone, and was not looked for after {last}"
            continue
        shown = [content for _read, content in history.shown(job, last - history.slack)]
        if not any(content["status"] == job["status_id"] for content in shown):
            yield f"{job['id']} is reported {job['status']}, and was not seen so after {last}"
        if state in GOALS and group_of(job["status_id"] or 0) != GOALS[state]:
            yield f"{job['id']} is left {job['status']} by a task that did not fail"
        created = any(exchange.operation == "create" for exchange in history.effective(job))
        if state == "present" and not created and not _converged(history, job, shown):
            yield f"{job['id']} was not seen with its description"


def _converged(history: History, job: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it was seen with its description, or twice with what the service may have made of it."""
    texts = [_text(content["job_desc"]) for content in shown]
    before = next(_text(content["job_desc"]) for _read, content in history.shown(job))
    wanted = history.options.get("description")
    return wanted is None or _text(wanted) in texts or (len(texts) > 1 and texts[-1] != before)


def _text(description: Optional[str]) -> str:
    """A description as it is compared."""
    return (description or "").rstrip("\r\n")


def running_is_no_old_status(history: History) -> Breaches:
    """After a stop of its own, a task has seen the job starting, or running twice at least a second apart."""
    options = history.options
    if options["state"] != "restarted" or not options["wait"]:
        return
    for job in history.result["jobs"]:
        changes = history.effective(job)
        if job["failed"] or "stop" not in {exchange.operation for exchange in changes}:
            continue
        reads = _since_it_was_down(history, job)
        groups = [group_of(status) for _read, status in reads]
        runs = [read.ended for read, status in reads if status == RUNNING]
        if "starting" not in groups and (not runs or runs[-1] - runs[0] < CONFIRM_INTERVAL - history.slack):
            yield f"{job['id']} was taken for running, as {groups} since its last change"


def _since_it_was_down(history: History, job: Mapping[str, Any]) -> List[Tuple[Exchange, int]]:
    """What was seen of it since the last change; of its own stop in a task that is to start it, since it was down."""
    changes = history.effective(job)
    seen = history.statuses(job, changes[-1].ended - history.slack if changes else -math.inf)
    if changes and changes[-1].operation == "stop" and GOALS.get(history.options["state"]) != "stopped":
        down = next((number for number, (_one, status) in enumerate(seen) if group_of(status) in DOWN), len(seen))
        return seen[down + 1 :]
    return seen


def changed_is_true(history: History) -> Breaches:
    """A job is `changed` if and only if a request for it was, or may have been, accepted; the task if a job is."""
    jobs = history.result["jobs"]
    if any(job["changed"] for job in jobs) != history.result["changed"]:
        yield "the task and its jobs differ in changed"
    if history.check_mode:
        return
    for job in jobs:
        changing = bool(history.effective(job))
        if changing != job["changed"]:
            yield f"{job['id']} says changed: {job['changed']}, and it was {changing}"
    entries = {job["id"]: job for job in jobs}
    for _moment, operation, job_id in () if history.lies else history.accepted:
        entry = entries.get(str(job_id)) or (jobs[0] if operation == "create" and jobs else None)
        if entry is None or not entry["changed"]:
            yield f"{operation} of {job_id} was accepted, and is not told"


def actions_are_what_was_sent(history: History) -> Breaches:
    """The actions of a job name each request that may have been accepted, in order, and none that was not sent."""
    if history.check_mode:
        return
    for job in history.result["jobs"]:
        reached = {exchange.operation for exchange in history.changes_of(job) if exchange.sent}
        if not reached.issuperset(action.split(" ")[0] for action in job["actions"]):
            yield f"{job['id']} was sent {sorted(reached)}, and is told {job['actions']}"
        effective = _without_repeats(_action(exchange) for exchange in history.effective(job))
        rest = iter(job["actions"])
        if not all(action in rest for action in effective):
            yield f"{job['id']} is told {job['actions']}, which lacks some of {effective}"


def check_mode_changes_nothing(history: History) -> Breaches:
    """In check mode nothing is sent but reads and sign-ins."""
    if history.check_mode:
        for exchange in history.changes:
            yield f"{exchange.operation} of {exchange.job_id} was sent in check mode"


def nothing_after_the_end(history: History) -> Breaches:
    """Nothing is sent after the deadline, which runs from the first change, nor after an interruption."""
    first = next((exchange.begun for exchange in history.changes), math.inf)
    deadline = first + history.options["wait_timeout"]
    for exchange in history.exchanges:
        if exchange.begun > deadline + history.slack:
            yield f"{exchange.operation} was sent {exchange.begun - deadline:.3f} s after the deadline"
        if exchange.begun > history.interrupted:
            yield f"{exchange.operation} was sent {exchange.begun - history.interrupted:.3f} s after the interruption"
    for job in history.result["jobs"]:
        if history.interrupted < min(history.ended, deadline - 1) and _category(job) == "timeout":
            yield f"{job['id']} was interrupted, and is told to be out of time"


def _category(job: Mapping[str, Any]) -> str:
    """Of a job's failure; nothing if there is none."""
    return str(job["error"]["category"]) if job["error"] else ""


def ends_in_time(history: History) -> Breaches:
    """A task takes no longer than its preparation and its change may, and after an interruption one request at most."""
    options = history.options
    budget = max(options["wait_timeout"], PREPARATION) + options["wait_timeout"]
    if history.ended - history.begun > budget + history.slack:
        yield f"it took {history.ended - history.begun:.1f} s of {budget} s"
    if history.ended > max(history.interrupted, history.begun) + options["api_timeout"] + history.slack:
        yield f"it ended {history.ended - history.interrupted:.1f} s after the interruption"


def changes_are_fresh(history: History) -> Breaches:
    """A request that changes something never rides on a connection that has been idle for long."""
    for exchange in history.changes:
        if not exchange.fresh:
            yield f"{exchange.operation} of {exchange.job_id} was sent on an old connection"


def signs_in_once_an_expiry(history: History) -> Breaches:
    """There is one sign-in at a time, and a token is replaced when it was refused, once."""
    sign_ins = [exchange for exchange in history.exchanges if exchange.operation == "sign-in"]
    for before, after in zip(sign_ins, sign_ins[1:]):
        if after.begun < before.ended:
            yield f"two sign-ins were under way at {after.begun - history.begun:.3f} s"
        refused = any(exchange.token == before.issued and exchange.status == 401 for exchange in history.exchanges)
        if before.issued and not refused:
            yield f"{before.issued} was replaced, and was never refused"


def pauses_when_throttled(history: History) -> Breaches:
    """Once a request was throttled, no other is sent for as long as the service asks, and none at once."""
    begun = [exchange.begun for exchange in history.exchanges]
    for number, exchange in enumerate(history.exchanges):
        if exchange.pause is None:
            continue
        following = max(number + 1, bisect_left(begun, exchange.ended))
        if following < len(begun) and begun[following] < exchange.ended + exchange.pause - history.slack / 2:
            pause = begun[following] - exchange.ended
            yield f"the next request came {pause:.3f} s after one that was throttled for {exchange.pause} s"


def every_job_is_told(history: History) -> Breaches:
    """Every job that was asked for has its entry, in order; a failure says what was tried and what to do."""
    options, result = history.options, history.result
    if result["jobs"]:
        told = [job["id"] for job in result["jobs"]]
        if "job_ids" in options and told != list(dict.fromkeys(options["job_ids"])):
            yield f"the results are of {told}"
        if result["failed"] != any(job["failed"] for job in result["jobs"]):
            yield "the task and its jobs differ in failed"
    if result["failed"] and not result["msg"].startswith(("Could not ", "train_url is", "workspace_id is")):
        yield f"the message is {result['msg']!r}"
    for job in result["jobs"]:
        if job["failed"] and not (job["error"]["message"] and job["error"]["hint"] and job["error"]["category"]):
            yield f"the error of {job['id']} is {job['error']}"


def previous_status_is_the_first(history: History) -> Breaches:
    """The previous status of a job is the one that the task found it in."""
    for job in history.result["jobs"]:
        created = any(exchange.operation == "create" for exchange in history.changes_of(job))
        # Of one that could not be read, looking for another in the list may show something.
        unread = job["previous_status"] is None and not job["actions"]
        if created or unread:
            continue
        for _read, content in history.shown(job)[:1]:
            if job["previous_status"] != Status.of(content["status"]).name:
                yield f"{job['id']} was in {content['status']}, and is told to have been {job['previous_status']}"


def fails_at_once(history: History) -> Breaches:
    """A job that is seen down on its way up, in a status that it had not before, fails without another look at it; so does
    one that could not be deleted."""
    if not history.options["wait"]:
        return
    for job in history.result["jobs"]:
        for change in history.effective(job):
            before = {content["status"] for read, content in history.shown(job) if read.ended <= change.begun}
            unsure = {"restart": before.isdisjoint(STOPPED), "delete": change.effect is Effect.UNKNOWN}
            if unsure.get(change.operation):
                continue
            failures = {*FAILURES.get(change.operation, ())} - before
            # Of a fleet, the list may have been read for another job.
            shown = [
                (read, content["status"])
                for read, content in history.shown(job, change.ended)
                if read.operation == "details" or "job_ids" not in history.options
            ]
            ends = [(read, status) for read, status in shown if status == RUNNING or status in failures]
            if not ends or ends[0][1] == RUNNING:
                continue
            again = any(read.begun > ends[0][0].ended + history.slack for read, _status in shown)
            if again or not job["failed"]:
                yield f"{job['id']} was seen to fail, and failed: {job['failed']}, looked at again: {again}"


def tokens_are_hidden(history: History) -> Breaches:
    """Ansible is told of every token that is used, so that it masks them."""
    for token in {exchange.token for exchange in history.exchanges} - {"", READY_TOKEN} - history.hidden:
        yield f"the token {token} may show up"


def only_the_job_asked_for(history: History) -> Breaches:
    """Nothing is sent to a job but to those that were asked for, or that a list showed under the name, or was created."""
    options = history.options
    asked = {options.get("job_id"), *(options.get("job_ids") or ())}
    for exchange in history.exchanges:
        named = (job_id for job_id, job in exchange.shown.items() if job["job_name"] == options.get("name", ""))
        asked.update(named if exchange.operation == "list" else (), [exchange.created])
        if exchange.is_change and exchange.operation != "create" and exchange.job_id not in asked:
            yield f"{exchange.operation} was sent to {exchange.job_id}, which nobody asked for"


def gone_only_where_gone(history: History) -> Breaches:
    """A job is told to be gone, or not to be there, only where that is so."""
    options, result = history.options, history.result
    for job in result["jobs"]:
        claims = options["state"] == "absent" and not job["failed"]
        # Without a wait nothing is said of what an accepted deletion comes to.
        claims = claims and ((options["wait"] and not history.check_mode) or not job["changed"])
        if history.lies:
            return
        if (claims or (job["failed"] and _is_told_missing(job))) and not history.is_gone(job["id"]):
            yield f"{job['id']} is told to be gone, and is there"
    if options["state"] == "absent" and not result["failed"] and not result["jobs"]:
        name = options.get("name") or options["job_id"]
        if not history.is_gone(name):
            yield f"{name} is told not to be there, and is"


def _is_told_missing(job: Mapping[str, Any]) -> bool:
    """Whether the failure says for certain that there is no such job."""
    error = job["error"]
    about_another = OTHER_SUBJECT.search(error["message"]) and error["http_status"] is not None
    return bool(error["category"] == "not_found" and not about_another and "another workspace" not in error["hint"])


def no_wait_for_what_has_happened(history: History) -> Breaches:
    """A job is not waited for until the deadline when it was seen where it should be for longer than the proof needs."""
    state = history.options["state"]
    for job in history.result["jobs"]:
        if _category(job) != "timeout":
            continue
        created = any(exchange.operation == "create" for exchange in history.effective(job))
        goal, last = GOALS.get(state) or ("running" if created else ""), history.effective(job)[-1:]
        seen = list(
            takewhile(lambda one: group_of(one[1]) == goal, reversed(_since_it_was_down(history, job)))  # noqa: B023
        )
        # The reads of a fleet confirm each other from the end of one look to the beginning of the next.
        look = CONFIRM_INTERVAL if history.options.get("job_ids") else 0.0
        proof = 0.0 if goal == "stopped" else CONFIRM_INTERVAL + look
        if seen and seen[0][0].begun - seen[-1][0].ended >= proof and (last or len(seen) > 1):
            yield f"{job['id']} was seen {goal} for {seen[0][0].ended - seen[-1][0].begun:.1f} s, and waited for"
        if state == "absent" and any(exchange.gone and exchange.job_id == job["id"] for exchange in history.exchanges):
            yield f"{job['id']} was gone, and is waited for"


def says_what_was_last_seen(history: History) -> Breaches:
    """No result and no message contradicts the last status that was seen."""
    if history.options.get("job_ids"):
        return  # a list that was read for another job shows it, too
    for job in history.result["jobs"]:
        seen = history.statuses(job)
        if not seen:
            continue
        last = Status.of(seen[-1][1])
        if seen[-1][0].operation == "list" and not history.options["wait"]:
            continue  # the deadline may come between two pages of the list, which then shows nothing
        if job["status"] != last.name:
            yield f"{job['id']} is told to be {job['status']}, and was last seen {last.name}"
        message = history.result.get("msg", "") if job["failed"] else ""
        claimed = re.search(r"(?:stopped the job|is now stopped|still stopping|had not stopped)[^.;]*", message)
        names = re.findall(r"\b(?:[A-Z]+_)*[A-Z]{4,}\b", message)
        named = [name for name in names if name in STATUS_NAMES]
        ups = {status.id in (RUNNING, *STARTING) for status in map(Status.named, named) if status}
        if _category(job) in ("timeout", "interrupted") and ups and (seen[-1][1] in (RUNNING, *STARTING)) not in ups:
            yield f"{job['id']} was last seen {last.name}, and is told to be {named}"
        if claimed and group_of(seen[-1][1]) in UP and last.name not in claimed.group():
            yield f"{job['id']} was last seen {last.name}, and the message says {claimed.group()!r}"


def nothing_sent_to_a_job_at_its_goal(history: History) -> Breaches:
    """Nothing is sent to a job that was just seen where that would bring it."""
    for job in history.result["jobs"]:
        for change in history.changes_of(job):
            before = [one for one in history.statuses(job) if one[0].ended <= change.begun and one[0] is not change]
            # Of a fleet, a list may have been read for another job.
            seen = before[-2:] if history.options.get("job_ids") else before[-1:]
            needless = seen and all(group_of(status) in NEEDLESS.get(change.operation, ()) for _one, status in seen)
            if needless and not _is_stale(history, job, seen[-1]):
                yield f"{change.operation} was sent to {job['id']}, which was just seen in {seen[-1][1]}"
            texts = [content["job_desc"] for one, content in history.shown(job) if one.ended <= change.begun][-1:]
            if change.operation == "update" and texts and _text(texts[0]) == _text(history.options["description"]):
                yield f"{job['id']} was described as it was seen to be"


def _is_stale(history: History, job: Mapping[str, Any], seen: Tuple[Exchange, int]) -> bool:
    """Whether a starting status may be the one from before the task's own stop."""
    one, status = seen
    stops = [stop for stop in history.effective(job) if stop.operation == "stop" and stop.ended <= one.begun]
    if not stops or status not in STARTING or one.begun > stops[-1].ended + CONSISTENCY_GRACE:
        return False
    before = [earlier for read, earlier in history.statuses(job) if read.ended <= stops[-1].begun]
    return before[-1:] == [status]


def no_stop_after_own_restart(history: History) -> Breaches:
    """A job that the task has restarted is not stopped by it."""
    for job in history.result["jobs"]:
        operations = [change.operation for change in history.effective(job)]
        if "restart" in operations and "stop" in operations[operations.index("restart") :]:
            yield f"{job['id']} got {operations}"


def one_reason_for_one_failure(history: History) -> Breaches:
    """A message has a reason once; its code and HTTP status are those of an answer about the job, or to a sign-in."""
    result = history.result
    if not result["failed"] or "error" not in result:
        return
    # Of several jobs, each reason follows the IDs that have it.
    parts = re.split(
        r"(?<=\. )[0-9][0-9, ]*(?: and [0-9]+ more)?: " if "job_ids" in history.options else r"(?<=[.;]) ",
        result["msg"],
    )
    repeated = [text for text in parts if parts.count(text) > 1 and text]
    if repeated:
        yield f"the message says {repeated[0]!r} more than once"
    for job in result["jobs"] or [{"id": "", "error": result["error"]}]:
        error = job["error"]
        if error is None or error["http_status"] is None:
            continue
        found = (error["http_status"], (error["code"] or "").replace("APIG.", "APIGW."))
        answers = {exchange.answered for exchange in history.exchanges if exchange.job_id in ("", job["id"])}
        if found not in answers:
            yield f"{job['id']} fails with {found}, which none of its requests got"
        if error["code"] and "job_ids" not in history.options and result["msg"].count(error["code"]) > 1:
            yield f"the message has {error['code']} more than once"


PROMISES: Sequence[Callable[[History], Breaches]] = (
    only_the_job_asked_for,
    gone_only_where_gone,
    no_wait_for_what_has_happened,
    says_what_was_last_seen,
    nothing_sent_to_a_job_at_its_goal,
    no_stop_after_own_restart,
    one_reason_for_one_failure,
    sent_once,
    unclear_is_read_back,
    unmet_is_sent_again,
    unresolved_is_told,
    seen_as_reported,
    running_is_no_old_status,
    changed_is_true,
    actions_are_what_was_sent,
    check_mode_changes_nothing,
    nothing_after_the_end,
    ends_in_time,
    changes_are_fresh,
    signs_in_once_an_expiry,
    pauses_when_throttled,
    every_job_is_told,
    previous_status_is_the_first,
    fails_at_once,
    tokens_are_hidden,
)


def _shows_missing(exchange: Exchange, job_id: str) -> bool:
    """Whether its answer shows that the job is not there."""
    if exchange.operation == "list":
        return exchange.effect is Effect.APPLIED and job_id not in exchange.shown
    return exchange.job_id == job_id and exchange.gone


def _action(exchange: Exchange) -> str:
    """What results call it."""
    return f"{exchange.operation} (outcome unknown)" if exchange.effect is Effect.UNKNOWN else exchange.operation


def _without_repeats(texts: Iterable[str]) -> List[str]:
    kept: List[str] = []
    for text in texts:
        if kept[-1:] != [text]:
            kept.append(text)
    return kept
