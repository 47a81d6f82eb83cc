# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task wants of which jobs, checked."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

from .._cloud.viz_jobs import JOB_ID, NewJob
from .._jobs.failure import OptionError
from .._jobs.plan import State
from .._settings.connection import check_numbers

JOB_TYPES = ("tensorboard", "mindinsight")
# The API's limits.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
_LONGEST_DESCRIPTION = 256
_LONGEST_AUTO_STOP = 24
_MOST_PARALLEL = 64


class JobOptions(NamedTuple):
    """What a task wants of which jobs; the times are in seconds.

    The jobs are those of ``job_ids``, or the one of ``name``. ``fleet``: they were given as a list. ``new_job`` is what a
    job that is to be present should be like.
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
    "job_id": {"type": "str"},
    "job_ids": {"type": "list", "elements": "str"},
    "name": {"type": "str"},
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
    name = parameters["name"] or None
    # What a template makes of nothing is a list of one empty text.
    job_ids = [text for text in (job_id.strip() for job_id in parameters["job_ids"] or ()) if text]
    named = {"job_id": parameters["job_id"], "job_ids": job_ids, "name": name}
    given = [option for option, value in named.items() if value]
    if state is State.PRESENT and given != ["name"]:
        raise OptionError("state=present works on the job of a name: set name, and neither job_id nor job_ids.")
    if not given and parameters["job_ids"] is not None:
        raise OptionError("job_ids is empty: give it at least one ID, or skip the task where there is none.")
    if not given:
        raise OptionError("There is no job to work on: set job_id, job_ids or name.")
    if len(given) > 1:
        raise OptionError(f"{' and '.join(given)} are {len(given)} ways to name jobs: give one of them.")
    if parameters["job_id"]:
        job_ids = [parameters["job_id"]]
    check_numbers(parameters, ("wait_timeout", 1), ("wait_delay", 1), ("parallel", 1, _MOST_PARALLEL))
    return JobOptions(
        job_ids=_checked(given[0], job_ids),
        name=name,
        fleet=given == ["job_ids"],
        state=state,
        new_job=_new_job(parameters) if state is State.PRESENT else None,
        **{key: parameters[key] for key in ("force", "wait", "wait_timeout", "wait_delay", "parallel")},
    )


def _checked(option: str, job_ids: Sequence[str]) -> Tuple[str, ...]:
    """The IDs, each once, in the order given."""
    for job_id in job_ids:
        if not JOB_ID.fullmatch(job_id):
            what = (
                "the number of a visualization job" if option == "job_id" else "a list of numbers of visualization jobs"
            )
            raise OptionError(f"{option} must be {what}, such as 10; got {job_id!r}.")
    return tuple(dict.fromkeys(str(int(job_id)) for job_id in job_ids))


def _new_job(parameters: Mapping[str, Any]) -> NewJob:
    """What the job is to be like, within the limits of the API."""
    name, description = parameters["name"], parameters["description"]
    if not _NAME.fullmatch(name):
        raise OptionError(f"name must be of 1 to 20 letters, digits, hyphens and underscores; got {name!r}.")
    if description is not None and len(description) > _LONGEST_DESCRIPTION:
        raise OptionError(
            f"description must be of at most {_LONGEST_DESCRIPTION} characters; it has {len(description)}."
        )
    if parameters["auto_stop"] is not None:
        check_numbers(parameters, ("auto_stop", 0, _LONGEST_AUTO_STOP))
    return NewJob(
        name=name,
        description=description,
        auto_stop=parameters["auto_stop"],
        **{key: parameters[key] or None for key in ("train_url", "job_type", "flavor")},
    )
