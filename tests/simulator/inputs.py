# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of what is set from outside, by the types of the fields that it is for."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Container, Mapping, NewType, Union, get_args, get_origin, get_type_hints

# A number that may be negative, as no other may.
Signed = NewType("Signed", float)


def checked(owner: type, values: Any, settable: Container[str]) -> dict[str, Any]:
    """The values, as fields of the dataclass ``owner``.

    Raises ValueError for a field that is not settable, for a value that is not of its field's type, and for a negative
    number where none is meant.
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
    # To work them out takes a while, and thousands of jobs may be set.
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
    # To Python a bool is an int, and to JSON 1 may be meant as 1.0. Python also reads NaN and Infinity as JSON.
    is_number = isinstance(value, int if hint is int else (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and (hint is Signed or value >= 0)
