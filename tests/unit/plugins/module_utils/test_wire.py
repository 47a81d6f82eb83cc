# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a request got, over real sockets on the loopback interface."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils.credentials import Unsigned
from ansible_collections.mlops.modelarts.plugins.module_utils.wire import Wire, WireError

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
