# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bound on the whole time of an exchange, which could otherwise go on for ever, piece by piece."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import Callable, Dict, Iterator


class Watchdog:
    """Aborts what takes too long.

    One thread watches all exchanges and ends when there is none: starting a thread for each request takes
    longer than sending the request.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        # What to call at which time, in seconds of the monotonic clock.
        self._ends: Dict[Callable[[], None], float] = {}
        self._is_running = False

    @contextmanager
    def watching(self, abort: Callable[[], None], seconds: float) -> Iterator[None]:
        """Call ``abort`` from another thread if the block takes longer than ``seconds``. ``abort`` must not block."""
        end = time.monotonic() + seconds
        with self._changed:
            is_next = all(end < other for other in self._ends.values())
            self._ends[abort] = end
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._watch, daemon=True).start()
            elif is_next:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends.pop(abort, None)
                if not self._ends:
                    self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while self._ends:
                abort, end = min(self._ends.items(), key=lambda entry: entry[1])
                left = end - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                else:
                    del self._ends[abort]
                    abort()
            self._is_running = False
