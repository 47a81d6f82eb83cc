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
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, Failure
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
    values = {name: VALUES[name] for name in method.needs[-1]}
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


BY_NAME = {"name": "me", "password": "pw", "domain": {"name": "us"}}


@pytest.mark.parametrize(
    "values, user, scope",
    [
        ({"user_id": "u1"}, {"id": "u1", "password": "pw"}, {"name": "eu-de"}),
        (
            {"user_id": "u1", "domain_name": "us"},
            {"id": "u1", "password": "pw"},
            {"name": "eu-de", "domain": {"name": "us"}},
        ),
        # An ID comes before a name.
        ({"user_id": "u1", "username": "me"}, {"id": "u1", "password": "pw"}, {"name": "eu-de"}),
        (
            {"username": "me", "domain_id": "d1", "domain_name": "us"},
            {"name": "me", "password": "pw", "domain": {"id": "d1"}},
            {"name": "eu-de", "domain": {"id": "d1"}},
        ),
        (
            {"username": "me", "domain_name": "us", "project_domain_id": "d2", "project_domain_name": "them"},
            BY_NAME,
            {"name": "eu-de", "domain": {"id": "d2"}},
        ),
    ],
)
def test_request_by_ids(values, user, scope):
    connection = connection_with(PASSWORD, {"password": "pw", **values}, project_name="eu-de")
    content = auth_for(connection, [].append).sign_in_request().content["auth"]
    assert content["identity"]["password"]["user"] == user
    assert content["scope"] == {"project": scope}
    by_id = auth_for(connection._replace(project_id="p1"), [].append).sign_in_request().content["auth"]
    assert by_id["scope"] == {"project": {"id": "p1"}}


CHECK_KEY = "Check access_key, secret_key, the project they belong to, and this machine's clock."
CHECK_TEMPORARY_KEY = (
    "The temporary access key may have expired: use a new one. Otherwise, check access_key, secret_key, security_token, the "
    "project they belong to, and this machine's clock."
)
CHECK_CREDENTIALS = "Check the credentials and the project they belong to."


@pytest.mark.parametrize(
    "method, others, hint",
    [
        (ACCESS_KEY, {}, CHECK_KEY),
        (ACCESS_KEY, {"hint_if_refused": "Set OS_SECURITY_TOKEN."}, f"Set OS_SECURITY_TOKEN. {CHECK_KEY}"),
        (ACCESS_KEY, {"security_token": "st"}, CHECK_TEMPORARY_KEY),
        (TOKEN, {}, CHECK_CREDENTIALS),
        (PASSWORD, {}, CHECK_CREDENTIALS),
    ],
)
def test_hint_for_refused_credentials(method, others, hint):
    auth = auth_of(method, **others)
    assert auth.explain(Failure(Category.AUTHENTICATION, "refused")).hint == hint
    assert auth.explain(Failure(Category.NOT_FOUND, "no such job")) == Failure(Category.NOT_FOUND, "no such job")


def test_expired_temporary_key_is_not_called_a_token():
    auth = auth_of(ACCESS_KEY, security_token="st")
    assert auth.explain(Failure(Category.TOKEN_EXPIRED, "the token has expired")).hint == CHECK_TEMPORARY_KEY


@pytest.mark.parametrize(
    "values, others, hint",
    [
        (
            {"username": "me", "domain_name": "us"},
            {"project_name": "eu-de_x"},
            "Check username, password, domain_name and project_name 'eu-de_x'.",
        ),
        (
            {"username": "me", "domain_id": "d1"},
            {"project_id": "p1", "project_name": "eu-de"},
            "Check username, password, domain_id and project_id 'p1'.",
        ),
        ({"user_id": "u1"}, {"project_name": "eu-de"}, "Check user_id, password and project_name 'eu-de'."),
    ],
)
def test_hint_for_a_refused_password(values, others, hint):
    connection = connection_with(PASSWORD, {"password": "pw", **values}, **others)
    assert auth_for(connection, [].append).sign_in_request().hint_if_refused == hint


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
