# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections through `requests` and urllib3: sockets that note what was sent, TLS, proxies, and which are kept alive."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import traceback
from typing import Any, Dict, Mapping, Optional, Union
from urllib.parse import urlsplit

from .exchange_failure import Unusable

try:
    import requests
    from requests.adapters import HTTPAdapter
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
    from urllib3 import disable_warnings
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import InsecureRequestWarning
    from urllib3.util.ssl_ import create_urllib3_context

    REQUESTS_IMPORT_ERROR: Optional[str] = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = object  # type: ignore[assignment,misc]

# As many as a task may have threads.
_MAX_CONNECTIONS = 64


class Exchange:
    """How far one exchange has got."""

    def __init__(self) -> None:
        self.is_sent = False
        self.is_expired = False
        self.sock: Any = None

    def abort(self) -> None:
        """End the exchange from another thread: a read that waits for data then gets the end of the stream."""
        self.is_expired = True
        if self.sock is not None:
            try:
                # Not SSLSocket.shutdown, which takes the TLS state away from the thread that reads.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return  # closed already: the exchange has just ended by itself


class _ThisThread(threading.local):
    exchange = Exchange()


_this_thread = _ThisThread()


class Connections:
    """The connections of one task, used by all its threads. ``verify`` is as in `requests`."""

    def __init__(self, verify: Union[bool, str]) -> None:
        self._verify = verify
        self._tls = _Tls()
        self._settings: Dict[str, Dict[str, Any]] = {}
        self._kept_alive = _Adapter(self._tls, _pool_classes(keep_alive=True))
        self._fresh = _Adapter(self._tls, _pool_classes(keep_alive=False))

    def send(
        self, request: requests.PreparedRequest, exchange: Exchange, seconds: float, fresh: bool
    ) -> requests.Response:
        """Send the request, on a ``fresh`` connection or on one that was kept alive. Raises OSError.

        ``seconds`` bound each wait for the socket, not all together.
        """
        _this_thread.exchange = exchange
        adapter = self._fresh if fresh else self._kept_alive
        return adapter.send(request, timeout=seconds, **self._settings_for(str(request.url)))

    def _settings_for(self, url: str) -> Dict[str, Any]:
        """What the environment says of proxies and certificates, for all requests to the same server."""
        parts = urlsplit(url)
        server = f"{parts.scheme}://{parts.netloc}"
        if server not in self._settings:
            # Given with the request, `verify` wins over REQUESTS_CA_BUNDLE.
            settings = requests.Session().merge_environment_settings(url, {}, True, self._verify, None)
            if parts.scheme == "https":
                self._tls.set_up(settings["verify"] or False)
            else:
                # Plain http is for this machine alone: a proxy could read it.
                settings["proxies"] = {}
            self._settings[server] = {**settings, "verify": bool(settings["verify"])}
        return self._settings[server]


class _Tls:
    """TLS 1.2 or later, and the CA certificates, loaded once for all connections."""

    def __init__(self) -> None:
        self._setting_up = threading.Lock()
        self.context: Optional[ssl.SSLContext] = None

    def set_up(self, verify: Union[bool, str]) -> None:
        """Create the context at the first call: loading the certificates takes as long as many requests."""
        with self._setting_up:
            if self.context is None:
                context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if verify else ssl.CERT_NONE)
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                if verify:
                    _load(context, verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)
                else:
                    # Whoever asked for it needs no warning at each connection.
                    disable_warnings(InsecureRequestWarning)
                self.context = context


def _load(context: ssl.SSLContext, path: str) -> None:
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except OSError as error:
        raise Unusable(f"cannot read CA certificates from {path} ({error.strerror or error})") from error


class _Adapter(HTTPAdapter):
    """An adapter with connections from our own pools and with our own TLS context, with and without a proxy."""

    def __init__(self, tls: _Tls, pool_classes: Mapping[str, type]) -> None:
        self._tls = tls
        self._pool_classes = pool_classes
        super().__init__(pool_maxsize=_MAX_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        # `conn` is the pool. The context has the certificates: `requests` would load them again for each connection.
        if str(url).startswith("https:"):
            conn.conn_kw["ssl_context"] = self._tls.context
            conn.cert_reqs = "CERT_REQUIRED" if verify else "CERT_NONE"


def _pool_classes(keep_alive: bool) -> Dict[str, type]:
    """urllib3's pools by scheme, with observed connections that serve many requests, or one each."""

    def pool_class(pool: type, connection: type) -> type:
        observed = type(connection.__name__, (_Observed, connection), {})
        bases = (pool,) if keep_alive else (_Closing, pool)
        return type(pool.__name__, bases, {"ConnectionCls": observed})

    return {
        "http": pool_class(HTTPConnectionPool, HTTPConnection),
        "https": pool_class(HTTPSConnectionPool, HTTPSConnection),
    }


class _Observed:
    """A connection that notes when it begins to send the request: a failure before that means not applied."""

    sock: Any

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        finally:
            # Asking a proxy for a tunnel also sends something, but not the request.
            _this_thread.exchange.is_sent = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _this_thread.exchange.is_sent = True
        _this_thread.exchange.sock = self.sock
        super().send(data)  # type: ignore[misc]


class _Closing:
    """A pool that closes each connection after its first request."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)  # type: ignore[misc]
