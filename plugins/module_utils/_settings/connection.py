# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's parameters, the environment and `clouds.yaml` turned into one checked connection."""

from __future__ import annotations

import os
from functools import partial
from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ansible.module_utils.parsing.convert_bool import boolean

from .._jobs.failure import OptionError
from .addresses import iam_address, modelarts_address
from .argument_spec import SECRETS, check_numbers, cleaned, explicit_values
from .auth_methods import HEADER_VALUE, PLAIN_ID, AuthMethod
from .clouds_yaml import read_cloud, read_default_cloud
from .completion import Completion, Source, address_of, complete, explicit_method, first_complete, region_address
from .environment import (
    HUAWEI_SDK,
    HUAWEI_TERRAFORM,
    OPENSTACK,
    no_variables,
    other_secrets,
    proxy_passwords,
    variables,
)

# What completes the parameters, in order of precedence. Each is read only when its turn comes; `None`: it has nothing.
# The second argument is the region that the parameters ask for, if they do.
Reader = Callable[[Mapping[str, str], Optional[str]], Optional[Source]]
_PRECEDENCE: Tuple[Reader, ...] = (
    HUAWEI_TERRAFORM.read,
    HUAWEI_SDK.read,
    read_default_cloud,
    OPENSTACK.read,
    no_variables,
)
_IN_HEADERS = ("token", "access_key", "security_token", "workspace_id")
_IDS = ("project_id", "user_id", "domain_id", "project_domain_id")


class Connection(NamedTuple):
    """Where to send requests and as whom.

    The addresses are without version and trailing slash. ``endpoint`` is the address of ModelArts if it is set; otherwise
    the catalog's, or ``region_endpoint``, is used. ``auth_url`` is ``None`` where it is not needed. ``auth_values`` are the
    parameters of ``auth_method``. ``verify`` is what `requests` takes: whether to verify certificates, or the CA file to
    verify them with. ``api_timeout`` is in seconds. ``hint_if_refused``: what to do if the credentials are refused.
    """

    endpoint: Optional[str]
    region_endpoint: Optional[str]
    region: Optional[str]
    auth_url: Optional[str]
    project_id: Optional[str]
    project_name: Optional[str]
    workspace_id: Optional[str]
    auth_method: AuthMethod
    auth_values: Mapping[str, str]
    verify: Union[bool, str]
    api_timeout: int
    retries: int
    hint_if_refused: Optional[str] = None

    @property
    def identity(self) -> Dict[str, str]:
        """Who signs in, without any secret; empty where only the secret says who."""
        return {name: self.auth_values[name] for name in self.auth_method.identity if name in self.auth_values}


def connection_from(
    parameters: Mapping[str, Any], environ: Mapping[str, str], register_secret: Callable[[str], None]
) -> Connection:
    """The connection that the parameters describe, completed from the first source that can complete it.

    ``register_secret`` is called with each secret: of the parameters, of the environment, used or not, and of the entry of
    `clouds.yaml`. Raises OptionError.
    """
    for secret in _secrets(parameters, environ):
        register_secret(secret)
    explicit = explicit_values(parameters)
    cloud = explicit.pop("cloud", None)
    explicit = _with_project_of_endpoint(explicit)
    check_numbers(explicit, ("api_timeout", 1, 600), ("retries", 0, 20))
    readers = _PRECEDENCE if cloud is None else (partial(read_cloud, cloud),)
    # Parameters that suffice are not made to fail by a cloud that OS_CLOUD is left over from.
    if not complete(explicit, explicit_method(explicit), Source("", {}, {})).missing:
        readers = tuple(reader for reader in readers if reader is not read_default_cloud)
    return _checked(first_complete(explicit, _sources(readers, environ, explicit.get("region"), register_secret)))


def _secrets(parameters: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[str]:
    for name in SECRETS:
        values = (parameters.get(name), *(environ.get(variable) for variable in variables(name)))
        # As they are, and as they are used.
        yield from {text for value in values if value for text in (value, cleaned(name, value)) if text}
    yield from other_secrets(environ)
    yield from proxy_passwords(environ)


def _sources(
    readers: Sequence[Reader],
    environ: Mapping[str, str],
    region: Optional[str],
    register_secret: Callable[[str], None],
) -> Iterator[Source]:
    """What can complete the parameters, in order. A cloud that a parameter names is the only one."""
    for read in readers:
        source = read(environ, region)
        if source is not None:
            secrets = (source.values[name] for name in SECRETS if name in source.values)
            for secret in (*secrets, *source.secrets):
                register_secret(secret)
            yield source._replace(values=_with_project_of_endpoint(source.values))


def _with_project_of_endpoint(values: Mapping[str, Any]) -> Dict[str, Any]:
    """``values`` with the project ID that their endpoint may end with. Raises OptionError where it is another."""
    values = dict(values)
    if "endpoint" in values:
        values["endpoint"], named = modelarts_address("endpoint", values["endpoint"])
        if named and values.setdefault("project_id", named) != named:
            raise OptionError(
                f"project_id is '{values['project_id']}', but endpoint ends with the ID of another project, '{named}'. "
                "Remove one of them."
            )
    return values


def _checked(completion: Completion) -> Connection:
    """The connection of complete values. Raises OptionError where one of them cannot be right."""
    values, method = completion.values, completion.auth_method
    for name, value in values.items():
        if isinstance(value, str) and not _is_text(value):
            raise OptionError(f"{name} must be text in UTF-8; it contains other bytes.")
    auth_url = address_of("auth_url", values)
    for name in _IDS:
        if name in values and not PLAIN_ID.fullmatch(values[name]):
            raise OptionError(f"{name} must contain only letters, digits, '-' and '_'; got {values[name]!r}.")
    for name in _IN_HEADERS:
        if name in values and not HEADER_VALUE.fullmatch(values[name]):
            raise OptionError(f"{name} must contain only printable ASCII characters, without white space.")
    return Connection(
        endpoint=values.get("endpoint"),
        region_endpoint=region_address("endpoint", values),
        region=values.get("region"),
        auth_url=iam_address("auth_url", auth_url) if auth_url else None,
        project_id=values.get("project_id"),
        project_name=values.get("project_name") or values.get("region"),
        workspace_id=values.get("workspace_id"),
        auth_method=method,
        auth_values={name: values[name] for name in method.parameters if name in values},
        verify=_verify(completion),
        api_timeout=values["api_timeout"],
        retries=values["retries"],
        hint_if_refused=completion.hint_if_refused,
    )


def _verify(completion: Completion) -> Union[bool, str]:
    """Whether to verify certificates, or the CA file to verify them with."""
    values = completion.values
    if values.get("validate_certs") is False or _is_insecure(completion):
        return False
    if "ca_path" not in values:
        return True
    ca_path = os.path.expanduser(values["ca_path"])
    if not os.path.exists(ca_path):
        raise OptionError(
            f"ca_path must be the path of a CA bundle on the host that runs the task; '{ca_path}' does not exist."
        )
    return str(ca_path)


def _is_insecure(completion: Completion) -> bool:
    value = completion.values.get("insecure", "false")
    try:
        return bool(boolean(value))
    except TypeError:
        source = completion.source
        name = source.settings["insecure"][0]
        raise OptionError(f"{name} in {source.title} must be true or false; got {value!r}.") from None


def _is_text(value: str) -> bool:
    """Whether it has no byte that Python could not decode, as a variable of the environment may have."""
    return value == value.encode(errors="ignore").decode()
