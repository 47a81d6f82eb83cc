# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of rules: what each state means for a visualization job, by the group of the job's status."""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .status import Group


class State(str, Enum):
    """What a task wants of a job."""

    RESTARTED = "restarted"
    STARTED = "started"
    STOPPED = "stopped"
    PRESENT = "present"
    ABSENT = "absent"

    @property
    def verb(self) -> str:
        """What a task does to reach it, as in "Could not restart ..."."""
        return _VERBS[self]


_VERBS = {
    State.RESTARTED: "restart",
    State.STARTED: "start",
    State.STOPPED: "stop",
    State.PRESENT: "create",
    State.ABSENT: "delete",
}
# How a task that changes a job leaves it, as a diff shows it. A job that is stopped may end in one of several statuses.
RESULTS: Mapping[State, Dict[str, Any]] = {
    State.RESTARTED: {"status": "RUNNING"},
    State.STARTED: {"status": "RUNNING"},
    State.STOPPED: {"status": "stopped"},
    State.ABSENT: {},
}
# Fields that a job keeps from its creation.
FIXED_FIELDS = ("train_url", "job_type", "flavor", "auto_stop")


class Step(Enum):
    """A part of a plan: a request, or a wait for the effect of an earlier one. The value of a request is its verb."""

    CREATE = "create"
    UPDATE = "update"
    STOP = "stop"
    RESTART = "restart"
    DELETE = "delete"
    AWAIT_DOWN = "wait until it has stopped"
    AWAIT_UP = "wait until it runs"
    AWAIT_GONE = "wait until it is gone"
    AWAIT_UPDATE = "wait until it is updated"
    AWAIT_LISTED = "wait until the list shows it"


REQUESTS = frozenset((Step.CREATE, Step.UPDATE, Step.STOP, Step.RESTART, Step.DELETE))
# The code of a refusal for the job's status; it is not in the vendor's table of codes.
STATE_CONFLICT = "ModelArts.0105"
# Requests that are sent only once if the first may have been accepted: a second restart disconnects the users of the
# first, and a second job costs money.
SENT_ONCE = frozenset(((State.RESTARTED, Step.RESTART), (State.PRESENT, Step.CREATE)))


# The status groups of a job that is up, or coming up.
UP_GROUPS = (Group.STARTING, Group.RUNNING)


class Rule(NamedTuple):
    """One cell of the table: what a task does with a job whose status is in a group.

    ``forced`` are the steps with ``force``. A rule with a ``hint`` refuses the job without ``force``. ``asks_service``:
    ModelArts decides whether it accepts the request.
    """

    steps: Tuple[Step, ...] = ()
    forced: Tuple[Step, ...] = ()
    hint: Optional[str] = None
    asks_service: bool = False


_UP = (Step.RESTART, Step.AWAIT_UP)
_DOWN = (Step.STOP, Step.AWAIT_DOWN)
_GONE = (Step.DELETE, Step.AWAIT_GONE)
_UPDATED = Rule((Step.UPDATE, Step.AWAIT_UPDATE))

RULES: Mapping[State, Mapping[Group, Rule]] = {
    State.RESTARTED: {
        Group.STOPPED: Rule(_UP),
        Group.STARTING: Rule(
            forced=_DOWN + _UP, hint="Use force=true to stop it first, or state=started to wait until it runs."
        ),
        Group.RUNNING: Rule(
            forced=_DOWN + _UP, hint="Use force=true to stop it first, or state=started to leave it running."
        ),
        Group.STOPPING: Rule((Step.AWAIT_DOWN, *_UP)),
        Group.UNKNOWN: Rule(_UP, asks_service=True),
    },
    State.STARTED: {
        Group.STOPPED: Rule(_UP),
        Group.STARTING: Rule((Step.AWAIT_UP,)),
        Group.RUNNING: Rule(),
        Group.STOPPING: Rule((Step.AWAIT_DOWN, *_UP)),
        Group.UNKNOWN: Rule(_UP, asks_service=True),
    },
    State.STOPPED: {
        Group.STOPPED: Rule(),
        Group.STARTING: Rule(_DOWN),
        Group.RUNNING: Rule(_DOWN),
        Group.STOPPING: Rule((Step.AWAIT_DOWN,)),
        Group.UNKNOWN: Rule(_DOWN, asks_service=True),
    },
    State.PRESENT: {
        Group.STOPPED: _UPDATED,
        Group.STARTING: _UPDATED,
        Group.RUNNING: _UPDATED,
        Group.STOPPING: _UPDATED,
        Group.UNKNOWN: _UPDATED,
        Group.ABSENT: Rule((Step.CREATE, Step.AWAIT_UP)),
    },
    State.ABSENT: {
        Group.STOPPED: Rule(_GONE),
        Group.STARTING: Rule(_GONE),
        Group.RUNNING: Rule(_GONE),
        Group.STOPPING: Rule((Step.AWAIT_DOWN, *_GONE)),
        Group.UNKNOWN: Rule(_GONE),
        Group.ABSENT: Rule(),
    },
}

# The steps that replace a request that ModelArts refuses for the job's status, by the group of that status. Where the
# table has no entry, the refusal is final.
DETOURS: Mapping[Tuple[State, Step], Mapping[Group, Tuple[Step, ...]]] = {
    (State.STARTED, Step.RESTART): {
        Group.STARTING: (),
        Group.RUNNING: (),
        Group.STOPPING: (Step.AWAIT_DOWN, Step.RESTART),
    },
    **{(state, Step.STOP): {Group.STOPPED: (), Group.STOPPING: ()} for state in State},
    (State.ABSENT, Step.DELETE): {Group.STOPPING: (Step.AWAIT_DOWN, Step.DELETE)},
}
_STOP_AND_DELETE = (*_DOWN, Step.DELETE)
FORCED_DETOURS: Mapping[Tuple[State, Step], Mapping[Group, Tuple[Step, ...]]] = {
    (State.ABSENT, Step.DELETE): {
        Group.STARTING: _STOP_AND_DELETE,
        Group.RUNNING: _STOP_AND_DELETE,
        Group.UNKNOWN: _STOP_AND_DELETE,
    },
}
