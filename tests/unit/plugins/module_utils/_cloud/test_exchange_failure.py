# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failure says, and the remedy that fits it."""

from __future__ import annotations

import ssl
import sys

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.exchange_failure import certificate_hint
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import HttpClient
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils import certificates
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.socket_fakes import (
    answer_all,
    exchange,
    failure,
)

UNKNOWN_CA = "Set ca_path to the certificate of the CA that signed it."
OTHER_CA = "Check that ca_path has the certificate of the CA that signed it."
OTHER_NAME = "Check the address: the certificate is for another one."
EXPIRED = "Have the certificate renewed, or check this machine's clock."
NOT_YET_VALID = "Check this machine's clock, or have the certificate renewed."
INCOMPLETE = "Have the certificate reissued with all that RFC 5280 requires: Python 3.13 and later insist on that."


@pytest.fixture(autouse=True)
def _no_proxies(proxies):
    proxies()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_certificate_of_the_ca_that_was_set(serve, files, host):
    server = serve(files.over_tls(answer_all))
    assert exchange(server.port, scheme="https", host=host, client=HttpClient(files.ca)).status == 200


@pytest.mark.parametrize(
    ("certificate", "has_ca", "hint"),
    [
        ("GOOD", False, UNKNOWN_CA),
        ("OTHER_NAME", True, OTHER_NAME),
        ("EXPIRED", True, EXPIRED),
        ("NOT_YET_VALID", True, NOT_YET_VALID),
        ("BARE", True, INCOMPLETE),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_remedy_for_a_certificate(serve, files, certificate, has_ca, hint, host):
    if certificate == "BARE" and sys.version_info < (3, 13):
        pytest.skip("older Pythons accept it")
    server = serve(files.over_tls(answer_all, getattr(certificates, certificate)))
    error = failure(server.port, scheme="https", host=host, client=HttpClient(files.ca if has_ca else True))
    assert (error.is_sent, error.hint) == (False, hint)
    assert error.reason.startswith("its certificate could not be verified (")


def test_remedy_for_an_unknown_ca_where_ca_path_is_set(serve, files, tmp_path):
    other = tmp_path / "other.pem"
    other.write_text(certificates.OTHER_NAME, encoding="utf-8")
    server = serve(files.over_tls(answer_all))
    error = failure(server.port, scheme="https", host="localhost", client=HttpClient(str(other)))
    assert error.hint == OTHER_CA


@pytest.mark.parametrize(
    ("code", "has_ca_path", "hint"),
    [
        (18, False, UNKNOWN_CA),
        (19, True, OTHER_CA),
        (10, False, EXPIRED),
        (9, True, NOT_YET_VALID),
        (62, True, OTHER_NAME),
        (64, False, OTHER_NAME),
        (85, True, INCOMPLETE),
        (92, False, INCOMPLETE),
        (23, False, "Have the certificate reissued."),
    ],
)
def test_remedy_by_code_of_openssl(code, has_ca_path, hint):
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    assert certificate_hint(error, has_ca_path) == hint


@pytest.mark.parametrize(
    "url",
    [
        "https://m..example/",
        f"https://{'m' * 64}.example/",
        "https://[v1.x]/",
        "https://\u2024.example/",
        "https://-\u00e9-.\u00e9/",
    ],
)
def test_address_that_requests_and_urllib3_refuse(url):
    scheme, _mark, host = url.rstrip("/").partition("://")
    error = failure(443, scheme=scheme, host=host)
    assert (error.is_sent, error.is_refused) == (False, False)
    assert error.reason in ("the address is not valid", "the host name cannot be resolved")


def test_secret_is_masked_before_the_text_is_cut(serve, proxies):
    secret = "correct horse battery staple"

    def refuse(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 407 " + b"x " * 220 + secret.encode() + b" is wrong\r\nContent-Length: 0\r\n\r\n")

    proxies(HTTPS_PROXY=f"http://127.0.0.1:{serve(refuse).port}")
    client = HttpClient(True, mask=lambda text: text.replace(secret, "********"))
    error = failure(443, scheme="https", host="m.example", client=client)
    assert "********" in error.reason
    assert "correct" not in error.reason
