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
from .auth_methods import ACCESS_KEY, AUTH_METHODS, PASSWORD, AuthMethod
from .regions import not_known, service_url
from .unsupported import Refusal

# The service that each address is for; without one, the region's is used.
_SERVICES = {"endpoint": "modelarts", "auth_url": "iam"}
# Each pair sets the same thing, by ID or by name. In a source, the ID takes precedence, as in OpenStack's tools.
_PAIRS = (
    ("user_id", "username"),
    ("domain_id", "domain_name"),
    ("project_domain_id", "project_domain_name"),
)
_PARTNER = {name: other for pair in _PAIRS for name, other in (pair, pair[::-1])}
# The values of a source that an explicit parameter replaces, because they set the same thing.
_REPLACES = {
    **{name: (other,) for name, other in _PARTNER.items()},
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
    or keys of the source that can set it. ``auth_method`` is the one that the source itself asks for, if it does.
    ``refusals`` are about its unsupported settings, ``not_read`` names other places that are never read.
    ``hint_if_refused``: what to do if its access key is refused. ``is_named``: the user named this source, so it is not
    passed over for another one. ``secrets``: more of them, besides those in ``values``.
    """

    title: str
    values: Mapping[str, str]
    settings: Mapping[str, Tuple[str, ...]]
    auth_method: Optional[AuthMethod] = None
    refusals: Tuple[Refusal, ...] = ()
    not_read: Tuple[str, ...] = ()
    hint_if_refused: Optional[str] = None
    is_named: bool = False
    secrets: Tuple[str, ...] = ()


class Missing(NamedTuple):
    """A parameter that is not set, and when it is required, such as "unless endpoint is set".

    ``message`` replaces the usual one.
    """

    parameter: str
    condition: str
    message: Optional[str] = None


class Completion(NamedTuple):
    """The explicit values, completed from one source, and what is still missing to sign in and to find the project.

    ``refusal`` is the message about a setting of the source that must not be passed over; ``hint_if_refused``, what to do
    if the service refuses the credentials.
    """

    source: Source
    auth_method: AuthMethod
    values: Mapping[str, Any]
    missing: Tuple[Missing, ...]
    refusal: Optional[str] = None
    hint_if_refused: Optional[str] = None

    @property
    def rank(self) -> Tuple[bool, bool, bool, int]:
        """How close to complete it is: the highest rank gives the most helpful message."""
        has_method = self.auth_method is not _NO_METHOD
        has_credentials = has_method and not self.auth_method.missing(self.values)
        return (has_credentials, has_method, self.refusal is not None, -len(self.missing))


# What is missing where there is no auth method at all.
_NO_CREDENTIALS = Missing("credentials", "to sign in")


def first_complete(explicit: Mapping[str, Any], sources: Iterable[Source]) -> Completion:
    """The explicit values, completed from the first source that has everything they lack.

    No later source is read, and none after one that the user named. Raises OptionError where no source has everything; it
    says what the closest one lacks. Raises OptionError, too, where the source has a setting that must not be passed over.
    """
    method = explicit_method(explicit)
    incomplete = []
    for source in sources:
        completion = complete(explicit, method, source)
        if not completion.missing:
            return _permitted(completion)
        incomplete.append(completion)
        if source.is_named:
            break
    closest = _permitted(incomplete[-1] if source.is_named else max(incomplete, key=lambda completion: completion.rank))
    if closest.missing[0] is _NO_CREDENTIALS:
        named = [closest.source] if closest.source.is_named else [completion.source for completion in incomplete]
        raise OptionError(_no_credentials(named))
    raise OptionError(closest.missing[0].message or _required(closest.missing[0], closest.source))


def complete(explicit: Mapping[str, Any], method: Optional[AuthMethod], source: Source) -> Completion:
    """The explicit values, completed from ``source``; ``method`` is the one that the explicit values are for, if any."""
    method = method or _method_of(source, explicit)
    replaced = {name for parameter in explicit for name in _REPLACES.get(parameter, ())}
    credentials = {
        name: value for name, value in _credentials_of(source, method, explicit).items() if name not in replaced
    }
    others = {name: value for name, value in source.values.items() if name not in _CREDENTIALS | replaced}
    values = {**others, **credentials, **explicit}
    return Completion(
        source,
        method,
        values,
        tuple(_missing(values, method)),
        _refusal(source, method, signs_in=bool(credentials)),
        source.hint_if_refused if method is ACCESS_KEY and "access_key" in credentials else None,
    )


def _permitted(completion: Completion) -> Completion:
    if completion.refusal is not None:
        raise OptionError(completion.refusal)
    return completion


def _refusal(source: Source, method: AuthMethod, signs_in: bool) -> Optional[str]:
    """The message about a setting that has an effect: with this method, or with any where there is none."""
    if not signs_in and method is not _NO_METHOD:
        return None
    found = (refusal.message for refusal in source.refusals if method is _NO_METHOD or method in refusal.methods)
    return next(found, None)


def explicit_method(explicit: Mapping[str, Any]) -> Optional[AuthMethod]:
    """The auth method that the explicit values are for, if any. Raises OptionError where they contradict each other."""
    for pair in _PAIRS:
        if all(name in explicit for name in pair):
            raise OptionError(f"{only_one_of(pair[::-1])}.")
    methods = [method for method in AUTH_METHODS if any(name in explicit for name in method.recognised_by)]
    if len(methods) > 1:
        given = [next(name for name in method.recognised_by if name in explicit) for method in methods]
        raise OptionError(f"{only_one_of(given)}: they belong to different auth methods.")
    return methods[0] if methods else None


def _method_of(source: Source, explicit: Mapping[str, Any]) -> AuthMethod:
    """The auth method of a source: the one it asks for, else the first that has all it needs, else that has something."""
    values = {**source.values, **explicit}
    begun = [method for method in AUTH_METHODS if any(name in source.values for name in method.recognised_by)]
    if source.auth_method in begun:
        return source.auth_method or _NO_METHOD
    complete_ones = (method for method in AUTH_METHODS if not method.missing(values))
    return next(complete_ones, None) or next(iter(begun), _NO_METHOD)


def _credentials_of(source: Source, method: AuthMethod, explicit: Mapping[str, Any]) -> Dict[str, str]:
    """What the source adds to the credentials: nothing where its own belong to another user or key."""
    if not method.missing(explicit):
        return {}
    values = {name: source.values[name] for name in method.parameters if name in source.values}
    are_others = any(_differs(name, explicit[name], values) for name in method.recognised_by if name in explicit)
    return {} if are_others else values


def _differs(name: str, value: str, values: Mapping[str, str]) -> bool:
    """Whether the source's value is another one; also where the source has an ID and the task a name, or the reverse."""
    return values[name] != value if name in values else _PARTNER.get(name) in values


def _missing(values: Mapping[str, Any], method: AuthMethod) -> List[Missing]:
    """What is still required, the credentials first."""
    if method is _NO_METHOD:
        return [_NO_CREDENTIALS]
    missing = [Missing(name, f"to sign in with {method.title}") for name in method.missing(values)]
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
            missing.append(Missing("cloud_domain", condition, not_known(values["region"])))
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
        usual = method.needs[-1]
        own = tuple(settings[name][0] for name in usual)
        names = joined(usual, "and")
        methods.append(names if own == usual else f"{names} ({joined(own, 'and')})")
    message = f"No credentials found: set {'; or '.join(methods)}, as parameters or in {sources[0].title}."
    not_read = [name for source in sources for name in source.not_read]
    return f"{message} The collection does not read {joined(not_read, 'or')}." if not_read else message


def _required(missing: Missing, source: Source) -> str:
    """The message that a parameter is required, and where it can be set."""
    settings = source.settings.get(missing.parameter, ())
    elsewhere = f", or {joined(settings, 'or')} in {source.title}" if settings else ""
    return f"{missing.parameter} is required {missing.condition}. Set the parameter{elsewhere}."
