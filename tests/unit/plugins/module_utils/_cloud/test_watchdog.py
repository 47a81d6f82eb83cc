# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.watchdog import Watchdog

LONG = 60.0


def test_what_takes_too_long_is_aborted_each_at_its_time():
    watchdog = Watchdog()
    aborted = [threading.Event() for _number in range(3)]
    # The last to come is the first whose time is up.
    with watchdog.watching(aborted[0].set, LONG), watchdog.watching(aborted[1].set, 0.2):
        with watchdog.watching(aborted[2].set, 0.05):
            assert aborted[2].wait(LONG)
            assert not aborted[1].is_set()
        assert aborted[1].wait(LONG)
    assert not aborted[0].is_set()


def test_what_is_done_in_time_is_not_aborted():
    watchdog = Watchdog()
    aborted = threading.Event()
    with pytest.raises(ValueError, match="done"), watchdog.watching(aborted.set, 0.1):
        raise ValueError("done")
    with watchdog.watching(lambda: None, LONG):
        assert not aborted.wait(0.3)


def test_no_thread_is_left():
    watchdog = Watchdog()
    before = threading.active_count()
    for _number in range(3):
        with watchdog.watching(lambda: None, LONG):
            pass
    give_up = time.monotonic() + LONG
    while threading.active_count() > before:
        assert time.monotonic() < give_up
        time.sleep(0.01)
