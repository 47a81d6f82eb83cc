# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the info module and of the inventory, checked."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .._cloud.viz_jobs import LONGEST_SEARCH
from .._jobs.failure import OptionError
from .._jobs.job import VizJob
from .._jobs.status import STATUS_NAMES, Status

SELECTION_SPEC: Dict[str, Dict[str, Any]] = {
    "status": {"type": "list", "elements": "str"},
    "search": {"type": "str"},
}


class Selection(NamedTuple):
    """Which jobs to select; a filter that is not set selects every job.

    ``name``: the exact name; ``search``: a part of the name; ``statuses``: the job has one of them.
    """

    name: Optional[str] = None
    search: str = ""
    statuses: Tuple[Status, ...] = ()

    def query(self) -> Dict[str, Any]:
        """The query of the list, with the filters that the service supports."""
        query: Dict[str, Any] = {}
        text = self.search if self.name is None else self.name[:LONGEST_SEARCH]
        if text:
            query["search_content"] = text
        if len(self.statuses) == 1:
            query["status"] = self.statuses[0].id
        return query

    def fits(self, job: VizJob) -> bool:
        """Whether the job is selected. The service's own filters may select more than was asked for."""
        name = job.name or ""
        return (
            self.name in (None, job.name)
            # The service decides whether upper and lower case differ: this must not drop what it found.
            and self.search.casefold() in name.casefold()
            and (not self.statuses or (job.status is not None and job.status.name in self._status_names()))
        )

    def _status_names(self) -> Tuple[str, ...]:
        return tuple(status.name for status in self.statuses)


def selection_from(parameters: Mapping[str, Any], name: Optional[str] = None) -> Selection:
    """The selection that the parameters of ``SELECTION_SPEC`` describe. Raises OptionError."""
    search = (parameters["search"] or "").strip()
    if len(search) > LONGEST_SEARCH:
        raise OptionError(f"search must have at most {LONGEST_SEARCH} characters; it has {len(search)}.")
    texts = [text.strip() for text in parameters["status"] or ()]
    statuses = {text: Status.named(text) for text in texts if text}
    unknown = [text for text, status in statuses.items() if status is None]
    if unknown:
        raise OptionError(
            f"Each status must be one of {', '.join(STATUS_NAMES)}, or STATUS_ with a number, such as STATUS_99; "
            f"got {unknown[0]!r}."
        )
    # Two names may mean the same status.
    return Selection(name, search, tuple(dict.fromkeys(status for status in statuses.values() if status is not None)))
