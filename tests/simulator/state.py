# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's state: projects, jobs, tokens, the log of requests and the plan of faults."""

from __future__ import annotations

import asyncio
import math
import re
import secrets
import time
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any, Coroutine, Optional
from weakref import WeakKeyDictionary

from .faults import Fault
from .job import Job
from .log import AuthKind, Entry
from .options import Options
from .rate import KINDS, RateLimit
from .status import KILLING

OTHER_PROJECT = "fedcba9876543210fedcba9876543210"
# The statuses of the jobs at the start, repeated; job 10 has the tenth.
DEALT = (13, 12, 10, 11, 8, 13, 14, 7, 9, 13)
# 2 November 2026, 09:30 UTC, in milliseconds.
FIRST_CREATED = 1793611800000
# A job's ID is a long integer.
JOB_ID = re.compile(r"[0-9]{1,18}")


@dataclass
class Token:
    """A token of a project, and the moment (of the simulator's clock) at which it expires."""

    project_id: str
    expires_at: float


@dataclass
class Project:
    """A project's jobs by ID."""

    id: str
    name: str
    jobs: dict[int, Job] = field(default_factory=dict)
    workspaces: set[str] = field(default_factory=lambda: {"0"})


class State:
    """The whole state. `reset` puts it back to the start."""

    def __init__(self, options: Options) -> None:
        self._started = time.monotonic()
        self._at_start = asdict(options)
        self.options = options
        self.address = ""
        self._background: set[asyncio.Task[None]] = set()
        self._connections: WeakKeyDictionary[asyncio.BaseTransport, int] = WeakKeyDictionary()
        self._seen_connections = 0
        self.reset()

    def reset(self) -> None:
        for task in self._background:
            task.cancel()
        for name, value in self._at_start.items():
            setattr(self.options, name, value)
        options = self.options
        first = Project(options.project_id, options.region)
        self.projects = {first.id: first, OTHER_PROJECT: Project(OTHER_PROJECT, f"{options.region}_other")}
        self.tokens: dict[str, Token] = {}
        self.log: list[Entry] = []
        self.credentials: dict[AuthKind, set[str]] = {AuthKind.TOKEN: set(), AuthKind.SIGNATURE: set()}
        self.faults: list[Fault] = []
        for number in range(1, options.jobs + 1):
            first.jobs[number] = self.make_job(number, f"viz-{number}", DEALT[(number - 1) % len(DEALT)])
        self.next_id = options.jobs + 1
        self._admit_ready_token()
        self._draw_anew()
        self._limit_anew()

    def change_options(self, values: Any) -> None:
        """Set options. Raises ValueError, and sets none, if one of them is invalid."""
        self.options.change(values)
        if "token" in values:
            self._admit_ready_token()
        if "seed" in values:
            self._draw_anew()
        if {"rate_limit", "rate_period", "rate_kind"} & set(values):
            self._limit_anew()

    def _draw_anew(self) -> None:
        self.random = Random(self.options.seed)

    def _limit_anew(self) -> None:
        """Start the count of the rate limit again."""
        options = self.options
        kind = KINDS[options.rate_kind]
        self.rate_limit: Optional[RateLimit] = (
            kind(options.rate_limit, options.rate_period, self.now()) if options.rate_limit else None
        )

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine that a reset cancels."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _admit_ready_token(self) -> None:
        """Add the token of the options. It is valid until `expire_tokens` is called."""
        if self.options.token:
            self.tokens[self.options.token] = Token(self.options.project_id, math.inf)

    def now(self) -> float:
        """Return the seconds since the simulator started."""
        return time.monotonic() - self._started

    def make_job(self, number: int, name: str, status: int) -> Job:
        job = Job(
            id=number,
            name=name,
            description=f"Curves of training {number}",
            train_url=f"/simulated-bucket/training-{number}/",
            service_url=f"https://simulated.example/visualization/{number}",
            resource_id=f"resource-{number:08d}",
            create_time=FIRST_CREATED + number * 60000,
            ran=3600.0,
        )
        job.set_status(status, self.now())
        return job

    @property
    def project(self) -> Project:
        """The first project: the one that the control interface works on."""
        return self.projects[self.options.project_id]

    def issue_token(self, project_id: str) -> str:
        # As long as real tokens, which contain the user's rights.
        token = "MII" + secrets.token_urlsafe(3000)
        self.tokens[token] = Token(project_id, self.now() + self.options.token_seconds)
        self.note_credential(AuthKind.TOKEN, token)
        return token

    def note_credential(self, kind: AuthKind, credential: str) -> None:
        """Keep a token that was issued, or the credential of a request."""
        if kind in self.credentials:
            self.credentials[kind].add(credential)

    def expire_tokens(self, seconds: float) -> None:
        """Let every token expire in so many seconds, including the one of the options."""
        for token in self.tokens.values():
            token.expires_at = self.now() + seconds

    def find_job(self, project: Project, job_id: str, moment: Optional[float] = None) -> Optional[Job]:
        """Return the job as it was at the moment, by default now."""
        job = project.jobs.get(int(job_id)) if JOB_ID.fullmatch(job_id) else None
        if job is None or moment is not None:
            return job and job.as_of(moment or 0.0)
        return None if job.gone(self.now()) else job

    def moment_to_show(self, age: Optional[float]) -> float:
        """Return the moment whose jobs a read shows; ``age``: its age in seconds if a rule of the plan sets it."""
        if age is None:
            age = self.options.stale_seconds
            if age and self.options.stale_reads == "random":
                age = self.random.choice((0.0, age))
        return self.now() - age

    def start(self, job: Job) -> None:
        seconds = self.options.start_seconds if job.start_seconds is None else job.start_seconds
        job.go(job.way_up, seconds, self.now())

    def stop(self, job: Job) -> None:
        seconds = self.options.stop_seconds if job.stop_seconds is None else job.stop_seconds
        job.go(job.way_down, seconds, self.now())

    def delete(self, job: Job) -> None:
        """Delete the job. It stays among the project's jobs, as a stale read may still show it."""
        job.set_status(KILLING, self.now())
        job.gone_at = self.now() + self.options.delete_seconds

    def log_request(self, transport: Optional[asyncio.BaseTransport], **request: Any) -> Entry:
        fresh = transport not in self._connections
        if fresh:
            self._seen_connections += 1
        connection = self._seen_connections
        if transport is not None:
            connection = self._connections.setdefault(transport, connection)
        entry = Entry(
            number=len(self.log) + 1, time=round(self.now(), 3), connection=connection, fresh=fresh, **request
        )
        self.log.append(entry)
        return entry

    def job_view(self, job: Job) -> dict[str, Any]:
        """Return the true job, for tests."""
        now = self.now()
        return {
            **job.true_details(now),
            "workspace_id": job.workspace_id,
            "gone": job.gone(now),
            "accepted": job.accepted,
            "running_since": job.last_run(now)[0],
        }
