# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of a task: as whom they are sent, within which time, and which are sent again."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Optional
from urllib.parse import quote, urlencode, urlsplit

from .answers import understood
from .clock import Clock, Deadline
from .credentials import Credentials
from .error_codes import Category, Meaning
from .errors import ModelArtsError, Outcome
from .wire import RawAnswer, Wire, WireError

# Seconds. A pause before a request is sent again is drawn from zero to its bound (full jitter); the bound doubles.
FIRST_BOUND = 0.5
LAST_BOUND = 20.0

TIME_IS_UP = Meaning(Category.TIMEOUT, "its time was up before the request was sent")
_UNTRUSTED = "Set ca_path to the certificate of the CA that signed it."


@dataclass(frozen=True)
class Answer:
    """An answer that says yes."""

    body: Dict[str, Any]
    headers: Mapping[str, str]


class Transport:
    """Sends the requests of one task, until the deadline. Every failure is a ModelArtsError.

    ``api_timeout``: seconds for one request. ``draw``: a number from 0 to the one it is given.
    """

    def __init__(
        self,
        wire: Wire,
        credentials: Credentials,
        deadline: Deadline,
        clock: Clock,
        api_timeout: float,
        retries: int,
        draw: Callable[[float], float] = lambda bound: random.uniform(0, bound),
    ) -> None:
        self._wire = wire
        self._credentials = credentials
        self._deadline = deadline
        self._clock = clock
        self._api_timeout = api_timeout
        self._retries = retries
        self._draw = draw

    def read(self, url: str, query: Optional[Mapping[str, Any]] = None) -> Answer:
        """Send a GET, again where that may help."""
        if query:
            # Percent-encoded as in the signature: a space must not travel as '+'.
            url = f"{url}?{urlencode(query, quote_via=quote)}"
        return self._send("GET", url, None, self._credentials, changing=False)

    def change(self, method: str, url: str, content: Optional[Mapping[str, Any]] = None) -> Answer:
        """Send a request that changes something, again only where it was certainly not applied."""
        return self._send(method, url, content, self._credentials, changing=True)

    def ask_for_token(self, url: str, content: Mapping[str, Any], auth: Credentials) -> Answer:
        """Send a request for a token, again where that may help: it changes nothing."""
        return self._send("POST", url, content, auth, changing=False)

    def _send(
        self, method: str, url: str, content: Optional[Mapping[str, Any]], auth: Credentials, changing: bool
    ) -> Answer:
        body = None if content is None else json.dumps(content).encode()
        failures = 0
        throttled = 0
        while True:
            try:
                return self._attempt(method, url, body, auth, changing)
            except ModelArtsError as failure:
                error = failure
            again = error.outcome is Outcome.NOT_APPLIED or not changing
            if again and error.category is Category.THROTTLED:
                pause = error.retry_after or self._back_off(throttled)
                throttled += 1
            elif failures < self._retries and (error.refused_connection or (not changing and _is_upset(error))):
                pause = self._back_off(failures)
                failures += 1
            else:
                raise error
            if pause >= self._deadline.remaining:
                raise error
            self._clock.sleep(pause)

    def _attempt(self, method: str, url: str, body: Optional[bytes], auth: Credentials, changing: bool) -> Answer:
        """Send once; where the token was refused as expired, sign in again and send once more."""
        raw = self._exchange(method, url, body, auth, changing)
        try:
            return Answer(understood(raw), raw.headers)
        except ModelArtsError as failure:
            error = failure
        if error.meaning.sign_in_again and error.outcome is Outcome.NOT_APPLIED and self._renewed(auth, raw):
            raw = self._exchange(method, url, body, auth, changing)
            return Answer(understood(raw), raw.headers)
        raise error

    def _renewed(self, auth: Credentials, refused: RawAnswer) -> bool:
        """Whether the credentials are new since the refused request."""
        try:
            return auth.renew(self, refused.request)
        except ModelArtsError as failure:
            # Whatever became of signing in, the request itself was refused.
            failure.outcome = Outcome.NOT_APPLIED
            raise

    def _exchange(self, method: str, url: str, body: Optional[bytes], auth: Credentials, changing: bool) -> RawAnswer:
        seconds = min(self._api_timeout, self._deadline.remaining)
        if seconds <= 0:
            raise ModelArtsError(TIME_IS_UP)
        try:
            return self._wire.exchange(method, url, body=body, auth=auth, seconds=seconds, fresh=changing)
        except WireError as failure:
            error = failure
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}"
        told = f"the request to {address} failed" if error.sent else f"{address} could not be reached"
        raise ModelArtsError(
            Meaning(Category.CONNECTION, f"{told}: {error.reason}", _UNTRUSTED if error.certificate else None),
            Outcome.UNKNOWN if error.sent else Outcome.NOT_APPLIED,
            refused_connection=error.refused,
        )

    def _back_off(self, times_before: int) -> float:
        return self._draw(min(LAST_BOUND, FIRST_BOUND * 2**times_before))


def _is_upset(error: ModelArtsError) -> bool:
    """Whether the service itself failed: not where it finds fault with the request (4xx), but for its time-out."""
    status = error.http_status or 0
    return error.outcome is Outcome.UNKNOWN or (
        error.category is Category.SERVER and (status == 408 or not 400 <= status < 500)
    )
