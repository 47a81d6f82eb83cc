# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual time, and all that a task does in it, on one thread: what sleeps or waits lets the next one go on."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Callable, Deque, List, Optional, Sequence, Type, TypeVar

from greenlet import getcurrent, greenlet

# Seconds. However little is asked for, some time passes on every machine.
SHORTEST_SLEEP = 1e-4

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(order=True)
class _Event:
    """What happens next at a moment; those of the same moment in the order in which they were planned."""

    moment: float
    number: int
    action: Callable[[], object] = field(compare=False)
    due: bool = field(default=True, compare=False)


class VirtualTime:
    """A clock as tasks use it, which jumps from event to event. Times are in seconds."""

    def __init__(self) -> None:
        self.interrupted = False
        self._now = 1000.0
        self._events: List[_Event] = []
        self._numbers = itertools.count()
        # What ends a sleep.
        self._wakes: List[_Event] = []
        # Whose turn it is between two events. It must not be any work itself.
        self._hub = getcurrent()

    def now(self) -> float:
        return self._now

    def at(self, moment: float, action: Callable[[], object]) -> _Event:
        """Let something happen then."""
        event = _Event(max(moment, self._now), next(self._numbers), action)
        heapq.heappush(self._events, event)
        return event

    def wait(self, seconds: float) -> None:
        """Let time pass, interrupted or not: so do answers that are waited for."""
        self.at(self._now + seconds, getcurrent().switch)
        self.give_way()

    def sleep(self, seconds: float) -> None:
        """Let time pass, or until the task is interrupted."""
        if self.interrupted:
            return
        self._wakes.append(self.at(self._now + max(seconds, SHORTEST_SLEEP), getcurrent().switch))
        self.give_way()

    def interrupt(self) -> None:
        """Let the task come to its end now."""
        self.interrupted = True
        for event in self._wakes:
            if event.due:
                event.due = False
                self.at(self._now, event.action)
        self._wakes = []

    def give_way(self) -> None:
        """Let others go on, until an event comes back to the caller."""
        self._hub.switch()

    def spawn(self, work: Callable[[], None]) -> greenlet:
        """Let some work begin now, beside the caller's."""
        worker = greenlet(work, self._hub)
        self.at(self._now, worker.switch)
        return worker

    def run(self, task: Callable[[], None]) -> None:
        """Run the task to its end. What else is planned for later does not happen any more."""
        running = self.spawn(task)
        while not running.dead:
            event = heapq.heappop(self._events)
            self._now = event.moment
            if event.due:
                event.due = False
                event.action()

    def lock(self) -> Lock:
        return Lock(self)

    def workers(self, parallel: int) -> Workers:
        return Workers(self, parallel)


class Lock:
    """What one at a time may hold, for as long as it takes, and take again meanwhile."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self._holder: Optional[greenlet] = None
        self._depth = 0
        self._waiting: Deque[greenlet] = deque()

    def __enter__(self) -> None:
        me = getcurrent()
        while self._holder not in (None, me):
            self._waiting.append(me)
            self._time.give_way()
        self._holder = me
        self._depth += 1

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._depth -= 1
        if not self._depth:
            self._holder = None
            if self._waiting:
                self._time.at(self._time.now(), self._waiting.popleft().switch)


class Workers:
    """Works on up to ``parallel`` items at a time, as the threads of a task do."""

    def __init__(self, time: VirtualTime, parallel: int) -> None:
        self._time = time
        self._parallel = parallel

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> List[Result]:
        """What ``work`` returns for each of the items, in their order. Raises what it raises, when all have ended."""
        results: dict[int, Result] = {}
        failures: dict[int, BaseException] = {}
        waiting = deque(enumerate(items))
        caller = getcurrent()
        at_work = min(self._parallel, len(items))

        def lane() -> None:
            nonlocal at_work
            while waiting:
                number, item = waiting.popleft()
                try:
                    results[number] = work(item)
                except BaseException as failure:  # noqa: BLE001  # raised again where the results are waited for
                    failures[number] = failure
            at_work -= 1
            if not at_work:
                self._time.at(self._time.now(), caller.switch)

        if at_work:
            for _lane in range(at_work):
                self._time.spawn(lane)
            self._time.give_way()
        if failures:
            raise failures[min(failures)]
        return [results[number] for number in range(len(items))]
