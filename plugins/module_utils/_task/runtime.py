# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task needs of the machine that it runs on: time, chance, threads and a network."""

from __future__ import annotations

import random
import threading
from typing import Any, Callable, ContextManager, NamedTuple, Union

from .._cloud.clock import Clock
from .._cloud.http_client import Wire
from .workers import Workers


def draw(bound: float) -> float:
    """A number from 0 to ``bound``, by chance."""
    return random.uniform(0, bound)


class Runtime(NamedTuple):
    """The machine's own; a simulation puts something else in place of each.

    ``wire`` is given what certificates are verified with, ``workers`` how many may be at work at a time. ``lock`` makes what
    one thread at a time may hold, which may wait for an answer meanwhile, and which that thread may take again.
    """

    clock: Clock
    draw: Callable[[float], float] = draw
    wire: Callable[[Union[bool, str]], Wire] = Wire
    workers: Callable[[int], Workers] = Workers
    lock: Callable[[], ContextManager[Any]] = threading.RLock
