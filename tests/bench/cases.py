# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of cases, and the bars that the module must reach."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

from . import contenders
from .cloud import Setting
from .contenders import Contender
from .measure import Sample, median

# Limits of the random time that one job takes to run, in seconds.
DRAWN = (1.5, 3.0)
# The limit of one job over ping. ansible-core for Python 3.11 collects garbage for 50 to 70 ms while it packs a module of
# more than the least size; later ones do not.
OVER_PING = 1.22 if sys.version_info >= (3, 12) else 1.30


@dataclass
class Results:
    """The samples of a case by contender, and the notes on the modules' processes."""

    setting: Setting
    samples: dict[str, list[Sample]]
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def wall(self, contender: str) -> float:
        return median(sample.wall for sample in self.samples[contender])

    def own(self, contender: str) -> float:
        """The wall time without that of the service."""
        return median(sample.own for sample in self.samples[contender])

    def over_ping(self, contender: str, ping: str = "ping") -> float:
        return self.own(contender) - self.wall(ping)

    def peak(self, contender: str) -> float:
        """The memory of the module's process, in MiB."""
        return max(float(note["peak"]) for note in self.notes[contender])


@dataclass(frozen=True)
class Bar:
    """A figure of the results. The bar holds if the figure is not above ``limit``."""

    text: str
    limit: float
    value: Callable[[Results], float]


@dataclass(frozen=True)
class Case:
    """The same done by several contenders. ``rounds``: how often each runs, in full and in quick.

    ``work`` has the fields of ``Work`` besides the cloud. ``drawn``: the time of the service differs from round to round.
    ``noted``: the contenders whose modules are measured in a separate run.
    """

    title: str
    contenders: Mapping[str, Contender]
    rounds: tuple[int, int]
    work: Mapping[str, Any]
    setting: Setting = field(default_factory=Setting)
    bars: tuple[Bar, ...] = ()
    tls: bool = False
    drawn: bool = False
    noted: tuple[str, ...] = ()
    # A file of the checkout without which the case is skipped.
    needs: str = "galaxy.yml"


def _requests_over(results: Results) -> float:
    """Return the requests besides the 1000 restarts, for each read of the list."""
    requests = results.samples["module"][0].requests
    looks = max(1, requests.get("list", 0))
    return (sum(requests.values()) - requests["restart"]) / looks


def _lag(results: Results) -> float:
    """Return how late the module saw that the job ran, as a share of what is allowed: the worst."""
    lags = [(sample.lag, sample.service) for sample in results.samples["module"] if sample.lag is not None]
    return max(lag / (1.0 + 0.1 * service) for lag, service in lags)


def _rate_bar(results: Results) -> float:
    needed = results.samples["module"][0].requests
    admitted = sum(needed.values()) - results.samples["module"][0].throttled
    return results.over_ping("module") - 1.25 * admitted / results.setting.rate


ONE = {"jobs": 1, "fleet": False}
PLAYS: Mapping[str, Contender] = {"ping": contenders.ping, "module": contenders.module, "uri": contenders.uri}
FLEET: Mapping[str, Contender] = {"ping": contenders.ping, "module": contenders.module, "bare": contenders.bare}


def _one_no_wait(title: str, rounds: tuple[int, int], bars: tuple[Bar, ...], **more: Any) -> Case:
    work = {**ONE, "wait": False, **more.pop("work", {})}
    return Case(title, more.pop("contenders", PLAYS), rounds, work, bars=bars, **more)


def _fleet(
    title: str,
    jobs: int,
    rounds: tuple[int, int],
    bars: tuple[Bar, ...] = (),
    noted: tuple[str, ...] = (),
    tls: bool = False,
    latency: float = 0.0,
) -> Case:
    return Case(
        title, FLEET, rounds, {"jobs": jobs}, Setting(jobs=jobs, latency=latency), bars=bars, tls=tls, noted=noted
    )


def _over_bare(limit: float) -> Bar:
    """The bar of a fleet: what it takes besides the play itself, over a client that does nothing but send the same."""
    return Bar("(wall - ping) / bare", limit, lambda results: results.over_ping("module") / results.wall("bare"))


def _limited(jobs: int, rate: int, rounds: tuple[int, int]) -> Case:
    return Case(
        f"{jobs} jobs, no wait, {rate} requests/s admitted",
        {"ping": contenders.ping, "module": contenders.module},
        rounds,
        {"jobs": jobs, "wait": False},
        Setting(jobs=jobs, rate=rate),
        (Bar("wall - ping - 1.25 x requests / rate, s", 2.0, _rate_bar),),
        needs="tests/simulator/rate.py",
    )


CASES: tuple[Case, ...] = (
    _one_no_wait(
        "one job, no wait",
        (20, 8),
        (
            Bar("wall / ping", OVER_PING, lambda results: results.wall("module") / results.wall("ping")),
            Bar("wall / uri, with a ready token", 1.10, lambda results: results.wall("module") / results.wall("uri")),
        ),
        contenders={**PLAYS, "sdk": contenders.sdk},
        noted=("ping", "module", "uri"),
    ),
    _one_no_wait(
        "one job, no wait, password",
        (20, 2),
        (Bar("wall / uri", 0.85, lambda results: results.wall("module") / results.wall("uri")),),
        work={"password": True},
        contenders={"module": contenders.module, "uri": contenders.uri},
    ),
    Case(
        "one job, wait",
        PLAYS,
        (20, 4),
        ONE,
        bars=(
            Bar(
                "(wall - ping - service) / that of uri",
                0.5,
                lambda results: results.over_ping("module") / results.over_ping("uri"),
            ),
            Bar("lag of the last look / (1 s + 10 %), worst", 1.0, _lag),
        ),
        drawn=True,
    ),
    Case(
        "20 jobs, wait",
        {**PLAYS, "sdk": contenders.sdk},
        (3, 2),
        {"jobs": 20},
        bars=(
            Bar("wall / uri", 0.13, lambda results: results.wall("module") / results.wall("uri")),
            Bar("wall / SDK loop", 1.05, lambda results: results.wall("module") / results.wall("sdk")),
        ),
    ),
    Case(
        "20 jobs, wait, one by one",
        {"module": contenders.module, "module-loop": contenders.module_loop, "sdk-processes": contenders.sdk_processes},
        (1, 0),
        {"jobs": 20},
        bars=(
            Bar(
                "wall of the list / SDK processes",
                0.1,
                lambda results: results.wall("module") / results.wall("sdk-processes"),
            ),
        ),
    ),
    _fleet("100 jobs, wait", 100, (4, 0)),
    _fleet(
        "1000 jobs, wait",
        1000,
        (6, 3),
        (
            _over_bare(1.15),
            Bar("requests besides restarts, a look", 2.0, _requests_over),
            Bar("module process, MiB", 120.0, lambda results: results.peak("module")),
        ),
        noted=("module",),
    ),
    _fleet("1000 jobs, wait, TLS", 1000, (6, 3), (_over_bare(1.15),), tls=True),
    _fleet("1000 jobs, wait, plain, 100 ms", 1000, (2, 0), (_over_bare(1.10),), latency=0.1),
    _fleet("1000 jobs, wait, TLS, 100 ms", 1000, (2, 0), (_over_bare(1.10),), tls=True, latency=0.1),
    _fleet("10000 jobs, wait", 10000, (1, 0), noted=("module",)),
    _limited(200, 50, (2, 1)),
    _limited(1000, 200, (2, 0)),
    Case(
        "info, 10000 jobs",
        {"ping": contenders.ping, "info": contenders.info, "bare": contenders.bare_list},
        (3, 0),
        {"jobs": 10000},
        Setting(jobs=10000),
        noted=("info",),
    ),
    Case(
        "inventory, 10000 jobs",
        {"inventory": contenders.inventory, "bare": contenders.bare_list, "static": contenders.static_inventory},
        (3, 0),
        {"jobs": 10000},
        Setting(jobs=10000),
        (
            Bar("requests", 10, lambda results: results.samples["inventory"][0].sent),
            Bar(
                "(wall - static) / bare",
                1.5,
                lambda results: (results.wall("inventory") - results.wall("static")) / results.wall("bare"),
            ),
        ),
    ),
    Case(
        "restart_fleet, 20 hosts, 5 forks, wait",
        {"ping": contenders.ping_fleet, "module": contenders.restart_fleet},
        (1, 0),
        {"jobs": 20},
        needs="playbooks/restart_fleet.yml",
    ),
    _one_no_wait(
        "one job, check mode",
        (20, 0),
        (),
        work={"check": True},
        contenders={"ping": contenders.ping, "module": contenders.module},
    ),
    Case(
        "1000 jobs, check mode",
        {"ping": contenders.ping, "module": contenders.module},
        (3, 0),
        {"jobs": 1000, "check": True},
        Setting(jobs=1000),
    ),
    *(
        Case(
            f"{'one job, no wait' if jobs == 1 else f'{jobs} jobs, wait'}, "
            f"{'TLS' if tls else 'plain'}, {latency * 1000:.0f} ms",
            PLAYS if jobs == 1 else FLEET,
            (20, 0) if jobs == 1 else (2, 0),
            {**ONE, "wait": False} if jobs == 1 else {"jobs": jobs},
            Setting(jobs=max(20, jobs), latency=latency),
            tls=tls,
        )
        for jobs in (1, 100)
        for tls in (False, True)
        for latency in (0.0, 0.02, 0.1)
        if tls or latency
    ),
)

SMALL, LARGE = "1000 jobs, wait", "10000 jobs, wait"


def growth(of: Mapping[str, Results]) -> tuple[Bar, ...]:
    """Return the bars that compare two cases: ten times the jobs take at most 11 times the time and memory."""
    if SMALL not in of or LARGE not in of:
        return ()
    small, large = of[SMALL], of[LARGE]
    return (
        Bar(
            "10000 jobs / 1000 jobs: wall - ping",
            11.0,
            lambda _results: large.over_ping("module") / small.over_ping("module"),
        ),
        Bar(
            "10000 jobs / 1000 jobs: module process", 11.0, lambda _results: large.peak("module") / small.peak("module")
        ),
    )
