# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules: what a task is to do, what it finds, and what gets in its way, all drawn from one seed."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from random import Random
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.mlops.modelarts.tests.schedules.service import (
    COMPLETED,
    DELETE_FAILED,
    FAILED,
    GROUPS,
    INIT,
    KEEPS,
    KILLED,
    KILLING,
    MISSING,
    RUNNING,
    SHAPES,
    STARTING,
    STOPPED,
    WAITING,
    Course,
    Dialect,
    Job,
    Service,
    View,
)
from ansible_collections.mlops.modelarts.tests.schedules.trouble import (
    CHANGING,
    FLAWS,
    KINDS,
    UNCLEAR,
    Trouble,
    When,
)

STATES = ("restarted", "started", "stopped", "present", "absent")
# A number that no table knows is among them.
INITIAL = (*sum(GROUPS.values(), ()), RUNNING, RUNNING, 0, DELETE_FAILED, 99, KILLING)
# How long a change may stay unseen.
LONGEST_LAG = 30.0
# Longer than any task takes.
LONG = 86400.0
# One schedule in so many, and which of them, is about a job that is to be present after a change of unclear outcome.
CYCLE, UNCLEAR_ONE = 20, 10
# The entries of a page that is asked for when one of 1000 is refused.
PAGE_TRIED = 100
# How often in a row a request meets trouble that a task is to get past.
IN_A_ROW = 2


class Mood(Enum):
    """What gets in a task's way."""

    # Nothing.
    QUIET = "quiet"
    # All that is read is so many seconds old.
    LAGGING = "lagging"
    # Nothing but what others do to the same jobs, and reads that are old.
    OTHERS = "others"
    # What a task has to get past.
    BENIGN = "benign"
    # The same for what is read, and for changes anything; what comes of it does not hang on the time that it takes.
    TIMELESS = "timeless"
    # Nothing but that nobody knows what became of the first change, which a task has to find out.
    UNCLEAR = "unclear"
    # Anything.
    HOSTILE = "hostile"


@dataclass(frozen=True)
class Act:
    """What somebody else does to a job: ``moment`` is in seconds since the task began, or since the service accepted its
    first request of the kind ``after``, or answered it the first page of a list."""

    moment: float
    operation: str
    job_id: int
    after: str = ""


@dataclass
class Schedule:
    """One drawn schedule. Times are in seconds, moments since the task began."""

    seed: str
    mood: Mood
    options: Dict[str, Any]
    check_mode: bool
    auth_method: str
    jobs: List[Job]
    dialect: Dialect
    acts: Sequence[Act] = ()
    interrupted: Optional[float] = None
    # The part of requests that meet trouble, and of which kinds.
    trouble_rate: float = 0.0
    kinds: Tuple[str, ...] = ()
    # How old what reads show is, and in which part of them.
    lag: float = 0.0
    lag_rate: float = 0.0
    # Whether every other read is that old, as if two replicas answered in turn.
    alternates: bool = False
    # What is wrong with every page of a list.
    flaw: str = ""
    latency: float = 0.01
    token_life: float = LONG
    ready_token_life: float = LONG
    # When the user's password is changed.
    password_changed: Optional[float] = None
    # Requests that are admitted in a second; 0: all.
    limit: int = 0
    # Whether somebody else asks for the same, just before the task's first change.
    raced: bool = False
    _counts: Counter[Tuple[str, str]] = field(default_factory=Counter)
    _in_a_row: Counter[Tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = Random(f"{self.seed} on the way")
        self._turn = True

    def trouble(self, operation: str, job_id: str) -> Optional[Trouble]:
        """What becomes of the next request of this kind, which does not hang on what other jobs go through."""
        key = (operation, job_id)
        self._counts[key] += 1
        draw = Random(f"{self.seed} {operation} {job_id} {self._counts[key]}")
        hit = draw.random() < self.trouble_rate and (self.mood is not Mood.UNCLEAR or self._is_first_change(key))
        kinds = self.kinds
        if self.mood is Mood.BENIGN or (self.mood is Mood.TIMELESS and operation not in CHANGING):
            hit = hit and self._in_a_row[key] < IN_A_ROW
            kinds = tuple(name for name in kinds if self._passes(name, operation, job_id))
        kinds = tuple(name for name in kinds if self._meets(name, operation, job_id))
        self._in_a_row[key] = self._in_a_row[key] + 1 if hit else 0
        if not hit or not kinds:
            return None
        name = draw.choice(kinds)
        when = draw.choice(KINDS[name].whens) if operation in CHANGING else KINDS[name].whens[-1]
        late = draw.choice((0.5, 3.0, 10.0, draw.uniform(0, LONGEST_LAG * (1.5 if self.mood is Mood.HOSTILE else 0.5))))
        if when is When.LATE and operation not in CHANGING:
            when = When.NOW
        return Trouble(name, when, late, partial(KINDS[name].spoilt, draw))

    def _is_first_change(self, key: Tuple[str, str]) -> bool:
        return key[0] in CHANGING and self._counts[key] == 1

    def _meets(self, kind: str, operation: str, job_id: str) -> bool:
        """Whether there is trouble of the kind for the operation. A job that only its details show is not hidden."""
        if kind == "renewal" and self._counts[operation, job_id] == 1:
            return False  # this is how the task signs in first
        if kind == "flawed" and self.flaw:
            return False  # two flaws may hide each other
        may_hide = any(str(job.id) == job_id and job.listed and job.forbidden == math.inf for job in self.jobs)
        return operation in (KINDS[kind].operations or (operation,)) and (may_hide or not KINDS[kind].may_hide)

    def _passes(self, kind: str, operation: str, job_id: str) -> bool:
        if kind == "expired":
            # A token that is refused when it has just been issued is no matter of time.
            rare = self.token_life > LONG and not self._in_a_row[operation, job_id]
            return self.auth_method == "password" and operation != "sign-in" and rare
        if kind == "flawed" and self.dialect.page_size < PAGE_TRIED:
            return False  # with so many pages, hardly a list would be whole
        return KINDS[kind].passes_for_reads if operation not in CHANGING else KINDS[kind].passes

    def draw(self, bound: float) -> float:
        """A number by chance, as tasks draw their pauses."""
        return self._chance.uniform(0, bound)

    def age(self) -> float:
        """How old what the next read shows is."""
        if self.alternates:
            self._turn = not self._turn
        if self.lag_rate >= 1 or self.alternates:
            return self.lag if self._turn else 0.0
        return self._chance.uniform(0, self.lag) if self._chance.random() < self.lag_rate else 0.0

    def delay(self) -> float:
        """How long the next request takes: now and then much longer than others."""
        stretch = 50 if self.mood is Mood.HOSTILE and self._chance.random() < 0.01 else 1
        return self.latency * self._chance.uniform(0.5, 1.5) * stretch

    def service(self) -> Service:
        """The service as the task finds it."""
        number = 0

        def new_job(job_id: int, name: str) -> Job:
            nonlocal number
            number += 1
            return _drawn_job(Random(f"{self.seed} new {number}"), job_id, name, self.mood)

        return Service(
            self.dialect,
            {job.id: job for job in self.jobs},
            new_job,
            self.age,
            self.token_life,
            limit=self.limit,
            raced=self.raced,
            flawed=partial(FLAWS[self.flaw], self._chance) if self.flaw else dict,
        )


def drawn(seed: str) -> Schedule:
    """The schedule of a seed."""
    return _drawn_unclear(seed) if int(seed) % CYCLE == UNCLEAR_ONE else _drawn_of_any_kind(seed)


def _drawn_unclear(seed: str) -> Schedule:
    draw = Random(f"unclear {seed}")
    name = "viz-new"
    return Schedule(
        seed,
        Mood.UNCLEAR,
        {
            "state": "present",
            "name": name,
            "train_url": "/bucket/new/",
            "description": draw.choice((None, "another")),
            "force": False,
            "wait": draw.random() < 0.85,
            "parallel": 8,
            "wait_delay": draw.choice((1, 3, 10)),
            "wait_timeout": draw.choice((20, 120, 600)),
            "api_timeout": draw.choice((2, 10, 30)),
            "retries": 3,
        },
        check_mode=False,
        auth_method=draw.choice(("password", "token", "access key")),
        # One that the service finds by a part of its name, too, or one that is there.
        jobs=[_drawn_job(draw, 10, draw.choice(("viz-10", f"{name}-b", name)), Mood.UNCLEAR)],
        dialect=_dialect(draw),
        trouble_rate=1.0,
        kinds=UNCLEAR,
        lag=draw.choice((0.0, 10.0)),
        lag_rate=1.0,
    )


def _drawn_of_any_kind(seed: str) -> Schedule:
    draw = Random(f"schedule {seed}")
    moods = (Mood.QUIET, Mood.LAGGING, Mood.BENIGN, Mood.OTHERS, Mood.HOSTILE)
    mood = draw.choices(moods, weights=(17, 8, 20, 20, 35))[0]
    state = draw.choice(STATES)
    fleet = state != "present" and draw.random() < 0.25
    number = draw.randint(2, 9) if fleet else draw.randint(1, 3)
    jobs = [_drawn_job(draw, 10 + index, f"viz-{10 + index}", mood) for index in range(number)]
    if state == "absent" and draw.random() < 0.1:
        # One whose deletion has failed, and fails again.
        jobs[0].history, jobs[0].end = [(0.0, View(DELETE_FAILED, "as it was"))], ((0.0, DELETE_FAILED),)
    # Names need not be unique, and one may be a part of another.
    jobs[-1].name = draw.choices((jobs[-1].name, jobs[0].name, f"{jobs[0].name}-b"), weights=(85, 5, 10))[0]
    options = {
        "state": state,
        "force": draw.random() < 0.5,
        "wait": draw.random() < 0.85,
        "parallel": draw.choice((1, 2, 8, 16)),
        "wait_delay": draw.choice((1, 3, 10)),
        "wait_timeout": 600,
        "api_timeout": draw.choice((2, 10, 30)),
        "retries": draw.choice((3, 5)),
        **_which(draw, state, fleet, jobs),
    }
    if draw.random() < 0.3:
        options["workspace_id"] = "0"
    schedule = Schedule(
        seed,
        mood,
        options,
        check_mode=draw.random() < 0.1,
        auth_method=draw.choice(("password", "token", "access key")),
        jobs=jobs,
        dialect=_dialect(draw),
        latency=draw.choice((0.001, 0.02, 0.3)),
    )
    if mood is Mood.QUIET:
        schedule.raced = state in ("restarted", "started", "stopped") and not fleet and draw.random() < 0.3
    elif mood is Mood.LAGGING:
        schedule.lag, schedule.lag_rate = draw.uniform(0, 20), 1.0
    elif mood is Mood.BENIGN:
        schedule.trouble_rate, schedule.kinds = draw.choice((0.05, 0.3)), tuple(KINDS)
        schedule.token_life = draw.choice((15.0, 40.0, LONG))
        schedule.limit = draw.choice((0, 0, 0, 5, 20))
    elif mood is Mood.HOSTILE:
        _add_hostility(draw, schedule)
    elif mood is Mood.OTHERS:
        schedule.acts = _drawn_acts(draw, schedule)
        if state in ("present", "absent") and not fleet and draw.random() < 0.2:
            _add_moving_pages(draw, schedule)
        if draw.random() < 0.3:
            schedule.lag, schedule.lag_rate = draw.uniform(0, 10), draw.choice((0.5, 1.0))
            schedule.alternates = draw.random() < 0.3
    if fleet and draw.random() < 0.2:
        draw.choice(jobs).forbidden = 1000.0 + draw.choice((0.0, draw.uniform(0, 20)))
    return schedule


def drawn_fleet(seed: str, parallel: int) -> Schedule:
    """A schedule of many jobs that comes to the same however many are worked on at a time."""
    draw = Random(f"fleet {seed}")
    jobs = [_drawn_job(draw, 10 + index, f"viz-{10 + index}", Mood.TIMELESS) for index in range(draw.randint(3, 12))]
    options = {
        "state": draw.choice(("restarted", "started", "stopped", "absent")),
        "job_ids": [str(job.id) for job in jobs],
        "force": draw.random() < 0.5,
        "wait": draw.random() < 0.8,
        "parallel": parallel,
        "wait_delay": 10,
        "wait_timeout": 600,
        "api_timeout": 2,
        "retries": 3,
        "workspace_id": "0",
    }
    return Schedule(
        seed,
        Mood.TIMELESS,
        options,
        check_mode=False,
        auth_method=draw.choice(("password", "token", "access key")),
        jobs=jobs,
        # How often is asked again for what has not settled hangs on the time.
        dialect=replace(_dialect(draw), settling=0.0),
        trouble_rate=draw.choice((0.1, 0.4)),
        kinds=tuple(draw.sample(sorted(KINDS), draw.randint(1, len(KINDS)))),
    )


def _dialect(draw: Random) -> Dialect:
    dialect = Dialect(
        refusal_status=draw.choice((400, 200)),
        missing=draw.choice(("404", *MISSING)),
        shape=draw.choice(("error_message", *SHAPES)),
        says_no=draw.random() < 0.7,
        keeps=draw.choice(("as it is", "as it is", *KEEPS)),
        names_status=draw.random() < 0.8,
        id_type=draw.choice((int, str)),
        restarts_unknown=draw.random() < 0.5,
        stops_starting=draw.random() < 0.8,
        stops_unknown=draw.random() < 0.5,
        deletes_what_is_up=draw.random() < 0.5,
        page_size=draw.choice((1000, 1000, 2, 100)),
        page_refusal=draw.choice(("", "ModelArts.0101", "ModelArts.0104")),
        counts_all=draw.random() < 0.3,
        settling=draw.choice((0.0, 0.0, 2.0)),
    )
    # What is tried when a page of 1000 is refused is one of 100.
    return dialect if dialect.page_size == PAGE_TRIED else replace(dialect, page_refusal="")


def _add_hostility(draw: Random, schedule: Schedule) -> None:
    schedule.options.update(
        wait_timeout=draw.choice((3, 20, 60, 120, 600)),
        retries=draw.choice((0, 1, 5)),
        api_timeout=draw.choice((1, 5, 30)),
    )
    schedule.trouble_rate = draw.choice((0.0, 0.05, 0.2, 0.5))
    schedule.kinds = tuple(draw.sample(sorted(KINDS), draw.randint(1, len(KINDS))))
    if draw.random() < 0.4:
        schedule.lag, schedule.lag_rate = draw.uniform(0, LONGEST_LAG), draw.choice((0.2, 0.5, 1.0))
        schedule.alternates = draw.random() < 0.2
    if draw.random() < 0.4:
        schedule.acts = _drawn_acts(draw, schedule)
    if draw.random() < 0.15:
        schedule.flaw = draw.choice(sorted(FLAWS))
    if draw.random() < 0.1:
        schedule.interrupted = draw.uniform(0, 20)
    if draw.random() < 0.2:
        schedule.token_life, schedule.ready_token_life = draw.uniform(0.1, 20), draw.uniform(0.1, 20)
    if draw.random() < 0.05:
        # Nothing but what looks as if there was no such job.
        schedule.kinds, schedule.trouble_rate = ("odd", "flawed"), 0.7
    if draw.random() < 0.1:
        # Nothing but what is answered when the token is renewed.
        schedule.auth_method, schedule.kinds, schedule.trouble_rate = "password", ("renewal",), 1.0
        schedule.token_life = draw.choice((0.01, 0.1, draw.uniform(0.1, 5)))
    if draw.random() < 0.1:
        schedule.password_changed = draw.uniform(0, 20)
    if draw.random() < 0.1:
        schedule.limit = draw.choice((1, 5, 20))


def _drawn_acts(draw: Random, schedule: Schedule) -> Sequence[Act]:
    """What others do, some of it right after the task's own requests."""
    name = schedule.options.get("name")
    about = [job for job in schedule.jobs if name in (None, job.name)] or schedule.jobs
    return [
        Act(
            draw.choice((0.0, 0.1, draw.uniform(0, 5), draw.uniform(0, 40))),
            draw.choice(("restart", "restart", "stop", "delete", "update", "come down")),
            draw.choice((about[0], draw.choice(about), draw.choice(schedule.jobs))).id,
            draw.choice(("", "", "restart", "stop", "delete", "update")),
        )
        for _act in range(draw.randint(1, 5))
    ]


def _add_moving_pages(draw: Random, schedule: Schedule) -> None:
    """Let a job vanish between two pages, so that another one moves to the page that was read."""
    first = replace(schedule.jobs[0], id=7, name="viz-17", history=[(0.0, View(KILLED, ""))], end=((0.0, None),))
    others = [replace(first, id=number, name=f"viz-1{number}") for number in (8, 9)]
    last = replace(schedule.jobs[0], name="viz-1", listed=True, history=[(0.0, View(KILLED, ""))])
    schedule.jobs[:] = [replace(first, listed=True), *others, last]
    schedule.dialect = replace(schedule.dialect, page_size=draw.choice((1, 2)), page_refusal="")
    schedule.acts = [Act(0.0, "delete", draw.choice((7, 8)), after="list")]
    for option in ("job_id", "name"):
        schedule.options.pop(option, None)
    schedule.options["name"] = last.name


def _which(draw: Random, state: str, fleet: bool, jobs: Sequence[Job]) -> Mapping[str, Any]:
    """Which jobs the task is about; there may be no such job."""
    missing = draw.random() < (0.5 if state == "present" else 0.1)
    if fleet:
        ids = [str(job.id) for job in jobs if draw.random() < 0.9] or [str(jobs[0].id)]
        return {"job_ids": [*ids, "99999"] if missing else ids}
    name = "viz-new" if missing else draw.choice(jobs).name
    if state == "present":
        description = draw.choice(
            (None, "", "as it was", "as it was\n", "another", "another\n", " an  other ", " an  other ")
        )
        return {"name": name, "train_url": "/bucket/new/", "description": description}
    if draw.random() < 0.3:
        return {"name": name}
    return {"job_id": "99999" if missing else str(jobs[0].id)}


def _drawn_job(draw: Random, job_id: int, name: str, mood: Mood) -> Job:
    """A job that has been what it is for long, or is on its way."""
    status = draw.choice(INITIAL)
    job = Job(
        job_id,
        name,
        up=_way_up(draw, mood),
        down=_way_down(draw),
        end=_way_out(draw, status),
        history=[(0.0, View(status, "as it was"))],
        listed=draw.random() < 0.9,
    )
    if mood is not Mood.TIMELESS and draw.random() < 0.8 and (status in STARTING or status == KILLING):
        goal = RUNNING if status in STARTING else KILLED
        if mood is Mood.HOSTILE and draw.random() < 0.3:
            goal = draw.choice((FAILED, KILLED, 99))
        job.history.append((1000.0 + draw.uniform(0, 15), View(goal, "as it was")))
    return job


def _way_up(draw: Random, mood: Mood) -> Course:
    steps: List[Tuple[float, Optional[int]]] = [(0.0, draw.choice((INIT, WAITING)))]
    moment = draw.uniform(0.01, 5)
    if draw.random() < 0.5:
        steps.append((moment, WAITING))
        moment += draw.uniform(0.01, 10)
    chance = draw.random()
    if chance < 0.8:
        steps.append((moment, RUNNING))
        if chance < 0.1 and mood is not Mood.TIMELESS:
            steps.append((moment + draw.uniform(100, 1000), COMPLETED))
    elif mood is Mood.TIMELESS:
        return tuple(steps)  # what ends unseen, and whether it is seen, hangs on the time
    elif chance < 0.9:
        steps.append((moment, draw.choice(STOPPED)))
    elif chance < 0.95:
        steps.append((moment, None))
    return tuple(steps)


def _way_down(draw: Random) -> Course:
    chance = draw.random()
    moment = draw.uniform(0.01, 12)
    if chance < 0.1:
        return ((0.0, KILLED),)
    return ((0.0, KILLING), (moment, KILLED)) if chance < 0.95 else ((0.0, KILLING),)


def _way_out(draw: Random, status: int) -> Course:
    chance = draw.random()
    moment = draw.uniform(0.01, 8)
    if chance < 0.5:
        return ((0.0, None),)
    if chance < (0.6 if status == DELETE_FAILED else 0.9):
        return ((0.0, draw.choice((KILLING, status))), (moment, None))
    return ((moment, DELETE_FAILED),) if chance < 0.97 else ((0.0, KILLING),)
