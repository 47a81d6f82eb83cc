# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's parameters completed from one source of settings, and what is still missing. Nothing here reads anything."""

from __future__ import annotations

from collections import ChainMap
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .._jobs.failure import OptionError
from .._jobs.text import joined
from .argument_spec import only_one_of
from .auth_methods import AUTH_METHODS, PASSWORD, AuthMethod
from .regions import service_url

# The service that each address is for; without one, the region's is used.
_SERVICES = {"endpoint": "modelarts", "auth_url": "iam"}
# The values of a source that an explicit parameter replaces, because they set the same thing.
_REPLACES = {
    "project_id": ("project_id", "project_name"),
    "project_name": ("project_id", "project_name"),
    "validate_certs": ("insecure",),
    "ca_path": ("insecure",),
}
_CREDENTIALS = frozenset(name for method in AUTH_METHODS for name in method.parameters)
# Where nothing says which auth method is meant.
_NO_METHOD = AuthMethod("none", "nothing", needs=(), may=(), recognised_by=(), identity=())


class Source(NamedTuple):
    """A place that can complete the parameters of a task, such as the environment.

    ``title`` is its name in messages. ``values`` are by parameter; ``settings`` names, for each parameter, the variables
    or keys of the source that can set it.
    """

    title: str
    values: Mapping[str, str]
    settings: Mapping[str, Tuple[str, ...]]


class Missing(NamedTuple):
    """A parameter that is not set, and when it is required, such as "unless endpoint is set"."""

    parameter: str
    condition: str


class Completion(NamedTuple):
    """The explicit values, completed from one source, and what is still missing to sign in and to find the project."""

    source: Source
    auth_method: AuthMethod
    values: Mapping[str, Any]
    missing: Tuple[Missing, ...]

    @property
    def rank(self) -> Tuple[bool, bool, int]:
        """How close to complete it is: the highest rank gives the most helpful message."""
        has_method = self.auth_method is not _NO_METHOD
        has_credentials = has_method and all(name in self.values for name in self.auth_method.needs)
        return (has_credentials, has_method, -len(self.missing))


# What is missing where there is no auth method at all.
_NO_CREDENTIALS = Missing("credentials", "to sign in")


def first_complete(explicit: Mapping[str, Any], sources: Iterable[Source]) -> Completion:
    """The explicit values, completed from the first source that has everything they lack.

    No later source is read. Raises OptionError where no source has everything; it says what the closest one lacks.
    """
    method = _explicit_method(explicit)
    incomplete = []
    for source in sources:
        completion = complete(explicit, method, source)
        if not completion.missing:
            return completion
        incomplete.append(completion)
    closest = max(incomplete, key=lambda completion: completion.rank)
    if closest.missing[0] is _NO_CREDENTIALS:
        raise OptionError(_no_credentials([completion.source for completion in incomplete]))
    raise OptionError(_required(closest.missing[0], closest.source))


def complete(explicit: Mapping[str, Any], method: Optional[AuthMethod], source: Source) -> Completion:
    """The explicit values, completed from ``source``; ``method`` is the one that the explicit values are for, if any."""
    method = method or _method_of(source, explicit)
    replaced = {name for parameter in explicit for name in _REPLACES.get(parameter, ())}
    values = {name: value for name, value in source.values.items() if name not in _CREDENTIALS | replaced}
    values = {**values, **_credentials_of(source, method, explicit), **explicit}
    return Completion(source, method, values, tuple(_missing(values, method)))


def _explicit_method(explicit: Mapping[str, Any]) -> Optional[AuthMethod]:
    """The auth method that the explicit values are for, if any. Raises OptionError where they are for several."""
    methods = [method for method in AUTH_METHODS if any(name in explicit for name in method.recognised_by)]
    if len(methods) > 1:
        given = [next(name for name in method.recognised_by if name in explicit) for method in methods]
        raise OptionError(f"{only_one_of(given)}: they belong to different auth methods.")
    return methods[0] if methods else None


def _method_of(source: Source, explicit: Mapping[str, Any]) -> AuthMethod:
    """The auth method of a source: the first that has all it needs, else the first that has something."""
    values = {**source.values, **explicit}
    complete_ones = (method for method in AUTH_METHODS if all(name in values for name in method.needs))
    begun = (method for method in AUTH_METHODS if any(name in source.values for name in method.recognised_by))
    return next(complete_ones, None) or next(begun, _NO_METHOD)


def _credentials_of(source: Source, method: AuthMethod, explicit: Mapping[str, Any]) -> Dict[str, str]:
    """What the source adds to the credentials: nothing where its own belong to another user or key."""
    if all(name in explicit for name in method.needs):
        return {}
    values = {name: source.values[name] for name in method.parameters if name in source.values}
    are_others = any(
        name in method.recognised_by and explicit.get(name, value) != value for name, value in values.items()
    )
    return {} if are_others else values


def _missing(values: Mapping[str, Any], method: AuthMethod) -> List[Missing]:
    """What is still required, the credentials first."""
    if method is _NO_METHOD:
        return [_NO_CREDENTIALS]
    missing = [Missing(name, f"to sign in with {method.title}") for name in method.needs if name not in values]
    required = {
        # The token for a password comes with a catalog of addresses.
        "endpoint": method is not PASSWORD,
        "auth_url": method is PASSWORD or "project_id" not in values,
    }
    for parameter in (parameter for parameter, is_required in required.items() if is_required):
        if address_of(parameter, values) is not None:
            continue
        condition = f"unless {parameter} is set"
        if "region" not in values:
            missing.append(Missing("region", condition))
        else:
            domain_unknown = f"the domain of region '{values['region']}' is not known"
            missing.append(Missing("cloud_domain", f"{condition}, because {domain_unknown}"))
    if not any(name in values for name in ("project_id", "project_name", "region")):
        missing.append(Missing("project_id", "unless project_name or region is set"))
    return missing


def address_of(parameter: str, values: Mapping[str, Any]) -> Optional[str]:
    """The address as it is set, or that of the region; ``None`` where neither is known. Raises OptionError."""
    return values.get(parameter) or region_address(parameter, values)


def region_address(parameter: str, values: Mapping[str, Any]) -> Optional[str]:
    """The address of the region's service; ``None`` where it is not known. Raises OptionError."""
    return service_url(_SERVICES[parameter], values.get("region"), values.get("cloud_domain"))


def _no_credentials(sources: Sequence[Source]) -> str:
    """The message where no source has any credentials: every method, with the first setting for each parameter."""
    settings = ChainMap(*(dict(source.settings) for source in sources))
    methods = []
    for method in AUTH_METHODS:
        own = [settings[name][0] for name in method.needs]
        names = joined(method.needs, "and")
        methods.append(names if tuple(own) == method.needs else f"{names} ({joined(own, 'and')})")
    return f"No credentials found: set {'; or '.join(methods)}, as parameters or in {sources[0].title}."


def _required(missing: Missing, source: Source) -> str:
    """The message that a parameter is required, and where it can be set."""
    settings = source.settings.get(missing.parameter, ())
    elsewhere = f", or {joined(settings, 'or')} in {source.title}" if settings else ""
    return f"{missing.parameter} is required {missing.condition}. Set the parameter{elsewhere}."
