# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import socket
import threading
import time

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Clock
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import LAST_MOMENT, PREPARATION, Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, Failure
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import VirtualClock


@pytest.mark.parametrize(("seconds", "first"), [(10, PREPARATION), (600, 600)])
def test_reads_have_at_least_a_minute_and_the_change_has_what_the_user_set(seconds, first):
    clock = VirtualClock()
    deadline = Deadline(clock, seconds)
    clock.sleep(1)
    assert (deadline.waited, deadline.remaining) == (1, first - 1)
    deadline.start()
    assert (deadline.waited, deadline.remaining) == (0, seconds)
    clock.sleep(seconds + 1)
    assert (deadline.waited, deadline.remaining) == (seconds + 1, 0)


def test_failures_of_a_deadline():
    clock = VirtualClock()
    assert Deadline(clock, 1).failure.category is Category.TIMEOUT
    own = Failure(Category.TIMEOUT, "the time for reading ran out")
    deadline = Deadline(clock, 1, own)
    assert deadline.failure == own
    clock.interrupted = True
    assert (deadline.failure.category, deadline.remaining, deadline.interrupted) == (Category.INTERRUPTED, 0, True)


def test_an_interruption_ends_every_sleep():
    clock = Clock()
    sleepers = [threading.Thread(target=clock.sleep, args=(30,), daemon=True) for _number in range(3)]
    started = time.monotonic()
    for sleeper in sleepers:
        sleeper.start()
    clock.interrupt()
    for sleeper in sleepers:
        sleeper.join(10)
    assert time.monotonic() - started < 10
    assert clock.interrupted


def test_task_is_over_in_the_last_moment_before_its_deadline_and_when_it_is_interrupted():
    clock = VirtualClock()
    deadline = Deadline(clock, 100)
    clock.sleep(100 - 1.5 * LAST_MOMENT)
    assert not deadline.is_over
    clock.sleep(LAST_MOMENT)
    assert deadline.is_over
    deadline.start()
    assert not deadline.is_over
    clock.interrupted = True
    assert deadline.is_over


@pytest.fixture(name="pipe")
def pipe_fixture():
    """The two ends of a pipe, as files."""
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as source, open(writing, "wb", buffering=0) as sink:
        yield source, sink


def test_the_task_is_interrupted_when_nobody_reads_its_output_any_more(pipe):
    source, sink = pipe
    clock = Clock(output=sink.fileno())
    clock.sleep(0.01)
    assert not clock.interrupted
    threading.Timer(0.2, source.close).start()
    started = time.monotonic()
    clock.sleep(30)
    assert time.monotonic() - started < 10
    assert clock.interrupted


def test_the_task_is_interrupted_when_nobody_has_ever_read_its_output(pipe):
    source, sink = pipe
    source.close()
    assert Clock(output=sink.fileno()).interrupted


@pytest.mark.parametrize("is_open", [True, False])
def test_an_output_with_an_error_from_the_start_that_is_no_pipe_says_nothing(is_open):
    ours, other = socket.socketpair()
    number = ours.fileno()
    other.close()
    if not is_open:
        ours.close()
    clock = Clock(output=number)
    started = time.monotonic()
    clock.sleep(0.2)
    assert time.monotonic() - started >= 0.2
    assert not clock.interrupted


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 0.0001])
def test_a_short_sleep_ends(seconds):
    Clock().sleep(seconds)
