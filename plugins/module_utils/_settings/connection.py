# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task's parameters, the environment and `clouds.yaml` to one checked connection."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Type, Union

from ansible.module_utils.parsing.convert_bool import boolean

from .._cloud.auth import HEADER_VALUE, PLAIN_ID, WAYS, Credentials, Password, Unsigned
from .._cloud.masking import forms_of
from .._jobs.failure import OptionError
from .addresses import host_part, iam_address, modelarts_address
from .clouds_yaml import CLOUD_VARIABLE, KEYS, read_cloud
from .environment import FAMILIES, proxy_passwords, variables
from .regions import service_url

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
_SECRETS = tuple(name for name, spec in CONNECTION_SPEC.items() if spec.get("no_log"))


class Connection(NamedTuple):
    """Where to send requests and as whom.

    The addresses are without version and trailing slash. ``endpoint`` is that of ModelArts where it was given; without it
    the catalog may know it, and else it is ``region_endpoint``. ``auth_url`` is ``None`` where it is not needed.
    ``verify`` is what `requests` takes: whether to verify certificates, or the CA file to do so with.
    ``api_timeout`` is in seconds.
    """

    endpoint: Optional[str]
    region_endpoint: Optional[str]
    region: Optional[str]
    auth_url: Optional[str]
    project_id: Optional[str]
    project_name: Optional[str]
    workspace_id: Optional[str]
    credentials: Credentials
    verify: Union[bool, str]
    api_timeout: int
    retries: int


class _Missing(NamedTuple):
    """A parameter without which nothing can be sent, and why it is needed."""

    parameter: str
    reason: str


class _Source(NamedTuple):
    """Where parameters come from that are not given: ``places`` names for each what can set it, ``where`` it is set."""

    values: Mapping[str, str]
    places: Mapping[str, Tuple[str, ...]]
    where: str


def connection_from(
    parameters: Mapping[str, Any], environ: Mapping[str, str], hide: Callable[[str], None]
) -> Connection:
    """The connection that the parameters describe, completed from the first source that can.

    ``hide`` is called with each secret among the parameters, in the environment, used or not, and in `clouds.yaml`, and
    later with each token issued: in every form in which a service may repeat it. Raises OptionError.
    """
    hide = _in_every_form(hide)
    for name in _SECRETS:
        for secret in (parameters.get(name), *(environ.get(variable) for variable in variables(name))):
            hide(secret or "")
    for secret in proxy_passwords(environ):
        hide(secret)
    explicit = {
        name: value
        for name, value in ((name, _stripped(name, parameters.get(name))) for name in CONNECTION_SPEC)
        if value not in (None, "")
    }
    cloud = explicit.pop("cloud", None)
    _take_project_of_endpoint(explicit)
    check_numbers(explicit, ("api_timeout", 1), ("retries", 0))
    way = _explicit_way(explicit)

    candidates = []
    for source in _sources(cloud, environ, hide):
        candidate = _Candidate(explicit, way, source)
        if not candidate.missing:
            return candidate.connection(hide)
        candidates.append(candidate)
    raise OptionError(max(candidates, key=lambda candidate: candidate.promise).complaint())


def _in_every_form(hide: Callable[[str], None]) -> Callable[[str], None]:
    def hide_forms(secret: str) -> None:
        for form in forms_of(secret):
            hide(form)

    return hide_forms


def _sources(cloud: Optional[str], environ: Mapping[str, str], hide: Callable[[str], None]) -> Iterator[_Source]:
    """What can complete the parameters, in order. A cloud that a parameter names is the only one."""
    if cloud is not None:
        yield _cloud_source(cloud, environ, hide)
        return
    for family in FAMILIES:
        values = family.read(environ)
        if values:
            yield _Source(values, family.names, "the environment")
    anywhere = {name: variables(name) for name in CONNECTION_SPEC}
    yield _Source({}, anywhere, "the environment")
    if environ.get(CLOUD_VARIABLE):
        yield _cloud_source(environ[CLOUD_VARIABLE], environ, hide)


def _cloud_source(name: str, environ: Mapping[str, str], hide: Callable[[str], None]) -> _Source:
    entry = read_cloud(name, environ)
    values = dict(entry.values)
    for secret in _SECRETS:
        if secret in values:
            hide(values[secret])
    _take_project_of_endpoint(values)
    return _Source(values, KEYS, entry.title)


class _Candidate:
    """The parameters completed from one source."""

    def __init__(self, explicit: Mapping[str, Any], way: Optional[Type[Credentials]], source: _Source) -> None:
        self.explicit = explicit
        self.source = source
        values = {name: value for name, value in source.values.items() if name not in _SIGN_IN}
        if "project_id" in explicit or "project_name" in explicit:
            # Two names of one thing: one given by hand must not meet another from elsewhere.
            values.pop("project_id", None)
            values.pop("project_name", None)
        self.way = way or self._way_of_source()
        self.values = {**values, **self._sign_in_values(), **explicit}
        self.missing = self._missing()

    def _way_of_source(self) -> Type[Credentials]:
        """The source's way to sign in: the first that is complete, else the first that is begun, else none."""
        values = {**self.source.values, **self.explicit}
        complete = (way for way in WAYS if all(name in values for name in way.needs))
        begun = (way for way in WAYS if any(name in self.source.values for name in way.marks))
        return next(complete, None) or next(begun, Unsigned)

    def _sign_in_values(self) -> Dict[str, str]:
        """What the source adds to the way to sign in: nothing where its secrets belong to another name."""
        if all(name in self.explicit for name in self.way.needs):
            return {}
        names = [name for name in (*self.way.needs, *self.way.may) if name in self.source.values]
        clash = any(
            name in self.way.marks and self.explicit.get(name, self.source.values[name]) != self.source.values[name]
            for name in names
        )
        return {} if clash else {name: self.source.values[name] for name in names}

    def _missing(self) -> List[_Missing]:
        """What is still needed, the way to sign in first."""
        values = self.values
        if self.way is Unsigned:
            return [_Missing("", "there is no way to sign in")]
        missing = [
            _Missing(name, f"signing in with {self.way.title} needs it")
            for name in self.way.needs
            if name not in values
        ]
        needed = {
            # A password's token comes with a catalog of addresses.
            ("endpoint", "modelarts"): self.way is not Password,
            ("auth_url", "iam"): self.way is Password or "project_id" not in values,
        }
        for parameter, service in (address for address, is_needed in needed.items() if is_needed):
            if self._address(parameter, service) is not None:
                continue
            if "region" not in values:
                missing.append(_Missing("region", f"without {parameter} it says where the service is"))
            else:
                reason = f"the domain of region {values['region']} is not known, nor is {parameter} given"
                missing.append(_Missing("cloud_domain", reason))
        if not any(name in values for name in ("project_id", "project_name", "region")):
            missing.append(
                _Missing("project_id", "neither it, nor project_name, nor region says which project the job is in")
            )
        return missing

    @property
    def promise(self) -> Tuple[bool, bool, int]:
        """How near to complete it is: whose complaint helps most."""
        return (
            self.way is not Unsigned and all(name in self.values for name in self.way.needs),
            self.way is not Unsigned,
            -len(self.missing),
        )

    def complaint(self) -> str:
        """One sentence on what is missing and what would supply it."""
        if self.way is Unsigned:
            ways = "; or ".join(
                f"{_joined(way.needs, 'and')} ({_joined([variables(name)[0] for name in way.needs], 'and')})"
                for way in WAYS
            )
            if self.source.places is KEYS:
                return f"There is no way to sign in with {self.source.where}: add one to it, or set {ways}."
            return f"There is no way to sign in: set {ways}, as parameters or in the environment."
        missing = self.missing[0]
        names = self.source.places.get(missing.parameter, ())
        elsewhere = f", or {_joined(names, 'or')} in {self.source.where}" if names else ""
        return f"{missing.parameter} is missing: {missing.reason}. Set the parameter{elsewhere}."

    def _address(self, parameter: str, service: str) -> Optional[str]:
        """The address of a service as given, or as the region has it; ``None`` where that is not known."""
        return self.values.get(parameter) or self._region_address(service)

    def _region_address(self, service: str) -> Optional[str]:
        if "region" not in self.values:
            return None
        domain = self.values.get("cloud_domain")
        return service_url(
            service, host_part("region", self.values["region"]), domain and host_part("cloud_domain", domain)
        )

    def connection(self, hide: Callable[[str], None]) -> Connection:
        """The connection, its parts checked."""
        values = self.values
        for name, value in values.items():
            if isinstance(value, str) and not _is_text(value):
                raise OptionError(f"{name} must be text in UTF-8, and has bytes in it that are not.")
        auth_url = self._address("auth_url", "iam")
        project_id = values.get("project_id")
        if project_id is not None and not PLAIN_ID.fullmatch(project_id):
            raise OptionError(f"project_id must be of letters, digits, '-' and '_' only; got {project_id!r}.")
        for name in ("token", "access_key", "security_token", "workspace_id"):
            if name in values and not HEADER_VALUE.fullmatch(values[name]):
                raise OptionError(f"{name} must be one word of printable ASCII characters, without white space.")
        return Connection(
            endpoint=values.get("endpoint"),
            region_endpoint=self._region_address("modelarts"),
            region=values.get("region"),
            auth_url=iam_address("auth_url", auth_url) if auth_url else None,
            project_id=project_id,
            project_name=values.get("project_name") or values.get("region"),
            workspace_id=values.get("workspace_id"),
            credentials=self.way(
                {name: values[name] for name in (*self.way.needs, *self.way.may) if name in values}, hide
            ),
            verify=self._verify(),
            api_timeout=values["api_timeout"],
            retries=values["retries"],
        )

    def _verify(self) -> Union[bool, str]:
        """Whether, or with which CA file, certificates are verified: what was asked for by hand comes first."""
        if self.explicit.get("validate_certs") is False:
            return False
        by_hand = "validate_certs" in self.explicit or "ca_path" in self.explicit
        if not by_hand and self._insecure():
            return False
        ca_path = self.values.get("ca_path")
        if ca_path is None:
            return True
        ca_path = os.path.expanduser(ca_path)
        if not os.path.exists(ca_path):
            raise OptionError(
                f"ca_path names a file that is not there: {ca_path}. "
                "Give the path of a CA bundle on the host that runs the task."
            )
        return str(ca_path)

    def _insecure(self) -> bool:
        value = self.values.get("insecure", "false")
        try:
            return bool(boolean(value))
        except TypeError:
            name = self.source.places["insecure"][0]
            raise OptionError(f"{name} in {self.source.where} must be true or false; got {value!r}.") from None


_SIGN_IN = frozenset(name for way in WAYS for name in (*way.needs, *way.may))


def _take_project_of_endpoint(values: Dict[str, Any]) -> None:
    """The project ID that the address of ModelArts may end in is as good as one given by itself."""
    if "endpoint" not in values:
        return
    values["endpoint"], named = modelarts_address("endpoint", values["endpoint"])
    if named and values.setdefault("project_id", named) != named:
        raise OptionError(
            f"project_id is {values['project_id']}, but endpoint ends in another project's ID, {named}: "
            "leave one of them out."
        )


def _explicit_way(explicit: Mapping[str, Any]) -> Optional[Type[Credentials]]:
    """The way to sign in that the parameters name. Two are a contradiction."""
    ways = [way for way in WAYS if any(name in explicit for name in way.marks)]
    if len(ways) > 1:
        given = [next(name for name in way.marks if name in explicit) for way in ways]
        raise OptionError(
            f"{_joined(given, 'and')} are {len(ways)} ways to sign in: give the parameters of one of them."
        )
    return ways[0] if ways else None


def check_numbers(values: Mapping[str, Any], *bounds: Tuple[Any, ...]) -> None:
    """Raise OptionError where a parameter is below the least, or above the most if there is one, that it can be."""
    for name, least, *most in bounds:
        if values[name] < least or (most and values[name] > most[0]):
            allowed = f"from {least} to {most[0]}" if most else f"{least} or more"
            raise OptionError(f"{name} must be {allowed}; got {values[name]}.")


def _stripped(name: str, value: Any) -> Any:
    # White space around a value is a slip of copying; in a password it may be meant.
    return value.strip() if isinstance(value, str) and name != "password" else value


def _is_text(value: str) -> bool:
    """Whether it has no byte in it that Python could not read, as a variable of the environment may."""
    return value == value.encode(errors="ignore").decode()


def _joined(words: Sequence[str], conjunction: str) -> str:
    return f" {conjunction} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
