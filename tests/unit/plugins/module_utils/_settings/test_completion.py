# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import ACCESS_KEY, PASSWORD, TOKEN
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.completion import (
    Missing,
    Source,
    complete,
    first_complete,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.regions import not_known

KEY = {"access_key": "ak", "secret_key": "sk"}
USER = {"username": "me", "password": "pw", "domain_name": "us"}
REGION = {"region": "eu-de"}
SETTINGS = {name: (name.upper(),) for name in (*KEY, *USER, *REGION, "token")}


def source(title="a test", **values):
    return Source(title, values, SETTINGS)


@pytest.mark.parametrize(
    "explicit, method, values, expected_method, expected_values, missing",
    [
        ({}, None, {**KEY, **REGION}, ACCESS_KEY, {**KEY, **REGION}, ()),
        (REGION, None, {**KEY, "token": "t", **USER}, ACCESS_KEY, {**REGION, **KEY}, ()),
        (REGION, None, {"access_key": "ak", "token": "t"}, TOKEN, {**REGION, "token": "t"}, ()),
        # A method that is begun comes before none, and an explicit one before that of the source.
        (REGION, None, {"username": "me"}, PASSWORD, {**REGION, "username": "me"}, ("password", "domain_name")),
        ({"token": "t"}, TOKEN, {**KEY, **REGION}, TOKEN, {"token": "t", **REGION}, ()),
        (
            {"username": "me"},
            PASSWORD,
            {**USER, "username": "her", **REGION},
            PASSWORD,
            {"username": "me", **REGION},
            ("password", "domain_name"),
        ),
        # A complete project ID and endpoint need no region; a password needs no endpoint.
        ({"endpoint": "e", "project_id": "p"}, None, KEY, ACCESS_KEY, {"endpoint": "e", "project_id": "p", **KEY}, ()),
        ({"auth_url": "a", "project_id": "p"}, None, USER, PASSWORD, {"auth_url": "a", "project_id": "p", **USER}, ()),
        ({}, None, USER, PASSWORD, USER, ("region", "project_id")),
        # An explicit project or CA file keeps out what the source has in its place.
        (
            {"project_name": "n", "ca_path": "f"},
            None,
            {**KEY, **REGION, "project_id": "p", "insecure": "true"},
            ACCESS_KEY,
            {"project_name": "n", "ca_path": "f", **KEY, **REGION},
            (),
        ),
    ],
)
def test_complete(explicit, method, values, expected_method, expected_values, missing):
    completion = complete(explicit, method, source(**values))
    assert completion.auth_method == expected_method
    assert completion.values == expected_values
    assert tuple(dict.fromkeys(parameter for parameter, _condition, _message in completion.missing)) == missing


def test_condition_of_what_is_missing():
    missing = complete({"region": "xx-1", "endpoint": "e"}, None, source(access_key="ak")).missing
    assert missing == (
        Missing("secret_key", "to sign in with an access key"),
        Missing("cloud_domain", "unless auth_url is set", not_known("xx-1")),
    )


def test_no_source_is_read_after_the_first_complete_one():
    def sources():
        yield source("incomplete", token="t")
        yield source("complete", token="t", **REGION)
        raise AssertionError("read too much")

    assert first_complete({}, sources()).source.title == "complete"


@pytest.mark.parametrize(
    "sources, message",
    [
        # Complete credentials come first, then some, then none; then the fewest gaps; then the order.
        (
            [source("A", username="me"), source("B", token="t"), source("C", **REGION)],
            "region is required unless endpoint is set. Set the parameter, or REGION in B.",
        ),
        (
            [source("A", **REGION), source("B", username="me")],
            "password is required to sign in with a password. Set the parameter, or PASSWORD in B.",
        ),
        (
            [source("A", access_key="ak"), source("B", access_key="ak", **REGION)],
            "secret_key is required to sign in with an access key. Set the parameter, or SECRET_KEY in B.",
        ),
        (
            [source("A", access_key="ak"), source("B", access_key="ak")],
            "secret_key is required to sign in with an access key. Set the parameter, or SECRET_KEY in A.",
        ),
        (
            [Source("A", REGION, {"token": ("A_TOKEN",)}), source("B")],
            "No credentials found: set access_key and secret_key (ACCESS_KEY and SECRET_KEY); or token (A_TOKEN); or "
            "username, password and domain_name (USERNAME, PASSWORD and DOMAIN_NAME), as parameters or in A.",
        ),
    ],
)
def test_message_is_about_the_closest_source(sources, message):
    with pytest.raises(OptionError) as caught:
        first_complete({}, sources)
    assert str(caught.value) == message
