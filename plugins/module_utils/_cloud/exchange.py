# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One exchange: until when it may go on, how far it has got, and the socket that ends it."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any, Callable, Optional

# Seconds. A socket's time-out of 0 would mean not to wait.
_SHORTEST = 0.001


class NotInTime(OSError):
    """Nothing was sent: the exchange's time was up, or the task was over, before the first byte."""


class Exchange:
    """One exchange of at most ``seconds``, which begins now.

    ``is_over`` tells whether the whole task is over: after that, no first byte is sent. ``fresh``: it must not use a
    connection that has been idle. ``is_sent``: a byte of the request may have left this machine. ``status``: the HTTP
    status, once it has arrived.
    """

    def __init__(self, seconds: float, is_over: Callable[[], bool] = lambda: False, fresh: bool = False) -> None:
        self.seconds = seconds
        self.fresh = fresh
        self.is_sent = False
        self.is_aborted = False
        self.status: Optional[int] = None
        self._end = time.monotonic() + seconds
        self._is_over = is_over
        self._sock: Optional[socket.socket] = None
        # An exchange is aborted before its first byte, or sends it: not both.
        self._deciding = threading.Lock()

    @property
    def remaining(self) -> float:
        """Seconds left, as a time-out for a socket."""
        return max(_SHORTEST, self._end - time.monotonic())

    def watch(self, sock: Optional[socket.socket]) -> None:
        """Let an abort end this socket."""
        self._sock = sock

    def check(self) -> None:
        """Raise NotInTime if it is too late to send the first byte."""
        if self.is_aborted or self._is_due():
            raise NotInTime

    def begin(self, sock: Any) -> None:
        """Note that something of the request is sent on ``sock`` next. Raises NotInTime instead of the first byte."""
        while not isinstance(sock, socket.socket):
            sock = sock.socket  # TLS in TLS is not a socket, but has one
        self.watch(sock)
        with self._deciding:
            if not self.is_sent:
                self.check()
            self.is_sent = True

    def abort_if_due(self) -> bool:
        """Abort the exchange, from another thread, if it must not go on. Whoever waits for its socket then wakes up."""
        with self._deciding:
            if not self._is_due():
                return False
            self.is_aborted = True
            sock = self._sock
        if sock is not None:
            try:
                # Not SSLSocket.shutdown, which takes the TLS state away from the thread that reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                return True  # closed already, or not connected yet
        return True

    def _is_due(self) -> bool:
        return time.monotonic() >= self._end or (not self.is_sent and self._is_over())


class _ThisThread(threading.local):
    exchange = Exchange(0)


# The exchange that the thread is at: urllib3 cannot hand it to its connections.
this_thread = _ThisThread()
