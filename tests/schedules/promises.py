# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is promised of every task, whatever gets in its way: each promise is a check of a history."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Sequence, Set, Tuple

from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.tests.schedules.endings import due
from ansible_collections.mlops.modelarts.tests.schedules.reads import expected_reads
from ansible_collections.mlops.modelarts.tests.schedules.schedule import Mood, drawn
from ansible_collections.mlops.modelarts.tests.schedules.service import DELETE_FAILED, RUNNING, STOPPED, group_of
from ansible_collections.mlops.modelarts.tests.schedules.task import READY_TOKEN, Exchange, History
from ansible_collections.mlops.modelarts.tests.schedules.trouble import CHANGING, Effect

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
# Seconds until a job is looked at for the first time.
FIRST_PAUSE = 0.25
# Seconds between two reads that show the same for the second to count.
CONFIRM_INTERVAL = 1.0
# Of virtual time, which is counted in floating point.
TINY = 1e-6

Breaches = Iterator[str]


def broken(history: History) -> List[str]:
    """What was promised and not kept, a sentence each."""
    return [f"{promise.__name__}: {breach}" for promise in PROMISES for breach in promise(history)]


def sent_once(history: History) -> Breaches:
    """A restart in `restarted` and a creation are accepted at most once, and not sent again once they may have been."""
    state = history.schedule.options["state"]
    if state not in ONCE:
        return
    accepted = [job_id for _moment, operation, job_id in history.accepted if operation == ONCE[state]]
    for job_id in accepted:
        if accepted.count(job_id) > 1 or (state == "present" and len(accepted) > 1):
            yield f"{ONCE[state]} was accepted {len(accepted)} times"
    sent: Dict[str, Exchange] = {}
    for exchange in _changes(history):
        if exchange.operation != ONCE[state]:
            continue
        before = sent.get(exchange.job_id)
        if before is not None and before.effect is not Effect.NOT_APPLIED:
            yield f"{exchange.operation} of {exchange.job_id or exchange.name} was sent again after {before.effect.value}"
        sent[exchange.job_id] = exchange


def unclear_is_read_back(history: History) -> Breaches:
    """A change of unknown outcome is not sent again before what it may have done had the time to show."""
    sent: Dict[Tuple[str, str], Exchange] = {}
    for exchange in _changes(history):
        key = (exchange.operation, exchange.job_id)
        before = sent.get(key)
        if before and before.effect is Effect.UNKNOWN and exchange.begun < before.ended + CONSISTENCY_GRACE - TINY:
            yield f"{exchange.operation} of {exchange.job_id} was sent again after {exchange.begun - before.ended:.1f} s"
        sent[key] = exchange


def unmet_is_sent_again(history: History) -> Breaches:
    """Any other change of unknown outcome that shows no effect is sent again."""
    for job in history.result["jobs"]:
        changes = [exchange for exchange in _changes(history) if _is_about(exchange, job)]
        for change, following in zip(changes, [*changes[1:], None]):
            if change.effect is not Effect.UNKNOWN or change.operation in (
                "create",
                ONCE.get(history.schedule.options["state"]),
            ):
                continue
            end = following.begun if following else math.inf
            before = [content for read, content in _shown(history, job) if read.ended <= change.begun][-1:]
            shown = [(read, content) for read, content in _shown(history, job, change.ended) if read.begun < end]
            late = [
                read
                for read, _content in shown
                if read.operation == "details" and read.begun > change.ended + CONSISTENCY_GRACE
            ]
            # What one look reads may have been sent for before that time, and shows nothing yet; the next one does.
            given_up = following is None and (job["error"] or {}).get("category") == "job_failed"
            if len(late) > (0 if given_up else 2) and all([content] == before for _read, content in shown):
                yield f"{change.operation} of {job['id']} was not sent again"


def unresolved_is_told(history: History) -> Breaches:
    """Where nothing showed what became of a request that is not sent again, the failure says so."""
    once = ONCE.get(history.schedule.options["state"])
    for job in history.result["jobs"]:
        for change in _effective(history, job)[-1:]:
            before = [content["status"] for read, content in _shown(history, job) if read.ended <= change.begun]
            since = {content["status"] for _read, content in _shown(history, job, change.ended)}
            unresolved = (
                change.operation == once
                and change.effect is Effect.UNKNOWN
                and since.issubset({*before[-1:]} & {*STOPPED})
            )
            if unresolved and (job["error"] or {}).get("category") not in ("outcome_unknown", "interrupted"):
                yield f"{job['id']} ends with {job['error']} after a {once} of unknown outcome"


def seen_as_reported(history: History) -> Breaches:
    """A job of a task that waits, and is ok or changed, was read in the state that is reported, after the last change."""
    options = history.schedule.options
    if history.schedule.check_mode or not options["wait"]:
        return
    for job in history.result["jobs"]:
        if job["failed"]:
            continue
        last = max((exchange.ended for exchange in _effective(history, job)), default=-math.inf)
        reads = [exchange for exchange in history.exchanges if exchange.begun >= last]
        state = options["state"]
        if state == "absent":
            if not any(_shows_missing(exchange, job["id"]) for exchange in reads):
                yield f"{job['id']} is reported gone, and was not looked for after {last}"
            continue
        shown = [content for _read, content in _shown(history, job, last)]
        if not any(content["status"] == job["status_id"] for content in shown):
            yield f"{job['id']} is reported {job['status']}, and was not seen so after {last}"
        if state in GOALS and group_of(job["status_id"] or 0) != GOALS[state]:
            yield f"{job['id']} is left {job['status']} by a task that did not fail"
        described = [content["job_desc"] for content in shown]
        if state == "present" and options["description"] not in (None, *described):
            yield f"{job['id']} was not seen with its description"


def running_is_no_old_status(history: History) -> Breaches:
    """After a stop of its own, a task has seen the job starting, or running twice at least a second apart."""
    options = history.schedule.options
    if options["state"] != "restarted" or not options["wait"]:
        return
    for job in history.result["jobs"]:
        changes = _effective(history, job)
        if job["failed"] or "stop" not in {exchange.operation for exchange in changes}:
            continue
        reads = [(read.ended, group_of(content["status"])) for read, content in _shown(history, job, changes[-1].ended)]
        runs = [moment for moment, group in reads if group == "running"]
        if "starting" not in {group for _moment, group in reads} and runs[-1] - runs[0] < CONFIRM_INTERVAL - TINY:
            yield f"{job['id']} was taken for running within {runs[-1] - runs[0]:.3f} s"


def changed_is_true(history: History) -> Breaches:
    """A job is `changed` if and only if a request for it was, or may have been, accepted; the task if a job is."""
    if history.schedule.check_mode:
        return
    jobs = history.result["jobs"]
    for job in jobs:
        changing = bool(_effective(history, job))
        if changing != job["changed"]:
            yield f"{job['id']} says changed: {job['changed']}, and it was {changing}"
    if any(job["changed"] for job in jobs) != history.result["changed"]:
        yield "the task and its jobs differ in changed"
    entries = {job["id"]: job for job in jobs}
    for _moment, operation, job_id in history.accepted:
        entry = entries.get(str(job_id)) or (jobs[0] if operation == "create" and jobs else None)
        if entry is None or not entry["changed"]:
            yield f"{operation} of {job_id} was accepted, and is not told"


def actions_are_what_was_sent(history: History) -> Breaches:
    """The actions of a job name each request that may have been accepted, in order, and none that was not sent."""
    if history.schedule.check_mode:
        return
    for job in history.result["jobs"]:
        reached = {exchange.operation for exchange in _changes(history) if _is_about(exchange, job) and exchange.sent}
        if not reached.issuperset(action.split(" ")[0] for action in job["actions"]):
            yield f"{job['id']} was sent {sorted(reached)}, and is told {job['actions']}"
        effective = _without_repeats(_action(exchange) for exchange in _effective(history, job))
        rest = iter(job["actions"])
        if not all(action in rest for action in effective):
            yield f"{job['id']} is told {job['actions']}, which lacks some of {effective}"


def check_mode_changes_nothing(history: History) -> Breaches:
    """In check mode nothing is sent but reads and sign-ins."""
    if history.schedule.check_mode:
        for exchange in _changes(history):
            yield f"{exchange.operation} of {exchange.job_id} was sent in check mode"


def nothing_after_the_end(history: History) -> Breaches:
    """Nothing is sent after the deadline, which runs from the first change, nor after an interruption."""
    first = next((exchange.begun for exchange in _changes(history)), math.inf)
    deadline = first + history.schedule.options["wait_timeout"]
    for exchange in history.exchanges:
        if exchange.begun > deadline + TINY:
            yield f"{exchange.operation} was sent {exchange.begun - deadline:.3f} s after the deadline"
        if exchange.begun > history.interrupted:
            yield f"{exchange.operation} was sent {exchange.begun - history.interrupted:.3f} s after the interruption"
    for job in history.result["jobs"]:
        if history.interrupted < min(history.ended, deadline - 1) and (job["error"] or {}).get("category") == "timeout":
            yield f"{job['id']} was interrupted, and is told to be out of time"


def ends_in_time(history: History) -> Breaches:
    """A task takes no longer than its preparation and its change may, and after an interruption one request at most."""
    options = history.schedule.options
    budget = max(options["wait_timeout"], PREPARATION) + options["wait_timeout"]
    if history.ended - history.begun > budget + TINY:
        yield f"it took {history.ended - history.begun:.1f} s of {budget} s"
    if history.ended > max(history.interrupted, history.begun) + options["api_timeout"] + TINY:
        yield f"it ended {history.ended - history.interrupted:.1f} s after the interruption"


def changes_are_fresh(history: History) -> Breaches:
    """A request that changes something never rides on a connection that was kept alive."""
    for exchange in _changes(history):
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
    for exchange in history.exchanges:
        if exchange.pause is None:
            continue
        following = bisect_left(begun, exchange.ended)
        if following < len(begun) and begun[following] < exchange.ended + exchange.pause - TINY / 2:
            pause = begun[following] - exchange.ended
            yield f"the next request came {pause:.3f} s after one that was throttled for {exchange.pause} s"


def few_requests(history: History) -> Breaches:
    """The number of reads that succeed keeps the formula of the docs."""
    options, exchanges = history.schedule.options, history.exchanges
    reads = [exchange for exchange in exchanges if exchange.operation in ("details", "list")]
    failed = sum(read.effect is not Effect.APPLIED for read in reads)
    jobs = len(options.get("job_ids") or [None])
    pages = math.ceil(max(1, len(history.service.jobs)) / history.schedule.dialect.page_size)
    if not _all_plain(history):
        # Where a job is not in the list, or nothing tells whether it is there, the pages may be read for each.
        first = look = jobs * (1 + pages) + pages
    elif "name" in options:
        first, look = pages, 1
    else:
        # The first page tells how many there are.
        first = look = min(jobs + 1, pages) if jobs > 1 else 1
    waited = history.ended - history.begun
    # The last look may come before its turn.
    looked = 0 if history.schedule.check_mode or waited < FIRST_PAUSE else expected_reads(waited, options["wait_delay"])
    most = first + looked * look
    if len(reads) - failed > most:
        yield f"{len(reads) - failed} reads succeeded and {failed} failed, of at most {most}"


def every_job_is_told(history: History) -> Breaches:
    """Every job that was asked for has its entry, in order; a failure says what was tried and what to do."""
    options, result = history.schedule.options, history.result
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


def tries_no_more_than_it_should(history: History) -> Breaches:
    """A change that is refused for good is not sent again, and one that finds no connection only so many times."""
    retries = history.schedule.options["retries"]
    refused: Counter[Tuple[str, str]] = Counter()
    final: Set[Tuple[str, str]] = set()
    for exchange in _changes(history):
        key = (exchange.operation, exchange.job_id)
        if key in final:
            yield f"{exchange.operation} of {exchange.job_id} was sent again after what could not pass"
        # Without an answer in time nobody gets to see what the trouble was.
        trouble = exchange.trouble if exchange.effect is Effect.NOT_APPLIED else ""
        if trouble in ("no host", "redirect", "forbidden", "no"):
            final.add(key)
        refused[key] = refused[key] + 1 if trouble == "refused" else 0
        if refused[key] > 1 + retries:
            yield f"{exchange.operation} of {exchange.job_id} was sent {refused[key]} times with {retries} retries"


def refused_restart_fails(history: History) -> Breaches:
    """With `restarted`, a job whose restart the service refuses fails, whatever it does then, but after the task's own stop."""
    if history.schedule.options["state"] != "restarted":
        return
    for job in history.result["jobs"]:
        changes = [exchange for exchange in _changes(history) if _is_about(exchange, job)]
        refused = [exchange for exchange in changes if not exchange.trouble and exchange.status in (200, 400)]
        final = any(exchange.effect is Effect.NOT_APPLIED for exchange in refused)
        if final and not job["failed"] and "stop" not in {exchange.operation for exchange in changes}:
            yield f"{job['id']} was not restarted, and is told to be"


def previous_status_is_the_first(history: History) -> Breaches:
    """The previous status of a job is the one that the task found it in."""
    for job in history.result["jobs"]:
        created = any(_is_about(exchange, job) and exchange.operation == "create" for exchange in _changes(history))
        # Of one that could not be read, looking for another in the list may show something.
        unread = job["previous_status"] is None and not job["actions"]
        if created or unread:
            continue
        for _read, content in _shown(history, job)[:1]:
            if job["previous_status"] != Status.of(content["status"]).name:
                yield f"{job['id']} was in {content['status']}, and is told to have been {job['previous_status']}"


def reads_often(history: History) -> Breaches:
    """Where nothing gets in the way, no pause is longer than a tenth of the time that has gone by, or than the longest."""
    if history.schedule.mood is not Mood.QUIET:
        return
    ended = history.begun
    for exchange in history.exchanges:
        most = min(history.schedule.options["wait_delay"], FIRST_PAUSE + (ended - history.begun) / 10)
        if exchange.begun - ended > most + TINY:
            yield f"nothing was sent for {exchange.begun - ended:.3f} s, and {most:.3f} s were due"
        ended = max(ended, exchange.ended)


def fails_at_once(history: History) -> Breaches:
    """A job that is seen down on its way up, in a status that it had not before, fails without another look at it; so does
    one that could not be deleted."""
    if not history.schedule.options["wait"]:
        return
    for job in history.result["jobs"]:
        for change in _effective(history, job):
            before = {content["status"] for read, content in _shown(history, job) if read.ended <= change.begun}
            unsure = {"restart": before.isdisjoint(STOPPED), "delete": change.effect is Effect.UNKNOWN}
            if unsure.get(change.operation):
                continue
            failures = {*FAILURES.get(change.operation, ())} - before
            # Of a fleet, the list may have been read for another job.
            shown = [
                (read, content["status"])
                for read, content in _shown(history, job, change.ended)
                if read.operation == "details" or "job_ids" not in history.schedule.options
            ]
            ends = [(read, status) for read, status in shown if status == RUNNING or status in failures]
            if not ends or ends[0][1] == RUNNING:
                continue
            again = any(read.begun > ends[0][0].ended + TINY for read, _status in shown)
            if again or not job["failed"]:
                yield f"{job['id']} was seen to fail, and failed: {job['failed']}, looked at again: {again}"


def fails_soon(history: History) -> Breaches:
    """A job that comes down on its way up fails its task when that is seen; in its old status, which may be lag, later."""
    options = history.schedule.options
    if history.schedule.mood is not Mood.QUIET or "job_ids" in options or not options["wait"]:
        return
    for moment, operation, job_id in history.accepted:
        job = history.service.jobs[job_id]
        before, (seconds, status) = job.at(moment - TINY), job.up[-1]
        if operation != "restart" or before is None or status is None or group_of(status) != "stopped":
            continue
        late = history.ended - moment - seconds
        patience = 0.0 if group_of(before.status) == "stopped" and status != before.status else CONSISTENCY_GRACE
        if late > patience + 2 * (options["wait_delay"] + 1):
            yield f"{job_id} was down {late:.1f} s before the task failed"


def tokens_are_hidden(history: History) -> Breaches:
    """Ansible is told of every token that is used, so that it masks them."""
    for token in {exchange.token for exchange in history.exchanges} - {"", READY_TOKEN} - history.hidden:
        yield f"the token {token} may show up"


def does_what_it_can(history: History) -> Breaches:
    """Where nothing gets in the way but what a task has to get past, it ends as the table of states has it."""
    if history.schedule.mood in (Mood.HOSTILE, Mood.TIMELESS) or history.schedule.check_mode:
        return
    if any(exchange.status == 404 and exchange.effect is Effect.UNKNOWN for exchange in history.exchanges):
        return  # what cannot be read there is taken for the answer of a wrong address
    expected, fails = due(drawn(history.schedule.seed), history.begun)
    result = history.result
    entries = {job["id"]: job for job in result["jobs"]}
    for job_id, outcome in expected.items():
        if outcome is None:
            continue
        operations = tuple(operation for _moment, operation, job in history.accepted if str(job) == job_id)
        failed = entries[job_id]["failed"] if job_id in entries else result["failed"]
        if (operations, failed) != (outcome.operations, outcome.failed):
            yield f"of {job_id}, {operations} was accepted, failed: {failed}; due was {outcome}"
        needless = not outcome.operations and not outcome.failed and not history.schedule.raced
        if needless and any(exchange.job_id == job_id for exchange in _changes(history)):
            yield f"something was sent for {job_id}, where nothing was due"
    if not expected and (result["failed"] != fails or history.accepted):
        yield f"failed: {result['failed']}; due was {fails} without a job"


PROMISES: Sequence[Callable[[History], Breaches]] = (
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
    few_requests,
    every_job_is_told,
    tries_no_more_than_it_should,
    refused_restart_fails,
    previous_status_is_the_first,
    reads_often,
    fails_at_once,
    fails_soon,
    tokens_are_hidden,
    does_what_it_can,
)


def _changes(history: History) -> List[Exchange]:
    """The requests of the task that change something."""
    return [exchange for exchange in history.exchanges if exchange.operation in CHANGING]


def _is_about(exchange: Exchange, job: Mapping[str, Any]) -> bool:
    return exchange.operation == "create" or exchange.job_id == job["id"]


def _effective(history: History, job: Mapping[str, Any]) -> List[Exchange]:
    """The requests for a job that were accepted, or may have been."""
    return [
        exchange
        for exchange in _changes(history)
        if _is_about(exchange, job) and exchange.effect is not Effect.NOT_APPLIED
    ]


def _action(exchange: Exchange) -> str:
    """What results call it."""
    return f"{exchange.operation} (outcome unknown)" if exchange.effect is Effect.UNKNOWN else exchange.operation


def _shown(history: History, job: Mapping[str, Any], since: float = -math.inf) -> List[Tuple[Exchange, Dict[str, Any]]]:
    """What was read of a job, in requests that were sent since then."""
    job_id = job["id"]
    return [(read, read.shown[job_id]) for read in history.exchanges if read.begun >= since and job_id in read.shown]


def _shows_missing(exchange: Exchange, job_id: str) -> bool:
    """Whether its answer shows that the job is not there."""
    if exchange.operation == "list":
        return exchange.effect is Effect.APPLIED and job_id not in exchange.shown
    return exchange.job_id == job_id and exchange.missing


def _all_plain(history: History) -> bool:
    """Whether every job is in the list, and an answer for one that is not there says so."""
    options, jobs = history.schedule.options, history.service.jobs
    wanted = options.get("job_ids") or [options.get("job_id", next(iter(jobs)))]
    refused = any(exchange.operation == "list" and exchange.status == 403 for exchange in history.exchanges)
    lags_unevenly = 0 < history.schedule.lag_rate < 1
    if refused or lags_unevenly or history.schedule.dialect.missing_status != 404:
        return False
    return all(int(job_id) in jobs and jobs[int(job_id)].listed for job_id in wanted)


def _without_repeats(texts: Iterable[str]) -> List[str]:
    kept: List[str] = []
    for text in texts:
        if kept[-1:] != [text]:
            kept.append(text)
    return kept


def differences(one: History, other: History) -> Breaches:
    """Where a fleet came to something else when more of its jobs were worked on at a time."""
    for left, right in zip(_comes_to(one), _comes_to(other)):
        if left != right:
            yield f"same_for_any_parallel: {left} with one at a time, {right} with more"


def _comes_to(history: History) -> List[Dict[str, Any]]:
    """What became of each job, without what hangs on the moment at which it was last seen."""
    options = history.schedule.options
    waited = options["wait"] and options["state"] != "absent"
    return [_ending(job, waited) for job in history.result["jobs"]]


def _ending(job: Mapping[str, Any], waited: bool) -> Dict[str, Any]:
    return {
        "id": job["id"],
        "changed": job["changed"],
        "actions": job["actions"],
        "category": job["error"] and job["error"]["category"],
        "status": job["status"] if waited and not job["failed"] else None,
    }
