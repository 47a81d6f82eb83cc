# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants of which job, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

from .errors import OptionError
from .options import check_numbers
from .plan import State

_JOB_ID = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True)
class JobOptions:
    """What a task wants of which job; the times are in seconds."""

    job_id: Optional[str]
    name: Optional[str]
    state: State
    force: bool
    wait: bool
    wait_timeout: int
    wait_delay: int


JOB_SPEC: Dict[str, Dict[str, Any]] = {
    "job_id": {"type": "str"},
    "name": {"type": "str"},
    "state": {"type": "str", "required": True, "choices": [state.value for state in State]},
    "force": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "wait_delay": {"type": "int", "default": 10},
}


def job_options_from(parameters: Mapping[str, Any]) -> JobOptions:
    """The checked options of a task on one job. Raises OptionError."""
    job_id, name = parameters["job_id"] or None, parameters["name"] or None
    if job_id is None and name is None:
        raise OptionError("There is no job to work on: set job_id or name.")
    if job_id is not None and name is not None:
        raise OptionError("job_id and name are two ways to name the job: give one of them.")
    if job_id is not None and not _JOB_ID.fullmatch(job_id):
        raise OptionError(f"job_id must be the number of a visualization job, such as 10; got {job_id!r}.")
    check_numbers(parameters, ("wait_timeout", 1), ("wait_delay", 1))
    return JobOptions(
        job_id=job_id,
        name=name,
        state=State(parameters["state"]),
        **{key: parameters[key] for key in ("force", "wait", "wait_timeout", "wait_delay")},
    )
