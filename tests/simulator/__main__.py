# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the simulator, print its address, and serve until it is stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
from dataclasses import replace
from pathlib import Path
from typing import Optional

import trustme
from aiohttp import web

from .app import application
from .options import Options, parse
from .state import State

# Seconds for requests in flight when the simulator is stopped.
SHUTDOWN_SECONDS = 1.0


async def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT, or with the option until_eof until standard input ends."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if options.until_eof:
        loop.add_reader(sys.stdin.fileno(), _at_end_of_input, stopped)
    tls = _tls(options)
    # Each has its own options, which can change while it runs.
    running = [await _listen(State(replace(options)), tls) for _number in range(options.instances)]
    addresses = "\n".join(state.address for state, _runner in running)
    # The file comes first: whoever has read the line may read the file.
    if options.address_file:
        _write(Path(options.address_file), addresses + "\n")
    print(addresses, flush=True)
    await stopped.wait()
    await asyncio.gather(*(runner.cleanup() for _state, runner in running))


async def _listen(state: State, tls: Optional[ssl.SSLContext]) -> tuple[State, web.AppRunner]:
    """Serve the state, and set its address."""
    options = state.options
    runner = web.AppRunner(application(state), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, options.host, options.port, ssl_context=tls, reuse_address=True)
    try:
        await site.start()
    except (OSError, OverflowError) as error:
        raise SystemExit(f"Cannot listen on {options.host}, port {options.port}: {error}") from None
    host = f"[{options.host}]" if ":" in options.host else options.host
    state.address = f"{'https' if options.tls else 'http'}://{host}:{runner.addresses[0][1]}"
    return state, runner


def _at_end_of_input(stopped: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stopped.set()


def _tls(options: Options) -> Optional[ssl.SSLContext]:
    if not options.tls:
        return None
    authority = trustme.CA()
    if options.ca_file:
        authority.cert_pem.write_to_path(options.ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", "::1").configure_cert(context)
    return context


def _write(path: Path, text: str) -> None:
    """Write the file in one step, so that nobody reads half of it."""
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text)
    draft.replace(path)


if __name__ == "__main__":
    asyncio.run(run(parse()))
