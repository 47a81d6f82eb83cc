# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.watchdog import Watchdog

# Seconds: longer than any test, and the longest that a test waits for what must happen.
NEVER = 600.0
PATIENCE = 10.0


def wait_until_no_more_threads_than(number):
    give_up = time.monotonic() + PATIENCE
    while threading.active_count() > number:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_everything_is_aborted_at_its_own_time():
    watchdog = Watchdog()
    aborted = [threading.Event() for _number in range(3)]
    # The last one to begin is the first whose time is up.
    with watchdog.watching(aborted[0].set, NEVER), watchdog.watching(aborted[1].set, 0.2):
        with watchdog.watching(aborted[2].set, 0.05):
            assert aborted[2].wait(PATIENCE)
            assert not aborted[1].is_set()
        assert aborted[1].wait(PATIENCE)
    assert not aborted[0].is_set()


def test_an_earlier_end_wakes_a_watchdog_that_waits_for_a_later_one():
    watchdog = Watchdog()
    first, second = threading.Event(), threading.Event()
    with watchdog.watching(lambda: None, NEVER):
        with watchdog.watching(first.set, 0.01):
            assert first.wait(PATIENCE)
        # Its thread keeps the lock from the first abort until it waits for the far end.
        with watchdog.watching(second.set, 0.01):
            assert second.wait(PATIENCE)


def test_nothing_is_aborted_that_ends_in_time():
    watchdog = Watchdog()
    aborted = threading.Event()
    with pytest.raises(ValueError, match="done"), watchdog.watching(aborted.set, 0.1):
        raise ValueError("done")
    with watchdog.watching(lambda: None, NEVER):
        assert not aborted.wait(0.3)


def test_no_thread_is_left():
    watchdog = Watchdog()
    before = threading.active_count()
    for _number in range(3):
        with watchdog.watching(lambda: None, NEVER):
            pass
    wait_until_no_more_threads_than(before)


def test_watching_begins_again_after_its_thread_has_ended():
    watchdog = Watchdog()
    before = threading.active_count()
    for _number in range(2):
        aborted = threading.Event()
        with watchdog.watching(aborted.set, 0.01):
            assert aborted.wait(PATIENCE)
        wait_until_no_more_threads_than(before)
