# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import ACCESS_KEY, PASSWORD, TOKEN
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from

DEFAULTS = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
HERE = {"endpoint": "http://127.0.0.1:8080", "auth_url": "http://127.0.0.1:8080", "project_id": "p1"}
KEY = {"access_key": "AK", "secret_key": "SK"}
USER = {"username": "me", "password": "pw", "domain_name": "us"}
HW_KEY = {"HW_ACCESS_KEY": "hw-ak", "HW_SECRET_KEY": "hw-sk"}
SDK_KEY = {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}
OS_PASSWORD = {"OS_USERNAME": "os-me", "OS_PASSWORD": "os-pw", "OS_USER_DOMAIN_NAME": "os-us"}


def connect(parameters, environ=None, register_secret=lambda secret: None):
    return connection_from({**DEFAULTS, **parameters}, environ or {}, register_secret)


def signed_in_with(connection):
    """The auth method, and its values."""
    return connection.auth_method, connection.auth_values


@pytest.mark.parametrize(
    "parameters, environ, method, values",
    [
        ({**HERE, **KEY}, {}, ACCESS_KEY, KEY),
        ({**HERE, "token": "t"}, {}, TOKEN, {"token": "t"}),
        ({**HERE, **USER}, {}, PASSWORD, USER),
        # An empty value counts as unset: AWX injects one for each unset field.
        ({**HERE, **KEY, "token": "", "security_token": ""}, {"HW_AUTH_TOKEN": ""}, ACCESS_KEY, KEY),
        # Parameters come before every variable, and where they are complete, no variable is added to them.
        ({**HERE, "token": "t"}, HW_KEY, TOKEN, {"token": "t"}),
        ({**HERE, **KEY}, {"HW_SECURITY_TOKEN": "of another key"}, ACCESS_KEY, KEY),
        # Incomplete credentials are completed from one family.
        ({**HERE, "access_key": "AK"}, {"HW_SECRET_KEY": "s"}, ACCESS_KEY, {"access_key": "AK", "secret_key": "s"}),
        (
            {**HERE, "password": "pw"},
            {"OS_USERNAME": "u", "OS_DOMAIN_NAME": "d"},
            PASSWORD,
            {"username": "u", "password": "pw", "domain_name": "d"},
        ),
        # The project may be in another domain than the user.
        (
            HERE,
            {**OS_PASSWORD, "OS_PROJECT_DOMAIN_NAME": "os-work"},
            PASSWORD,
            {"username": "os-me", "password": "os-pw", "domain_name": "os-us", "project_domain_name": "os-work"},
        ),
        # The families in their order; an incomplete one is skipped.
        (HERE, {**HW_KEY, **SDK_KEY, **OS_PASSWORD}, ACCESS_KEY, {"access_key": "hw-ak", "secret_key": "hw-sk"}),
        (HERE, {**SDK_KEY, **OS_PASSWORD}, ACCESS_KEY, {"access_key": "sdk-ak", "secret_key": "sdk-sk"}),
        (
            HERE,
            {"HW_ACCESS_KEY": "hw-ak", **OS_PASSWORD},
            PASSWORD,
            {"username": "os-me", "password": "os-pw", "domain_name": "os-us"},
        ),
        # Within a family an access key comes before a token, and a token before a password.
        (HERE, {**HW_KEY, "HW_AUTH_TOKEN": "t"}, ACCESS_KEY, {"access_key": "hw-ak", "secret_key": "hw-sk"}),
        (HERE, {**OS_PASSWORD, "OS_AUTH_TOKEN": "t"}, TOKEN, {"token": "t"}),
        (
            HERE,
            {**OS_PASSWORD, "OS_ACCESS_KEY": "half"},
            PASSWORD,
            {"username": "os-me", "password": "os-pw", "domain_name": "os-us"},
        ),
        # The first of two variables for one parameter.
        (HERE, {"OS_TOKEN": "first", "OS_AUTH_TOKEN": "second"}, TOKEN, {"token": "first"}),
    ],
)
def test_auth_method(parameters, environ, method, values):
    assert signed_in_with(connect(parameters, environ)) == (method, values)


@pytest.mark.parametrize(
    "parameters, environ, expected",
    [
        (
            {"region": "eu-de", "project_id": "p1"},
            {},
            ("https://modelarts.eu-de.otc.t-systems.com", "https://iam.eu-de.otc.t-systems.com"),
        ),
        (
            {"region": "cn-north-4"},
            {},
            ("https://modelarts.cn-north-4.myhuaweicloud.com", "https://iam.cn-north-4.myhuaweicloud.com"),
        ),
        (
            {"region": "ap-southeast-1"},
            {},
            ("https://modelarts.ap-southeast-1.myhuaweicloud.cn", "https://iam.ap-southeast-1.myhuaweicloud.com"),
        ),
        (
            {"region": "xx-1", "cloud_domain": "cloud.example"},
            {},
            ("https://modelarts.xx-1.cloud.example", "https://iam.xx-1.cloud.example"),
        ),
        (
            {"project_name": "x"},
            {"HW_REGION_NAME": "xx-1", "HW_CLOUD": "c.example"},
            ("https://modelarts.xx-1.c.example", "https://iam.xx-1.c.example"),
        ),
        (
            {"endpoint": "https://m.example/", "auth_url": "https://i.example/v3/", "project_name": "x"},
            {},
            ("https://m.example", "https://i.example"),
        ),
        ({"endpoint": "https://m.example/v1", "project_id": "p"}, {}, ("https://m.example", None)),
        ({"endpoint": "https://m.example/gate/v1/p", "project_id": "p"}, {}, ("https://m.example/gate", None)),
        ({"endpoint": "https://[::1]:8443/v1/p"}, {}, ("https://[::1]:8443", None)),
    ],
)
def test_addresses(parameters, environ, expected):
    connection = connect({**KEY, **parameters}, environ)
    assert (connection.endpoint or connection.region_endpoint, connection.auth_url) == expected


def test_project_of_the_endpoint_comes_before_that_of_the_environment():
    environ = {"HW_PROJECT_ID": "other", "HW_REGION_NAME": "eu-de"}
    assert connect({**KEY, "endpoint": "https://m.example/v1/p7"}, environ).project_id == "p7"


def test_project_of_the_endpoint():
    assert connect({**KEY, "endpoint": "https://m.example/v1/p7"}).project_id == "p7"


def test_explicit_project_is_not_mixed_with_that_of_the_environment():
    environ = {"OS_REGION_NAME": "eu-de", "OS_PROJECT_ID": "other", "OS_PROJECT_NAME": "other"}
    assert connect({**KEY, "project_name": "mine"}, environ).project_id is None
    assert connect({**KEY, "project_id": "mine"}, environ).project_id == "mine"
    assert connect(KEY, environ).project_id == "other"


@pytest.mark.parametrize(
    "parameters, identity",
    [(KEY, {"access_key": "AK"}), ({"token": "t"}, {}), (USER, {"username": "me", "domain_name": "us"})],
)
def test_identity_has_no_secret(parameters, identity):
    assert connect({**HERE, **parameters}).identity == identity


def test_project_name_defaults_to_the_region():
    assert connect({**KEY, "region": "eu-de"}).project_name == "eu-de"


@pytest.mark.parametrize(
    "parameters, environ, expected",
    [
        ({}, {}, True),
        ({"validate_certs": False}, {}, False),
        ({}, {"OS_INSECURE": "true"}, False),
        ({"validate_certs": True}, {"OS_INSECURE": "true"}, True),
        ({"ca_path": __file__}, {"OS_INSECURE": "true"}, __file__),
        ({}, {"OS_CACERT": __file__}, __file__),
        ({"ca_path": __file__}, {"OS_CACERT": "/not/there"}, __file__),
        ({"validate_certs": False}, {"OS_CACERT": __file__}, False),
    ],
)
def test_verification(parameters, environ, expected):
    assert connect({**HERE, **KEY, **parameters}, environ).verify == expected


def test_every_secret_is_registered_whether_it_is_used_or_not():
    secrets = set()
    environ = {
        **HW_KEY,
        **SDK_KEY,
        **OS_PASSWORD,
        "HW_SECURITY_TOKEN": "st",
        "OS_TOKEN": "ot",
        "OS_AUTH_TOKEN": "shadowed",
    }
    connect({**HERE, "token": "t"}, environ, secrets.add)
    assert secrets == {"t", "hw-sk", "sdk-sk", "os-pw", "st", "ot", "shadowed"}


@pytest.mark.parametrize(
    "variable, address, passwords",
    [
        ("HTTPS_PROXY", "http://me:pass%40word@proxy.example:3128", ["pass%40word", "pass@word"]),
        ("https_proxy", "http://me:pass%40word@proxy.example:3128", ["pass%40word", "pass@word"]),
        ("ALL_PROXY", "me:password@proxy.example", ["password"]),
        ("http_proxy", "http://me:p@ss/word@proxy.example/", ["p@ss/word"]),
        ("Https_Proxy", "socks5h://me:password@proxy.example", ["password"]),
        ("HTTPS_PROXY", "http://me@proxy.example:3128", []),
        ("HTTPS_PROXY", "http://proxy.example:3128", []),
    ],
)
def test_passwords_of_proxies_are_registered(variable, address, passwords):
    secrets = set()
    connect({**HERE, "token": "t"}, {variable: address}, secrets.add)
    assert secrets == {"t", *passwords}


REGION = {"region": "eu-de"}
KNOWN = (
    "Known: af-north-1, af-south-1, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-4, cn-east-3, cn-east-4, "
    "cn-north-1, cn-north-2, cn-north-4, cn-north-9, cn-north-11, cn-north-12, cn-south-1, cn-southwest-2, cn-southwest-3, "
    "la-north-2, la-south-2, me-east-1, sa-brazil-1, tr-west-1, eu-west-101, eu-de, eu-nl and eu-ch2."
)


@pytest.mark.parametrize(
    "parameters, environ, message",
    [
        (
            HERE,
            {},
            "No credentials found: set access_key and secret_key (HW_ACCESS_KEY and HW_SECRET_KEY); or token "
            "(HW_AUTH_TOKEN); or username, password and domain_name (HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME), "
            "as parameters or in the environment.",
        ),
        (
            {**HERE, "access_key": "AK"},
            {},
            "secret_key is required to sign in with an access key. Set the parameter, or HW_SECRET_KEY, "
            "HUAWEICLOUD_SDK_SK or OS_SECRET_KEY in the environment.",
        ),
        (
            {**HERE, "security_token": "t"},
            {},
            "access_key is required to sign in with an access key. Set the parameter, or HW_ACCESS_KEY, "
            "HUAWEICLOUD_SDK_AK or OS_ACCESS_KEY in the environment.",
        ),
        (
            {**HERE, "username": "me", "password": "pw"},
            {},
            "domain_name is required to sign in with a password. Set the parameter, or HW_DOMAIN_NAME, "
            "OS_USER_DOMAIN_NAME, OS_DOMAIN_NAME, OS_PROJECT_DOMAIN_NAME or OS_DEFAULT_DOMAIN in the environment.",
        ),
        (
            HERE,
            {"OS_USERNAME": "me", "OS_USER_DOMAIN_NAME": "us"},
            "password is required to sign in with a password. Set the parameter, or OS_PASSWORD in the environment.",
        ),
        # Another user's password is not used.
        (
            {**HERE, "username": "me"},
            {"HW_USER_NAME": "her", "HW_USER_PASSWORD": "pw", "HW_DOMAIN_NAME": "us"},
            "password is required to sign in with a password. Set the parameter, or HW_USER_PASSWORD in the "
            "environment.",
        ),
        (
            {**HERE, "token": "t", "username": "me"},
            {},
            "Set either token or username, not both: they belong to different auth methods.",
        ),
        (
            {**HERE, **KEY, "token": "t", "password": "pw"},
            {},
            "Set only one of access_key, token and password: they belong to different auth methods.",
        ),
        (
            KEY,
            {},
            "region is required unless endpoint is set. Set the parameter, or HW_REGION_NAME, "
            "OS_REGION_NAME or OS_REGION in the environment.",
        ),
        (
            {**KEY, "endpoint": "https://m.example"},
            {},
            "region is required unless auth_url is set. Set the parameter, or HW_REGION_NAME, "
            "OS_REGION_NAME or OS_REGION in the environment.",
        ),
        (
            {**KEY, "region": "xx-9"},
            {},
            f"Region 'xx-9' is not known. {KNOWN} For another cloud set cloud_domain, or endpoint and auth_url.",
        ),
        (
            {**KEY, "endpoint": "https://m.example", "auth_url": "https://i.example"},
            {},
            "project_id is required unless project_name or region is set. Set the parameter, or HW_PROJECT_ID, "
            "HUAWEICLOUD_SDK_PROJECT_ID, OS_PROJECT_ID or OS_TENANT_ID in the environment.",
        ),
        (
            {**KEY, "region": "eu-de.evil.example/#"},
            {},
            "region must be part of a host name, such as 'eu-de' or 'otc.t-systems.com'; got 'eu-de.evil.example/#'.",
        ),
        *(
            (
                {**KEY, **HERE, "endpoint": f"https://{host}"},
                {},
                f"endpoint must be a URL such as https://service.example.com; '{host}' cannot be the name of a host.",
            )
            for host in ("m..example", ".m.example", "m" * 64, f"m.{'m' * 64}.example", "m.x" * 90, "m%41.example")
        ),
        *(
            (
                {**KEY, **parameters, "endpoint": None},
                {},
                f"{name} must be part of a host name, such as 'eu-de' or 'otc.t-systems.com'; got '{parameters[name]}'.",
            )
            for name, parameters in (
                ("region", {"region": "a..b", "cloud_domain": "x.example"}),
                ("region", {"region": "a" * 64, "cloud_domain": "x.example"}),
                ("cloud_domain", {"region": "eu-de", "cloud_domain": "x..example"}),
            )
        ),
        (
            {**KEY, **HERE, "endpoint": "ftp://m.example"},
            {},
            "endpoint must be a URL such as https://service.example.com; got 'ftp://m.example'.",
        ),
        (
            {**KEY, **HERE, "endpoint": "m.example"},
            {},
            "endpoint must be a URL such as https://service.example.com; got 'm.example'.",
        ),
        (
            {**KEY, **HERE, "endpoint": "https://m.example:99999"},
            {},
            "endpoint must be a URL such as https://service.example.com; got 'https://m.example:99999'.",
        ),
        (
            {**KEY, **HERE, "endpoint": "https://me:pw@m.example"},
            {},
            "endpoint must be a URL such as https://service.example.com; it must not contain a user name or password.",
        ),
        (
            {**KEY, **HERE, "endpoint": "https://m.example/?a=b"},
            {},
            "endpoint must be a URL such as https://service.example.com; it must not contain '?' or '#'; got "
            "'https://m.example/?a=b'.",
        ),
        (
            {**KEY, **HERE, "endpoint": "http://m.example"},
            {},
            "endpoint must use https: plain http would expose the credentials on the network to 'm.example'. Only an address of "
            "this machine, such as http://localhost, may use http.",
        ),
        (
            {**USER, **HERE, "auth_url": "http://10.0.0.1/v3"},
            {},
            "auth_url must use https: plain http would expose the credentials on the network to '10.0.0.1'. Only an address of "
            "this machine, such as http://localhost, may use http.",
        ),
        (
            {**KEY, **HERE, "endpoint": "https://m.example/v1/other"},
            {},
            "project_id is 'p1', but endpoint ends with the ID of another project, 'other'. Remove one of them.",
        ),
        (
            {**KEY, **HERE, "project_id": "../x"},
            {},
            "project_id must contain only letters, digits, '-' and '_'; got '../x'.",
        ),
        (
            {**HERE, "token": "two\nlines"},
            {},
            "token must contain only printable ASCII characters, without white space.",
        ),
        (
            {**HERE, "access_key": "AK", "secret_key": "caf\udce9"},
            {},
            "secret_key must be text in UTF-8; it contains other bytes.",
        ),
        (
            {**HERE, **KEY, "ca_path": "/not/there"},
            {},
            "ca_path must be the path of a CA bundle on the host that runs the task; '/not/there' does not exist.",
        ),
        (
            {**HERE, **KEY},
            {"HW_INSECURE": "perhaps"},
            "HW_INSECURE in the environment must be true or false; got 'perhaps'.",
        ),
        ({**HERE, **KEY, "api_timeout": 0}, {}, "api_timeout must be from 1 to 600; got 0."),
        ({**HERE, **KEY, "api_timeout": 601}, {}, "api_timeout must be from 1 to 600; got 601."),
        ({**HERE, **KEY, "retries": -1}, {}, "retries must be from 0 to 20; got -1."),
        ({**HERE, **KEY, "retries": 1025}, {}, "retries must be from 0 to 20; got 1025."),
    ],
)
def test_bad_connection(parameters, environ, message):
    with pytest.raises(OptionError) as caught:
        connect(parameters, environ)
    assert str(caught.value) == message
