# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a connection, and what is done with a task's parameters before they are used."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence, Tuple

from .._jobs.failure import OptionError
from .._jobs.text import joined

CONNECTION_SPEC: Dict[str, Dict[str, Any]] = {
    "cloud": {"type": "str"},
    "auth_url": {"type": "str"},
    "region": {"type": "str"},
    "cloud_domain": {"type": "str"},
    "endpoint": {"type": "str"},
    "project_id": {"type": "str"},
    "project_name": {"type": "str"},
    "workspace_id": {"type": "str"},
    "username": {"type": "str"},
    "user_id": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
    "domain_id": {"type": "str"},
    "project_domain_name": {"type": "str"},
    "project_domain_id": {"type": "str"},
    "token": {"type": "str", "no_log": True},
    "access_key": {"type": "str", "no_log": False},
    "secret_key": {"type": "str", "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool"},
    "ca_path": {"type": "path", "aliases": ["ca_cert", "cacert"]},
    "api_timeout": {"type": "int", "default": 30},
    "retries": {"type": "int", "default": 5},
}
# The parameters whose values must never be shown.
SECRETS = tuple(name for name, spec in CONNECTION_SPEC.items() if spec.get("no_log"))


def explicit_values(parameters: Mapping[str, Any]) -> Dict[str, Any]:
    """The parameters of the connection that are set, cleaned. An empty text counts as unset."""
    values = {name: cleaned(name, parameters.get(name)) for name in CONNECTION_SPEC}
    return {name: value for name, value in values.items() if value not in (None, "")}


def cleaned(name: str, value: Any) -> Any:
    """The value of a parameter, from whatever source, without the white space around it.

    It is left over from copying, or from a file. A password may have it: there, only line ends at the end are dropped.
    """
    if not isinstance(value, str):
        return value
    return value.rstrip("\r\n") if name == "password" else value.strip()


def without_empty(parameters: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]]) -> Dict[str, Any]:
    """The parameters of a task as they come, without the empty ones of the ``spec``: they count as unset.

    A template or a field of AWX that has no value gives an empty text, also for a number. ``description`` may be empty:
    that is a description.
    """
    known = {alias for options in spec.values() for alias in options.get("aliases", ())}.union(spec) - {"description"}
    return {name: value for name, value in parameters.items() if value != "" or name not in known}


def check_numbers(values: Mapping[str, Any], *bounds: Tuple[Any, ...]) -> None:
    """Check parameters against their bounds: (name, minimum) or (name, minimum, maximum). Raises OptionError."""
    for name, minimum, *maximum in bounds:
        if values[name] < minimum or (maximum and values[name] > maximum[0]):
            allowed = f"from {minimum} to {maximum[0]}" if maximum else f"{minimum} or more"
            raise OptionError(f"{name} must be {allowed}; got {values[name]}.")


def only_one_of(names: Sequence[str]) -> str:
    """The request to set only one of several parameters that exclude each other, without the full stop."""
    if len(names) > 2:
        return f"Set only one of {joined(names, 'and')}"
    return f"Set either {joined(names, 'or')}, not both"
