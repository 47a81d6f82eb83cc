# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers, proxies and dead addresses on the loopback interface, and exchanges with them."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import Auth
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import ExchangeFailed, HttpClient
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils import certificates

# Seconds beyond those of an exchange in which it must have ended.
PATIENCE = 10.0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Serves each connection by ``serve(connection)`` in a thread of its own; counts the connections."""

    def __init__(self, serve, host="127.0.0.1", port=0):
        self._serve = serve
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family)
        self._open = []
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
            self._open.append(connection)
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with connection, contextlib.suppress(OSError):
            self._serve(connection)

    def close(self):
        self._listener.close()
        for connection in self._open:
            # A test that failed may leave an exchange that would go on.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Dead:
    """An address that drops attempts to connect, as its queue of connections is full; `revive` empties it."""

    def __init__(self, host="127.0.0.1", port=0):
        self._listener = socket.socket()
        self._listener.bind((host, port))
        self._listener.listen(0)
        self.port = self._listener.getsockname()[1]
        self._queue = []
        for _number in range(3):
            waiting = socket.socket()
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect((host, self.port))
            self._queue.append(waiting)

    def close(self):
        for waiting in (*self._queue, self._listener):
            waiting.close()


def exchange(port, *, client=None, fresh=False, seconds=5.0, scheme="http", host="127.0.0.1"):
    """The response of one exchange, in a thread of its own: one that never ends fails the test."""
    results = []

    def run():
        try:
            results.append(
                (client or HttpClient(True)).exchange(
                    "POST",
                    f"{scheme}://{host}:{port}/restart",
                    body=None,
                    auth=Auth(),
                    seconds=seconds,
                    fresh=fresh,
                )
            )
        except Exception as error:  # noqa: BLE001
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds + PATIENCE)
    assert results, "the exchange does not end"
    return results[0]


def failure(port, **options):
    """The failure of one exchange, which shows nothing of what `requests` raised."""
    error = exchange(port, **options)
    assert isinstance(error, ExchangeFailed), error
    assert error.__context__ is None, "the chain of the library's exceptions may hold secrets"
    return error


def answer_all(connection):
    while connection.recv(65536):
        connection.sendall(ANSWER)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def trickle(connection):
    """Answer each request with a body that never ends."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


class Files:
    """The certificates of this package as files in ``folder``."""

    def __init__(self, folder):
        self._folder = folder
        self.ca = self._file("ca", certificates.CA)

    def _file(self, name, *contents):
        path = self._folder / f"{name}.pem"
        path.write_text("".join(contents), encoding="utf-8")
        return str(path)

    def over_tls(self, serve, certificate=certificates.GOOD, delay=0.0):
        """``serve`` behind a TLS handshake that begins after a ``delay`` in seconds."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._file("server", certificate, certificates.KEY))

        def serve_tls(connection):
            time.sleep(delay)
            with context.wrap_socket(connection, server_side=True) as secured:
                serve(secured)

        return serve_tls


def tunnel_to(port, delay=0.0):
    """A proxy that connects every tunnel, after a ``delay`` in seconds, with a port of this machine."""

    def serve(connection):
        request = connection.recv(65536)
        if not request.startswith(b"CONNECT "):
            return  # the client has given up
        time.sleep(delay)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        pump_both(connection, port)

    return serve


def pump_both(connection, port):
    """Carry everything between the connection and a port of this machine."""
    with socket.create_connection(("127.0.0.1", port)) as other:
        threading.Thread(target=_pump, args=(other, connection), daemon=True).start()
        _pump(connection, other)


def _pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
