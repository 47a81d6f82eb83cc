# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment variables that users already have for this cloud, in families that are never mixed."""

from __future__ import annotations

from typing import Dict, Iterator, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import unquote

from . import unsupported
from .argument_spec import CONNECTION_SPEC, cleaned
from .auth_methods import AUTH_TYPES
from .completion import Source
from .unsupported import Unsupported, refusals, sources_not_read

_TITLE = "the environment"


class Family(NamedTuple):
    """Variables that belong together: ``settings`` maps each parameter to its variables; the first that is set wins.

    ``unsupported`` are those that would change whose account is meant. ``method_variable`` says which auth method is
    meant. ``other_tool`` is the variable in which other tools keep the security token of a temporary access key.
    """

    settings: Mapping[str, Tuple[str, ...]]
    unsupported: Tuple[Unsupported, ...] = ()
    method_variable: Optional[str] = None
    other_tool: Optional[str] = None

    def read(self, environ: Mapping[str, str], _region: Optional[str] = None) -> Optional[Source]:
        """What the family's variables set, if any of them is set; an empty variable counts as unset."""
        values = {}
        for parameter, names in self.settings.items():
            texts = (cleaned(parameter, environ.get(name)) for name in names)
            value = next((text for text in texts if text), None)
            if value is not None:
                values[parameter] = value
        found = refusals(self.unsupported, lambda name: (environ.get(name) or "").strip(), _TITLE)
        method = AUTH_TYPES.get((environ.get(self.method_variable) or "").strip()) if self.method_variable else None
        source = Source(_TITLE, values, self.settings, auth_method=method, refusals=found)
        if "access_key" in values and "security_token" not in values and environ.get(self.other_tool or ""):
            variable = self.settings["security_token"][0]
            hint = f"If the access key is temporary, set {variable}: {self.other_tool} is set, but not read."
            source = source._replace(hint_if_refused=hint)
        return source if values or found else None


HUAWEI_TERRAFORM = Family(
    {
        "username": ("HW_USER_NAME",),
        "user_id": ("HW_USER_ID",),
        "password": ("HW_USER_PASSWORD",),
        "domain_name": ("HW_DOMAIN_NAME",),
        "domain_id": ("HW_DOMAIN_ID",),
        "token": ("HW_AUTH_TOKEN",),
        "access_key": ("HW_ACCESS_KEY",),
        "secret_key": ("HW_SECRET_KEY",),
        "security_token": ("HW_SECURITY_TOKEN",),
        "project_id": ("HW_PROJECT_ID",),
        "project_name": ("HW_PROJECT_NAME",),
        "region": ("HW_REGION_NAME",),
        "cloud_domain": ("HW_CLOUD",),
        "auth_url": ("HW_AUTH_URL",),
        "endpoint": ("HW_MODELARTS_ENDPOINT",),
        "ca_path": ("HW_MODELARTS_CACERT",),
        "insecure": ("HW_INSECURE",),
    },
    unsupported.HUAWEI_TERRAFORM,
)
HUAWEI_SDK = Family(
    {
        "access_key": ("HUAWEICLOUD_SDK_AK",),
        "secret_key": ("HUAWEICLOUD_SDK_SK",),
        "security_token": ("HUAWEICLOUD_SDK_SECURITY_TOKEN",),
        "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID",),
    },
)
OPENSTACK = Family(
    {
        "username": ("OS_USERNAME",),
        "user_id": ("OS_USER_ID",),
        "password": ("OS_PASSWORD",),
        "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_PROJECT_DOMAIN_NAME", "OS_DEFAULT_DOMAIN"),
        "domain_id": ("OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"),
        "project_domain_name": ("OS_PROJECT_DOMAIN_NAME",),
        "project_domain_id": ("OS_PROJECT_DOMAIN_ID",),
        "token": ("OS_TOKEN", "OS_AUTH_TOKEN"),
        "access_key": ("OS_ACCESS_KEY",),
        "secret_key": ("OS_SECRET_KEY",),
        "security_token": ("OS_SECURITY_TOKEN",),
        "project_id": ("OS_PROJECT_ID", "OS_TENANT_ID"),
        "project_name": ("OS_PROJECT_NAME", "OS_TENANT_NAME"),
        "region": ("OS_REGION_NAME", "OS_REGION"),
        "auth_url": ("OS_AUTH_URL",),
        "endpoint": ("OS_MODELARTS_ENDPOINT_OVERRIDE",),
        "ca_path": ("OS_CACERT",),
        "insecure": ("OS_INSECURE",),
    },
    unsupported.OPENSTACK,
    method_variable="OS_AUTH_TYPE",
    other_tool="AWS_SESSION_TOKEN",
)
# In order of precedence, by what their variables begin with.
FAMILIES = {"HW_*": HUAWEI_TERRAFORM, "HUAWEICLOUD_SDK_*": HUAWEI_SDK, "OS_*": OPENSTACK}
# Secrets of other parameters than ours.
_OTHER_SECRETS = ("AWS_SESSION_TOKEN", "OS_PASSCODE", "OS_APPLICATION_CREDENTIAL_SECRET", "HW_ASSUME_ROLE_ID_TOKEN")


def variables(parameter: str) -> Tuple[str, ...]:
    """Every variable that can set ``parameter``, in order of precedence."""
    return tuple(name for family in FAMILIES.values() for name in family.settings.get(parameter, ()))


def no_variables(environ: Mapping[str, str], _region: Optional[str] = None) -> Source:
    """An empty environment, for explicit parameters that need no variable; messages name every variable there is."""
    settings = {name: variables(name) for name in CONNECTION_SPEC}
    return Source(_TITLE, {}, settings, not_read=tuple(sources_not_read(environ)))


def other_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """The values of variables that hold secrets and that are not read."""
    return (environ[name] for name in _OTHER_SECRETS if environ.get(name))


def proxy_passwords(environ: Mapping[str, str]) -> Iterator[str]:
    """The passwords in the addresses of proxies, as they are written and URL-decoded."""
    for address in _proxies(environ).values():
        login = address.rpartition("@")[0]
        password = (login.partition("://")[2] or login).partition(":")[2]
        if password:
            yield from {password, unquote(password)}


def proxy_variable(environ: Mapping[str, str], address: str) -> Optional[str]:
    """The variable that has this address of a proxy."""
    return next((name for name, value in _proxies(environ).items() if value == address), None)


def _proxies(environ: Mapping[str, str]) -> Dict[str, str]:
    """The addresses of proxies by their variables. Python reads those in upper, lower and mixed case."""
    return {name: value for name, value in environ.items() if name.lower().endswith("_proxy")}
