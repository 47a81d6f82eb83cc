# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of `clouds.yaml`, the file in which OpenStack's tools keep the clouds that a user works with."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional, Tuple

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.parsing.convert_bool import boolean

from .._jobs.failure import OptionError
from .._jobs.text import joined
from .completion import Source

_FILE_VARIABLE = "OS_CLIENT_CONFIG_FILE"
CLOUD_VARIABLE = "OS_CLOUD"
_FOLDERS = (".", "~/.config/openstack", "/etc/openstack")
_NAMES = ("clouds.yaml", "clouds.yml")

# The keys of an entry that set each parameter; the first that has a value wins.
_SETTINGS: Mapping[str, Tuple[str, ...]] = {
    "username": ("auth.username",),
    "password": ("auth.password",),
    "domain_name": ("auth.user_domain_name", "auth.domain_name"),
    "project_domain_name": ("auth.project_domain_name", "auth.domain_name"),
    "token": ("auth.token",),
    "access_key": ("access_key", "ak", "auth.access_key", "auth.ak"),
    "secret_key": ("secret_key", "sk", "auth.secret_key", "auth.sk"),
    "security_token": ("security_token", "auth.security_token"),
    "project_id": ("auth.project_id",),
    "project_name": ("auth.project_name",),
    "region": ("region_name",),
    "auth_url": ("auth.auth_url",),
    "endpoint": ("modelarts_endpoint_override",),
    "ca_path": ("cacert",),
    "verify": ("verify",),
}


def read_default_cloud(environ: Mapping[str, str]) -> Optional[Source]:
    """The entry that OS_CLOUD names, if it is set. Raises OptionError."""
    name = environ.get(CLOUD_VARIABLE)
    return read_cloud(name, environ) if name else None


def read_cloud(name: str, environ: Mapping[str, str]) -> Source:
    """The entry ``name`` of the user's `clouds.yaml`, completed from `secure.yaml` beside it. Raises OptionError."""
    path = _find(name, environ)
    clouds = _clouds_in(path)
    if name not in clouds:
        known = joined([f"'{cloud}'" for cloud in sorted(clouds)], "or") if clouds else ""
        remedy = (
            f"Add it, or set cloud or {CLOUD_VARIABLE} to {known}." if known else "Add it: the file has no clouds yet."
        )
        raise OptionError(f"{path} has no cloud {name!r}. {remedy}")
    secure = os.path.join(os.path.dirname(path), os.path.basename(path).replace("clouds", "secure", 1))
    entry = clouds[name]
    if secure != path and os.path.exists(secure):
        entry = _merged(entry, _clouds_in(secure).get(name, {}))
    values = {}
    for parameter, keys in _SETTINGS.items():
        value = next((text for text in (_text(entry, key) for key in keys) if text), None)
        if value is not None:
            values[parameter] = value
    title = f"cloud {name!r} of {path}"
    verify = values.pop("verify", "true")
    try:
        values["insecure"] = "false" if boolean(verify) else "true"
    except TypeError:
        raise OptionError(f"verify in {title} must be true or false; got {verify!r}.") from None
    return Source(title, values, _SETTINGS)


def _find(name: str, environ: Mapping[str, str]) -> str:
    """The path of the file that has the entry ``name``."""
    given = environ.get(_FILE_VARIABLE)
    if given:
        path = os.path.abspath(os.path.expanduser(given))
        if not os.path.exists(path):
            raise OptionError(f"{_FILE_VARIABLE} must be the path of a clouds.yaml; '{path}' does not exist.")
        return path
    folders = [os.path.abspath(os.path.expanduser(folder)) for folder in _FOLDERS]
    paths = [os.path.join(folder, file) for folder in folders for file in _NAMES]
    found = next((path for path in paths if os.path.exists(path)), None)
    if found is None:
        raise OptionError(
            f"No clouds.yaml found, which cloud {name!r} requires. Create it in {joined(folders, 'or')}, "
            f"or set {_FILE_VARIABLE} to its path."
        )
    return found


def _clouds_in(path: str) -> Dict[str, Any]:
    """The entries of a file by name."""
    try:
        import yaml  # noqa: PLC0415  # a task without a cloud starts faster without it
    except ImportError:
        raise OptionError(missing_required_lib("PyYAML", reason=f"to read {path}")) from None
    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.safe_load(file)
    except OSError as error:
        raise OptionError(f"Cannot read {path}: {error.strerror}. Check the file and its permissions.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        # The parser's own message quotes the file, which may hold a secret.
        raise OptionError(f"{path} must be valid YAML in UTF-8. Correct its syntax.") from None
    clouds = content.get("clouds") if isinstance(content, dict) else None
    if not isinstance(clouds, dict):
        raise OptionError(f"{path} must contain the dictionary 'clouds', with an entry for each cloud.")
    return {str(name): entry for name, entry in clouds.items() if isinstance(entry, dict)}


def _merged(entry: Mapping[str, Any], over: Mapping[str, Any]) -> Dict[str, Any]:
    """``entry`` with what ``over`` sets, dictionary by dictionary."""
    merged = dict(entry)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _text(entry: Mapping[str, Any], key: str) -> str:
    """The value at ``key``, such as ``auth.username``; empty where there is none."""
    value: Any = entry
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return str(value) if isinstance(value, (str, int, float)) else ""
