# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of `clouds.yaml` as `openstacksdk` reads them, and as the collection does: both read the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, Optional

import pytest
import yaml
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from
from openstack.config import loader

DEFAULTS = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
CA = "/etc/ssl/certs/ca-certificates.crt"
URL = "https://iam.example/v3"
USER = {"username": "me", "password": "pw", "user_domain_name": "us"}
FULL = {**USER, "auth_url": URL, "project_name": "work"}
DOMAIN = {"project_domain_name": "them"}
PUBLIC = {
    "mine": {"auth": {"auth_url": "https://iam.{region_name}.example/v3", "project_name": "public"}, "verify": False},
    "regions": {"auth": {"auth_url": URL}, "regions": ["r1"], "cacert": CA},
}


class Reading(NamedTuple):
    """What matters of an entry."""

    auth_url: Optional[str]
    user: dict[str, str]
    project: dict[str, str]
    region: Optional[str]
    verify: Any


# Each row: an entry, the region that is asked for, and what `secure.yaml` adds.
ENTRIES: dict[str, tuple[dict[str, Any], Optional[str], dict[str, Any]]] = {
    "plain": ({"region_name": "eu-de", "auth": FULL}, None, {}),
    "another region": ({"regions": ["eu-de", "eu-nl"], "auth": FULL}, "eu-nl", {}),
    "one region": ({"regions": ["eu-nl"], "auth": FULL}, None, {}),
    "regions in a text": ({"region_name": "eu-de,eu-nl", "auth": FULL}, "eu-nl", {}),
    "region with values": (
        {
            "regions": [
                {"name": "eu-de", "values": {"auth": {"project_name": "special"}, "verify": False}},
                {"name": "eu-nl"},
            ],
            "auth": FULL,
        },
        "eu-de",
        {},
    ),
    "project outside of auth": ({"region_name": "eu-de", "project_name": "outside", "auth": FULL}, None, {}),
    "values outside of auth": ({"region_name": "eu-de", **FULL}, None, {}),
    "project and tenant": ({"region_name": "eu-de", "auth": {**FULL, "tenant_name": "old"}}, None, {}),
    "tenant": ({"region_name": "eu-de", "auth": {**USER, "auth_url": URL, "tenant_id": "p1"}}, None, {}),
    "tenant outside": (
        {"region_name": "eu-de", "tenant_id": "p1", "auth": {**USER, "auth_url": URL, "project_id": "p2"}},
        None,
        {},
    ),
    "dashes": (
        {
            "region-name": "eu-de",
            "auth": {
                "user-domain-name": "us",
                "project-name": "n",
                "username": "me",
                "password": "pw",
                "auth_url": URL,
            },
        },
        None,
        {},
    ),
    "domain for both": (
        {
            "region_name": "eu-de",
            "auth": {"username": "me", "password": "pw", "domain_name": "us", "auth_url": URL, "project_name": "n"},
        },
        None,
        {},
    ),
    "domain by ID for both": (
        {
            "region_name": "eu-de",
            "auth": {"username": "me", "password": "pw", "domain_id": "d1", "auth_url": URL, "project_name": "n"},
        },
        None,
        {},
    ),
    "user by ID": (
        {"region_name": "eu-de", "auth": {"user_id": "u1", "password": "pw", "auth_url": URL, "project_id": "p1"}},
        None,
        {},
    ),
    "domains by ID": (
        {
            "region_name": "eu-de",
            "auth": {
                "username": "me",
                "password": "pw",
                "user_domain_id": "d1",
                "project_domain_id": "d2",
                "auth_url": URL,
                "project_name": "n",
            },
        },
        None,
        {},
    ),
    "token": (
        {"region_name": "eu-de", "auth_type": "v3token", "auth": {"token": "t", "auth_url": URL, "project_id": "p1"}},
        None,
        {},
    ),
    "v3password": ({"region_name": "eu-de", "auth_type": "v3password", "auth": {**FULL, **DOMAIN}}, None, {}),
    "numbers": ({"region_name": "eu-de", "auth": {**FULL, "project_name": 17, "username": 42}}, None, {}),
    "profile otc": ({"profile": "otc", "auth": {**USER, "project_name": "n"}}, "eu-de", {}),
    "profile otc, own region": (
        {"profile": "otc", "region_name": "eu-nl", "auth": {**USER, "project_name": "n"}},
        None,
        {},
    ),
    "old name of a profile": ({"cloud": "otc", "auth": {**USER, "project_name": "n"}}, "eu-nl", {}),
    "own profile": ({"profile": "mine", "region_name": "r1", "auth": USER}, None, {}),
    "own profile, overridden": ({"profile": "mine", "region_name": "r1", "verify": True, "auth": FULL}, None, {}),
    "own profile with regions": ({"profile": "regions", "auth": {**USER, "project_name": "n"}}, None, {}),
    "not verified": ({"region_name": "eu-de", "verify": False, "auth": FULL}, None, {}),
    "insecure": ({"region_name": "eu-de", "insecure": True, "auth": FULL}, None, {}),
    "CA": ({"region_name": "eu-de", "cacert": CA, "auth": FULL}, None, {}),
    "CA, not verified": ({"region_name": "eu-de", "cacert": CA, "verify": False, "auth": FULL}, None, {}),
    "CA, insecure": ({"region_name": "eu-de", "cacert": CA, "insecure": True, "auth": FULL}, None, {}),
    "password in secure.yaml": (
        {"region_name": "eu-de", "auth": {**FULL, "password": "shadowed"}},
        None,
        {"auth": {"password": "secret", "project_name": "secure"}},
    ),
}


@pytest.fixture(name="files", autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files, in which both look for them."""
    for name in ("OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    _write(tmp_path / "clouds-public.yaml", {"public-clouds": PUBLIC})
    return tmp_path


def _write(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def ours(region: Optional[str]) -> Reading:
    """The entry as the collection reads it."""
    connection = connection_from({**DEFAULTS, "cloud": "x", "region": region}, {}, lambda secret: None)
    values = dict(connection.auth_values)
    domain = {name: value for name, value in values.items() if name.startswith("project_")}
    by_id = {"project_id": connection.project_id} if connection.project_id else None
    user = {name: value for name, value in values.items() if not name.startswith("project_")}
    renamed = {"domain_id": "user_domain_id", "domain_name": "user_domain_name"}
    return Reading(
        f"{connection.auth_url}/v3" if connection.auth_url else None,
        {renamed.get(name, name): value for name, value in user.items()},
        by_id or {"project_name": connection.project_name or "", **domain},
        connection.region,
        connection.verify,
    )


def theirs(files: Path, region: Optional[str]) -> Reading:
    """The entry as openstacksdk reads it."""
    config = loader.OpenStackConfig(
        config_files=[str(files / "clouds.yaml")],
        secure_files=[str(files / "secure.yaml")],
        vendor_files=[str(files / "clouds-public.yaml")],
        load_envvars=False,
    )
    cloud = config.get_one("x", region_name=region or "")
    auth = cloud.config["auth"]
    is_token = cloud.config["auth_type"] in ("token", "v3token")
    user = ("token",) if is_token else ("user_id", "username", "password", "user_domain_id", "user_domain_name")
    domain = () if is_token else ("project_domain_id", "project_domain_name")
    return Reading(
        auth.get("auth_url"),
        {name: str(auth[name]) for name in user if name in auth},
        {
            name: str(auth[name])
            for name in (("project_id",) if "project_id" in auth else ("project_name", *domain))
            if name in auth
        },
        cloud.region_name,
        cloud.get_requests_verify_args()[0],
    )


@pytest.mark.parametrize("name", ENTRIES)
def test_both_read_the_same(files: Path, name: str) -> None:
    entry, region, secure = ENTRIES[name]
    _write(files / "clouds.yaml", {"clouds": {"x": entry}})
    _write(files / "secure.yaml", {"clouds": {"x": secure}})
    needs_endpoint = entry.get("auth_type") == "v3token"
    if needs_endpoint:
        _write(files / "clouds.yaml", {"clouds": {"x": {**entry, "modelarts_endpoint_override": "https://m.example"}}})
    assert ours(region) == theirs(files, region)


@pytest.mark.parametrize(
    "entry, region",
    [
        ({"regions": ["eu-de", "eu-nl"], "auth": FULL}, "eu-ch2"),
        ({"regions": [{"name": "eu-de", "auth": {}}], "auth": FULL}, None),
        ({"region_name": "eu-de", "auth_type": "no such type", "auth": FULL}, None),
    ],
)
def test_both_refuse(files: Path, entry: dict[str, Any], region: Optional[str]) -> None:
    _write(files / "clouds.yaml", {"clouds": {"x": entry}})
    with pytest.raises(OptionError):
        ours(region)
    with pytest.raises(Exception, match=r"not a valid region|Invalid region entry|could not be found"):
        theirs(files, region)


@pytest.mark.parametrize(
    "entry",
    [
        # They take the first region, or go on without the profile: the wrong project, or a missing address.
        {"regions": ["eu-de", "eu-nl"], "auth": FULL},
        {"profile": "no-such-profile", "region_name": "eu-de", "auth": FULL},
        # The jobs are in a project, not in a trust.
        {"region_name": "eu-de", "auth": {**USER, "auth_url": URL, "trust_id": "t1"}},
    ],
)
def test_where_the_collection_refuses_to_guess(files: Path, entry: dict[str, Any]) -> None:
    _write(files / "clouds.yaml", {"clouds": {"x": entry}})
    theirs(files, None)
    with pytest.raises(OptionError):
        ours(None)


def test_address_of_the_swiss_profile(files: Path) -> None:
    _write(files / "clouds.yaml", {"clouds": {"x": {"profile": "otc-swiss", "auth": {**USER, "project_name": "n"}}}})
    # Theirs lacks the scheme.
    assert ours(None) == theirs(files, None)._replace(auth_url=f"https://{theirs(files, None).auth_url}")
