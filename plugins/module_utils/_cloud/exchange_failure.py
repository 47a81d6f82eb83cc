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
from .exchange import Exchange, NotInTime

try:
    import requests
    from urllib3.connection import CertificateError  # type: ignore[attr-defined]
    from urllib3.exceptions import HTTPError, LocationValueError
except ImportError:  # `connections` keeps the error
    requests = None  # type: ignore[assignment]
    HTTPError = LocationValueError = CertificateError = OSError  # type: ignore[assignment,misc]

# All that is raised while a request is prepared and sent; the exceptions of `requests` are OSErrors.
ERRORS = (OSError, ValueError, http.client.HTTPException, HTTPError)


class ExchangeFailed(Exception):
    """No whole answer arrived.

    ``is_sent``: a byte of the request may have left this machine. ``is_refused``: the connection was refused or cut
    before that, as while a service restarts. ``is_late``: time was up, or before the first byte the task was over.
    ``hint``: what to do next, if that is special. ``status``: the HTTP status, if that much of the answer arrived.
    """

    def __init__(
        self,
        reason: str,
        is_sent: bool = False,
        is_refused: bool = False,
        is_late: bool = False,
        hint: Optional[str] = None,
        status: Optional[int] = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.is_sent = is_sent
        self.is_refused = is_refused
        self.is_late = is_late
        self.hint = hint


class Unusable(OSError):
    """This client itself gives up an exchange. The text is the reason."""

    def __init__(self, reason: str, hint: Optional[str] = None) -> None:
        super().__init__(reason)
        self.hint = hint


def exchange_failure(
    error: Exception, exchange: Exchange, has_ca_path: bool, mask: Callable[[str], str]
) -> ExchangeFailed:
    """What ``error`` means. ``has_ca_path``: the user has chosen the CA certificates. ``mask`` takes the secrets away."""
    causes = list(_causes(error))

    def first(*kinds: Type[BaseException]) -> Any:
        return next((cause for cause in causes if isinstance(cause, kinds)), None)

    reasons = (describe(cause) for kinds, describe in _REASONS for cause in causes if isinstance(cause, kinds))
    reason = clean(next((text for text in reasons if text), type(error).__name__), mask)
    is_late = exchange.is_aborted or first(socket.timeout, requests.Timeout, NotInTime) is not None
    if is_late:
        missing = (
            "connection" if not exchange.is_sent else "response" if exchange.status is None else "complete response"
        )
        reason = f"no {missing} within {exchange.seconds:.3g} s"
    is_of_proxy = first(requests.exceptions.ProxyError) or any(type(cause).__module__ == "socks" for cause in causes)
    untrusted, unusable = first(ssl.SSLCertVerificationError, CertificateError), first(Unusable)
    return ExchangeFailed(
        f"the proxy failed ({reason})" if is_of_proxy else reason,
        is_sent=exchange.is_sent,
        is_refused=not exchange.is_sent and not is_late and first(ConnectionError) is not None,
        is_late=is_late,
        hint=certificate_hint(untrusted, has_ca_path) if untrusted else unusable and unusable.hint,
        status=exchange.status,
    )


# Numbers of OpenSSL (``x509_vfy.h``). The CA: no issuer is known, or one signed itself, or only the leaf is known.
_UNKNOWN_CA = (2, 18, 19, 20, 21, 27)
_OTHER_NAME = 62
# What RFC 5280 requires, and Python 3.13 insists on.
_INCOMPLETE = range(80, 96)
_CERTIFICATE_HINTS = {
    9: "Check this machine's clock, or have the certificate renewed.",  # not yet valid
    10: "Have the certificate renewed, or check this machine's clock.",  # expired
    _OTHER_NAME: "Check the address: the certificate is for another one.",
    64: "Check the address: the certificate is for another one.",  # other IP address
}


def certificate_hint(error: Exception, has_ca_path: bool) -> str:
    """What to do about a certificate that could not be verified."""
    # An error without a number is urllib3's own, about the name.
    code = getattr(error, "verify_code", _OTHER_NAME)
    if code in _UNKNOWN_CA and has_ca_path:
        return "Check that ca_path has the certificate of the CA that signed it."
    if code in _UNKNOWN_CA:
        return "Set ca_path to the certificate of the CA that signed it."
    if code in _INCOMPLETE:
        return "Have the certificate reissued with all that RFC 5280 requires: Python 3.13 and later insist on that."
    return _CERTIFICATE_HINTS.get(code, "Have the certificate reissued.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything behind it, wherever `requests` and urllib3 put it."""
    seen: Dict[int, BaseException] = {}
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) not in seen:
            seen[id(cause)] = cause
            yield cause
            # `socket_err` is of PySocks.
            named = (getattr(cause, "reason", None), getattr(cause, "socket_err", None))
            behind = (*cause.args, *named, cause.__cause__, cause.__context__)
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
    (CertificateError, lambda cause: f"its certificate could not be verified ({cause})"),
    (ssl.SSLError, lambda cause: f"TLS failed ({cause.reason or 'the connection was closed'})"),
    (
        (ConnectionError, http.client.RemoteDisconnected, http.client.IncompleteRead),
        lambda cause: "the connection was closed before the whole response arrived",
    ),
    (http.client.HTTPException, lambda cause: "the response is not HTTP"),
    (OSError, _system_text),
    # Their own texts may hold the address of a proxy.
    ((UnicodeError, LocationValueError), lambda cause: "the address is not valid"),
)
