# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import (
    AUTHS,
    AccessKeyAuth,
    PasswordAuth,
    TokenAuth,
    auth_for,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import (
    ACCESS_KEY,
    AUTH_METHODS,
    PASSWORD,
    TOKEN,
)
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import Request, connection_with

VALUES = {
    "access_key": "AK",
    "secret_key": "SK",
    "token": "ready",
    "username": "me",
    "password": "pw",
    "domain_name": "us",
}


def auth_of(method, registered=None, **others):
    values = {name: VALUES[name] for name in method.needs}
    values.update((name, others.pop(name)) for name in method.may if name in others)
    return auth_for(connection_with(method, values, **others), ([] if registered is None else registered).append)


def test_every_auth_method_has_its_class():
    assert set(AUTHS) == {method.name for method in AUTH_METHODS}
    classes = [type(auth_of(method)) for method in (ACCESS_KEY, TOKEN, PASSWORD)]
    assert classes == [AccessKeyAuth, TokenAuth, PasswordAuth]


@pytest.mark.parametrize("method", [ACCESS_KEY, TOKEN])
def test_what_cannot_be_renewed(method):
    assert auth_of(method).sign_in_request() is None


@pytest.mark.parametrize(
    "others, scope",
    [
        ({"project_id": "p1", "project_name": "eu-de"}, {"id": "p1"}),
        ({"project_name": "eu-de"}, {"name": "eu-de", "domain": {"name": "us"}}),
        (
            {"project_name": "eu-de", "project_domain_name": "them"},
            {"name": "eu-de", "domain": {"name": "them"}},
        ),
    ],
)
def test_request_for_a_token(others, scope):
    request = auth_of(PASSWORD, **others).sign_in_request()
    assert request.url == "https://i.example/v3/auth/tokens?nocatalog=1"
    assert request.content == {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {"name": "me", "password": "pw", "domain": {"name": "us"}}},
            },
            "scope": {"project": scope},
        }
    }


def test_request_for_a_token_and_the_catalog():
    assert auth_of(PASSWORD).sign_in_request(with_catalog=True).url == "https://i.example/v3/auth/tokens"


def test_token_is_accepted_and_registered():
    registered = []
    auth = auth_of(PASSWORD, registered)
    auth.accept({"X-Subject-Token": "first"})
    request = auth(Request())
    assert request.headers == {"X-Auth-Token": "first"}
    assert auth.has_signed(request)
    auth.accept({"X-Subject-Token": "second"})
    assert not auth.has_signed(request)
    assert registered == ["first", "second"]


def test_access_key_names_the_project_once_it_is_known():
    auth = auth_of(ACCESS_KEY, security_token="temporary")
    before = auth(Request())
    auth.use_project("p1")
    after = auth(Request(body=b"{}"))
    assert set(before.headers) == {"Host", "X-Sdk-Date", "X-Security-Token", "Authorization"}
    assert set(after.headers) - set(before.headers) == {"X-Project-Id"}
    assert after.headers["X-Project-Id"] == "p1"
    assert "SignedHeaders=host;x-project-id;x-sdk-date;x-security-token," in after.headers["Authorization"]


@pytest.mark.parametrize(
    "url, host",
    [
        ("https://m.example/v1", "m.example"),
        ("https://m.example:443/v1", "m.example"),
        ("https://m.example:8443/v1", "m.example:8443"),
        ("http://127.0.0.1:80/v1", "127.0.0.1"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
    ],
)
def test_host_that_is_signed(url, host):
    assert auth_of(ACCESS_KEY)(Request(url=url)).headers["Host"] == host
