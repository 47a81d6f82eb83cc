# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which jobs of the list are wanted: the filters of the info module and of the inventory, checked."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .._cloud.viz_jobs import LONGEST_SEARCH, VizJob
from .._jobs.failure import OptionError
from .._jobs.status import STATUS_NAMES, Status

SELECTION_SPEC: Dict[str, Dict[str, Any]] = {
    "status": {"type": "list", "elements": "str"},
    "search": {"type": "str"},
}


class Selection(NamedTuple):
    """What a job must be: each filter that is not set lets every job pass.

    ``name``: exactly its name; ``search``: a part of its name; ``statuses``: one of them.
    """

    name: Optional[str] = None
    search: str = ""
    statuses: Tuple[Status, ...] = ()

    def query(self) -> Dict[str, Any]:
        """As much of it as the service can filter by, in the API's terms."""
        query: Dict[str, Any] = {}
        text = self.search if self.name is None else self.name[:LONGEST_SEARCH]
        if text:
            query["search_content"] = text
        if len(self.statuses) == 1:
            query["status"] = self.statuses[0].id
        return query

    def fits(self, job: VizJob) -> bool:
        """Whether the job is wanted. The service's own filters may do less than was asked for."""
        name = job.name or ""
        return (
            self.name in (None, job.name)
            # Whether upper and lower case differ is for the service to say: what it found must not get lost here.
            and self.search.casefold() in name.casefold()
            and (not self.statuses or (job.status is not None and job.status.name in self._status_names()))
        )

    def _status_names(self) -> Tuple[str, ...]:
        return tuple(status.name for status in self.statuses)


def selection_from(parameters: Mapping[str, Any], name: Optional[str] = None) -> Selection:
    """The selection that the parameters of ``SELECTION_SPEC`` describe. Raises OptionError."""
    search = (parameters["search"] or "").strip()
    if len(search) > LONGEST_SEARCH:
        raise OptionError(f"search must be of at most {LONGEST_SEARCH} characters; got {len(search)}.")
    texts = [text.strip() for text in parameters["status"] or ()]
    statuses = {text: Status.named(text) for text in texts if text}
    unknown = [text for text, status in statuses.items() if status is None]
    if unknown:
        raise OptionError(
            f"status has {unknown[0]!r}, which is no status: use {', '.join(STATUS_NAMES)}, "
            "or STATUS_ and the number of another."
        )
    # Two names may mean the same status.
    return Selection(name, search, tuple(dict.fromkeys(status for status in statuses.values() if status is not None)))
