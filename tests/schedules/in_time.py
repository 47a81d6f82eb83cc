# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is promised besides where the whole schedule is known, or nothing gets in the way."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise, takewhile
from typing import Any, Callable, Dict, List, Mapping, Sequence, Set, Tuple

from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.tests.schedules.endings import due
from ansible_collections.mlops.modelarts.tests.schedules.history import TINY
from ansible_collections.mlops.modelarts.tests.schedules.promises import (
    CONFIRM_INTERVAL,
    CONSISTENCY_GRACE,
    PROMISES,
    Breaches,
)
from ansible_collections.mlops.modelarts.tests.schedules.reads import expected_reads
from ansible_collections.mlops.modelarts.tests.schedules.schedule import Mood, drawn
from ansible_collections.mlops.modelarts.tests.schedules.service import DELETE_FAILED, STOPPED, group_of
from ansible_collections.mlops.modelarts.tests.schedules.task import Told
from ansible_collections.mlops.modelarts.tests.schedules.trouble import READS, Effect

# Seconds until a job is looked at for the first time.
FIRST_PAUSE = 0.25
# Seconds before the deadline at which the last look begins.
LAST_READ = 0.5
# Seconds before the deadline in which nothing is begun.
LAST_MOMENT = 1.0
# HTTP statuses from here on say no.
NO = 400
# Times that a list is read again where something is to be concluded from what it lacks.
READ_AGAIN = 3
# Times that one look of a wait may begin with the list.
MOST_A_LOOK = 2


def broken(history: Told) -> List[str]:
    """What was promised and not kept, a sentence each."""
    checks = (*PROMISES, *IN_TIME)
    return [f"{promise.__name__}: {breach}" for promise in checks for breach in promise(history)]


def few_requests(history: Told) -> Breaches:
    """The number of reads that succeed keeps the formula of the docs, which begins anew with each request accepted."""
    options, schedule, exchanges = history.options, history.schedule, history.exchanges
    reads = [exchange for exchange in exchanges if exchange.operation in READS]
    if schedule.flaw or schedule.dialect.page_refusal or any(read.trouble == "flawed" for read in reads):
        return
    failed = sum(read.effect is not Effect.APPLIED for read in reads)
    jobs = len(options.get("job_ids") or [None])
    pages = math.ceil(max(1, len(history.service.jobs)) / schedule.dialect.page_size)
    if not _all_plain(history):
        # Where a job is not in the list, or nothing tells whether it is there, the pages may be read for each, and again.
        look = jobs * (1 + pages) + pages
        first = look * (READ_AGAIN + 1)
    elif "name" in options:
        # A list whose total counts what the filter leaves out is read without it, too.
        first, look = pages * (READ_AGAIN + 1), pages + 1
    else:
        # The first page tells how many there are.
        first = look = min(jobs + 1, pages) if jobs > 1 else 1
    begins = [history.begun, *(change.ended for change in history.changes if change.effect is not Effect.NOT_APPLIED)]
    # The last look may come before its turn.
    looked = 0
    if not history.check_mode and history.ended - history.begun >= FIRST_PAUSE:
        looked = sum(
            expected_reads(end - begin, options["wait_delay"]) for begin, end in pairwise([*begins, history.ended])
        )
    most = first + looked * look
    if len(reads) - failed > most:
        yield f"{len(reads) - failed} reads succeeded and {failed} failed, of at most {most}"


def reads_the_list_once_a_look(history: Told) -> Breaches:
    """While a fleet is waited for, one look reads the whole list less than three times."""
    sent = [change.ended for change in history.changes]
    if not sent or "job_ids" not in history.options:
        return
    lists = [one for one in history.exchanges if one.operation == "list" and one.begun > sent[0] and one.shown]
    times = 1
    for before, after in pairwise(lists):
        # The last look may come before its turn.
        shortest = TINY if history.ended - after.begun < LAST_READ else FIRST_PAUSE - TINY
        pause = after.page == 1 and after.begun - before.ended > shortest
        pause = pause or any(before.ended <= moment <= after.begun for moment in sent)
        times = 1 if pause else times + (after.page == 1)
        if times > MOST_A_LOOK:
            yield f"one look read the list for the {times}. time at {after.begun - history.begun:.3f} s"


def creates_only_what_is_not_there(history: Told) -> Breaches:
    """No job is created where there is one of the name."""
    for moment, operation, job_id in history.accepted:
        others = (job for job in history.service.jobs.values() if job.listed and job.id != job_id)
        if operation == "create" and any(job.name == history.options["name"] and job.at(moment) for job in others):
            yield f"{job_id} was created beside another job of its name"


def tries_no_more_than_it_should(history: Told) -> Breaches:
    """A change that is refused for good is not sent again, and one that finds no connection only so many times."""
    retries = history.options["retries"]
    refused: Counter[Tuple[str, str]] = Counter()
    final: Set[Tuple[str, str]] = set()
    for exchange in history.changes:
        key = (exchange.operation, exchange.job_id)
        if key in final:
            yield f"{exchange.operation} of {exchange.job_id} was sent again after what could not pass"
        # Without an answer in time nobody gets to see what the trouble was.
        trouble = exchange.trouble if exchange.effect is Effect.NOT_APPLIED else ""
        if trouble in ("no host", "redirect", "forbidden", "no", "nowhere", "refused page"):
            final.add(key)
        refused[key] = refused[key] + 1 if trouble == "refused" else 0
        if refused[key] > 1 + retries:
            yield f"{exchange.operation} of {exchange.job_id} was sent {refused[key]} times with {retries} retries"


def refused_restart_fails(history: Told) -> Breaches:
    """With `restarted`, a job that was seen stopped, and is refused since it is up, fails, whatever it does then."""
    if history.options["state"] != "restarted":
        return
    for job in history.result["jobs"]:
        changes, first = history.changes_of(job), history.statuses(job)[:1]
        refused = [exchange for exchange in changes if not exchange.trouble and exchange.status in (200, 400)]
        final = any(exchange.effect is Effect.NOT_APPLIED for exchange in refused)
        if final and first and group_of(first[0][1]) == "stopped" and not job["failed"]:
            yield f"{job['id']} was not restarted, and is told to be"


def reads_often(history: Told) -> Breaches:
    """Where nothing gets in the way, no pause is longer than a tenth of the time that has gone by, or than the longest."""
    if history.schedule.mood is not Mood.QUIET:
        return
    ended, was_open = history.begun, False
    for exchange in history.exchanges:
        most = min(history.options["wait_delay"], FIRST_PAUSE + (ended - history.begun) / 10)
        # A second look may confirm what a list lacks, or what details that are refused mean.
        confirms = was_open and exchange.begun - ended <= CONFIRM_INTERVAL + TINY
        if exchange.begun - ended > most + TINY and not confirms:
            yield f"nothing was sent for {exchange.begun - ended:.3f} s, and {most:.3f} s were due"
        was_open = exchange.operation == "list" or exchange.effect is Effect.NOT_APPLIED
        ended = max(ended, exchange.ended)


def fails_soon(history: Told) -> Breaches:
    """A job that comes down on its way up fails its task when that is seen; in its old status, which may be lag, later."""
    options = history.options
    if history.schedule.mood is not Mood.QUIET or "job_ids" in options or not options["wait"]:
        return
    for moment, operation, job_id in history.accepted:
        job = history.service.jobs[job_id]
        before, course = job.at(moment - TINY), {"restart": job.up, "delete": job.end}.get(operation, ())
        if before is None or not course or course[-1][1] not in (*STOPPED, DELETE_FAILED):
            continue
        seconds, status = course[-1]
        late = history.ended - moment - seconds
        is_new = status != before.status and (operation == "delete" or group_of(before.status) == "stopped")
        patience = 0.0 if is_new else CONSISTENCY_GRACE
        if late > patience + 2 * (options["wait_delay"] + 1):
            yield f"{job_id} was down {late:.1f} s before the task failed"


def waits_for_the_list(history: Told) -> Breaches:
    """Without a wait, a task that creates a job ends when the list shows it, or when it should have."""
    if history.options["wait"] or history.options["state"] != "present" or history.result["failed"]:
        return
    for created in (
        one for one in history.changes if one.operation == "create" and one.effect is not Effect.NOT_APPLIED
    ):
        ids = [job["id"] for job in history.result["jobs"]]
        shown = any(job_id in one.shown for job_id in ids for one in history.exchanges if one.operation == "list")
        # The deadline runs from the end of the first reads.
        read = max(one.ended for one in history.exchanges if one.ended <= created.begun and one.operation == "list")
        until = min(created.ended + CONSISTENCY_GRACE, read + history.options["wait_timeout"] - LAST_MOMENT)
        refused = history.exchanges[-1].effect is Effect.NOT_APPLIED
        if not shown and not refused and history.ended < until:
            yield f"it ended {history.ended - created.ended:.1f} s after the creation, and no list had shown the job"


def does_what_it_can(history: Told) -> Breaches:
    """Where nothing gets in the way but what a task has to get past, it ends as the table of states has it."""
    if history.schedule.mood in (Mood.OTHERS, Mood.HOSTILE, Mood.TIMELESS) or history.check_mode:
        return
    if _lacks_a_refusal(history) or sum(one.trouble == "flawed" for one in history.exchanges) > 1:
        return  # a list that stays incomplete decides nothing
    expected, fails = due(drawn(history.schedule.seed), history.begun)
    result = history.result
    entries = {job["id"]: job for job in result["jobs"]}
    for job_id, outcome in expected.items():
        if outcome is None or _ran_out_of_retries(history, job_id):
            continue
        operations = tuple(operation for _moment, operation, job in history.accepted if str(job) == job_id)
        failed = entries[job_id]["failed"] if job_id in entries else result["failed"]
        if (operations, failed) != (outcome.operations, outcome.failed):
            yield f"of {job_id}, {operations} was accepted, failed: {failed}; due was {outcome}"
        needless = not outcome.operations and not outcome.failed and not history.schedule.raced
        if needless and any(exchange.job_id == job_id for exchange in history.changes):
            yield f"something was sent for {job_id}, where nothing was due"
    if not expected and (result["failed"] != fails or history.accepted):
        yield f"failed: {result['failed']}; due was {fails} without a job"


def _ran_out_of_retries(history: Told, job_id: str) -> bool:
    """Whether the first read of a job failed more often than it is retried: then the task cannot know it."""
    reads = [one for one in history.exchanges if one.operation == "details" and one.job_id == job_id]
    failures = [one for one in takewhile(lambda one: one.effect is not Effect.APPLIED, reads) if one.pause is None]
    return len(failures) > int(history.options["retries"])


IN_TIME: Sequence[Callable[[Told], Breaches]] = (
    few_requests,
    reads_the_list_once_a_look,
    creates_only_what_is_not_there,
    tries_no_more_than_it_should,
    refused_restart_fails,
    reads_often,
    fails_soon,
    waits_for_the_list,
    does_what_it_can,
)


def foreseen(done: Told, checked: Told) -> Breaches:
    """Where check mode said something else than a task came to that nothing got in the way of."""
    left, right = done.result, checked.result
    if left["failed"]:
        return
    if left["changed"] != right["changed"]:
        yield f"foreseen: changed is {left['changed']}, and {right['changed']} in check mode"
    if not _same_diff(left["diff"], right["diff"]):
        yield f"foreseen: the diff is {left['diff']}, and {right['diff']} in check mode"


def _same_diff(done: Any, checked: Any) -> bool:
    """Whether they are the same; which of the stopped statuses a job ends in, nobody knows before."""
    if isinstance(done, list):
        return len(done) == len(checked) and all(map(_same_diff, done, checked))
    ends = done["after"].get("status"), checked["after"].get("status")
    if ends[1] == "stopped" and ends[0] in [Status.of(status).name for status in STOPPED]:
        return bool(done["before"] == checked["before"])
    same = [{name: value for name, value in diff.items() if name in ("before", "after")} for diff in (done, checked)]
    return bool(same[0] == same[1])


def _lacks_a_refusal(history: Told) -> bool:
    """Whether a refusal could not be read, as which it still counts, but which one it was nobody knows."""
    return any(one.trouble in ("truncated", "garbled") and (one.status or 0) >= NO for one in history.exchanges)


def _all_plain(history: Told) -> bool:
    """Whether every job is in the list, and an answer for one that is not there says so."""
    options, jobs = history.options, history.service.jobs
    wanted = options.get("job_ids") or [options.get("job_id", next(iter(jobs)))]
    lists = (exchange for exchange in history.exchanges if exchange.operation == "list")
    refused = any(one.effect is Effect.NOT_APPLIED and one.pause is None for one in lists)
    lags_unevenly = 0 < history.schedule.lag_rate < 1 or history.schedule.alternates
    odd = any(one.operation == "details" and one.trouble == "odd" for one in history.exchanges)
    if refused or odd or lags_unevenly or "silent" in history.schedule.dialect.missing:
        return False
    return all(int(job_id) in jobs and jobs[int(job_id)].listed for job_id in wanted)


def differences(one: Told, other: Told) -> Breaches:
    """Where a fleet came to something else when more of its jobs were worked on at a time."""
    if _lacks_a_refusal(one) or _lacks_a_refusal(other):
        return
    for left, right in zip(_comes_to(one), _comes_to(other)):
        if left != right:
            yield f"same_for_any_parallel: {left} with one at a time, {right} with more"


def _comes_to(history: Told) -> List[Dict[str, Any]]:
    """What became of each job, without what hangs on the moment at which it was last seen."""
    options = history.options
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
