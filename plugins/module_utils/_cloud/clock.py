# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time as a task sees it: a clock that tests can replace."""

from __future__ import annotations

import os
import select
import time


class Clock:
    """The machine's monotonic clock, in seconds. An interruption of the task ends every sleep."""

    def __init__(self) -> None:
        self.interrupted = False
        # A byte in a pipe wakes every thread that waits for it, and a signal handler may write it.
        self._reading_end, self._writing_end = os.pipe()

    def now(self) -> float:
        """Seconds since an unspecified start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``, or until the task is interrupted."""
        select.select([self._reading_end], [], [], seconds)

    def interrupt(self) -> None:
        """End the task early. A signal handler may call this."""
        self.interrupted = True
        os.write(self._writing_end, b"!")
