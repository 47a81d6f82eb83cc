# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole task, from its parameters to its result, on a schedule: what was sent, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional, Set, Tuple

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import ExchangeFailed, HttpResponse
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._task.connect import connect
from ansible_collections.mlops.modelarts.plugins.module_utils._task.options import JOB_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._task.result import finish
from ansible_collections.mlops.modelarts.plugins.modules.modelarts_viz_job import change_jobs
from ansible_collections.mlops.modelarts.tests.schedules.history import Exchange, History
from ansible_collections.mlops.modelarts.tests.schedules.schedule import Act, Schedule
from ansible_collections.mlops.modelarts.tests.schedules.service import (
    COMPLETED,
    IAM,
    MODELARTS,
    PASSWORD,
    PROJECT,
    STOPPED,
    Reply,
    Request,
    Service,
    group_of,
)
from ansible_collections.mlops.modelarts.tests.schedules.trouble import NoReply, Seen, Trouble, When
from ansible_collections.mlops.modelarts.tests.schedules.virtual import VirtualTime

READY_TOKEN = "ready"
SIGN_IN: Mapping[str, Mapping[str, str]] = {
    "password": {"username": "u", "password": PASSWORD, "domain_name": "d"},
    "token": {"token": READY_TOKEN},
    "access key": {"access_key": "ak", "secret_key": "sk"},
}
DEFAULTS = {name: spec.get("default") for name, spec in {**CONNECTION_SPEC, **JOB_SPEC}.items()}


@dataclass
class Told(History):
    """The same of a schedule, and what the service knows; ``acts``: what others did, when."""

    schedule: Schedule = field(kw_only=True)
    service: Service = field(kw_only=True)
    acts: List[Tuple[float, Act]] = field(kw_only=True)


class _Prepared:
    """A request as credentials are shown it."""

    def __init__(self, method: str, url: str, body: Optional[bytes]) -> None:
        self.method = method
        self.url = url
        self.body = body
        self.headers: Dict[str, str] = {}


class _Client:
    """The HTTP client of the task: what it sends reaches the service, or meets with the trouble that is due."""

    def __init__(
        self,
        time: VirtualTime,
        schedule: Schedule,
        service: Service,
        exchanges: List[Exchange],
        accepted: Callable[[str, Optional[int]], None],
    ) -> None:
        self._time = time
        self._schedule = schedule
        self._service = service
        self._exchanges = exchanges
        self._accepted = accepted

    def exchange(
        self, method: str, url: str, *, body: Optional[bytes], auth: Any, seconds: float, fresh: bool
    ) -> HttpResponse:
        prepared = auth(_Prepared(method, url, body))
        request = Request(method, url, body, dict(prepared.headers))
        name = request.content.get("job_name") if request.operation == "create" else None
        entry = Exchange(
            self._time.now(),
            request.operation,
            request.job_id,
            name,
            fresh,
            request.headers.get("X-Auth-Token", ""),
            page=int(request.query.get("page", 0)),
            filtered="search_content" in request.query,
        )
        self._exchanges.append(entry)
        trouble = self._schedule.trouble(request.operation, request.job_id)
        seen = self._sent(request, trouble, seconds)
        entry.ended = self._time.now()
        entry.trouble = trouble.name if trouble else ""
        entry.note(seen)
        if isinstance(seen, NoReply):
            raise ExchangeFailed("it failed", is_sent=seen.sent, is_refused=seen.refused)
        return HttpResponse(seen.status, seen.headers, seen.body, prepared)

    def _sent(self, request: Request, trouble: Optional[Trouble], seconds: float) -> Seen:
        delay = self._schedule.delay()
        answers: List[Reply] = []

        def arrive() -> None:
            known = len(self._service.accepted)
            answers.append(self._service.answer(request, self._time.now()))
            if request.operation == "list":
                self._accepted("list", None)
            for _moment, operation, job_id in self._service.accepted[known:]:
                self._accepted(operation, job_id)

        if trouble is None or trouble.when is not When.NEVER:
            late = trouble.late if trouble and trouble.when is When.LATE else 0.0
            self._time.at(self._time.now() + delay / 2 + late, arrive)
        self._time.wait(min(delay, seconds))
        answer = answers[0] if answers else Reply(200, {"is_success": True})
        seen: Seen = answer
        if delay > seconds:
            seen = NoReply(sent=True, silent=True)
        elif trouble is not None:
            seen = trouble.spoilt(answer)
        if isinstance(seen, NoReply) and seen.silent:
            self._time.wait(max(0.0, seconds - delay))
        return seen


class _Module:
    """As much of AnsibleModule as a task's own code sees."""

    def __init__(self, params: Dict[str, Any], check_mode: bool) -> None:
        self.params = params
        self.check_mode = check_mode
        self._diff = True
        self.no_log_values: Set[str] = set()
        self.result: Dict[str, Any] = {}
        self.warnings: List[str] = []

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)

    def exit_json(self, **result: Any) -> NoReturn:
        self.result = {"failed": False, **result}
        raise SystemExit

    def fail_json(self, **result: Any) -> NoReturn:
        self.result = {"failed": True, **result}
        raise SystemExit


def run(schedule: Schedule) -> Told:
    """Run the task of the schedule. Every exception but the task's own ways to end is raised."""
    time = VirtualTime()
    service = schedule.service()
    service.tokens[READY_TOKEN] = time.now() + schedule.ready_token_life
    exchanges: List[Exchange] = []
    connection = {"endpoint": MODELARTS, "auth_url": IAM, "project_id": PROJECT, **SIGN_IN[schedule.auth_method]}
    module = _Module({**DEFAULTS, **connection, **schedule.options}, schedule.check_mode)
    begun, interrupted = time.now(), math.inf

    acts: List[Tuple[float, Act]] = []
    waiting = list(schedule.acts)

    def let_act(operation: str, job_id: Optional[int] = None) -> None:
        for act in [act for act in waiting if act.after == operation and job_id in (None, act.job_id)]:
            waiting.remove(act)
            time.at(time.now() + act.moment, partial(_act, act, service, time, acts))

    let_act("")
    if schedule.interrupted is not None:
        interrupted = begun + schedule.interrupted
        time.at(interrupted, time.interrupt)
    if schedule.password_changed is not None:
        time.at(begun + schedule.password_changed, lambda: setattr(service, "password", "another"))

    # These stand in for the machine's own, and have as much of them as a task uses.
    clock: Any = time
    as_module: Any = module
    workers_of: Any = time.workers
    client: Any = _Client(time, schedule, service, exchanges, let_act)
    connect_here = partial(connect, http_client=client, draw=schedule.draw, lock=time.lock())

    def task() -> None:
        try:
            finish(as_module, lambda: change_jobs(as_module, clock, connect_here, workers_of))
        except SystemExit:
            return

    time.run(task)
    ended = time.now()

    def is_gone(job: str) -> bool:
        there = [one for one in service.jobs.values() if one.at(ended) is not None]
        return not any(job == str(one.id) or (one.listed and job == one.name) for one in there)

    return Told(
        {**schedule.options},
        schedule.check_mode,
        exchanges,
        {**module.result, "warnings": module.warnings},
        begun,
        ended,
        service.accepted,
        is_gone,
        module.no_log_values,
        interrupted,
        schedule=schedule,
        service=service,
        acts=acts,
    )


def _act(act: Act, service: Service, time: VirtualTime, acts: List[Tuple[float, Act]]) -> None:
    """Somebody else does something, or a job comes down by itself."""
    now, job = time.now(), service.jobs.get(act.job_id)
    view = job.at(now) if job else None
    if job is None or view is None:
        return
    group = group_of(view.status)
    down = next((moment for moment, view in job.history if moment > now and view and view.status in STOPPED), None)
    if (act.operation, group) == ("restart", "stopping") and down is not None:
        # As soon as it can be, between two looks of the task.
        time.at(down, partial(_act, act, service, time, acts))
        return
    if act.operation == "come down":
        job.go(now, ((0.0, COMPLETED),))
    elif act.operation == "update" or (act.operation, group) in (
        ("restart", "stopped"),
        ("stop", "running"),
        ("stop", "starting"),
        ("delete", "stopped"),
    ):
        service.change(act.operation, job, now, {"job_desc": f"of another at {now:.0f}"})
    else:
        return
    acts.append((now, act))
