# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections through `requests` and urllib3: which of them are used again, proxies, and what was sent on them."""

from __future__ import annotations

import time
import traceback
from functools import cache
from typing import Any, Dict, NamedTuple, Optional, Union
from urllib.parse import urlsplit

from .exchange import Exchange, this_thread
from .proxies import proxy_for
from .sockets import connected
from .tls import Tls

try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import NewConnectionError, ProxyError
    from urllib3.util.connection import allowed_gai_family

    REQUESTS_IMPORT_ERROR: Optional[str] = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = object  # type: ignore[assignment,misc]

# As many as a task may have threads.
_MAX_CONNECTIONS = 64
# Seconds for which a connection counts as fresh after an answer: no server closes it as idle so soon.
_FRESH = 1.0


class _Settings(NamedTuple):
    """What the environment says of requests to one server."""

    verify: bool
    proxies: Dict[str, str]


class Connections:
    """The connections of one task, used by all its threads. ``verify`` is as in `requests`."""

    def __init__(self, verify: Union[bool, str]) -> None:
        self._verify = verify
        self._tls = Tls()
        self._settings: Dict[str, _Settings] = {}
        self._adapter = _Adapter(self._tls)

    def send(self, request: requests.PreparedRequest, exchange: Exchange) -> requests.Response:
        """Send the request. Raises OSError, ValueError and urllib3's exceptions.

        The time-out bounds each wait for the socket, not all together.
        """
        this_thread.exchange = exchange
        verify, proxies = self._settings_for(str(request.url))
        return self._adapter.send(request, stream=True, timeout=exchange.remaining, verify=verify, proxies=proxies)

    def _settings_for(self, url: str) -> _Settings:
        """What the environment says of proxies and certificates, for all requests to the same server."""
        parts = urlsplit(url)
        server = f"{parts.scheme}://{parts.netloc}"
        if server not in self._settings:
            # Given with the request, `verify` wins over REQUESTS_CA_BUNDLE.
            settings = requests.Session().merge_environment_settings(url, {}, True, self._verify, None)
            proxies: Dict[str, str] = {}
            # Plain http is for this machine alone: a proxy could read it.
            if parts.scheme == "https":
                verify = settings["verify"] or False
                proxy = proxy_for(url, settings["proxies"])
                proxies = {"https": proxy} if proxy else {}
                self._tls.set_up(verify, for_proxy=bool(proxy) and str(proxy).startswith("https:"))
            self._settings[server] = _Settings(bool(settings["verify"]), proxies)
        return self._settings[server]


class _Adapter(HTTPAdapter):
    """An adapter with connections from our own pools and with our own TLS context, with and without a proxy."""

    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        super().__init__(pool_maxsize=_MAX_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pool_classes()

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if proxy.startswith("https:"):
            kwargs["proxy_ssl_context"] = self._tls.proxy_context
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _pool_classes(socks=proxy.startswith("socks"))
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        # `conn` is the pool. The context has the certificates: `requests` would load them again for each connection.
        if str(url).startswith("https:"):
            conn.conn_kw["ssl_context"] = self._tls.context
            conn.cert_reqs = "CERT_REQUIRED" if verify else "CERT_NONE"


@cache
def _pool_classes(socks: bool = False) -> Dict[str, type]:
    """urllib3's pools by scheme, with our connections."""
    plain: type = HTTPConnection
    secured: type = HTTPSConnection
    if socks:
        from urllib3.contrib.socks import SOCKSConnection, SOCKSHTTPSConnection  # noqa: PLC0415  # requires PySocks

        plain, secured = SOCKSConnection, SOCKSHTTPSConnection

    def pool_class(pool: type, connection: type) -> type:
        watched = type(connection.__name__, (_Watched, connection), {})
        return type(pool.__name__, (_Pool, pool), {"ConnectionCls": watched})

    return {"http": pool_class(HTTPConnectionPool, plain), "https": pool_class(HTTPSConnectionPool, secured)}


class _Watched:
    """A connection that asks before it sends the first byte, and notes that: a failure before means not applied."""

    # Of urllib3.
    sock: Any
    host: str
    port: int
    socket_options: Any
    proxy_config: Any
    # When it carried its last answer, in seconds of the monotonic clock.
    answered = 0.0
    _is_connecting = False

    def _new_conn(self) -> Any:
        server = (getattr(self, "_dns_host", self.host), self.port)
        socks = getattr(self, "_socks_options", None)
        try:
            return connected(this_thread.exchange, server, allowed_gai_family(), self.socket_options or (), socks)
        except OSError as error:
            # urllib3 takes some of them for a connection that was closed after the request.
            raise NewConnectionError(self, "") from error  # type: ignore[arg-type]

    def _connect_tls_proxy(self, hostname: str, sock: Any) -> Any:
        self.proxy_is_verified = True  # as far as that was asked for
        try:
            return self.proxy_config.ssl_context.wrap_socket(sock, server_hostname=hostname.strip("[]"))
        except OSError as error:
            raise ProxyError("", error) from error

    def connect(self) -> None:
        self._is_connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._is_connecting = False

    def send(self, data: Any) -> None:
        if self._is_connecting:
            # To a proxy, which it asks for a tunnel.
            this_thread.exchange.check()
        else:
            if self.sock is None:
                self.connect()
            this_thread.exchange.begin(self.sock)
        super().send(data)  # type: ignore[misc]


class _Pool:
    """A pool that opens a connection for a request that must not use an idle one."""

    def _get_conn(self, timeout: Any = None) -> Any:
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        idle = time.monotonic() - connection.answered
        if this_thread.exchange.fresh and connection.sock is not None and idle >= _FRESH:
            connection.close()
            return self._new_conn()  # type: ignore[attr-defined]
        return connection

    def _put_conn(self, conn: Any) -> None:
        # Another exchange may use it from now on.
        this_thread.exchange.watch(None)
        if conn is not None:
            conn.answered = time.monotonic()
        super()._put_conn(conn)  # type: ignore[misc]
