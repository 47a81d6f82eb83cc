# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of values from outside, by the types of their fields."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Container, Mapping, NewType, Union, get_args, get_origin, get_type_hints

# A number that may be negative; no other may.
Signed = NewType("Signed", float)


def checked(owner: type, values: Any, settable: Container[str]) -> dict[str, Any]:
    """Return the values for fields of the dataclass ``owner``.

    Raises ValueError for a field that cannot be set, for a value that does not have its field's type, and for a negative
    number in a field that takes none.
    """
    if not isinstance(values, dict):
        raise ValueError("a JSON object is needed")
    hints = _hints(owner)
    for name, value in values.items():
        if name not in settable:
            raise ValueError(f"{name} is no field that can be set")
        if not _fits(value, hints[name]):
            raise ValueError(f"{name} cannot be {value!r}")
    return values


@lru_cache
def _hints(owner: type) -> Mapping[str, Any]:
    # Cached: evaluating the types is slow, and a test may set thousands of jobs.
    return get_type_hints(owner)


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any:
        return True
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Union:
        return any(_fits(value, one) for one in inner)
    if kind is list:
        return isinstance(value, list) and all(_fits(item, inner[0]) for item in value)
    if kind is dict:
        return isinstance(value, dict) and all(_fits(item, inner[1]) for item in value.values())
    if hint not in (int, float, Signed):
        return isinstance(value, hint)
    # In Python a bool is an int, and 1 in JSON may stand for 1.0. Python's JSON also has NaN and Infinity.
    is_number = isinstance(value, int if hint is int else (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and (hint is Signed or value >= 0)
