# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies of every kind, as the environment names them."""

from __future__ import annotations

import socket
import struct
import sys

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud import proxies as under_test
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import HttpClient
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils import certificates
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.socket_fakes import (
    answer_all,
    exchange,
    failure,
    free_port,
    pump_both,
    trickle,
    tunnel_to,
)


@pytest.fixture(autouse=True)
def _no_proxies(proxies):
    proxies()


class Socks:
    """A SOCKS5 proxy without sign-in, whose every connection leads to one port; `targets`: what it was asked for."""

    def __init__(self, port, answer=0):
        self._port = port
        self._answer = answer
        self.targets = []

    def __call__(self, connection):
        connection.recv(257)
        connection.sendall(b"\5\0")
        _version, _command, _reserved, kind = connection.recv(4)
        target = socket.inet_ntoa(connection.recv(4)) if kind == 1 else connection.recv(connection.recv(1)[0]).decode()
        self.targets.append((target, *struct.unpack("!H", connection.recv(2))))
        connection.sendall(bytes((5, self._answer, 0, 1)) + bytes(6))
        if not self._answer:
            pump_both(connection, self._port)


@pytest.mark.parametrize(
    ("scheme", "target"), [("socks5", "127.0.0.1"), ("socks5h", "localhost"), ("SOCKS5h", "localhost")]
)
def test_socks_proxy(serve, files, proxies, scheme, target):
    pytest.importorskip("socks")
    server = serve(files.over_tls(answer_all))
    socks = Socks(server.port)
    proxies(HTTPS_PROXY=f"{scheme}://127.0.0.1:{serve(socks).port}")
    client = HttpClient(files.ca)
    for _time in range(2):
        assert exchange(444, scheme="https", host="localhost", client=client, fresh=True).status == 200
    assert socks.targets == [(target, 444)]


def test_answer_that_trickles_through_a_socks_proxy_is_bounded(serve, files, proxies):
    pytest.importorskip("socks")
    server = serve(files.over_tls(trickle))
    proxies(ALL_PROXY=f"socks5h://127.0.0.1:{serve(Socks(server.port)).port}")
    error = failure(443, scheme="https", host="localhost", client=HttpClient(files.ca), seconds=0.5)
    assert (error.is_sent, error.reason) == (True, "no complete response within 0.5 s")


def test_socks_proxy_that_refuses(serve, proxies):
    pytest.importorskip("socks")
    proxies(HTTPS_PROXY=f"socks5h://me:proxy-secret@127.0.0.1:{serve(Socks(0, answer=5)).port}")
    error = failure(443, scheme="https", host="localhost")
    assert (error.is_sent, error.reason.startswith("the proxy failed (")) == (False, True)
    assert "secret" not in error.reason


def test_socks_proxy_that_does_not_listen(proxies):
    pytest.importorskip("socks")
    proxies(HTTPS_PROXY=f"socks5://127.0.0.1:{free_port()}")
    error = failure(443, scheme="https", host="localhost")
    assert (error.is_refused, error.reason) == (True, "the proxy failed (the connection was refused)")


def test_socks_proxy_without_pysocks(monkeypatch, proxies):
    monkeypatch.setattr(under_test, "find_spec", lambda name: None)
    proxies(https_proxy="socks5://me:proxy-secret@127.0.0.1:1080")
    error = failure(443, scheme="https", host="m.example")
    assert error.reason == f"the SOCKS proxy in https_proxy requires PySocks, which {sys.executable} does not have"
    assert error.hint == f"Install it: {sys.executable} -m pip install PySocks."
    assert error.is_sent is False


@pytest.mark.parametrize("certificate", ["GOOD", "OTHER_NAME"])
def test_https_proxy_is_verified_with_ca_path(serve, files, proxies, certificate):
    server = serve(files.over_tls(answer_all))
    proxy = serve(files.over_tls(tunnel_to(server.port), getattr(certificates, certificate)))
    proxies(HTTPS_PROXY=f"https://127.0.0.1:{proxy.port}")
    result = exchange(443, scheme="https", host="localhost", client=HttpClient(files.ca))
    if certificate == "GOOD":
        assert result.status == 200
    else:
        assert result.reason.startswith("the proxy failed (its certificate could not be verified (IP address mismatch")
        assert (result.is_sent, result.hint) == (False, "Check the address: the certificate is for another one.")


@pytest.mark.parametrize("verify", [True, False])
def test_https_proxy_without_ca_path(serve, files, proxies, verify):
    server = serve(files.over_tls(answer_all))
    proxies(HTTPS_PROXY=f"https://127.0.0.1:{serve(files.over_tls(tunnel_to(server.port))).port}")
    result = exchange(443, scheme="https", host="localhost", client=HttpClient(verify))
    if verify:
        assert result.reason.startswith("the proxy failed (its certificate could not be verified (")
        assert result.hint == "Set ca_path to the certificate of the CA that signed it."
    else:
        assert result.status == 200


@pytest.mark.parametrize(
    "address",
    [
        "http://me:proxy-secret@127.0.0.1:port",
        "http://me:proxy-secret@127.0.0.1:99999",
        "http://me:proxy-secret@127.0.0.1:0",
        "http://me:proxy-secret@[::1",
        "http://me:proxy-secret@",
        "http://me:proxy-secret@proxy..example:3128",
        "http://me:proxy/secret@proxy.example:3128",
        "ftp://me:proxy-secret@proxy.example:3128",
        "socks9://me:proxy-secret@proxy.example:3128",
        "://",
        "me:proxy-secret@proxy..example",
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_malformed_address_is_named_by_its_variable(proxies, variable, address):
    proxies(**{variable: address})
    error = failure(443, scheme="https", host="m.example")
    assert (error.is_sent, error.reason) == (False, f"the address of the proxy in {variable} is not valid")
    assert error.hint == "Set it to an address such as http://proxy.example.com:3128."


@pytest.mark.parametrize(
    ("no_proxy", "is_used"),
    [
        ("localhost", False),
        ("example.com,localhost", False),
        ("*", False),
        ("localhost:{port}", False),
        ("localhost:1", True),
        ("example.com", True),
        ("", True),
    ],
)
def test_no_proxy_of_names(serve, files, proxies, no_proxy, is_used):
    server = serve(files.over_tls(answer_all))
    proxy = serve(tunnel_to(server.port))
    proxies(HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}", no_proxy=no_proxy.format(port=server.port))
    assert exchange(server.port, scheme="https", host="localhost", client=HttpClient(files.ca)).status == 200
    assert proxy.connections == int(is_used)


@pytest.mark.parametrize(("no_proxy", "is_used"), [("127.0.0.0/8", False), ("127.0.0.1", False), ("10.0.0.0/8", True)])
def test_no_proxy_of_addresses(serve, files, proxies, no_proxy, is_used):
    server = serve(files.over_tls(answer_all))
    proxy = serve(tunnel_to(server.port))
    proxies(HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}", NO_PROXY=no_proxy)
    assert exchange(server.port, scheme="https", client=HttpClient(files.ca)).status == 200
    assert proxy.connections == int(is_used)
