# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of what is set from outside, by the types of the fields that it is for."""

from __future__ import annotations

from typing import Any, Container, Union, get_args, get_origin, get_type_hints


def checked(owner: type, values: Any, settable: Container[str]) -> dict[str, Any]:
    """The values, as fields of the dataclass ``owner``.

    Raises ValueError for a field that is not settable, for a value that is not of its field's type, and for a negative
    number: nothing here is one.
    """
    if not isinstance(values, dict):
        raise ValueError("a JSON object is needed")
    hints = get_type_hints(owner)
    for name, value in values.items():
        if name not in settable:
            raise ValueError(f"{name} is no field that can be set")
        if not _fits(value, hints[name]):
            raise ValueError(f"{name} cannot be {value!r}")
    return values


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
    if hint in (int, float):
        # To Python a bool is an int, and to JSON 1 may be meant as 1.0.
        return isinstance(value, (int, hint)) and not isinstance(value, bool) and value >= 0
    return isinstance(value, hint)
