# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sockets that can be aborted from their creation on: while they connect, in a TLS handshake, and behind a SOCKS proxy."""

from __future__ import annotations

import socket
import ssl
from importlib import import_module
from typing import Any, Mapping, Optional, Sequence, Tuple

from .exchange import Exchange, this_thread

_SOCKS_PORT = 1080


class WatchedTlsSocket(ssl.SSLSocket):
    """A TLS socket that can be aborted in its handshake, when it has just taken the place of the socket below it."""

    def do_handshake(self, block: bool = False) -> None:
        this_thread.exchange.watch(self)
        super().do_handshake(block)


def connected(
    exchange: Exchange,
    server: Tuple[str, int],
    family: int,
    options: Sequence[Tuple[Any, ...]],
    proxy: Optional[Mapping[str, Any]] = None,
) -> socket.socket:
    """A socket connected to ``server``, whose addresses share the time that is left. Raises OSError.

    ``options`` are arguments of `setsockopt`; ``proxy`` is urllib3's description of a SOCKS proxy.
    """
    host, port = (proxy["proxy_host"], proxy["proxy_port"] or _SOCKS_PORT) if proxy else server
    # How long this takes is up to the system.
    addresses = socket.getaddrinfo(host.strip("[]"), port, family, socket.SOCK_STREAM)
    failure = OSError("the host has no address")
    for tried, (kind, _type, _protocol, _name, address) in enumerate(addresses):
        exchange.check()
        sock = _behind(proxy, kind, address) if proxy else socket.socket(kind, socket.SOCK_STREAM)
        exchange.watch(sock)
        try:
            for option in options:
                sock.setsockopt(*option)
            sock.settimeout(exchange.remaining / (len(addresses) - tried))
            sock.connect(server if proxy else address)
            # The system may report an aborted connection as one that stands.
            exchange.check()
            sock.settimeout(exchange.remaining)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _behind(proxy: Mapping[str, Any], family: int, address: Tuple[Any, ...]) -> Any:
    """A socket that connects through the SOCKS proxy at ``address``."""
    # Few machines have it.
    sock: Any = import_module("socks").socksocket(family, socket.SOCK_STREAM)
    sock.set_proxy(
        proxy["socks_version"], *address[:2], rdns=proxy["rdns"], username=proxy["username"], password=proxy["password"]
    )
    return sock
