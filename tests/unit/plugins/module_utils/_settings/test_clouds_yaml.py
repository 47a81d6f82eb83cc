# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import ACCESS_KEY, PASSWORD, TOKEN
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from

DEFAULTS = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
CLOUDS = """
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
    """Writes files by name, and returns the environment that names the first."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        return {"OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml")}

    return write


def connect(parameters, environ, register_secret=lambda secret: None):
    return connection_from({**DEFAULTS, **parameters}, environ, register_secret)


def signed_in_with(connection):
    return connection.auth_method, connection.auth_values


def test_password(files):
    secrets = set()
    connection = connect({"cloud": "otc"}, files(clouds=CLOUDS.format(password="pw")), secrets.add)
    assert signed_in_with(connection) == (PASSWORD, {"username": "me", "password": "pw", "domain_name": "us"})
    assert connection.auth_url == "https://iam.eu-de.otc.t-systems.com:443"
    assert (connection.region, connection.project_name) == ("eu-de", "eu-de_team")
    assert connection.verify is True
    assert secrets == {"pw"}


def test_secrets_in_secure_yaml(files):
    secure = "clouds: {otc: {auth: {password: 12345}}}"
    connection = connect({"cloud": "otc"}, files(clouds=CLOUDS.format(password=""), secure=secure))
    assert signed_in_with(connection)[1]["password"] == "12345"


def test_entry_that_awx_writes(files):
    written = """
clouds:
  devstack:
    auth: {auth_url: 'https://i.example/v3', username: me, password: pw, project_name: eu-de, domain_name: us}
    verify: false
"""
    environ = {**files(clouds=written), "OS_CLOUD": "devstack"}
    connection = connect({}, environ)
    values = {"username": "me", "password": "pw", "domain_name": "us", "project_domain_name": "us"}
    assert signed_in_with(connection) == (PASSWORD, values)
    assert connection.verify is False
    assert (connection.endpoint, connection.region) == (None, None)


@pytest.mark.parametrize(
    "entry, method, values",
    [
        ("{access_key: a, secret_key: s}", ACCESS_KEY, {"access_key": "a", "secret_key": "s"}),
        (
            "{ak: a, sk: s, security_token: t}",
            ACCESS_KEY,
            {"access_key": "a", "secret_key": "s", "security_token": "t"},
        ),
        ("{auth: {access_key: a, secret_key: s}}", ACCESS_KEY, {"access_key": "a", "secret_key": "s"}),
        ("{auth: {token: t}}", TOKEN, {"token": "t"}),
        (
            "{auth: {username: u, password: p, user_domain_name: d, project_domain_name: e, auth_url: 'https://i.example'}}",
            PASSWORD,
            {"username": "u", "password": "p", "domain_name": "d", "project_domain_name": "e"},
        ),
    ],
)
def test_auth_methods(files, entry, method, values):
    environ = files(clouds=f"clouds: {{x: {entry}}}")
    assert signed_in_with(connect({"cloud": "x", "region": "eu-de", "project_id": "p1"}, environ)) == (method, values)


def test_precedence(files):
    environ = {
        **files(clouds=CLOUDS.format(password="pw")),
        "OS_CLOUD": "otc",
        "HW_ACCESS_KEY": "hw",
        "HW_SECRET_KEY": "s",
        "HW_REGION_NAME": "eu-nl",
    }
    # A parameter comes before the cloud, a cloud that is named before every variable, and those before OS_CLOUD.
    explicit = connect({"cloud": "otc", "token": "t", "region": "eu-nl"}, environ)
    assert signed_in_with(explicit) == (TOKEN, {"token": "t"})
    assert (explicit.region, explicit.project_name) == ("eu-nl", "eu-de_team")
    assert signed_in_with(connect({"cloud": "otc"}, environ))[0] is PASSWORD
    assert signed_in_with(connect({}, environ))[0] is ACCESS_KEY
    del environ["HW_SECRET_KEY"]
    assert signed_in_with(connect({}, environ))[0] is PASSWORD


def test_folders(files, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / ".config" / "openstack").mkdir(parents=True)
    (tmp_path / "home" / ".config" / "openstack" / "clouds.yaml").write_text(CLOUDS.format(password="at home"))
    assert signed_in_with(connect({"cloud": "otc"}, {}))[1]["password"] == "at home"
    files(clouds=CLOUDS.format(password="here"))
    assert signed_in_with(connect({"cloud": "otc"}, {}))[1]["password"] == "here"


@pytest.mark.parametrize(
    "text, message",
    [
        (
            CLOUDS.format(password="pw"),
            "{path} has no cloud 'x'. Add it, or set cloud or OS_CLOUD to 'otc' or 'other'.",
        ),
        ("clouds: {}", "{path} has no cloud 'x'. Add it: the file has no clouds yet."),
        ("- 1", "{path} must contain the dictionary 'clouds', with an entry for each cloud."),
        ("clouds: {x: ['secret'", "{path} must be valid YAML in UTF-8. Correct its syntax."),
        (
            "clouds: {x: {region_name: eu-de, project_id: p}}",
            "No credentials found: set access_key and secret_key; or token (auth.token); or username, password and "
            "domain_name (auth.username, auth.password and auth.user_domain_name), as parameters or in cloud 'x' of {path}.",
        ),
        (
            "clouds: {x: {region_name: eu-de, auth: {username: me, user_domain_name: us}}}",
            "password is required to sign in with a password. Set the parameter, or auth.password in cloud 'x' of {path}.",
        ),
        (
            "clouds: {x: {region_name: eu-de, auth: {auth_url: 'http://10.0.0.1/v3', username: me, password: pw, "
            "user_domain_name: us}}}",
            "auth_url must use https: plain http would expose the credentials on the network to '10.0.0.1'. Only an address of "
            "this machine, such as http://localhost, may use http.",
        ),
        (
            "clouds: {x: {region_name: eu-de, modelarts_endpoint_override: 'http://localhost.example', ak: a, sk: s}}",
            "endpoint must use https: plain http would expose the credentials on the network to 'localhost.example'. Only an "
            "address of this machine, such as http://localhost, may use http.",
        ),
        ("clouds: {x: {verify: perhaps}}", "verify in cloud 'x' of {path} must be true or false; got 'perhaps'."),
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
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x"}, {})
    assert str(caught.value) == (
        f"No clouds.yaml found, which cloud 'x' requires. Create it in {tmp_path}, {tmp_path}/.config/openstack or "
        "/etc/openstack, or set OS_CLIENT_CONFIG_FILE to its path."
    )
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x"}, {"OS_CLIENT_CONFIG_FILE": "/no/such/file"})
    assert str(caught.value) == (
        "OS_CLIENT_CONFIG_FILE must be the path of a clouds.yaml; '/no/such/file' does not exist."
    )


def test_file_that_cannot_be_read(tmp_path):
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x"}, {"OS_CLIENT_CONFIG_FILE": str(tmp_path)})
    assert str(caught.value) == f"Cannot read {tmp_path}: Is a directory. Check the file and its permissions."


def test_without_pyyaml(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(OptionError, match=r"Failed to import the required Python library \(PyYAML\) on .*'s Python "):
        connect({"cloud": "otc"}, files(clouds=CLOUDS.format(password="pw")))
