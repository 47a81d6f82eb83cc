# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who builds what: from a checked connection to the jobs of a project, signed in."""

from __future__ import annotations

import random
import threading
from typing import Any, Callable, ContextManager, Optional

from .._cloud.auth import auth_for
from .._cloud.clock import Clock
from .._cloud.deadline import READING, Deadline
from .._cloud.http_client import HttpClient
from .._cloud.masking import Secrets
from .._cloud.sign_in import sign_in
from .._cloud.transport import Transport
from .._cloud.viz_jobs import VizJobs
from .._jobs.failure import Category, Failure
from .._settings.connection import Connection


def draw(bound: float) -> float:
    """A random number from 0 to ``bound``."""
    return random.uniform(0, bound)


def connect(
    connection: Connection,
    deadline: Deadline,
    clock: Clock,
    secrets: Secrets,
    *,
    http_client: Optional[HttpClient] = None,
    draw: Callable[[float], float] = draw,
    lock: Optional[ContextManager[Any]] = None,
) -> VizJobs:
    """Sign in, and return the jobs of the project. Raises RequestFailed.

    ``secrets`` gets each token that is issued. ``lock`` must be reentrant: one thread at a time renews
    the token.
    """
    auth = auth_for(connection, secrets.register)
    transport = Transport(
        http_client or HttpClient(connection.verify, lambda: deadline.is_over, secrets.mask),
        auth,
        deadline,
        clock=clock,
        draw=draw,
        lock=lock or threading.RLock(),
        api_timeout=connection.api_timeout,
        retries=connection.retries,
        mask=secrets.mask,
    )
    target = sign_in(connection, auth, transport)
    return VizJobs(transport, target.endpoint, target.project_id, connection.workspace_id)


# A lookup has no wait_timeout that could be raised.
_TIME_IS_UP = Failure(
    Category.TIMEOUT, f"reading took longer than {READING:.0f} s", "Try again later, or ask for fewer jobs."
)


def connect_to_read(connection: Connection, secrets: Secrets, clock: Clock) -> VizJobs:
    """Sign in, and return the jobs, which can be read for ``READING`` seconds. Raises RequestFailed."""
    return connect(connection, Deadline(clock, READING, _TIME_IS_UP), clock, secrets)
