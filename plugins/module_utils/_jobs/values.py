# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values in a service's JSON, whatever type they arrive in. Nothing here raises an exception."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")


def dictionary(value: Any) -> Dict[str, Any]:
    """``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def dictionaries(value: Any) -> List[Dict[str, Any]]:
    """The JSON objects in ``value`` if it is a list, else none."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def whole_number(value: Any) -> Optional[int]:
    """``value`` as an integer if it is one, or the text of one; ``None`` for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if _WHOLE_NUMBER.fullmatch(value) else None
    return value if isinstance(value, int) else None


def text(value: Any) -> Optional[str]:
    """``value`` as text if it is text or an integer; ``None`` for anything else."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return None
    # JSON can hold half of a surrogate pair. It stays as it was written: Ansible refuses a result that has one.
    return str(value).encode(errors="backslashreplace").decode()
