# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange: what goes over the wire through `requests`, and how far it got when it failed.

Nothing here knows what a request means; retrying and understanding answers is the transport's work.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import traceback
from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional, Tuple, Type, Union
from urllib.parse import urlsplit

from .._jobs.failure import clean
from .watchdog import Watchdog

try:
    import requests
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
    from urllib3 import disable_warnings
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import InsecureRequestWarning
    from urllib3.util.ssl_ import create_urllib3_context

    REQUESTS_IMPORT_ERROR: Optional[str] = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = AuthBase = HTTPConnection = HTTPSConnection = object  # type: ignore[assignment,misc]
    HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[assignment,misc]

__all__ = ("LONGEST_ANSWER", "REQUESTS_IMPORT_ERROR", "AuthBase", "RawAnswer", "Wire", "WireError")

# The longest answer that is read, in bytes; a list of 1000 jobs is about half a megabyte.
LONGEST_ANSWER = 32 * 1024 * 1024


class RawAnswer(NamedTuple):
    """An HTTP answer as it came, and the request as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request: requests.PreparedRequest


class WireError(Exception):
    """No whole answer came.

    ``sent``: whether a byte of the request may have left this machine. ``refused``: the connection was refused or cut
    before that, as while a service restarts. ``certificate``: the server's certificate does not verify.
    """

    def __init__(self, reason: str, sent: bool, refused: bool, certificate: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.refused = refused
        self.certificate = certificate


class Wire:
    """The connections of one task, used by all its threads."""

    def __init__(self, verify: Union[bool, str]) -> None:
        self._verify = verify
        self._tls = _Tls()
        self._watchdog = Watchdog()
        self._settings: Dict[str, Dict[str, Any]] = {}
        self._kept_alive = _Adapter(self._tls, _KEPT_ALIVE)
        self._fresh = _Adapter(self._tls, _FRESH)

    def exchange(
        self, method: str, url: str, *, body: Optional[bytes], auth: AuthBase, seconds: float, fresh: bool
    ) -> RawAnswer:
        """Send one request and read its whole answer within ``seconds``. Raises WireError.

        ``fresh`` uses a new connection: one that was kept alive may be closed by the server at the very moment it is
        used, and then nobody knows what became of the request.
        """
        progress = _this_thread.progress = _Progress()
        try:
            # Without a session, which would keep cookies, look into ~/.netrc, and stumble over the aim of a redirect.
            headers = {**_HEADERS, "Content-Type": "application/json"} if body is not None else _HEADERS
            request = requests.Request(method, url, headers=headers, data=body, auth=auth).prepare()
            return self._exchange(request, progress, seconds, fresh)
        except OSError as error:  # as every exception of `requests` is
            failure = _failure(error, progress, seconds)
        # Outside of the handler: the chain of what `requests` raised holds proxy addresses with their passwords.
        raise failure

    def _exchange(
        self, request: requests.PreparedRequest, progress: _Progress, seconds: float, fresh: bool
    ) -> RawAnswer:
        adapter = self._fresh if fresh else self._kept_alive
        # The time-outs of `requests` bound each wait for data; this bounds them all together.
        with self._watchdog.watching(progress.abort, seconds):
            settings = self._settings_for(str(request.url))
            with adapter.send(request, timeout=seconds, **settings) as response:
                return RawAnswer(response.status_code, response.headers, _read(response), request)

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
                # Meant for this machine alone: a proxy would get to read it.
                settings["proxies"] = {}
            self._settings[server] = {**settings, "verify": bool(settings["verify"])}
        return self._settings[server]


_HEADERS = {
    "Accept": "application/json",
    # What is compressed may be a thousand times as long as what comes, and is unpacked before it can be measured.
    "Accept-Encoding": "identity",
    "User-Agent": "ansible-collection mlops.modelarts",
}


def _read(response: requests.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _Compressed
    body = bytearray()
    response.raw.enforce_content_length = True  # urllib3 1.26 would take an answer that was cut off for a whole one
    for chunk in response.iter_content(1024 * 1024):
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise _TooLong
    return bytes(body)


class _TooLong(OSError):
    """The answer is longer than what is read."""


class _Compressed(OSError):
    """The answer is compressed, which was not asked for."""


class _Progress:
    """How far a thread's exchange has got."""

    def __init__(self) -> None:
        self.sent = False
        self.expired = False
        self.sock: Any = None

    def abort(self) -> None:
        """End the exchange from another thread: what waits for data then gets the end of the stream."""
        self.expired = True
        if self.sock is not None:
            try:
                # Not SSLSocket.shutdown, which takes the TLS state from under the thread that reads.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return  # closed already: the exchange has just ended by itself


class _ThisThread(threading.local):
    progress = _Progress()


_this_thread = _ThisThread()


class _Observed:
    """A connection that notes when it begins to send the request: what failed before that was not applied."""

    sock: Any

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        finally:
            # A tunnel through a proxy is asked for by sending, too, but that was not the request.
            _this_thread.progress.sent = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _this_thread.progress.sent = True
        _this_thread.progress.sock = self.sock
        super().send(data)  # type: ignore[misc]


class _ObservedHTTP(_Observed, HTTPConnection):
    pass


class _ObservedHTTPS(_Observed, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _ObservedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _ObservedHTTPS


class _Closing:
    """A pool whose connections are closed when they have been used: the next request opens one of its own."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)  # type: ignore[misc]


class _ClosingHTTPPool(_Closing, _HTTPPool):
    pass


class _ClosingHTTPSPool(_Closing, _HTTPSPool):
    pass


_KEPT_ALIVE = {"http": _HTTPPool, "https": _HTTPSPool}
_FRESH = {"http": _ClosingHTTPPool, "https": _ClosingHTTPSPool}
# As many as a task may have threads.
_MOST_CONNECTIONS = 64


class _Tls:
    """What connections are secured with: TLS 1.2 or later, and the certificates of the CAs, loaded once for all."""

    def __init__(self) -> None:
        self._setting_up = threading.Lock()
        self.context: Optional[ssl.SSLContext] = None

    def set_up(self, verify: Union[bool, str]) -> None:
        """Get ready for what is asked for, a CA file or folder among it. To load them takes as long as many requests."""
        with self._setting_up:
            if self.context is None:
                context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if verify else ssl.CERT_NONE)
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                if verify:
                    _load(context, verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)
                else:
                    # Who asked for it need not be told so at each connection.
                    disable_warnings(InsecureRequestWarning)
                self.context = context


def _load(context: ssl.SSLContext, path: str) -> None:
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except OSError as error:
        raise _NoAuthorities(f"no CA certificates can be read from {path} ({error.strerror or error})") from error


class _NoAuthorities(OSError):
    """The file with the certificates of the CAs is of no use."""


class _Adapter(HTTPAdapter):
    """An adapter whose connections are observed and secured as said, with and without a proxy."""

    def __init__(self, tls: _Tls, pools: Mapping[str, type]) -> None:
        self._tls = tls
        self._pools = pools
        super().__init__(pool_maxsize=_MOST_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        # `conn` is the pool. Its context has the certificates: `requests` would have each connection load them again.
        if str(url).startswith("https:"):
            conn.conn_kw["ssl_context"] = self._tls.context
            conn.cert_reqs = "CERT_REQUIRED" if verify else "CERT_NONE"


def _failure(error: OSError, progress: _Progress, seconds: float) -> WireError:
    causes = list(_causes(error))

    def any_is(*kinds: Type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    told = (describe(cause) for kinds, describe in _REASONS for cause in causes if isinstance(cause, kinds))
    reason = clean(next((text for text in told if text), type(error).__name__))
    if progress.expired or any_is(socket.timeout, requests.Timeout):
        reason = f"no answer within {seconds:.3g} s"
    return WireError(
        reason=f"the proxy failed ({reason})" if any_is(requests.exceptions.ProxyError) else reason,
        sent=progress.sent,
        refused=not progress.sent and any_is(ConnectionError),
        certificate=any_is(ssl.SSLCertVerificationError),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that stands behind it, wherever `requests` and urllib3 put it."""
    seen: Dict[int, BaseException] = {}
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) not in seen:
            seen[id(cause)] = cause
            yield cause
            behind = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
            waiting += [other for other in behind if isinstance(other, BaseException)]


def _of_python(cause: OSError) -> str:
    """What the system or Python's own library says. The texts of `requests` may hold a proxy's address and password."""
    return cause.strerror or ("" if isinstance(cause, requests.RequestException) else str(cause))


# The first row that fits anything in the chain and knows what to say.
_REASONS: Tuple[Tuple[Union[Type[BaseException], Tuple[Type[BaseException], ...]], Callable[[Any], str]], ...] = (
    (_NoAuthorities, str),
    (_TooLong, lambda cause: f"the answer is longer than {LONGEST_ANSWER // 1024 // 1024} MiB"),
    (_Compressed, lambda cause: "the answer is compressed, which was not asked for"),
    (socket.gaierror, lambda cause: "the host name cannot be resolved"),
    (ConnectionRefusedError, lambda cause: "the connection was refused"),
    (ssl.SSLCertVerificationError, lambda cause: f"its certificate does not verify ({cause.verify_message})"),
    (ssl.SSLError, lambda cause: f"TLS failed ({cause.reason or 'the connection was closed'})"),
    (
        (ConnectionError, http.client.RemoteDisconnected, http.client.IncompleteRead),
        lambda cause: "the connection was closed before the whole answer came",
    ),
    (http.client.HTTPException, lambda cause: "the answer is not HTTP"),
    (OSError, _of_python),
)
