# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of a task: as whom they are sent, within which time, and which are sent again."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, NamedTuple, Optional
from urllib.parse import quote, urlencode, urlsplit

from .._jobs.failure import ModelArtsError, Outcome
from .._task.runtime import Runtime
from .answers import understood
from .auth import Credentials
from .clock import Deadline
from .error_codes import Category, Meaning
from .http_client import RawAnswer, Wire, WireError
from .rate_limiter import Pace, back_off

# Seconds before the deadline from which on nothing is sent: an answer would hardly come in time, and without one nobody
# knows what became of the request.
LAST_MOMENT = 0.2
# Failures without a request.
_NOT_SENT = (Category.TIMEOUT, Category.INTERRUPTED)
_UNTRUSTED = "Set ca_path to the certificate of the CA that signed it."


class Answer(NamedTuple):
    """An answer that says yes."""

    body: Dict[str, Any]
    headers: Mapping[str, str]


class Transport:
    """Sends the requests of one task, until the deadline. Every failure is a ModelArtsError.

    ``api_timeout``: seconds for one request.
    """

    def __init__(
        self,
        wire: Wire,
        credentials: Credentials,
        deadline: Deadline,
        runtime: Runtime,
        api_timeout: float,
        retries: int,
    ) -> None:
        self._wire = wire
        self._credentials = credentials
        self._deadline = deadline
        self._clock = runtime.clock
        self._api_timeout = api_timeout
        self._retries = retries
        self._draw = runtime.draw
        self._pace = Pace(runtime.clock, runtime.draw)
        # Whoever finds the token expired while another signs in waits for that one's.
        self._renewing = runtime.lock()

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
        last: Optional[ModelArtsError] = None
        while True:
            try:
                return self._attempt(method, url, body, auth, changing)
            except ModelArtsError as failure:
                error = failure
            if error.category in _NOT_SENT:
                raise last or error
            last = error
            if error.outcome is Outcome.UNKNOWN and changing:
                raise error
            if error.category is Category.THROTTLED:
                continue  # when its turn comes
            if failures >= self._retries or not (error.refused_connection or (not changing and _is_upset(error))):
                raise error
            pause = max(back_off(failures, self._draw), error.retry_after or 0.0)
            failures += 1
            if pause >= self._deadline.remaining:
                raise error
            self._clock.sleep(pause)

    def _attempt(self, method: str, url: str, body: Optional[bytes], auth: Credentials, changing: bool) -> Answer:
        """Send once; where the token was refused as expired, sign in again and send once more."""
        raw = self._exchange(method, url, body, auth, changing)
        try:
            return self._understood(raw)
        except ModelArtsError as failure:
            error = failure
        if error.meaning.sign_in_again and error.outcome is Outcome.NOT_APPLIED and self._renewed(auth, raw):
            return self._understood(self._exchange(method, url, body, auth, changing))
        raise error

    def _understood(self, raw: RawAnswer) -> Answer:
        throttled: Optional[ModelArtsError] = None
        try:
            return Answer(understood(raw), raw.headers)
        except ModelArtsError as error:
            throttled = error if error.category is Category.THROTTLED else None
            raise
        finally:
            if throttled is None:
                self._pace.let_through()
            else:
                self._pace.throttled(throttled.retry_after)

    def _renewed(self, auth: Credentials, refused: RawAnswer) -> bool:
        """Whether the credentials are new since the refused request."""
        try:
            with self._renewing:
                return auth.renew(self, refused.request)
        except ModelArtsError as failure:
            # Whatever became of signing in, the request itself was refused.
            failure.outcome = Outcome.NOT_APPLIED
            raise

    def _exchange(self, method: str, url: str, body: Optional[bytes], auth: Credentials, changing: bool) -> RawAnswer:
        self._await_turn()
        seconds = min(self._api_timeout, self._deadline.remaining)
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

    def _await_turn(self) -> None:
        """Wait for as long as the pace asks for."""
        while True:
            pause = self._pace.take()
            if pause + LAST_MOMENT >= self._deadline.remaining:
                raise ModelArtsError(self._deadline.meaning)
            if not pause:
                return
            self._clock.sleep(pause)


def _is_upset(error: ModelArtsError) -> bool:
    """Whether the service itself failed: not where it finds fault with the request (4xx), but for its time-out."""
    status = error.http_status or 0
    if status == 404:
        return False
    return error.outcome is Outcome.UNKNOWN or (
        error.category is Category.SERVER and (status == 408 or status // 100 != 4)
    )
