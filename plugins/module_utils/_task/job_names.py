# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task names its jobs: by one ID, by several, or by a name."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .._jobs.failure import OptionError
from .._jobs.job import ID_FORM, job_id_from
from .._settings.argument_spec import only_one_of

JOB_NAMES_SPEC: Dict[str, Dict[str, Any]] = {
    "job_id": {"type": "str"},
    "job_ids": {"type": "list", "elements": "str"},
    "name": {"type": "str"},
}


class JobNames(NamedTuple):
    """The ``option`` that names the jobs, ``None`` if none does; their IDs in order, each once; or the one name."""

    option: Optional[str]
    ids: Tuple[str, ...]
    name: Optional[str]


def job_names_from(parameters: Mapping[str, Any], if_empty: str) -> JobNames:
    """The names in the parameters of ``JOB_NAMES_SPEC``. Raises OptionError.

    ``if_empty`` is what to do instead of an empty ``job_ids``.
    """
    # A template that finds nothing makes a list of one empty text.
    job_ids = [text for text in (job_id.strip() for job_id in parameters["job_ids"] or ()) if text]
    values = {"job_id": parameters["job_id"], "job_ids": job_ids, "name": parameters["name"]}
    given = [option for option, value in values.items() if value]
    if not given and parameters["job_ids"] is not None:
        raise OptionError(f"job_ids is empty. Set at least one ID, or {if_empty}.")
    if len(given) > 1:
        raise OptionError(f"{only_one_of(given)}.")
    checked = []
    for text in job_ids or [parameters["job_id"]] if given and not values["name"] else ():
        job_id = job_id_from(text)
        if job_id is None:
            subject = "Each of job_ids" if job_ids else "job_id"
            raise OptionError(f"{subject} must be {ID_FORM}; got {text!r}.")
        checked.append(job_id)
    return JobNames(given[0] if given else None, tuple(dict.fromkeys(checked)), parameters["name"] or None)
