# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where people already have their settings: what is read from there, and what is refused because it is not supported."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._settings import unsupported
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import ACCESS_KEY, PASSWORD, TOKEN
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from

DEFAULTS = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
REGION = {"region": "eu-de"}
HW_KEY = {"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk"}
HW_USER = {"HW_USER_NAME": "me", "HW_USER_PASSWORD": "pw", "HW_DOMAIN_NAME": "us"}
OS_KEY = {"OS_ACCESS_KEY": "ak", "OS_SECRET_KEY": "sk"}
OS_USER = {"OS_USERNAME": "me", "OS_PASSWORD": "pw", "OS_USER_DOMAIN_NAME": "us"}
AGENCY = "Remove it, and sign in with a temporary access key that the agency's account issued."
PASSCODE = "Remove it, or set token: a passcode cannot be used twice, so the token could not be renewed."
AUTH_TYPE = "Use password, v3password, token or v3token, or an access key."
SCOPE = "Remove it, and set project_id or project_name: the jobs are in a project."


def connect(parameters, environ=None, register_secret=lambda secret: None):
    return connection_from({**DEFAULTS, **parameters}, environ or {}, register_secret)


def refused(parameters, environ=None):
    """The message about settings that cannot be used."""
    with pytest.raises(OptionError) as caught:
        connect(parameters, environ)
    return str(caught.value)


@pytest.fixture(name="home", autouse=True)
def home_fixture(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(unsupported, "_MACHINE", str(tmp_path / "asset-tag"))
    return tmp_path


@pytest.mark.parametrize(
    "environ, setting, remedy",
    [
        *(
            ({**HW_KEY, f"HW_ASSUME_ROLE_{name}": "x"}, f"HW_ASSUME_ROLE_{name}", AGENCY)
            for name in ("AGENCY_NAME", "DOMAIN_NAME", "DOMAIN_ID", "DURATION", "IDP_ID", "ID_TOKEN", "ID_TOKEN_FILE")
        ),
        ({**HW_USER, "HW_ASSUME_ROLE_AGENCY_NAME": "x"}, "HW_ASSUME_ROLE_AGENCY_NAME", AGENCY),
        ({**HW_KEY, "HW_SIGNING_ALGORITHM": "HmacSM3"}, "HW_SIGNING_ALGORITHM 'HmacSM3'", "Use HmacSHA256."),
        *(
            ({**credentials, name: "x"}, name, AGENCY)
            for credentials in (OS_KEY, OS_USER, {"OS_TOKEN": "t"})
            for name in ("OS_AGENCY_NAME", "OS_AGENCY_DOMAIN_NAME", "OS_DELEGATED_PROJECT")
        ),
        ({**OS_USER, "OS_PASSCODE": "123456"}, "OS_PASSCODE", PASSCODE),
        ({**OS_USER, "OS_TRUST_ID": "x"}, "OS_TRUST_ID", SCOPE),
        ({**OS_USER, "OS_SYSTEM_SCOPE": "all"}, "OS_SYSTEM_SCOPE", SCOPE),
        (
            {**OS_USER, "OS_AUTH_TYPE": "v3oidcpassword"},
            "OS_AUTH_TYPE 'v3oidcpassword'",
            AUTH_TYPE,
        ),
        # No other source could sign in, and this one could, were it supported.
        (
            {"OS_AUTH_TYPE": "v3applicationcredential", "OS_APPLICATION_CREDENTIAL_ID": "x"},
            "OS_AUTH_TYPE 'v3applicationcredential'",
            AUTH_TYPE,
        ),
        ({"OS_USERNAME": "me", "OS_PASSCODE": "123456"}, "OS_PASSCODE", PASSCODE),
    ],
)
def test_unsupported_setting_of_the_source_that_signs_in(environ, setting, remedy):
    assert refused(REGION, environ) == f"{setting} in the environment is not supported. {remedy}"


@pytest.mark.parametrize(
    "parameters, environ, method",
    [
        # Left over beside a token, or beside credentials of another source.
        ({"token": "t"}, {**OS_USER, "OS_PASSCODE": "1", "OS_AGENCY_NAME": "x"}, TOKEN),
        ({"token": "t"}, {"OS_REGION_NAME": "eu-de", "OS_PASSCODE": "1", "OS_AGENCY_NAME": "x"}, TOKEN),
        ({}, {"OS_TOKEN": "t", "OS_PASSCODE": "1"}, TOKEN),
        ({}, {**OS_KEY, "OS_PASSCODE": "1", "OS_TRUST_ID": "x"}, ACCESS_KEY),
        ({}, {**HW_KEY, **OS_USER, "OS_AGENCY_NAME": "x"}, ACCESS_KEY),
        ({}, {"HW_ASSUME_ROLE_AGENCY_NAME": "x", **OS_USER}, PASSWORD),
        ({}, {**HW_USER, "HW_SIGNING_ALGORITHM": "HmacSM3"}, PASSWORD),
        # What changes nothing.
        ({}, {**HW_KEY, "HW_SIGNING_ALGORITHM": "HmacSHA256", "HW_ASSUME_ROLE_AGENCY_NAME": ""}, ACCESS_KEY),
        ({}, {**OS_USER, "OS_AUTH_TYPE": "v3password"}, PASSWORD),
        # The type says which method is meant, as long as there is something of it.
        ({}, {**OS_USER, **OS_KEY, "OS_AUTH_TYPE": "password"}, PASSWORD),
        ({}, {**OS_USER, "OS_TOKEN": "t", "OS_AUTH_TYPE": "password"}, PASSWORD),
        ({}, {**OS_USER, "OS_TOKEN": "t", "OS_AUTH_TYPE": "v3token"}, TOKEN),
        ({}, {**OS_KEY, "OS_AUTH_TYPE": "password"}, ACCESS_KEY),
    ],
)
def test_setting_of_a_source_that_does_not_sign_in_is_not_judged(parameters, environ, method):
    assert connect({**REGION, **parameters}, environ).auth_method is method


def test_half_a_method_of_the_given_type_is_not_replaced_by_another():
    environ = {**OS_KEY, "OS_USERNAME": "me", "OS_USER_DOMAIN_NAME": "us", "OS_AUTH_TYPE": "password"}
    assert refused(REGION, environ) == (
        "password is required to sign in with a password. Set the parameter, or OS_PASSWORD in the environment."
    )


NO_CREDENTIALS = (
    "No credentials found: set access_key and secret_key (HW_ACCESS_KEY and HW_SECRET_KEY); or token (HW_AUTH_TOKEN); or "
    "username, password and domain_name (HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME), as parameters or in the "
    "environment."
)


@pytest.mark.parametrize(
    "files, environ, end",
    [
        ({}, {}, ""),
        ({}, {"HW_PROFILE": "x"}, " The collection does not read HW_PROFILE."),
        (
            {".huaweicloud/credentials": "", ".hcloud/config.json": ""},
            {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/x", "HW_SHARED_CONFIG_FILE": "/y"},
            " The collection does not read HUAWEICLOUD_SDK_CREDENTIALS_FILE, HW_SHARED_CONFIG_FILE, "
            "~/.huaweicloud/credentials or ~/.hcloud/config.json.",
        ),
        ({"asset-tag": "HUAWEICLOUD\n"}, {}, " The collection does not read the access key of this machine's agency."),
        (
            {"asset-tag": "OpenTelekomCloud"},
            {},
            " The collection does not read the access key of this machine's agency.",
        ),
        ({"asset-tag": "No Asset Tag"}, {}, ""),
    ],
)
def test_sources_that_are_not_read_are_named(home, files, environ, end):
    for name, text in files.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text)
    assert refused(REGION, environ) == NO_CREDENTIALS + end


@pytest.mark.parametrize(
    "parameters, environ, values",
    [
        ({}, {**OS_KEY, "OS_SECURITY_TOKEN": "st"}, {"access_key": "ak", "secret_key": "sk", "security_token": "st"}),
        (
            {},
            {"OS_USER_ID": "u1", "OS_PASSWORD": "pw", "OS_PROJECT_DOMAIN_ID": "d2"},
            {"user_id": "u1", "password": "pw", "project_domain_id": "d2"},
        ),
        (
            {},
            {"OS_USERNAME": "me", "OS_PASSWORD": "pw", "OS_USER_DOMAIN_ID": "d1"},
            {"username": "me", "password": "pw", "domain_id": "d1"},
        ),
        (
            {},
            {"OS_USERNAME": "me", "OS_PASSWORD": "pw", "OS_DOMAIN_ID": "d1"},
            {"username": "me", "password": "pw", "domain_id": "d1"},
        ),
        (
            {},
            {"OS_USERNAME": "me", "OS_PASSWORD": "pw", "OS_PROJECT_DOMAIN_NAME": "us"},
            {"username": "me", "password": "pw", "domain_name": "us", "project_domain_name": "us"},
        ),
        (
            {},
            {"OS_USERNAME": "me", "OS_PASSWORD": "pw", "OS_DEFAULT_DOMAIN": "us"},
            {"username": "me", "password": "pw", "domain_name": "us"},
        ),
        ({}, {"HW_USER_ID": "u1", "HW_USER_PASSWORD": "pw"}, {"user_id": "u1", "password": "pw"}),
        (
            {},
            {"HW_USER_NAME": "me", "HW_USER_PASSWORD": "pw", "HW_DOMAIN_ID": "d1"},
            {"username": "me", "password": "pw", "domain_id": "d1"},
        ),
        # A parameter takes the place of what sets the same thing in the other way.
        (
            {"domain_name": "them"},
            {"OS_USERNAME": "me", "OS_PASSWORD": "pw", "OS_USER_DOMAIN_ID": "d1"},
            {"username": "me", "password": "pw", "domain_name": "them"},
        ),
        (
            {"username": "me"},
            {"OS_USERNAME": "me", "OS_USER_ID": "u1", "OS_PASSWORD": "pw", "OS_USER_DOMAIN_NAME": "us"},
            {"username": "me", "password": "pw", "domain_name": "us"},
        ),
        # White space is dropped, of a password only line ends at its end.
        (
            {},
            {"OS_USERNAME": " me\n", "OS_PASSWORD": " p w \r\n", "OS_USER_DOMAIN_NAME": "\tus\r\n"},
            {"username": "me", "password": " p w ", "domain_name": "us"},
        ),
        (
            {"username": "me\r\n", "password": "p w\n\n", "domain_name": " us "},
            {},
            {"username": "me", "password": "p w", "domain_name": "us"},
        ),
        ({"token": "\nt\r\n", "password": "\r\n"}, {}, {"token": "t"}),
    ],
)
def test_values_of_sign_in(parameters, environ, values):
    assert connect({**REGION, **parameters}, environ).auth_values == values


@pytest.mark.parametrize(
    "environ, expected",
    [
        ({"OS_TENANT_NAME": "n", "OS_REGION": "eu-nl"}, ("eu-nl", None, "n", None, True)),
        ({"OS_TENANT_ID": "p1", "OS_REGION_NAME": "eu-de"}, ("eu-de", "p1", "eu-de", None, True)),
        (
            {"OS_MODELARTS_ENDPOINT_OVERRIDE": "https://m.example/v1/p7\n", "OS_REGION": "eu-de"},
            ("eu-de", "p7", "eu-de", "https://m.example", True),
        ),
    ],
)
def test_places_of_openstack(environ, expected):
    connection = connect({"token": "t"}, environ)
    assert expected == (
        connection.region,
        connection.project_id,
        connection.project_name,
        connection.endpoint,
        connection.verify,
    )


def test_private_endpoint_of_huawei():
    environ = {**HW_KEY, "HW_MODELARTS_ENDPOINT": "https://m.example", "HW_PROJECT_ID": "p1"}
    assert connect({}, environ).endpoint == "https://m.example"
    assert connect({}, {**environ, "HW_MODELARTS_CACERT": f" {__file__} "}).verify == __file__
    assert connect({}, {**environ, "HW_MODELARTS_CACERT": __file__, "HW_INSECURE": "true"}).verify is False


@pytest.mark.parametrize(
    "parameters, environ, message",
    [
        ({"username": "me", "user_id": "u1"}, {}, "Set either username or user_id, not both."),
        ({"domain_name": "us", "domain_id": "d1"}, {}, "Set either domain_name or domain_id, not both."),
        (
            {"project_domain_name": "us", "project_domain_id": "d1"},
            {},
            "Set either project_domain_name or project_domain_id, not both.",
        ),
        (
            {"token": "t", "user_id": "u1"},
            {},
            "Set either token or user_id, not both: they belong to different auth methods.",
        ),
        (
            {"user_id": "u1"},
            {},
            "password is required to sign in with a password. Set the parameter, or HW_USER_PASSWORD or OS_PASSWORD in the "
            "environment.",
        ),
        # Half a source.
        (
            {"password": "pw"},
            {},
            "username is required to sign in with a password. Set the parameter, or HW_USER_NAME or OS_USERNAME in the "
            "environment.",
        ),
        (
            {},
            {"OS_USER_ID": "u1"},
            "password is required to sign in with a password. Set the parameter, or OS_PASSWORD in the environment.",
        ),
        (
            {},
            {"HW_USER_NAME": "me", "HW_USER_PASSWORD": "pw"},
            "domain_name is required to sign in with a password. Set the parameter, or HW_DOMAIN_NAME in the environment.",
        ),
        # The password may belong to another user: nothing says that the name and the ID are the same user's.
        (
            {"username": "me", "domain_name": "us"},
            {"OS_USER_ID": "u1", "OS_PASSWORD": "pw"},
            "password is required to sign in with a password. Set the parameter, or OS_PASSWORD in the environment.",
        ),
        *(
            (
                {"user_id": "u1", "password": "pw", name: "../x"},
                {},
                f"{name} must contain only letters, digits, '-' and '_'; got '../x'.",
            )
            for name in ("user_id", "domain_id", "project_domain_id", "project_id")
        ),
        (
            {},
            {"OS_USER_ID": "no id", "OS_PASSWORD": "pw"},
            "user_id must contain only letters, digits, '-' and '_'; got 'no id'.",
        ),
        (
            {},
            {**HW_KEY, "HW_MODELARTS_ENDPOINT": "http://m.example"},
            "endpoint must use https: plain http would expose the credentials on the network to 'm.example'. Only an address "
            "of this machine, such as http://localhost, may use http.",
        ),
        (
            {},
            {**HW_KEY, "HW_MODELARTS_CACERT": "/not/there"},
            "ca_path must be the path of a CA bundle on the host that runs the task; '/not/there' does not exist.",
        ),
    ],
)
def test_wrong_values(parameters, environ, message):
    assert refused({**REGION, **parameters}, environ) == message


def test_every_secret_is_registered_as_it_is_and_as_it_is_used():
    secrets = set()
    environ = {
        "OS_PASSWORD": "os-pw\r\n",
        "OS_SECURITY_TOKEN": "os-st",
        "OS_PASSCODE": "123456",
        "OS_APPLICATION_CREDENTIAL_SECRET": "app",
        "AWS_SESSION_TOKEN": "aws",
        "HW_ASSUME_ROLE_ID_TOKEN": "id-token",
        "HW_USER_PASSWORD": "hw-pw",
        "HW_SECURITY_TOKEN": "hw-st",
    }
    connect({**REGION, "token": " t\n"}, environ, secrets.add)
    assert secrets == {
        " t\n", "t", "os-pw\r\n", "os-pw", "os-st", "123456", "app", "aws", "id-token", "hw-pw", "hw-st"
    }  # fmt: skip


@pytest.mark.parametrize(
    "parameters, environ, hint",
    [
        (
            {},
            {**OS_KEY, "AWS_SESSION_TOKEN": "x"},
            "If the access key is temporary, set OS_SECURITY_TOKEN: AWS_SESSION_TOKEN is set, but not read.",
        ),
        ({}, {**OS_KEY, "AWS_SESSION_TOKEN": "x", "OS_SECURITY_TOKEN": "st"}, None),
        ({}, OS_KEY, None),
        ({}, {**HW_KEY, "AWS_SESSION_TOKEN": "x"}, None),
        ({"access_key": "a", "secret_key": "s"}, {**OS_KEY, "AWS_SESSION_TOKEN": "x"}, None),
        ({}, {**OS_KEY, "OS_TOKEN": "t", "OS_AUTH_TYPE": "token", "AWS_SESSION_TOKEN": "x"}, None),
    ],
)
def test_session_token_of_other_tools(parameters, environ, hint):
    assert connect({**REGION, **parameters}, environ).hint_if_refused == hint
