# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn text from a service into host names that are harmless and unique."""

from __future__ import annotations

import re
from collections import Counter
from typing import Collection, Dict, Mapping

_ODD = re.compile(r"[^\w.-]")


def harmless(text: str) -> str:
    """Return ``text`` as a host name of letters, digits, ``_``, ``-`` and ``.``, with no ``-`` or ``.`` at the start.

    Every other character becomes ``_``. So a host name is never a template (before ansible-core 2.19, a task that uses
    the names of hosts would run it), a host pattern, a command-line option, a terminal control sequence or a path (host
    names locate the files in ``host_vars``).
    """
    name = _ODD.sub("_", text)
    return "_" + name[1:] if name.startswith((".", "-")) else name


def unique(wanted: Mapping[str, str], taken: Collection[str]) -> Dict[str, str]:
    """Return a unique host name for each ID, none of them ``taken``.

    If a wanted name is taken, or several IDs want it, each of them gets its ID appended. So the names do not depend on
    the order of the IDs. IDs are numbers.
    """
    names = dict(wanted)
    while True:
        count = Counter(names.values())
        clashes = [job_id for job_id, name in names.items() if count[name] > 1 or name in taken]
        if not clashes:
            return names
        # A name that already has its ID stays as it is, as long as another clashing name can change.
        plain = [job_id for job_id in clashes if names[job_id] == wanted[job_id]]
        for job_id in plain or clashes:
            names[job_id] += f"-{job_id}"
