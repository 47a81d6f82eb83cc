# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of hosts made of what a service says: harmless ones, and no two the same."""

from __future__ import annotations

import re
from collections import Counter
from typing import Collection, Dict, Mapping

_ODD = re.compile(r"[^\w.-]")


def harmless(text: str) -> str:
    """``text`` as a host name: letters, digits, ``_``, ``-`` and ``.``, the first a letter, a digit or ``_``.

    What else it has becomes ``_``. So it is no template, which before ansible-core 2.19 would be run when a task looks at
    the names of hosts; no pattern; no option of a command; nothing that a terminal obeys; and, as the files of
    ``host_vars`` are found by it, no path.
    """
    name = _ODD.sub("_", text)
    return "_" + name[1:] if name.startswith((".", "-")) else name


def unique(wanted: Mapping[str, str], taken: Collection[str]) -> Dict[str, str]:
    """The names of hosts by ID, no two the same and none ``taken``: the ID is appended where the name that is wanted is.

    All who want the same name get their ID, so that it does not depend on an order who has which name. The IDs are
    numbers.
    """
    names = dict(wanted)
    while True:
        count = Counter(names.values())
        clashes = [job_id for job_id, name in names.items() if count[name] > 1 or name in taken]
        if not clashes:
            return names
        # One that has its ID already keeps its name if another can still give way.
        plain = [job_id for job_id in clashes if names[job_id] == wanted[job_id]]
        for job_id in plain or clashes:
            names[job_id] += f"-{job_id}"
