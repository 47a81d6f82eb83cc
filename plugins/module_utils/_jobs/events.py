# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases of a job on its way through its plan, and the events that lead from one to the next."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Optional

from .evidence import ReadWindow
from .failure import Failure
from .job import VizJob


class Phase(Enum):
    """Where a job is on its way."""

    READY = "a request is to be sent"
    WAITING = "the effect of a request is awaited"
    UNKNOWN = "a request was sent, and its outcome is unknown"
    REFUSED = "a request was refused, and the next read will show why"
    DONE = "the plan is carried out"
    FAILED = "the plan has failed"


class Accepted(NamedTuple):
    """The service accepted the request, ``at`` a moment in seconds. ``job``: the one in the answer to a creation."""

    at: float
    job: Optional[VizJob] = None


class Refused(NamedTuple):
    """The service, or the way to it, refused the request."""

    failure: Failure
    at: float


class Lost(NamedTuple):
    """The outcome of the request is unknown; ``failure`` says why."""

    failure: Failure
    at: float


class Seen(NamedTuple):
    """The job was read."""

    job: VizJob
    window: ReadWindow


class Missing(NamedTuple):
    """The job was read, and does not exist."""

    failure: Failure
    window: ReadWindow


class Unreadable(NamedTuple):
    """Reading the job failed for good."""

    failure: Failure
    window: ReadWindow


class TimeIsUp(NamedTuple):
    """The deadline has passed, ``waited`` seconds after the first request.

    ``last_failure``: why the last read failed, if it did.
    """

    waited: float
    last_failure: Optional[Failure] = None


class Interrupted(NamedTuple):
    """The task was told to end, ``waited`` seconds after the first request."""

    waited: float
