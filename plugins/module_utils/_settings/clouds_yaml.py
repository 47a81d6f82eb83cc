# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of `clouds.yaml`, the file in which OpenStack's tools keep the clouds that a user works with.

They are read as `openstacksdk` reads them; a test session compares the two.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ansible.module_utils.parsing.convert_bool import boolean

from .._jobs.failure import OptionError
from .._jobs.text import joined
from .._jobs.values import dictionary
from .argument_spec import cleaned
from .auth_methods import ACCESS_KEY, AUTH_TYPES
from .cloud_files import CloudFiles, merged
from .completion import Source
from .unsupported import CLOUDS_YAML, refusals

CLOUD_VARIABLE = "OS_CLOUD"

# The keys of an entry that set each parameter, in order of precedence. For some, openstacksdk prefers those outside of
# `auth`: the values of a region may stand there.
KEYS: Mapping[str, Tuple[str, ...]] = {
    "username": ("auth.username", "auth.user_name", "username", "user_name"),
    "user_id": ("auth.user_id", "user_id"),
    "password": ("auth.password", "password"),
    "domain_name": ("user_domain_name", "auth.user_domain_name", "domain_name", "auth.domain_name"),
    "domain_id": ("user_domain_id", "auth.user_domain_id", "domain_id", "auth.domain_id"),
    "project_domain_name": ("project_domain_name", "auth.project_domain_name", "domain_name", "auth.domain_name"),
    "project_domain_id": ("project_domain_id", "auth.project_domain_id", "domain_id", "auth.domain_id"),
    "token": ("token", "auth.token", "auth_token", "auth.auth_token"),
    "access_key": ("access_key", "ak", "auth.access_key", "auth.ak"),
    "secret_key": ("secret_key", "sk", "auth.secret_key", "auth.sk"),
    "security_token": ("security_token", "auth.security_token"),
    "project_id": ("project_id", "auth.project_id", "tenant_id", "auth.tenant_id"),
    "project_name": ("project_name", "auth.project_name", "tenant_name", "auth.tenant_name"),
    "region": ("region_name",),
    "auth_url": ("auth.auth_url", "auth_url"),
    "endpoint": ("modelarts_endpoint_override", "modelartsv1_endpoint_override"),
    "ca_path": ("cacert",),
    "insecure": ("insecure",),
}
# The key of each parameter as it is usually written: inside of `auth`, but not those of an access key.
USUAL_KEYS = {
    parameter: (keys[1] if parameter not in ACCESS_KEY.parameters and f"auth.{keys[0]}" in keys else keys[0],)
    for parameter, keys in KEYS.items()
}
_SECRET_KEYS = ("passcode", "auth.passcode", "auth.application_credential_secret")
# Where a value may name the region.
_TEMPLATES = ("auth_url", "endpoint", "ca_path")

# The profiles of this cloud that openstacksdk brings.
PROFILES: Mapping[str, Dict[str, Any]] = {
    "otc": {"auth": {"auth_url": "https://iam.{region_name}.otc.t-systems.com/v3"}, "regions": ["eu-de", "eu-nl"]},
    "otc-swiss": {"auth": {"auth_url": "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3"}, "regions": ["eu-ch2"]},
}


class _Region(NamedTuple):
    """The region of an entry, if it has one, and what it sets only for this region."""

    name: Optional[str]
    values: Mapping[str, Any]


def read_default_cloud(environ: Mapping[str, str], region: Optional[str] = None) -> Optional[Source]:
    """The entry that OS_CLOUD names, if it is set. Raises OptionError."""
    name = (environ.get(CLOUD_VARIABLE) or "").strip()
    return read_cloud(name, environ, region) if name else None


def read_cloud(name: str, environ: Mapping[str, str], region: Optional[str] = None) -> Source:
    """The entry ``name`` of the user's `clouds.yaml`, for the ``region`` if one is asked for. Raises OptionError."""
    files = CloudFiles(name, environ)
    clouds = files.clouds()
    if name not in clouds:
        known = joined([f"'{cloud}'" for cloud in sorted(clouds)], "or") if clouds else ""
        remedy = (
            f"Add it, or set cloud or {CLOUD_VARIABLE} to {known}." if known else "Add it: the file has no clouds yet."
        )
        raise OptionError(f"{files.path} has no cloud {name!r}. {remedy}")
    title = f"cloud {name!r} of {files.path}"
    own = _plain_keys(clouds[name])
    profile = _profile(own, files, title)
    chosen = _region_of(own, profile, region, title)
    entry = _updated(_updated(profile, own), chosen.values)
    values = {}
    for parameter, keys in KEYS.items():
        value = next((text for text in (cleaned(parameter, _text(entry, key)) for key in keys) if text), None)
        if value is not None:
            values[parameter] = value
    values.pop("region", None)
    if chosen.name:
        values["region"] = chosen.name
    values["insecure"] = str(_boolean(entry, "insecure", False, title) or not _boolean(entry, "verify", True, title))
    auth_type = _text(entry, "auth_type") or _text(entry, "auth_plugin")
    return Source(
        title,
        _with_region(values, region or chosen.name),
        USUAL_KEYS,
        auth_method=AUTH_TYPES.get(auth_type),
        refusals=refusals(CLOUDS_YAML, lambda key: _text(entry, key).strip(), title),
        is_named=True,
        secrets=tuple(filter(None, (_text(entry, key) for key in _SECRET_KEYS))),
    )


def _profile(entry: Mapping[str, Any], files: CloudFiles, title: str) -> Dict[str, Any]:
    """What the profile that the entry names sets; nothing if it names none."""
    name = _text(entry, "profile") or _text(entry, "cloud")
    if not name:
        return {}
    public = files.public_clouds()
    if name in public:
        return _plain_keys(public[name])
    if name in PROFILES:
        return PROFILES[name]
    known = joined([f"'{profile}'" for profile in sorted({*public, *PROFILES})], "or")
    raise OptionError(
        f"Profile {name!r}, which {title} names, does not exist. Set profile to {known}, or add it to a "
        "clouds-public.yaml."
    )


def _region_of(own: Mapping[str, Any], profile: Mapping[str, Any], wanted: Optional[str], title: str) -> _Region:
    """The region that is asked for, else the only one. Raises OptionError where nothing says which."""
    # The entry's own region comes before all regions of its profile.
    layer = next((layer for layer in (own, profile) if layer.get("regions") or layer.get("region_name")), {})
    regions = _regions(layer, title)
    names = joined([f"'{region.name}'" for region in regions], "or") if regions else ""
    if wanted is not None:
        found = next((region for region in regions if region.name == wanted), None)
        if found is None and len(regions) > 1:
            raise OptionError(f"Set region to {names}: {title} has no region '{wanted}'.")
        return found or _Region(None, {})
    if len(regions) > 1:
        raise OptionError(f"Set region to {names}: {title} has several regions.")
    return regions[0] if regions else _Region(None, {})


def _regions(layer: Mapping[str, Any], title: str) -> List[_Region]:
    """The regions that an entry or a profile lists, in either of the two places."""
    listed = layer.get("regions") or layer.get("region_name") or []
    if isinstance(listed, str):
        listed = listed.split(",")
    regions = []
    for item in listed if isinstance(listed, list) else [listed]:
        fields = item if isinstance(item, dict) else {"name": item}
        name = _text(fields, "name").strip()
        if not name or not {"name", "values"}.issuperset(fields):
            raise OptionError(f"regions in {title} must be a list of names, or of dictionaries with name and values.")
        regions.append(_Region(name, dictionary(fields.get("values"))))
    return regions


def _with_region(values: Mapping[str, str], region: Optional[str]) -> Dict[str, str]:
    """The values with the region in the addresses that name it; without a region, without such addresses."""
    complete = {}
    for parameter, value in values.items():
        template = value.replace("%(project_id)s", "") if parameter in _TEMPLATES else ""
        if "{region_name}" not in template:
            complete[parameter] = template or value
        elif region is not None:
            complete[parameter] = template.replace("{region_name}", region)
    return complete


def _boolean(entry: Mapping[str, Any], key: str, default: bool, title: str) -> bool:
    value = _text(entry, key).strip()
    try:
        return bool(boolean(value)) if value else default
    except TypeError:
        raise OptionError(f"{key} in {title} must be true or false; got {value!r}.") from None


def _plain_keys(entry: Mapping[str, Any]) -> Dict[str, Any]:
    """The entry with '_' for '-' in each key, at every depth."""
    return {
        str(key).replace("-", "_"): _plain_keys(value) if isinstance(value, dict) else value
        for key, value in entry.items()
    }


def _updated(entry: Mapping[str, Any], over: Mapping[str, Any]) -> Dict[str, Any]:
    """``entry`` with what ``over`` sets; only ``auth`` is completed key by key."""
    auth = merged(dictionary(entry.get("auth")), dictionary(over.get("auth")))
    return {**entry, **over, "auth": auth}


def _text(entry: Mapping[str, Any], key: str) -> str:
    """The value at ``key``, such as ``auth.username``, as text; empty where there is none."""
    value: Any = entry
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None or isinstance(value, (dict, list)) else str(value)
