# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment variables that users already have for this cloud, in families that are never mixed."""

from __future__ import annotations

from typing import Dict, Iterator, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import unquote

from .argument_spec import CONNECTION_SPEC
from .completion import Source

_TITLE = "the environment"


class Family(NamedTuple):
    """Variables that belong together: ``settings`` maps each parameter to its variables; the first that is set wins."""

    settings: Mapping[str, Tuple[str, ...]]

    def read(self, environ: Mapping[str, str]) -> Optional[Source]:
        """What the family's variables set, if any of them is set; an empty variable counts as unset."""
        values = {}
        for parameter, names in self.settings.items():
            value = next((environ[name] for name in names if environ.get(name)), None)
            if value is not None:
                values[parameter] = value
        return Source(_TITLE, values, self.settings) if values else None


HUAWEI_TERRAFORM = Family(
    {
        "username": ("HW_USER_NAME",),
        "password": ("HW_USER_PASSWORD",),
        "domain_name": ("HW_DOMAIN_NAME",),
        "token": ("HW_AUTH_TOKEN",),
        "access_key": ("HW_ACCESS_KEY",),
        "secret_key": ("HW_SECRET_KEY",),
        "security_token": ("HW_SECURITY_TOKEN",),
        "project_id": ("HW_PROJECT_ID",),
        "project_name": ("HW_PROJECT_NAME",),
        "region": ("HW_REGION_NAME",),
        "cloud_domain": ("HW_CLOUD",),
        "auth_url": ("HW_AUTH_URL",),
        "insecure": ("HW_INSECURE",),
    },
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
        "password": ("OS_PASSWORD",),
        "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
        "project_domain_name": ("OS_PROJECT_DOMAIN_NAME",),
        "token": ("OS_TOKEN", "OS_AUTH_TOKEN"),
        "access_key": ("OS_ACCESS_KEY",),
        "secret_key": ("OS_SECRET_KEY",),
        "project_id": ("OS_PROJECT_ID",),
        "project_name": ("OS_PROJECT_NAME",),
        "region": ("OS_REGION_NAME",),
        "auth_url": ("OS_AUTH_URL",),
        "ca_path": ("OS_CACERT",),
        "insecure": ("OS_INSECURE",),
    },
)
_FAMILIES = (HUAWEI_TERRAFORM, HUAWEI_SDK, OPENSTACK)


def variables(parameter: str) -> Tuple[str, ...]:
    """Every variable that can set ``parameter``, in order of precedence."""
    return tuple(name for family in _FAMILIES for name in family.settings.get(parameter, ()))


def no_variables(_environ: Mapping[str, str]) -> Source:
    """An empty environment, for explicit parameters that need no variable; messages name every variable there is."""
    return Source(_TITLE, {}, {name: variables(name) for name in CONNECTION_SPEC})


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
