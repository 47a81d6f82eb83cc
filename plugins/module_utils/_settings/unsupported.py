# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings that change whose account or which job is meant, and that the collection does not support."""

from __future__ import annotations

import os
from typing import Callable, Iterator, Mapping, NamedTuple, Optional, Tuple

from .._jobs.text import joined
from .auth_methods import ACCESS_KEY, AUTH_METHODS, AUTH_TYPES, PASSWORD, AuthMethod


class Unsupported(NamedTuple):
    """Settings of one kind: variables, or keys of `clouds.yaml`.

    ``remedy`` is a sentence for the user. Only with one of the ``methods`` do the settings have an effect. ``allowed``:
    values that are supported; a message shows other values only where there are such.
    """

    settings: Tuple[str, ...]
    remedy: str
    methods: Tuple[AuthMethod, ...] = AUTH_METHODS
    allowed: Tuple[str, ...] = ()


class Refusal(NamedTuple):
    """An unsupported setting that is present: the methods with which it has an effect, and the message about it."""

    methods: Tuple[AuthMethod, ...]
    message: str


_AGENCY = "Remove it, and sign in with a temporary access key that the agency's account issued."
_PASSCODE = "Remove it, or set token: a passcode cannot be used twice, so the token could not be renewed."
_AUTH_TYPE = f"Use {joined(list(AUTH_TYPES), 'or')}, or an access key."
_SCOPE = "Remove it, and set project_id or project_name: the jobs are in a project."

HUAWEI_TERRAFORM = (
    Unsupported(
        (
            "HW_ASSUME_ROLE_AGENCY_NAME",
            "HW_ASSUME_ROLE_DOMAIN_NAME",
            "HW_ASSUME_ROLE_DOMAIN_ID",
            "HW_ASSUME_ROLE_DURATION",
            "HW_ASSUME_ROLE_IDP_ID",
            "HW_ASSUME_ROLE_ID_TOKEN",
            "HW_ASSUME_ROLE_ID_TOKEN_FILE",
        ),
        _AGENCY,
    ),
    Unsupported(("HW_SIGNING_ALGORITHM",), "Use HmacSHA256.", (ACCESS_KEY,), ("HmacSHA256", "SDK-HMAC-SHA256")),
)
OPENSTACK = (
    Unsupported(("OS_AGENCY_NAME", "OS_AGENCY_DOMAIN_NAME", "OS_DELEGATED_PROJECT"), _AGENCY),
    Unsupported(("OS_PASSCODE",), _PASSCODE, (PASSWORD,)),
    Unsupported(("OS_AUTH_TYPE",), _AUTH_TYPE, allowed=tuple(AUTH_TYPES)),
    Unsupported(("OS_TRUST_ID", "OS_SYSTEM_SCOPE"), _SCOPE, (PASSWORD,)),
)
CLOUDS_YAML = (
    Unsupported(
        tuple(
            key
            for name in ("agency_name", "agency_domain_name", "delegated_project", "assume_role")
            for key in (name, f"auth.{name}")
        ),
        _AGENCY,
    ),
    Unsupported(("passcode", "auth.passcode"), _PASSCODE, (PASSWORD,)),
    Unsupported(("auth_type", "auth_plugin"), _AUTH_TYPE, allowed=tuple(AUTH_TYPES)),
    Unsupported(
        ("auth.application_credential_id", "auth.application_credential_name", "auth.application_credential_secret"),
        _AUTH_TYPE,
        (PASSWORD,),
    ),
    Unsupported(("trust_id", "auth.trust_id", "system_scope", "auth.system_scope"), _SCOPE, (PASSWORD,)),
)

# Whole sources that are not read: variables, files, and what a machine of the cloud says about itself.
VARIABLES = ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "HUAWEICLOUD_SDK_IDP_ID", "HW_SHARED_CONFIG_FILE", "HW_PROFILE")
FILES = ("~/.huaweicloud/credentials", "~/.hcloud/config.json")
_MACHINE = "/sys/class/dmi/id/chassis_asset_tag"
_MACHINES = ("HUAWEICLOUD", "OpenTelekomCloud")


def refusals(table: Tuple[Unsupported, ...], get: Callable[[str], Optional[str]], title: str) -> Tuple[Refusal, ...]:
    """The settings of the table that ``get`` has a value for. ``title`` is the source's name in messages."""
    return tuple(
        Refusal(kind.methods, f"{_named(setting, value, kind)} in {title} is not supported. {kind.remedy}")
        for kind in table
        for setting, value in ((setting, get(setting)) for setting in kind.settings)
        if value and value not in kind.allowed
    )


def _named(setting: str, value: str, kind: Unsupported) -> str:
    # Another value may be a secret.
    return f"{setting} '{value}'" if kind.allowed else setting


def sources_not_read(environ: Mapping[str, str]) -> Iterator[str]:
    """The names of the sources that are there and are not read."""
    yield from (name for name in VARIABLES if environ.get(name))
    yield from (path for path in FILES if os.path.exists(os.path.expanduser(path)))
    try:
        with open(_MACHINE, encoding="ascii", errors="replace") as file:
            is_of_cloud = file.read().strip() in _MACHINES
    except OSError:
        return
    if is_of_cloud:
        yield "the access key of this machine's agency"
