# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a visualization job is: its fields, its ID, its name in messages."""

from __future__ import annotations

import re
from typing import Any, Dict, NamedTuple, Optional

from .status import Group, Status
from .text import clean

NOUN = "visualization job"
NOUNS = "visualization jobs"
# A job's ID in the path of a request; nothing else may get there.
JOB_ID = re.compile(r"[0-9]{1,20}")
ID_FORM = "the number of a visualization job, such as 10"


class NewJob(NamedTuple):
    """What a job should be like, as far as the task says. ``auto_stop`` is in hours, 0 for never."""

    name: str
    train_url: Optional[str] = None
    description: Optional[str] = None
    job_type: Optional[str] = None
    flavor: Optional[str] = None
    auto_stop: Optional[int] = None

    @property
    def fields(self) -> Dict[str, Any]:
        """What the task says, by option."""
        return {name: value for name, value in self._asdict().items() if value is not None}


class VizJob(NamedTuple):
    """A visualization job as the service showed it.

    ``id`` is empty for a job that has none yet. ``created_at`` is ISO 8601 in UTC, ``duration`` in seconds, ``auto_stop``
    in hours; only some deployments show ``job_type``, ``flavor`` and ``auto_stop``.
    """

    id: str
    name: Optional[str] = None
    description: Optional[str] = None
    status: Optional[Status] = None
    service_url: Optional[str] = None
    train_url: Optional[str] = None
    resource_id: Optional[str] = None
    created_at: Optional[str] = None
    duration: Optional[int] = None
    job_type: Optional[str] = None
    flavor: Optional[str] = None
    auto_stop: Optional[int] = None

    @property
    def known_status(self) -> Status:
        """Its status; UNKNOWN where the service showed none."""
        return self.status or Status.of(None)

    @property
    def label(self) -> str:
        """How messages name the job."""
        return job_label(self.id, self.name)

    def as_dict(self) -> Dict[str, Any]:
        """What results show of the job."""
        status = None if self.status is None or self.status.group is Group.ABSENT else self.status
        return {
            "id": self.id or None,
            "name": self.name,
            "description": self.description,
            "status": status.name if status else None,
            "status_id": status.id if status else None,
            "service_url": self.service_url,
            "train_url": self.train_url,
            "resource_id": self.resource_id,
            "created_at": self.created_at,
            "duration": self.duration,
        }


def same_description(one: Optional[str], other: Optional[str]) -> bool:
    """Whether two descriptions are the same: no description is an empty one, and line ends at the end do not count."""
    return (one or "").rstrip("\r\n") == (other or "").rstrip("\r\n")


def job_label(job_id: str, name: Optional[str] = None) -> str:
    """How messages name a job."""
    if not job_id:
        return f"{NOUN} '{clean(name or '')}'"
    return f"{NOUN} {job_id}" + (f" ('{clean(name)}')" if name else "")


def job_id_from(text: str) -> Optional[str]:
    """The ID that ``text`` means, without leading zeros; ``None`` if it is none."""
    return str(int(text)) if JOB_ID.fullmatch(text) else None


def id_order(job: VizJob) -> int:
    """The key that sorts jobs by ID."""
    return int(job.id)
