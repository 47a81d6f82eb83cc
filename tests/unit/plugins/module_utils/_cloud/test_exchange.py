# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No exchange outlasts its time, and none sends its first byte after the end of the task."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud import watchdog
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import HttpClient
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.socket_fakes import (
    ANSWER,
    Dead,
    answer_all,
    exchange,
    failure,
    trickle,
    tunnel_to,
)

# Seconds until a connection stands that takes long, and until the task is over meanwhile.
LONG = 1.0
END = 0.3


@pytest.fixture(autouse=True)
def _no_proxies(proxies):
    proxies()


class Requests:
    """A server that notes which requests arrive."""

    def __init__(self):
        self.seen = []

    def __call__(self, connection):
        while request := connection.recv(65536):
            self.seen.append(request)
            connection.sendall(ANSWER)


@pytest.fixture(name="two_addresses")
def two_addresses_fixture(monkeypatch):
    """Let the name "twice" have the addresses 127.0.0.2 and 127.0.0.1."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host, port, *options, **named):
        if host != "twice":
            return resolve(host, port, *options, **named)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in ("127.0.0.2", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_no_connection_in_time(serve):
    error = failure(serve(None, Dead).port, seconds=0.5)
    assert (error.is_sent, error.is_refused, error.is_late) == (False, False, True)
    assert error.reason == "no connection within 0.5 s"


def test_second_address_gets_its_share_of_the_time(serve, two_addresses):
    server = serve(answer_all)
    serve(None, Dead, host="127.0.0.2", port=server.port)
    started = time.monotonic()
    assert exchange(server.port, host="twice", seconds=2).status == 200
    assert 0.9 < time.monotonic() - started < 1.9


def test_all_addresses_together_are_bounded(serve, two_addresses):
    dead = serve(None, Dead)
    serve(None, Dead, host="127.0.0.2", port=dead.port)
    started = time.monotonic()
    assert failure(dead.port, host="twice", seconds=1).reason == "no connection within 1 s"
    assert time.monotonic() - started < 2


def test_answer_that_trickles_after_a_slow_connection_is_bounded(serve, two_addresses):
    server = serve(trickle)
    serve(None, Dead, host="127.0.0.2", port=server.port)
    started = time.monotonic()
    error = failure(server.port, host="twice", seconds=1)
    assert (error.is_sent, error.reason) == (True, "no complete response within 1 s")
    assert time.monotonic() - started < 2


def test_answer_that_trickles_over_tls_in_tls_is_bounded(serve, files, proxies):
    server = serve(files.over_tls(trickle))
    proxies(HTTPS_PROXY=f"https://127.0.0.1:{serve(files.over_tls(tunnel_to(server.port))).port}")
    client = HttpClient(files.ca)
    for _time in range(2):
        started = time.monotonic()
        error = failure(443, scheme="https", host="localhost", seconds=1, client=client)
        assert (error.is_sent, error.reason) == (True, "no complete response within 1 s")
        assert time.monotonic() - started < 2


def slow(kind, serve, files, proxies, requests):
    """The address, port and client of a service whose connections stand after ``LONG``."""
    if kind == "handshake":
        return "127.0.0.1", serve(files.over_tls(requests, delay=LONG)).port
    server = serve(files.over_tls(requests))
    if kind == "tunnel":
        proxies(HTTPS_PROXY=f"http://127.0.0.1:{serve(tunnel_to(server.port, delay=LONG)).port}")
    else:
        proxy = serve(files.over_tls(tunnel_to(server.port), delay=LONG))
        proxies(HTTPS_PROXY=f"https://127.0.0.1:{proxy.port}")
    return "localhost", 443


@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("kind", ["handshake", "tunnel", "handshake of the proxy"])
def test_nothing_is_sent_on_a_connection_that_stands_after_the_end(monkeypatch, serve, files, proxies, kind, watched):
    # Without the watchdog, what asks before the first byte must do.
    monkeypatch.setattr(watchdog, "_INTERVAL", 0.05 if watched else 60.0)
    requests, over = Requests(), threading.Event()
    host, port = slow(kind, serve, files, proxies, requests)
    threading.Timer(END, over.set).start()
    started = time.monotonic()
    error = failure(port, scheme="https", host=host, seconds=30, client=HttpClient(files.ca, over.is_set))
    lasted = time.monotonic() - started
    assert (error.is_sent, error.is_late) == (False, True)
    assert lasted < LONG if watched else lasted >= LONG
    time.sleep(LONG)
    assert requests.seen == []


def test_pending_connection_ends_soon_after_the_task(serve):
    over = threading.Event()
    threading.Timer(END, over.set).start()
    started = time.monotonic()
    error = failure(serve(None, Dead).port, seconds=30, client=HttpClient(True, over.is_set))
    assert (error.is_sent, error.is_late) == (False, True)
    assert time.monotonic() - started < 2


def test_nothing_is_sent_on_a_connection_that_is_used_again_after_the_end(serve):
    requests, over = Requests(), threading.Event()
    server, client = serve(requests), HttpClient(True, over.is_set)
    assert exchange(server.port, client=client).status == 200
    over.set()
    assert failure(server.port, client=client).is_late
    assert len(requests.seen) == 1


def test_answer_to_what_was_sent_before_the_end_is_awaited(serve):
    over = threading.Event()

    def answer_late(connection):
        connection.recv(65536)
        over.set()
        time.sleep(0.5)
        connection.sendall(ANSWER)

    assert exchange(serve(answer_late).port, client=HttpClient(True, over.is_set)).status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_changes_use_a_connection_again_that_has_just_carried_an_answer(serve, files, host, scheme):
    server = serve(answer_all if scheme == "http" else files.over_tls(answer_all), host=host)
    host = f"[{host}]" if ":" in host else host
    client = HttpClient(False)
    for _time in range(3):
        assert exchange(server.port, client=client, fresh=True, scheme=scheme, host=host).status == 200
    assert server.connections == 1


def test_changes_do_not_use_an_idle_connection_and_reads_do(serve):
    server, client = serve(answer_all), HttpClient(True)
    exchange(server.port, client=client)
    time.sleep(1.1)
    exchange(server.port, client=client)
    assert server.connections == 1
    time.sleep(1.1)
    exchange(server.port, client=client, fresh=True)
    assert server.connections == 2


def test_connection_that_the_server_has_closed_is_not_used_again(serve):
    def answer_once(connection):
        connection.recv(65536)
        connection.sendall(ANSWER)

    server, client = serve(answer_once), HttpClient(True)
    for _time in range(2):
        assert exchange(server.port, client=client, fresh=True).status == 200
        time.sleep(0.1)
    assert server.connections == 2


def test_connection_lost_after_the_first_byte_is_not_used_for_the_request_again(serve):
    def answer_first(connection):
        connection.recv(65536)
        connection.sendall(ANSWER)
        connection.recv(65536)

    server, client = serve(answer_first), HttpClient(True)
    exchange(server.port, client=client)
    error = failure(server.port, client=client, fresh=True)
    assert (error.is_sent, server.connections) == (True, 1)
