# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prints the pages on authentication and on regions, made from the tables that the code reads.

    python -m ansible_collections.mlops.modelarts.tests.support.authentication --write

writes them to docs/authentication.md and docs/regions.md; without ``--write`` they are printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Iterable, List, Sequence, Tuple

from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.text import joined
from ansible_collections.mlops.modelarts.plugins.module_utils._settings import clouds_yaml, unsupported
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import (
    AUTH_METHODS,
    AUTH_TYPES,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.environment import FAMILIES, variables
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.regions import DOMAIN_OF, service_url
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.unsupported import Unsupported
from ansible_collections.mlops.modelarts.tests.support.printed import TOP

DOCS = Path(__file__).parents[2] / "docs"
# What other tools say the reverse of.
_OTHER_NAMES = {"validate_certs": "insecure"}

_PRINTED = """\
This page is printed from the code in `plugins/module_utils/_settings/`. Do not edit it. To update it, run, in the folder
that has `ansible_collections`:

    python -m ansible_collections.mlops.modelarts.tests.support.authentication --write
"""
_AUTHENTICATION = f"""\
{TOP}# Authentication

The modules and the inventory plugin take their connection from options, from environment variables or from an entry in
`clouds.yaml`. If Terraform, the OpenStack client, the SDK of Huawei Cloud or a credential of AWX works for you, the same
settings work here. If one of them is not supported, an error names it.

{_PRINTED}
## Where settings come from

1. The options of the task. One source completes what they lack.
2. The entry in `clouds.yaml` that the option `cloud` names. It is then the only source.
3. The environment variables `HW_*`, those of the Terraform provider for Huawei Cloud.
4. The environment variables `HUAWEICLOUD_SDK_*`, those of the SDK.
5. The entry in `clouds.yaml` that `OS_CLOUD` names. Options that suffice do not need it.
6. The environment variables `OS_*`, those of OpenStack and Open Telekom Cloud.

The first source that has everything that the options lack is used, and none is mixed with another. An incomplete one is
passed over, but not an entry that `cloud` or `OS_CLOUD` names: what it lacks is an error. An empty value counts as unset.
White space around a value is dropped; from the end of a password, only line ends are.

## Authentication methods

"""
_METHODS = """\
Within a source, an access key takes precedence over a token, and a token over a password, unless the source names a type:
`OS_AUTH_TYPE` in the environment, `auth_type` in an entry. The types that are supported are
{}.
Options of two methods in one task are an error. Where a source has both an ID and a name, the ID is used.

A password is exchanged for a token, which is renewed when it expires. A token and a temporary access key cannot be renewed:
the task fails when they expire. An access key needs no request to IAM if `project_id` is set.

## Names of settings

"""
_AFTER_NAMES = """\
`validate_certs` is the reverse of the variables and of `insecure`; `verify` in an entry means the same as the option. More
spellings of the keys are read, as openstacksdk reads them: outside of `auth`, with `-` for `_`, `tenant_name` for
`project_name`, and `ak` and `sk` for the access key.

## clouds.yaml

The file is the one that `OS_CLIENT_CONFIG_FILE` names, else the first `clouds.yaml` (or `.yml`, `.json`) in the working
directory, `~/.config/openstack` and `/etc/openstack`. Secrets can be in the file that `OS_CLIENT_SECURE_FILE` names, else in
a `secure.yaml` beside the first file or in one of these directories.

An entry can name a `profile` (or `cloud`): one of a `clouds-public.yaml` in the same places, or {profiles}. If it lists
several `regions`, the option `region` must choose one of them. An address may contain `{{region_name}}`.

## Settings that are not supported

These settings change whose account or which job is meant. If the source that signs in has one of them, the task fails and
names it. A source that is not used is not checked.

"""
_NOT_READ = """\
If no credentials are found, the error also names the sources that are there and that are not read:
{} and the access key that a machine of the
cloud gets from its agency.
"""
_REGIONS = f"""\
{TOP}# Regions

With a known region, the addresses of IAM and ModelArts follow from it. For a region of another cloud, set `cloud_domain`, or
set `endpoint` and `auth_url`: credentials are never sent to a guessed host.

Some of these regions do not offer ModelArts, and some no longer offer visualization jobs. In Open Telekom Cloud, only eu-de
has ModelArts.

{_PRINTED}
"""


def settings_of(parameter: str) -> Tuple[Tuple[str, ...], Tuple[str, ...]]:
    """The variables that set an option, and the keys of `clouds.yaml`, as they are usually written."""
    name = _OTHER_NAMES.get(parameter, parameter)
    if parameter == "cloud":
        return (clouds_yaml.CLOUD_VARIABLE,), ()
    keys = ("verify", *clouds_yaml.USUAL_KEYS[name]) if name == "insecure" else clouds_yaml.USUAL_KEYS.get(name, ())
    return variables(name), keys


def sentence(parameter: str) -> str:
    """What the description of an option says about them; empty if there are none."""
    names, keys = settings_of(parameter)
    parts = [joined([f"E({name})" for name in names], "or")] if names else []
    if keys:
        parts.append(f"{joined([f'C({key})' for key in keys], 'or')} in C(clouds.yaml)")
    return f"Also set by {', or by '.join(parts)}." if parts else ""


def authentication_page() -> str:
    """The page on authentication, in Markdown."""
    methods = (
        [method.title, "; or ".join(map(_all, reversed(method.needs))), _codes(method.may)] for method in AUTH_METHODS
    )
    names = []
    for parameter in CONNECTION_SPEC:
        name = _OTHER_NAMES.get(parameter, parameter)
        families = [_codes(family.settings.get(name, ())) for family in FAMILIES.values()]
        if parameter == "cloud":
            families[-1] = _codes(settings_of(parameter)[0])
        keys = _codes(settings_of(parameter)[1])
        if any(cell != "–" for cell in (*families, keys)):
            names.append([f"`{parameter}`", *families, keys])
    refused = (*(kind for family in FAMILIES.values() for kind in family.unsupported), *unsupported.CLOUDS_YAML)
    parts = [
        _AUTHENTICATION,
        _table(("Method", "Options", "Optional"), methods),
        "\n",
        _METHODS.format(_all(tuple(AUTH_TYPES))),
        _table(("Option", *(f"`{prefix}`" for prefix in FAMILIES), "`clouds.yaml`"), names),
        "\n",
        _AFTER_NAMES.format(profiles=_codes(clouds_yaml.PROFILES, " or ")),
        _table(("Setting", "With", "Instead"), map(_refused, refused)),
        "\n",
        _NOT_READ.format(_codes((*unsupported.VARIABLES, *unsupported.FILES))),
    ]
    return "".join(parts)


def regions_page() -> str:
    """The page on regions, in Markdown."""
    rows = (
        [region, *(f"`{str(service_url(service, region, None))[8:]}`" for service in ("iam", "modelarts"))]
        for region in DOMAIN_OF
    )
    return _REGIONS + _table(("Region", "IAM", "ModelArts"), rows)


def _refused(kind: Unsupported) -> List[str]:
    methods = "any method" if kind.methods == AUTH_METHODS else " or ".join(method.title for method in kind.methods)
    names = _codes(kind.settings)
    return [f"{names} other than {_codes(kind.allowed)}" if kind.allowed else names, methods, kind.remedy]


def _all(names: Sequence[str]) -> str:
    return joined([f"`{name}`" for name in names], "and")


def _codes(names: Iterable[str], between: str = ", ") -> str:
    return between.join(f"`{name}`" for name in names) or "–"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PAGES = {"authentication.md": authentication_page, "regions.md": regions_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        if sys.argv[1:] == ["--write"]:
            (DOCS / name).write_text(page(), encoding="utf-8")
        else:
            print(page(), end="")
