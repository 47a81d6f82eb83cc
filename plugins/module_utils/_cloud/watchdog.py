# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bound on the whole time of an exchange, which could otherwise go on for ever, piece by piece."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Iterator, Set

from .exchange import Exchange

# Seconds after which an end is noticed.
_INTERVAL = 0.1


class Watchdog:
    """Aborts exchanges that must not go on.

    One thread watches all exchanges and ends soon after the last one: starting a thread for each request takes longer
    than sending the request.
    """

    def __init__(self) -> None:
        self._changing = threading.Condition()
        self._exchanges: Set[Exchange] = set()
        self._is_running = False

    @contextmanager
    def watching(self, exchange: Exchange) -> Iterator[None]:
        """Abort ``exchange`` from another thread if it is due while the block runs."""
        with self._changing:
            self._exchanges.add(exchange)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield
        finally:
            with self._changing:
                self._exchanges.discard(exchange)

    def _watch(self) -> None:
        with self._changing:
            while self._exchanges:
                self._exchanges = {exchange for exchange in self._exchanges if not exchange.abort_if_due()}
                self._changing.wait(_INTERVAL)
            self._is_running = False
