# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import threading
import time

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.exchange import Exchange, NotInTime
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.watchdog import Watchdog

# Seconds: longer than any test, and the longest that a test waits for what must happen.
NEVER = 600.0
PATIENCE = 10.0


@pytest.fixture(name="begun")
def begun_fixture():
    """Makes exchanges with a socket, whose other end reads as soon as they are aborted."""
    ends = []

    def begun(seconds, is_over=lambda: False):
        exchange = Exchange(seconds, is_over)
        ours, other = socket.socketpair()
        other.settimeout(PATIENCE)
        ends.extend((ours, other))
        exchange.watch(ours)
        return exchange, other

    yield begun
    for end in ends:
        end.close()


def wait_until_no_others_than(threads):
    give_up = time.monotonic() + PATIENCE
    while set(threading.enumerate()) - threads:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_everything_is_aborted_at_its_own_time(begun):
    watchdog = Watchdog()
    exchanges = [begun(seconds) for seconds in (NEVER, 0.6, 0.05)]
    # The last one to begin is the first whose time is up.
    with watchdog.watching(exchanges[0][0]), watchdog.watching(exchanges[1][0]), watchdog.watching(exchanges[2][0]):
        assert exchanges[2][1].recv(1) == b""
        assert not exchanges[1][0].is_aborted
        assert exchanges[1][1].recv(1) == b""
    assert not exchanges[0][0].is_aborted


def test_what_is_not_sent_is_aborted_when_the_task_is_over(begun):
    watchdog, over = Watchdog(), threading.Event()
    (unsent, other), (sent, _other) = begun(NEVER, over.is_set), begun(NEVER, over.is_set)
    sent.begin(socket.socket())
    with watchdog.watching(unsent), watchdog.watching(sent):
        over.set()
        assert other.recv(1) == b""
    assert not sent.is_aborted
    with pytest.raises(NotInTime):
        unsent.begin(socket.socket())


def test_abort_of_what_has_no_socket_or_a_closed_one(begun):
    watchdog = Watchdog()
    closed = Exchange(0)
    closed.watch(socket.socket())
    with watchdog.watching(Exchange(0)), watchdog.watching(closed):
        exchange, other = begun(0.2)
        with watchdog.watching(exchange):
            assert other.recv(1) == b""
    assert closed.is_aborted


def test_nothing_is_aborted_that_ends_in_time(begun):
    watchdog = Watchdog()
    ended, _other = begun(0.1)
    with pytest.raises(ValueError, match="done"), watchdog.watching(ended):
        raise ValueError("done")
    with watchdog.watching(Exchange(NEVER)):
        time.sleep(0.3)
    assert not ended.is_aborted


def test_no_thread_is_left():
    watchdog = Watchdog()
    before = set(threading.enumerate())
    for _number in range(3):
        with watchdog.watching(Exchange(NEVER)):
            assert len(set(threading.enumerate()) - before) == 1
    wait_until_no_others_than(before)


def test_watching_begins_again_after_its_thread_has_ended(begun):
    watchdog = Watchdog()
    before = set(threading.enumerate())
    for _number in range(2):
        exchange, other = begun(0.01)
        with watchdog.watching(exchange):
            assert other.recv(1) == b""
        wait_until_no_others_than(before)
