# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a task: which jobs it is for and what it does with them, checked."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .._jobs.failure import OptionError
from .._jobs.job import NewJob
from .._jobs.rules import State
from .._settings.argument_spec import check_numbers
from .job_names import JOB_NAMES_SPEC, job_names_from

JOB_TYPES = ("tensorboard", "mindinsight")
# The API's limits.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
_LONGEST_DESCRIPTION = 256
_LONGEST_AUTO_STOP = 24
# What the numbers of a task must be within; times are in seconds.
_BOUNDS = (("wait_timeout", 1, 86400), ("wait_delay", 1, 600), ("parallel", 1, 64))


class JobOptions(NamedTuple):
    """The checked options of a task; times are in seconds.

    The jobs are those of ``job_ids``, or the one with the ``name``. ``fleet``: they were given as a list. ``new_job`` is
    what ``state=present`` asks for.
    """

    job_ids: Tuple[str, ...]
    name: Optional[str]
    fleet: bool
    state: State
    force: bool
    wait: bool
    wait_timeout: int
    wait_delay: int
    parallel: int
    new_job: Optional[NewJob]


JOB_SPEC: Dict[str, Dict[str, Any]] = {
    **JOB_NAMES_SPEC,
    "state": {"type": "str", "required": True, "choices": [state.value for state in State]},
    "force": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "wait_delay": {"type": "int", "default": 10},
    "parallel": {"type": "int", "default": 8},
    "train_url": {"type": "str"},
    "description": {"type": "str"},
    "job_type": {"type": "str", "choices": list(JOB_TYPES)},
    "flavor": {"type": "str"},
    "auto_stop": {"type": "int"},
}


def job_options_from(parameters: Mapping[str, Any]) -> JobOptions:
    """The checked options of a task. Raises OptionError."""
    state = State(parameters["state"])
    names = job_names_from(parameters, "skip the task when there are no jobs")
    if state is State.PRESENT and names.name is None:
        raise OptionError("state=present requires name. Set name, and neither job_id nor job_ids.")
    if names.option is None:
        raise OptionError("No job is named. Set job_id, job_ids or name.")
    check_numbers(parameters, *_BOUNDS)
    return JobOptions(
        job_ids=names.ids,
        name=names.name,
        fleet=names.option == "job_ids",
        state=state,
        new_job=_new_job(parameters) if state is State.PRESENT else None,
        **{key: parameters[key] for key in ("force", "wait", "wait_timeout", "wait_delay", "parallel")},
    )


def _new_job(parameters: Mapping[str, Any]) -> NewJob:
    """The job that is asked for, within the limits of the API."""
    name, description = parameters["name"], parameters["description"]
    if not _NAME.fullmatch(name):
        raise OptionError(f"name must have 1 to 20 characters: letters, digits, '-' and '_'; got {name!r}.")
    if description is not None and len(description) > _LONGEST_DESCRIPTION:
        raise OptionError(
            f"description must have at most {_LONGEST_DESCRIPTION} characters; it has {len(description)}."
        )
    if parameters["auto_stop"] is not None:
        check_numbers(parameters, ("auto_stop", 0, _LONGEST_AUTO_STOP))
    return NewJob(
        name=name,
        description=description,
        auto_stop=parameters["auto_stop"],
        **{key: parameters[key] or None for key in ("train_url", "job_type", "flavor")},
    )
