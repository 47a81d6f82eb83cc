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
    """Writes files by name, with '_' for '-', and returns the environment that names `clouds.yaml`."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name.replace('_', '-')}.yaml").write_text(text)
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
    # A cloud that is named comes before left-over variables of its family.
    environ.update({"OS_TOKEN": "left over", "OS_REGION_NAME": "eu-nl"})
    assert signed_in_with(connect({}, environ))[0] is PASSWORD
    # Parameters that suffice do not need it, whatever is wrong with it.
    environ["OS_CLOUD"] = "no such cloud"
    assert signed_in_with(connect({"token": "t", "region": "eu-de"}, environ)) == (TOKEN, {"token": "t"})


def test_named_cloud_that_is_incomplete_is_not_passed_over(files):
    environ = {
        **files(clouds=CLOUDS.format(password="")),
        "OS_CLOUD": "otc",
        "OS_TOKEN": "t",
        "OS_REGION_NAME": "eu-de",
    }
    with pytest.raises(OptionError) as caught:
        connect({}, environ)
    assert str(caught.value) == (
        "password is required to sign in with a password. Set the parameter, or auth.password in cloud 'otc' of "
        f"{environ['OS_CLIENT_CONFIG_FILE']}."
    )


IDS = "auth: {user_id: u1, password: pw, project_name: n, project_domain_id: d2, auth_url: 'https://i.example'}"
USER = "auth: {username: me, password: pw, user_domain_name: us}"


@pytest.mark.parametrize(
    "entry, method, values",
    [
        (f"{{{IDS}}}", PASSWORD, {"user_id": "u1", "password": "pw", "project_domain_id": "d2"}),
        (
            "{auth: {username: me, password: pw, user_domain_id: d1, tenant_name: n, auth-url: 'https://i.example'}}",
            PASSWORD,
            {"username": "me", "password": "pw", "domain_id": "d1"},
        ),
        # What openstacksdk moves into `auth`, or prefers from outside of it.
        (
            "{username: me, password: pw, user-domain-name: us, auth_url: 'https://i.example', project_name: n}",
            PASSWORD,
            {"username": "me", "password": "pw", "domain_name": "us"},
        ),
        (
            "{auth: {username: me, password: pw, domain_id: d1, auth_url: 'https://i.example', project_id: p}}",
            PASSWORD,
            {"username": "me", "password": "pw", "domain_id": "d1", "project_domain_id": "d1"},
        ),
        (
            "{auth_type: v3token, auth: {token: t, username: me, password: pw, user_domain_name: us}}",
            TOKEN,
            {"token": "t"},
        ),
        ("{auth_type: token, ak: a, sk: s, auth: {auth_token: t}}", TOKEN, {"token": "t"}),
        (
            "{auth_type: v3password, ak: a, sk: s, auth: {username: me, password: pw, user_domain_name: us}}",
            PASSWORD,
            {"username": "me", "password": "pw", "domain_name": "us"},
        ),
        # A token needs no passcode.
        ("{auth: {token: t, passcode: 123456}}", TOKEN, {"token": "t"}),
        # A block, and a text from a file.
        (
            '{auth: {username: " me\\n", password: " p w\\r\\n", user_domain_name: "us\\n", auth_url: "https://i.example\\n"}}',
            PASSWORD,
            {"username": "me", "password": " p w", "domain_name": "us"},
        ),
    ],
)
def test_values_of_sign_in(files, entry, method, values):
    environ = files(clouds=f"clouds: {{x: {entry}}}")
    connection = connect({"cloud": "x", "region": "eu-de"}, environ)
    assert signed_in_with(connection) == (method, values)
    if "auth_url" in entry:
        assert connection.auth_url == "https://i.example"


PUBLIC = (
    "public-clouds: {mine: {auth: {auth_url: 'https://i.{region_name}.example/v3'}, regions: [r1, r2], verify: false}}"
)


@pytest.mark.parametrize(
    "entry, parameters, expected",
    [
        # One region is taken; several need the parameter.
        (f"{{regions: [r1], {USER}}}", {"auth_url": "https://i.example"}, ("https://i.example", "r1", True)),
        (f"{{region_name: eu-nl, {USER}}}", {}, ("https://iam.eu-nl.otc.t-systems.com", "eu-nl", True)),
        (
            f"{{regions: [eu-nl, eu-de], {USER}}}",
            {"region": "eu-de"},
            ("https://iam.eu-de.otc.t-systems.com", "eu-de", True),
        ),
        (
            f"{{region_name: 'eu-nl, eu-de', {USER}}}",
            {"region": "eu-de"},
            ("https://iam.eu-de.otc.t-systems.com", "eu-de", True),
        ),
        (
            f"{{regions: [{{name: r1, values: {{auth: {{auth_url: 'https://r1.example'}}}}}}, r2], {USER}}}",
            {"region": "r1"},
            ("https://r1.example", "r1", True),
        ),
        (
            f"{{regions: [{{name: r1, values: {{verify: false, auth_url: 'https://r1.example'}}}}], {USER}}}",
            {},
            ("https://r1.example", "r1", False),
        ),
        # Profiles.
        (f"{{profile: otc, region_name: eu-nl, {USER}}}", {}, ("https://iam.eu-nl.otc.t-systems.com", "eu-nl", True)),
        (f"{{cloud: otc, {USER}}}", {"region": "eu-de"}, ("https://iam.eu-de.otc.t-systems.com", "eu-de", True)),
        (f"{{profile: otc-swiss, {USER}}}", {}, ("https://iam-pub.eu-ch2.sc.otc.t-systems.com", "eu-ch2", True)),
        (f"{{profile: mine, {USER}}}", {"region": "r2"}, ("https://i.r2.example", "r2", False)),
        (f"{{profile: mine, region_name: r9, verify: true, {USER}}}", {}, ("https://i.r9.example", "r9", True)),
        # Certificates.
        (
            f"{{region_name: eu-de, insecure: true, {USER}}}",
            {},
            ("https://iam.eu-de.otc.t-systems.com", "eu-de", False),
        ),
        (
            f"{{region_name: eu-de, cacert: {__file__}, {USER}}}",
            {},
            ("https://iam.eu-de.otc.t-systems.com", "eu-de", __file__),
        ),
        (
            f"{{region_name: eu-de, verify: false, cacert: {__file__}, {USER}}}",
            {},
            ("https://iam.eu-de.otc.t-systems.com", "eu-de", False),
        ),
    ],
)
def test_regions_and_profiles(files, entry, parameters, expected):
    environ = files(clouds=f"clouds: {{x: {entry}}}", clouds_public=PUBLIC)
    connection = connect({"cloud": "x", **parameters}, environ)
    assert (connection.auth_url, connection.region, connection.verify) == expected


def test_values_of_a_region_come_first(files):
    entry = """
  x:
    auth: {token: t, project_name: usual}
    regions:
      - name: eu-de
        values: {project_name: special, modelarts_endpoint_override: "https://m.{region_name}.example/v1/%(project_id)s"}
      - eu-nl
"""
    environ = files(clouds=f"clouds:{entry}")
    special = connect({"cloud": "x", "region": "eu-de"}, environ)
    assert (special.project_name, special.endpoint) == ("special", "https://m.eu-de.example")
    assert connect({"cloud": "x", "region": "eu-nl"}, environ).project_name == "usual"


def test_secrets_in_another_file(files, tmp_path):
    environ = files(clouds=CLOUDS.format(password=""), secure="clouds: {otc: {auth: {password: beside}}}")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("clouds: {otc: {auth: {password: elsewhere, passcode: 123456}}}")
    secrets = set()
    assert signed_in_with(connect({"cloud": "otc"}, environ))[1]["password"] == "beside"
    with pytest.raises(OptionError, match=r"^auth\.passcode in cloud 'otc' of .* is not supported\."):
        connect({"cloud": "otc"}, {**environ, "OS_CLIENT_SECURE_FILE": str(elsewhere)}, secrets.add)
    assert secrets == {"elsewhere", "123456"}
    # It may be in the usual folder while `clouds.yaml` is elsewhere, and it may be empty.
    (tmp_path / "secure.yaml").write_text("")
    with pytest.raises(OptionError, match="password is required"):
        connect({"cloud": "otc"}, environ)


def test_secure_file_in_a_usual_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".config" / "openstack"
    folder.mkdir(parents=True)
    (folder / "secure.yaml").write_text("clouds: {otc: {auth: {password: from home}}}")
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "clouds.yaml").write_text(CLOUDS.format(password=""))
    environ = {"OS_CLIENT_CONFIG_FILE": str(other / "clouds.yaml")}
    assert signed_in_with(connect({"cloud": "otc"}, environ))[1]["password"] == "from home"


AGENCY = "Remove it, and sign in with a temporary access key that the agency's account issued."
AUTH_TYPE = "Use password, v3password, token or v3token, or an access key."


@pytest.mark.parametrize(
    "entry, message",
    [
        (
            f"{{regions: [eu-de, eu-nl], {USER}}}",
            "Set region to 'eu-de' or 'eu-nl': cloud 'x' of {path} has several regions.",
        ),
        (f"{{profile: otc, {USER}}}", "Set region to 'eu-de' or 'eu-nl': cloud 'x' of {path} has several regions."),
        (
            f"{{profile: ovh, {USER}}}",
            "Profile 'ovh', which cloud 'x' of {path} names, does not exist. Set profile to 'mine', 'otc' or 'otc-swiss', or "
            "add it to a clouds-public.yaml.",
        ),
        (
            f"{{profile: 'https://otc.example', {USER}}}",
            "Profile 'https://otc.example', which cloud 'x' of {path} names, does not exist. Set profile to 'mine', 'otc' or "
            "'otc-swiss', or add it to a clouds-public.yaml.",
        ),
        *(
            (
                f"{{regions: {regions}, {USER}}}",
                "regions in cloud 'x' of {path} must be a list of names, or of dictionaries with name and values.",
            )
            for regions in ("[{values: {}}]", "[{name: eu-de, auth: {}}]", "[[eu-de]]", "[eu-de, '']")
        ),
        (
            "{region_name: eu-de, auth_type: v3applicationcredential, auth: {application_credential_id: a}}",
            f"auth_type 'v3applicationcredential' in cloud 'x' of {{path}} is not supported. {AUTH_TYPE}",
        ),
        (
            f"{{region_name: eu-de, auth_type: v3totp, {USER}}}",
            f"auth_type 'v3totp' in cloud 'x' of {{path}} is not supported. {AUTH_TYPE}",
        ),
        (
            "{region_name: eu-de, auth: {application_credential_id: a, application_credential_secret: s}}",
            f"auth.application_credential_id in cloud 'x' of {{path}} is not supported. {AUTH_TYPE}",
        ),
        (
            "{region_name: eu-de, passcode: 123456, auth: {username: me, password: pw, user_domain_name: us}}",
            "passcode in cloud 'x' of {path} is not supported. Remove it, or set token: a passcode cannot be used twice, so "
            "the token could not be renewed.",
        ),
        *(
            (
                f"{{region_name: eu-de, {key}: y, ak: a, sk: s}}",
                f"{key} in cloud 'x' of {{path}} is not supported. {AGENCY}",
            )
            for key in ("agency_name", "agency_domain_name", "delegated_project")
        ),
        (
            "{region_name: eu-de, auth: {username: me, password: pw, user_domain_name: us, trust_id: t1}}",
            "auth.trust_id in cloud 'x' of {path} is not supported. Remove it, and set project_id or project_name: the jobs "
            "are in a project.",
        ),
        (
            "{region_name: eu-de, auth: {user_id: 'u 1', password: pw}}",
            "user_id must contain only letters, digits, '-' and '_'; got 'u 1'.",
        ),
        (
            f"{{region_name: eu-de, insecure: perhaps, {USER}}}",
            "insecure in cloud 'x' of {path} must be true or false; got 'perhaps'.",
        ),
    ],
)
def test_wrong_entries(files, entry, message):
    environ = files(clouds=f"clouds: {{x: {entry}}}", clouds_public=PUBLIC)
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x"}, environ)
    assert str(caught.value) == message.format(path=environ["OS_CLIENT_CONFIG_FILE"])


def test_region_that_the_cloud_does_not_have(files):
    environ = files(clouds=f"clouds: {{x: {{profile: otc, {USER}}}}}")
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x", "region": "eu-ch2"}, environ)
    assert str(caught.value) == (
        f"Set region to 'eu-de' or 'eu-nl': cloud 'x' of {environ['OS_CLIENT_CONFIG_FILE']} has no region 'eu-ch2'."
    )


def test_profile_without_a_region(files):
    environ = files(
        clouds=f"clouds: {{x: {{profile: mine, {USER}}}}}", clouds_public=PUBLIC.replace("regions: [r1, r2], ", "")
    )
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x"}, environ)
    assert str(caught.value) == (
        "region is required unless auth_url is set. Set the parameter, or region_name in cloud 'x' of "
        f"{environ['OS_CLIENT_CONFIG_FILE']}."
    )


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
    (tmp_path / "clouds.yaml").write_text(CLOUDS.format(password=""))
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "otc"}, {"OS_CLIENT_SECURE_FILE": "/no/such/file"})
    assert str(caught.value) == (
        "OS_CLIENT_SECURE_FILE must be the path of a secure.yaml; '/no/such/file' does not exist."
    )


def test_file_that_cannot_be_read(tmp_path):
    with pytest.raises(OptionError) as caught:
        connect({"cloud": "x"}, {"OS_CLIENT_CONFIG_FILE": str(tmp_path)})
    assert str(caught.value) == f"Cannot read {tmp_path}: Is a directory. Check the file and its permissions."


def test_without_pyyaml(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(OptionError, match=r"Failed to import the required Python library \(PyYAML\) on .*'s Python "):
        connect({"cloud": "otc"}, files(clouds=CLOUDS.format(password="pw")))
