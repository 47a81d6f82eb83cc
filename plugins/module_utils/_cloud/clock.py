# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time as a task sees it: a clock that tests can replace."""

from __future__ import annotations

import math
import os
import select
import stat
import time
from typing import Optional


class Clock:
    """The machine's monotonic clock, in seconds. An interruption of the task ends every sleep.

    ``output``: the file descriptor that the result is written to. Once nobody reads from it, the task counts as
    interrupted: Ansible leaves a module like that when the time of its task keyword ``timeout`` is up.
    """

    def __init__(self, output: Optional[int] = None) -> None:
        self._is_interrupted = False
        # A byte in a pipe wakes every thread that waits for it, and a signal handler may write it.
        self._reading_end, self._writing_end = os.pipe()
        self._output = output if output is not None and _tells(output) else None

    @property
    def interrupted(self) -> bool:
        """Whether the task must come to its end now."""
        if self._output is not None and not self._is_interrupted:
            self._is_interrupted = _error_within(0, self._output)
        return self._is_interrupted

    def now(self) -> float:
        """Seconds since an unspecified start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``, or until the task is interrupted."""
        _error_within(seconds, self._output, self._reading_end)

    def interrupt(self) -> None:
        """End the task early. A signal handler may call this."""
        self._is_interrupted = True
        os.write(self._writing_end, b"!")


def _tells(output: int) -> bool:
    """Whether an error of ``output`` means that nobody reads from it.

    Ansible may stop reading before the module has started: a pipe tells that, too. Of anything else, an error from the
    start says nothing.
    """
    try:
        return stat.S_ISFIFO(os.fstat(output).st_mode) or not _error_within(0, output)
    except OSError:
        return False  # it is closed


def _error_within(seconds: float, output: Optional[int], waking: Optional[int] = None) -> bool:
    """Whether ``output`` has an error by then; what can be read from ``waking`` ends the time."""
    poll = select.poll()
    if output is not None:
        poll.register(output, 0)
    if waking is not None:
        poll.register(waking, select.POLLIN)
    return any(file == output for file, _event in poll.poll(math.ceil(max(0.0, seconds) * 1000)))
