# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `requests`, urllib3 and Python raise when an exchange fails, and what that means."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Any, Callable, Dict, Iterator, Optional, Tuple, Type, Union

from .._jobs.text import clean

try:
    import requests
except ImportError:  # `connections` keeps the error
    requests = None  # type: ignore[assignment]


class ExchangeFailed(Exception):
    """No whole answer arrived.

    ``is_sent``: a byte of the request may have left this machine. ``is_refused``: the connection was refused or cut
    before that, as while a service restarts. ``is_untrusted``: the server's certificate could not be verified.
    ``status``: the HTTP status, if that much of the answer arrived.
    """

    def __init__(
        self,
        reason: str,
        is_sent: bool = False,
        is_refused: bool = False,
        is_untrusted: bool = False,
        status: Optional[int] = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_sent = is_sent
        self.is_refused = is_refused
        self.is_untrusted = is_untrusted
        self.status = status


class Unusable(OSError):
    """This client itself gives up an exchange. The text is the reason."""


def exchange_failure(
    error: OSError, is_sent: bool, is_expired: bool, seconds: float, status: Optional[int] = None
) -> ExchangeFailed:
    """What ``error`` means. ``is_expired``: the exchange was aborted after ``seconds``. ``status``: as in the result."""
    causes = list(_causes(error))

    def any_is(*kinds: Type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    reasons = (describe(cause) for kinds, describe in _REASONS for cause in causes if isinstance(cause, kinds))
    reason = clean(next((text for text in reasons if text), type(error).__name__))
    if is_expired or any_is(socket.timeout, requests.Timeout):
        reason = f"no {'response' if status is None else 'complete response'} within {seconds:.3g} s"
    return ExchangeFailed(
        f"the proxy failed ({reason})" if any_is(requests.exceptions.ProxyError) else reason,
        is_sent=is_sent,
        is_refused=not is_sent and any_is(ConnectionError),
        is_untrusted=any_is(ssl.SSLCertVerificationError),
        status=status,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything behind it, wherever `requests` and urllib3 put it."""
    seen: Dict[int, BaseException] = {}
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) not in seen:
            seen[id(cause)] = cause
            yield cause
            behind = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
            waiting += [other for other in behind if isinstance(other, BaseException)]


def _system_text(cause: OSError) -> str:
    """The text of the system or of Python's library. Those of `requests` may hold a proxy's address and password."""
    return cause.strerror or ("" if isinstance(cause, requests.RequestException) else str(cause))


# The first row decides that fits anything in the chain of causes and has a text for it.
_REASONS: Tuple[Tuple[Union[Type[BaseException], Tuple[Type[BaseException], ...]], Callable[[Any], str]], ...] = (
    (Unusable, str),
    (socket.gaierror, lambda cause: "the host name cannot be resolved"),
    (ConnectionRefusedError, lambda cause: "the connection was refused"),
    (ssl.SSLCertVerificationError, lambda cause: f"its certificate could not be verified ({cause.verify_message})"),
    (ssl.SSLError, lambda cause: f"TLS failed ({cause.reason or 'the connection was closed'})"),
    (
        (ConnectionError, http.client.RemoteDisconnected, http.client.IncompleteRead),
        lambda cause: "the connection was closed before the whole response arrived",
    ),
    (http.client.HTTPException, lambda cause: "the response is not HTTP"),
    (OSError, _system_text),
)
