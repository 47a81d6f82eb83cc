# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bound on the time of what would wait for ever, piece by piece."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import Callable, Dict, Iterator


class Watchdog:
    """Aborts what takes too long.

    One thread watches all that is under way, and ends when nothing is: to start one for each request takes longer than
    to send it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        # When to call what, in seconds of the monotonic clock.
        self._ends: Dict[Callable[[], None], float] = {}
        self._watching = False

    @contextmanager
    def watching(self, abort: Callable[[], None], seconds: float) -> Iterator[None]:
        """Call ``abort``, in another thread, if what is done inside takes longer than that. It must not block."""
        end = time.monotonic() + seconds
        with self._changed:
            is_next = all(end < other for other in self._ends.values())
            self._ends[abort] = end
            if not self._watching:
                self._watching = True
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
            self._watching = False
