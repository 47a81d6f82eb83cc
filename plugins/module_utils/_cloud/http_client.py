# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange through `requests`, and how far it got if it failed.

Nothing here knows what a request means: the transport retries and reads the answers.
"""

from __future__ import annotations

from typing import Callable, Mapping, NamedTuple, Optional, Union

from .connections import REQUESTS_IMPORT_ERROR, Connections
from .exchange import Exchange
from .exchange_failure import ERRORS, ExchangeFailed, Unusable, exchange_failure
from .watchdog import Watchdog

try:
    import requests
except ImportError:  # `connections` keeps the error
    requests = None  # type: ignore[assignment]

__all__ = ("LONGEST_BODY", "REQUESTS_IMPORT_ERROR", "ExchangeFailed", "HttpClient", "HttpResponse")

# The longest body that is read, in bytes; a list of 1000 jobs has about half a megabyte.
LONGEST_BODY = 8 * 1024 * 1024
_HEADERS = {
    "Accept": "application/json",
    # A compressed body may be a thousand times as long as what arrives, and is unpacked before it can be measured.
    "Accept-Encoding": "identity",
    "User-Agent": "ansible-collection mlops.modelarts",
}


class HttpResponse(NamedTuple):
    """An HTTP response, and the request as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request: requests.PreparedRequest


class HttpClient:
    """Exchanges requests for responses, in all threads of one task. ``verify`` is as in `requests`.

    ``is_over`` tells whether the task is over: then nothing more is sent. ``mask`` takes secrets from a text.
    """

    def __init__(
        self,
        verify: Union[bool, str],
        is_over: Callable[[], bool] = lambda: False,
        mask: Callable[[str], str] = str,
    ) -> None:
        self._connections = Connections(verify)
        self._has_ca_path = isinstance(verify, str)
        self._is_over = is_over
        self._mask = mask
        self._watchdog = Watchdog()

    def exchange(
        self,
        method: str,
        url: str,
        *,
        body: Optional[bytes],
        auth: Callable[[requests.PreparedRequest], requests.PreparedRequest],
        seconds: float,
        fresh: bool,
    ) -> HttpResponse:
        """Send one request and read its whole response within ``seconds``. Raises ExchangeFailed.

        ``fresh``: on a new connection, or one that has just carried an answer. The server may close one that is idle at
        the very moment it is used, and then nobody knows whether the request was applied.
        """
        exchange = Exchange(seconds, self._is_over, fresh)
        try:
            # Not by a session, which would keep cookies, read ~/.netrc, and stumble over the target of a redirect.
            headers = {**_HEADERS, "Content-Type": "application/json"} if body is not None else _HEADERS
            request = requests.Request(method, url, headers=headers, data=body, auth=auth).prepare()
            # The time-outs of `requests` bound each wait for data; the watchdog bounds them all together.
            with self._watchdog.watching(exchange), self._connections.send(request, exchange) as response:
                exchange.status = response.status_code
                answer = HttpResponse(exchange.status, response.headers, _read(response), request)
        except ERRORS as error:
            failure = exchange_failure(error, exchange, self._has_ca_path, self._mask)
        else:
            return answer
        # Outside of the handler: the chain of what `requests` raised holds proxy addresses with their passwords.
        raise failure


def _read(response: requests.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Unusable("the response is compressed, although an uncompressed one was requested")
    body = bytearray()
    response.raw.enforce_content_length = True  # urllib3 1.26 would take a body that was cut off for a whole one
    for chunk in response.iter_content(1024 * 1024):
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Unusable(f"the response is longer than {LONGEST_BODY // 1024 // 1024} MiB")
    return bytes(body)
