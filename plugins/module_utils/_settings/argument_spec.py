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
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
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
    cleaned = {name: _cleaned(name, parameters.get(name)) for name in CONNECTION_SPEC}
    return {name: value for name, value in cleaned.items() if value not in (None, "")}


def _cleaned(name: str, value: Any) -> Any:
    # White space around a value is a mistake in copying, except in a password: there it may be intended.
    return value.strip() if isinstance(value, str) and name != "password" else value


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
