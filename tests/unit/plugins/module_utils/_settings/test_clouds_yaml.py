# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import AccessKey, Password, Token
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import (
    CONNECTION_SPEC,
    connection_from,
)

DEFAULTS = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
PASSWORD = """
clouds:
  otc:
    region_name: eu-de
    auth:
      auth_url: https://iam.eu-de.otc.t-systems.com:443/v3
      username: me
      user_domain_name: us
      project_name: eu-de_team
      password: {password}
  other:
    auth: {{}}
"""


@pytest.fixture(name="files")
def files_fixture(tmp_path):
    """Write files by name, and get the environment that leads to the first."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        return {"OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml")}

    return write


def connect(parameters, environ, hidden=None):
    return connection_from({**DEFAULTS, **parameters}, environ, (hidden if hidden is not None else set()).add)


def signed_in_with(connection):
    return type(connection.credentials), connection.credentials._values


def test_password(files):
    hidden = set()
    connection = connect({"cloud": "otc"}, files(clouds=PASSWORD.format(password="pw")), hidden)
    assert signed_in_with(connection) == (Password, {"username": "me", "password": "pw", "domain_name": "us"})
    assert connection.auth_url == "https://iam.eu-de.otc.t-systems.com:443"
    assert (connection.region, connection.project_name) == ("eu-de", "eu-de_team")
    assert connection.verify is True
    assert hidden == {"pw"}


def test_secrets_may_stand_in_a_file_of_their_own(files):
    secure = "clouds: {otc: {auth: {password: 12345}}}"
    connection = connect({"cloud": "otc"}, files(clouds=PASSWORD.format(password=""), secure=secure))
    assert signed_in_with(connection)[1]["password"] == "12345"


def test_what_awx_writes(files):
    written = """
clouds:
  devstack:
    auth: {auth_url: 'https://i.example/v3', username: me, password: pw, project_name: eu-de, domain_name: us}
    verify: false
"""
    environ = {**files(clouds=written), "OS_CLOUD": "devstack"}
    connection = connect({}, environ)
    values = {"username": "me", "password": "pw", "domain_name": "us", "project_domain_name": "us"}
    assert signed_in_with(connection) == (Password, values)
    assert connection.verify is False
    assert (connection.endpoint, connection.region) == (None, None)


@pytest.mark.parametrize(
    "entry, way, values",
    [
        ("{access_key: a, secret_key: s}", AccessKey, {"access_key": "a", "secret_key": "s"}),
        ("{ak: a, sk: s, security_token: t}", AccessKey, {"access_key": "a", "secret_key": "s", "security_token": "t"}),
        ("{auth: {access_key: a, secret_key: s}}", AccessKey, {"access_key": "a", "secret_key": "s"}),
        ("{auth: {token: t}}", Token, {"token": "t"}),
        (
            "{auth: {username: u, password: p, user_domain_name: d, project_domain_name: e, auth_url: 'https://i.example'}}",
            Password,
            {"username": "u", "password": "p", "domain_name": "d", "project_domain_name": "e"},
        ),
    ],
)
def test_ways_to_sign_in(files, entry, way, values):
    environ = files(clouds=f"clouds: {{x: {entry}}}")
    assert signed_in_with(connect({"cloud": "x", "region": "eu-de", "project_id": "p1"}, environ)) == (way, values)


def test_precedence(files):
    environ = {
        **files(clouds=PASSWORD.format(password="pw")),
        "OS_CLOUD": "otc",
        "HW_ACCESS_KEY": "hw",
        "HW_SECRET_KEY": "s",
        "HW_REGION_NAME": "eu-nl",
    }
    # A parameter comes before the cloud, a cloud that is named before every variable, and those before OS_CLOUD.
    by_hand = connect({"cloud": "otc", "token": "t", "region": "eu-nl"}, environ)
    assert signed_in_with(by_hand) == (Token, {"token": "t"})
    assert (by_hand.region, by_hand.project_name) == ("eu-nl", "eu-de_team")
    assert signed_in_with(connect({"cloud": "otc"}, environ))[0] is Password
    assert signed_in_with(connect({}, environ))[0] is AccessKey
    del environ["HW_SECRET_KEY"]
    assert signed_in_with(connect({}, environ))[0] is Password


def test_places(files, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / ".config" / "openstack").mkdir(parents=True)
    (tmp_path / "home" / ".config" / "openstack" / "clouds.yaml").write_text(PASSWORD.format(password="at home"))
    assert signed_in_with(connect({"cloud": "otc"}, {}))[1]["password"] == "at home"
    files(clouds=PASSWORD.format(password="here"))
    assert signed_in_with(connect({"cloud": "otc"}, {}))[1]["password"] == "here"


@pytest.mark.parametrize(
    "text, message",
    [
        (PASSWORD.format(password="pw"), "{path} has no cloud named 'x': it has otc, other."),
        ("clouds: {}", "{path} has no cloud named 'x': it has none."),
        ("- 1", "{path} has no entries: it needs a dictionary named clouds."),
        ("clouds: {x: ['secret'", "{path} is not valid YAML."),
        (
            "clouds: {x: {region_name: eu-de, project_id: p}}",
            "There is no way to sign in with cloud x of {path}: add one to it, or set access_key and secret_key "
            "(HW_ACCESS_KEY and HW_SECRET_KEY); or token (HW_AUTH_TOKEN); or username, password and domain_name "
            "(HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME).",
        ),
        (
            "clouds: {x: {region_name: eu-de, auth: {username: me, user_domain_name: us}}}",
            "password is missing: signing in with a password needs it. Set the parameter, or auth.password in cloud x of "
            "{path}.",
        ),
        (
            "clouds: {x: {region_name: eu-de, auth: {auth_url: 'http://10.0.0.1/v3', username: me, password: pw, "
            "user_domain_name: us}}}",
            "auth_url must use https: over plain http, which is allowed to this machine alone, credentials could be read on "
            "the way to 10.0.0.1.",
        ),
        (
            "clouds: {x: {region_name: eu-de, modelarts_endpoint_override: 'http://localhost.example', ak: a, sk: s}}",
            "endpoint must use https: over plain http, which is allowed to this machine alone, credentials could be read on "
            "the way to localhost.example.",
        ),
        ("clouds: {x: {verify: perhaps}}", "verify of cloud x of {path} must be true or false; got 'perhaps'."),
    ],
)
def test_bad_files(files, text, message):
    environ = files(clouds=text)
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x"}, environ)
    assert str(caught.value) == message.format(path=environ["OS_CLIENT_CONFIG_FILE"])


def test_no_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(OptionError, match=r"There is no clouds.yaml to find cloud 'x' in: put it into one of "):
        connect({"cloud": "x"}, {})
    with pytest.raises(OptionError, match="OS_CLIENT_CONFIG_FILE names a file that is not there: /no/such/file"):
        connect({"cloud": "x"}, {"OS_CLIENT_CONFIG_FILE": "/no/such/file"})


def test_without_pyyaml(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(OptionError, match=r"Failed to import the required Python library \(PyYAML\) on .*'s Python "):
        connect({"cloud": "otc"}, files(clouds=PASSWORD.format(password="pw")))
