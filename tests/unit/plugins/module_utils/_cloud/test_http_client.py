# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a request got, over real sockets on the loopback interface."""

from __future__ import annotations

import contextlib
import gzip
import ssl
import time
import tracemalloc

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud import tls
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import ExchangeFailed, HttpClient
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.socket_fakes import (
    ANSWER,
    answer_all,
    exchange,
    failure,
    free_port,
    trickle,
)


@pytest.fixture(autouse=True)
def _no_proxies(proxies):
    proxies()


def test_answer(serve):
    answer = exchange(serve(answer_all).port)
    assert (answer.status, answer.body) == (200, b"{}")


def test_nothing_listens():
    error = failure(free_port())
    assert (error.is_sent, error.is_refused, error.reason) == (False, True, "the connection was refused")


def test_host_that_does_not_exist():
    error = failure(80, host="no-such-host.invalid")
    assert (error.is_sent, error.is_refused, error.reason) == (False, False, "the host name cannot be resolved")


def test_connection_closed_after_the_request(serve):
    error = failure(serve(lambda connection: connection.recv(65536)).port)
    assert (error.is_sent, error.is_refused) == (True, False)
    assert error.reason == "the connection was closed before the whole response arrived"


def test_answer_cut_off(serve):
    def serve_half(connection):
        connection.recv(65536)
        connection.sendall(ANSWER[:-1])

    assert failure(serve(serve_half).port).is_sent is True


def test_no_http(serve):
    def serve_noise(connection):
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-x\r\n")

    error = failure(serve(serve_noise).port)
    assert (error.is_sent, error.reason) == (True, "the response is not HTTP")


def test_no_answer_in_time(serve):
    error = failure(serve(lambda connection: time.sleep(5)).port, seconds=0.3)
    assert (error.is_sent, error.status, error.reason) == (True, None, "no response within 0.3 s")


def test_answer_that_trickles_is_bounded_as_a_whole(serve):
    started = time.monotonic()
    error = failure(serve(trickle).port, seconds=0.5)
    assert (error.is_sent, error.status, error.reason) == (True, 200, "no complete response within 0.5 s")
    assert time.monotonic() - started < 3


def test_tls_handshake_cut_off_is_before_the_request(serve):
    error = failure(serve(lambda connection: connection.recv(65536)).port, scheme="https")
    assert error.is_sent is False


def test_tls_to_a_plain_server_is_before_the_request(serve):
    error = failure(serve(answer_all).port, scheme="https")
    assert error.is_sent is False
    assert error.reason.startswith("TLS failed (")


@pytest.mark.parametrize("aim", ["http://127.0.0.1:1/", "http://["])
def test_redirects_are_not_followed(serve, aim):
    def redirect(connection):
        connection.recv(65536)
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {aim}\r\nContent-Length: 0\r\n\r\n".encode())

    assert exchange(serve(redirect).port).status == 302


def test_password_of_a_proxy_is_not_shown(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:proxy-secret@127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    error = failure(443, scheme="https", host="m.example")
    assert (error.is_sent, error.reason) == (False, "the proxy failed (the connection was refused)")


def test_proxy_that_refuses(monkeypatch, serve):
    def refuse(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    monkeypatch.setenv("HTTPS_PROXY", f"http://me:proxy-secret@127.0.0.1:{serve(refuse).port}")
    monkeypatch.setenv("NO_PROXY", "")
    error = failure(443, scheme="https", host="m.example")
    assert (error.is_sent, error.is_refused) == (False, False)
    assert error.reason == "the proxy failed (Tunnel connection failed: 407 Proxy Authentication Required)"


def test_ca_file_of_the_environment_that_is_not_there(monkeypatch, serve):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    error = failure(serve(answer_all).port, scheme="https")
    assert error.is_sent is False
    assert error.reason == "cannot read CA certificates from /no/such/file (No such file or directory)"


def test_certificates_are_not_loaded_for_plain_http(monkeypatch, serve):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    assert exchange(serve(answer_all).port).status == 200


def answering(*parts):
    """A server that answers every request so; what it was sent is in ``seen``."""
    seen = []

    def serve(connection):
        seen.append(connection.recv(65536))
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            return

    return serve, seen


def test_compressed_responses_are_neither_requested_nor_unpacked(serve):
    packed = gzip.compress(bytes(100 * 1024 * 1024))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    how, seen = answering(head, packed)
    tracemalloc.start()
    try:
        error = failure(serve(how).port)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (error.is_sent, error.reason) == (
        True,
        "the response is compressed, although an uncompressed one was requested",
    )
    assert b"\r\nAccept-Encoding: identity\r\n" in seen[0]
    assert peak < 10 * 1024 * 1024


def test_long_answer_is_not_read_to_its_end(serve):
    part = bytes(1024 * 1024)
    how, _seen = answering(b"HTTP/1.1 200 OK\r\n\r\n", *[part] * 40)
    error = failure(serve(how).port, seconds=30)
    assert (error.is_sent, error.status, error.reason) == (True, 200, "the response is longer than 8 MiB")


@pytest.mark.parametrize(
    "head, reason",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n{}", "InvalidHeader"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 200 + b"\r\n{}", "the response is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70000 + b"\r\n\r\n{}", "the response is not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
            "the connection was closed before the whole response arrived",
        ),
    ],
)
def test_response_that_cannot_be_read(serve, head, reason):
    how, _seen = answering(head)
    error = failure(serve(how).port)
    assert (error.is_sent, error.reason) == (True, reason)


def test_answers_before_the_answer_are_bounded_as_a_whole(serve):
    def go_on(connection):
        connection.recv(65536)
        try:
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        except OSError:
            return

    error = failure(serve(go_on).port, seconds=0.5)
    assert (error.is_sent, error.reason) == (True, "no response within 0.5 s")


def test_plain_http_goes_through_no_proxy(monkeypatch, serve):
    proxy = serve(answer_all)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "")
    assert exchange(serve(answer_all).port).status == 200
    assert proxy.connections == 0


def test_text_of_a_proxy_is_safe_to_print(monkeypatch, serve):
    how, _seen = answering(b"HTTP/1.1 407 \x1b[31mno\x9b\x08way\r\nContent-Length: 0\r\n\r\n")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{serve(how).port}")
    monkeypatch.setenv("NO_PROXY", "")
    error = failure(443, scheme="https", host="m.example")
    assert error.reason == "the proxy failed (Tunnel connection failed: 407 no way)"


def test_netrc_is_ignored(monkeypatch, serve, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password of-netrc\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    how, seen = answering(ANSWER)
    exchange(serve(how).port)
    assert b"authorization" not in seen[0].lower()


def test_ca_file_of_the_environment_does_not_replace_the_one_that_was_set(monkeypatch, serve, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    mine = tmp_path / "ca.pem"
    mine.write_text("", encoding="utf-8")
    error = failure(serve(answer_all).port, scheme="https", client=HttpClient(str(mine)))
    assert error.reason.startswith(f"cannot read CA certificates from {mine} (")


def lowered(purpose, newest=ssl.TLSVersion.TLSv1_2):
    """A context that takes TLS 1.0 to ``newest``, with ciphers that need no certificate."""
    context = ssl.SSLContext(purpose)
    context.set_ciphers("aNULL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2])
def test_tls_below_1_2_is_refused_whatever_urllib3_and_the_system_allow(monkeypatch, serve, newest):
    def serve_tls(connection):
        context = lowered(ssl.PROTOCOL_TLS_SERVER, newest)
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
            answer_all(secured)

    def create_context(**_options):
        context = lowered(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    monkeypatch.setattr(tls, "create_urllib3_context", create_context)
    result = exchange(serve(serve_tls).port, scheme="https", client=HttpClient(False))
    if newest == ssl.TLSVersion.TLSv1_2:
        assert result.status == 200
    else:
        assert isinstance(result, ExchangeFailed)
        assert (result.is_sent, result.reason) == (False, "TLS failed (UNSUPPORTED_PROTOCOL)")
