# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a request got, over real sockets on the loopback interface."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import Unsigned
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import Wire, WireError

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Serves each connection by ``serve(connection)`` in a thread of its own; counts the connections."""

    def __init__(self, serve):
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with connection:
            self._serve(connection)

    def close(self):
        self._listener.close()


@pytest.fixture(name="serve")
def serve_fixture():
    servers = []

    def serve(how):
        servers.append(Server(how))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


def exchange(port, *, wire=None, fresh=False, seconds=5.0, scheme="http", host="127.0.0.1"):
    return (wire or Wire(True)).exchange(
        "POST",
        f"{scheme}://{host}:{port}/restart",
        body=None,
        auth=Unsigned({}, lambda secret: None),
        seconds=seconds,
        fresh=fresh,
    )


def failure(port, **options):
    with pytest.raises(WireError) as caught:
        exchange(port, **options)
    assert caught.value.__context__ is None, "the chain of the library's exceptions may hold secrets"
    return caught.value


def answer_all(connection):
    try:
        while connection.recv(65536):
            connection.sendall(ANSWER)
    except ConnectionResetError:
        return


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_answer(serve):
    answer = exchange(serve(answer_all).port)
    assert (answer.status, answer.body) == (200, b"{}")


def test_connections_are_kept_alive_but_for_fresh_requests(serve):
    server = serve(answer_all)
    wire = Wire(True)
    for fresh in (False, False, True, True, False):
        exchange(server.port, wire=wire, fresh=fresh)
    assert server.connections == 3


def test_nothing_listens():
    error = failure(free_port())
    assert (error.sent, error.refused, error.reason) == (False, True, "the connection was refused")


def test_host_that_does_not_exist():
    error = failure(80, host="no-such-host.invalid")
    assert (error.sent, error.refused, error.reason) == (False, False, "the host name cannot be resolved")


def test_connection_closed_after_the_request(serve):
    error = failure(serve(lambda connection: connection.recv(65536)).port)
    assert (error.sent, error.refused) == (True, False)
    assert error.reason == "the connection was closed before the whole answer came"


def test_answer_cut_off(serve):
    def serve_half(connection):
        connection.recv(65536)
        connection.sendall(ANSWER[:-1])

    assert failure(serve(serve_half).port).sent is True


def test_no_http(serve):
    def serve_noise(connection):
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-x\r\n")

    error = failure(serve(serve_noise).port)
    assert (error.sent, error.reason) == (True, "the answer is not HTTP")


def test_no_answer_in_time(serve):
    error = failure(serve(lambda connection: time.sleep(5)).port, seconds=0.3)
    assert (error.sent, error.reason) == (True, "no answer within 0.3 s")


def test_answer_that_trickles_is_bounded_as_a_whole(serve):
    def trickle(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            return

    started = time.monotonic()
    error = failure(serve(trickle).port, seconds=0.5)
    assert (error.sent, error.reason) == (True, "no answer within 0.5 s")
    assert time.monotonic() - started < 3


def test_tls_handshake_cut_off_is_before_the_request(serve):
    error = failure(serve(lambda connection: connection.recv(65536)).port, scheme="https")
    assert error.sent is False


def test_tls_to_a_plain_server_is_before_the_request(serve):
    error = failure(serve(answer_all).port, scheme="https")
    assert error.sent is False
    assert error.reason.startswith("TLS failed (")


@pytest.mark.parametrize("aim", ["http://127.0.0.1:1/", "http://["])
def test_redirects_are_not_followed(serve, aim):
    def redirect(connection):
        connection.recv(65536)
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {aim}\r\nContent-Length: 0\r\n\r\n".encode())

    assert exchange(serve(redirect).port).status == 302


def test_password_of_a_proxy_is_not_told(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:proxy-secret@127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    error = failure(443, scheme="https", host="m.example")
    assert (error.sent, error.reason) == (False, "the proxy failed (the connection was refused)")


def test_proxy_that_refuses(monkeypatch, serve):
    def refuse(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    monkeypatch.setenv("HTTPS_PROXY", f"http://me:proxy-secret@127.0.0.1:{serve(refuse).port}")
    monkeypatch.setenv("NO_PROXY", "")
    error = failure(443, scheme="https", host="m.example")
    assert (error.sent, error.refused) == (False, False)
    assert error.reason == "the proxy failed (Tunnel connection failed: 407 Proxy Authentication Required)"


def test_ca_file_of_the_environment_that_is_not_there(monkeypatch, serve):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    error = failure(serve(answer_all).port, scheme="https")
    assert error.sent is False
    assert error.reason == "no CA certificates can be read from /no/such/file (No such file or directory)"


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


def test_compressed_answers_are_neither_asked_for_nor_unpacked(serve):
    packed = gzip.compress(bytes(100 * 1024 * 1024))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    how, seen = answering(head, packed)
    tracemalloc.start()
    try:
        error = failure(serve(how).port)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (error.sent, error.reason) == (True, "the answer is compressed, which was not asked for")
    assert b"\r\nAccept-Encoding: identity\r\n" in seen[0]
    assert peak < 10 * 1024 * 1024


def test_long_answer_is_not_read_to_its_end(serve):
    part = bytes(1024 * 1024)
    how, _seen = answering(b"HTTP/1.1 200 OK\r\n\r\n", *[part] * 40)
    error = failure(serve(how).port, seconds=30)
    assert (error.sent, error.reason) == (True, "the answer is longer than 32 MiB")


@pytest.mark.parametrize(
    "head, reason",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n{}", "InvalidHeader"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 200 + b"\r\n{}", "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70000 + b"\r\n\r\n{}", "the answer is not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
            "the connection was closed before the whole answer came",
        ),
    ],
)
def test_what_cannot_be_read_is_told(serve, head, reason):
    how, _seen = answering(head)
    error = failure(serve(how).port)
    assert (error.sent, error.reason) == (True, reason)


def test_answers_before_the_answer_are_bounded_as_a_whole(serve):
    def go_on(connection):
        connection.recv(65536)
        try:
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        except OSError:
            return

    error = failure(serve(go_on).port, seconds=0.5)
    assert (error.sent, error.reason) == (True, "no answer within 0.5 s")


def test_plain_http_goes_through_no_proxy(monkeypatch, serve):
    proxy = serve(answer_all)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "")
    assert exchange(serve(answer_all).port).status == 200
    assert proxy.connections == 0


def test_text_of_a_proxy_is_made_fit_for_a_terminal(monkeypatch, serve):
    how, _seen = answering(b"HTTP/1.1 407 \x1b[31mno\x9b\x08way\r\nContent-Length: 0\r\n\r\n")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{serve(how).port}")
    monkeypatch.setenv("NO_PROXY", "")
    error = failure(443, scheme="https", host="m.example")
    assert error.reason == "the proxy failed (Tunnel connection failed: 407 no way)"


def test_netrc_has_no_say(monkeypatch, serve, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password of-netrc\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    how, seen = answering(ANSWER)
    exchange(serve(how).port)
    assert b"authorization" not in seen[0].lower()


def test_ca_file_of_the_environment_does_not_replace_the_one_that_was_asked_for(monkeypatch, serve, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    mine = tmp_path / "ca.pem"
    mine.write_text("", encoding="utf-8")
    error = failure(serve(answer_all).port, scheme="https", wire=Wire(str(mine)))
    assert error.reason.startswith(f"no CA certificates can be read from {mine} (")


def test_tls_below_1_2_is_refused(serve):
    # A ServerHello of TLS 1.1 with a cipher suite that every client offers, by RFC 4346.
    hello = b"\x03\x02" + bytes(32) + b"\x00" + b"\xc0\x13" + b"\x00"
    handshake = b"\x02" + len(hello).to_bytes(3, "big") + hello
    how, _seen = answering(b"\x16\x03\x02" + len(handshake).to_bytes(2, "big") + handshake)
    error = failure(serve(how).port, scheme="https")
    assert (error.sent, error.reason) == (False, "TLS failed (UNSUPPORTED_PROTOCOL)")
