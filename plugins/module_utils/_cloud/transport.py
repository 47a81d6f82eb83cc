# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of a task: who signs them, when they are sent, and which are retried."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, ContextManager, Dict, Mapping, NamedTuple, Optional, Union
from urllib.parse import quote, urlencode, urlsplit

from .._jobs.failure import Category, Failure, Outcome, RequestFailed
from .answers import IsAnswer, parse, succeeds
from .auth import Auth, SignInRequest
from .clock import Clock
from .deadline import LAST_MOMENT, Deadline
from .http_client import ExchangeFailed, HttpClient, HttpResponse
from .rate_limiter import RateLimiter, back_off

if TYPE_CHECKING:
    import requests

# Failures without a request.
_NOT_SENT = (Category.TIMEOUT, Category.INTERRUPTED)
# What IAM answers is never about a job: these categories would say so.
_ABOUT_JOB = (Category.CONFLICT, Category.NOT_FOUND)


class Answer(NamedTuple):
    """An answer that says yes."""

    body: Dict[str, Any]
    headers: Mapping[str, str]


class _Request(NamedTuple):
    """``is_change``: the request may change something, so it must not be applied twice."""

    method: str
    url: str
    body: Optional[bytes]
    auth: Auth
    is_change: bool
    is_answer: IsAnswer


class Transport:
    """Sends the requests of one task until the deadline. Every failure is raised as RequestFailed.

    ``draw`` returns a random number from 0 to the one it is given. ``lock`` lets one thread at a time renew the auth.
    ``api_timeout``: seconds for one request. ``mask`` takes the secrets from a text.
    """

    def __init__(
        self,
        http_client: HttpClient,
        auth: Auth,
        deadline: Deadline,
        *,
        clock: Clock,
        draw: Callable[[float], float],
        lock: ContextManager[Any],
        api_timeout: float,
        retries: int,
        mask: Callable[[str], str] = str,
    ) -> None:
        self._http_client = http_client
        self._auth = auth
        self._deadline = deadline
        self._clock = clock
        self._draw = draw
        self._renewing = lock
        self._api_timeout = api_timeout
        self._retries = retries
        self._mask = mask
        self._limiter = RateLimiter(clock, draw)
        # Why the auth cannot be renewed: signing in again and again after a refusal can lock the user out.
        self._renewal_refused: Optional[Failure] = None

    def get(self, url: str, is_answer: IsAnswer, query: Optional[Mapping[str, Any]] = None) -> Answer:
        """Send a GET, and retry it if that may help. ``is_answer``: whether a JSON object is what was asked for."""
        if query:
            # Percent-encoded as in the signature: a space must not travel as '+'.
            url = f"{url}?{urlencode(query, quote_via=quote)}"
        return self._send(_Request("GET", url, None, self._auth, False, is_answer))

    def change(
        self,
        method: str,
        url: str,
        content: Optional[Mapping[str, Any]] = None,
        is_answer: IsAnswer = succeeds,
    ) -> Answer:
        """Send a request that changes something, and retry it only if it was certainly not applied."""
        body = None if content is None else json.dumps(content).encode()
        return self._send(_Request(method, url, body, self._auth, True, is_answer))

    def sign_in(self, request: SignInRequest) -> Answer:
        """Send a request for a token, and retry it if that may help: it changes nothing."""
        body = json.dumps(request.content).encode()
        return self._send(_Request("POST", request.url, body, Auth(request.hint_if_refused), False, _has_token))

    def _send(self, request: _Request) -> Answer:
        retries = 0
        last: Optional[Failure] = None
        while True:
            result = self._attempt(request)
            if isinstance(result, Answer):
                return result
            if result.category in _NOT_SENT:
                raise RequestFailed(last or result)
            last = result
            if result.outcome is Outcome.UNKNOWN and request.is_change:
                raise RequestFailed(result)
            if result.category is Category.THROTTLED:
                continue  # the rate limiter waits, and only the deadline ends it
            is_retried = result.refused_connection or result.outcome is Outcome.UNKNOWN
            if retries >= self._retries or not is_retried or result.is_sign_in:
                raise RequestFailed(result)
            pause = max(back_off(retries, self._draw), result.retry_after or 0.0)
            retries += 1
            if pause >= self._deadline.remaining:
                raise RequestFailed(result)
            self._clock.sleep(pause)

    def _attempt(self, request: _Request) -> Union[Answer, Failure]:
        """Send once; if the auth was refused and can be renewed, renew it and send once more."""
        response = self._exchange(request)
        result = self._read(response, request)
        if isinstance(response, Failure) or isinstance(result, Answer):
            return result
        is_refused = result.sign_in_again and result.outcome is Outcome.NOT_APPLIED
        renewal = request.auth.sign_in_request() if is_refused else None
        if renewal is None:
            return result
        try:
            self._renew(renewal, response.request)
        except RequestFailed as error:
            return error.failure
        return self._read(self._exchange(request), request)

    def _read(self, response: Union[HttpResponse, Failure], request: _Request) -> Union[Answer, Failure]:
        if isinstance(response, Failure):
            return response
        result = parse(response, request.is_answer, self._mask)
        if isinstance(result, Failure) and result.category is Category.THROTTLED:
            self._limiter.throttled(result.retry_after)
        else:
            self._limiter.let_through()
        return request.auth.explain(result) if isinstance(result, Failure) else Answer(result, response.headers)

    def _renew(self, renewal: SignInRequest, refused: requests.PreparedRequest) -> None:
        """Renew the auth that signed the ``refused`` request, unless another thread has. Raises RequestFailed."""
        with self._renewing:
            if not self._auth.has_signed(refused):
                return
            if self._renewal_refused is not None:
                raise RequestFailed(self._renewal_refused)
            try:
                self._auth.accept(self.sign_in(renewal).headers)
            except RequestFailed as error:
                failure = _sign_in_failure(renewal, error.failure)
            else:
                return
            self._renewal_refused = None if failure.is_transient else failure
            raise RequestFailed(failure)

    def _exchange(self, request: _Request) -> Union[HttpResponse, Failure]:
        if not self._acquire():
            return self._deadline.failure
        seconds = min(self._api_timeout, self._deadline.remaining)
        try:
            return self._http_client.exchange(
                request.method,
                request.url,
                body=request.body,
                auth=request.auth,
                seconds=seconds,
                fresh=request.is_change,
            )
        except ExchangeFailed as error:
            if error.is_late and not error.is_sent and self._deadline.is_over:
                return self._deadline.failure
            return _connection_failure(request.url, error)

    def _acquire(self) -> bool:
        """Wait until the rate limiter lets the request through; whether that is in time."""
        while True:
            pause = self._limiter.acquire()
            if pause + LAST_MOMENT >= self._deadline.remaining:
                return False
            if not pause:
                return True
            self._clock.sleep(pause)


def _connection_failure(url: str, error: ExchangeFailed) -> Failure:
    parts = urlsplit(url)
    server = f"{parts.scheme}://{parts.netloc}"
    text = f"the request to {server} failed" if error.is_sent else f"{server} could not be reached"
    return Failure(
        Category.CONNECTION,
        f"{text}: {error.reason}",
        error.hint,
        Outcome.UNKNOWN if error.is_sent else Outcome.NOT_APPLIED,
        http_status=error.status,
        refused_connection=error.is_refused,
    )


def _has_token(body: Mapping[str, Any]) -> bool:
    return "token" in body


def _sign_in_failure(renewal: SignInRequest, failure: Failure) -> Failure:
    """What a failure to renew the token means for the request that was refused: never an answer to it."""
    if failure.category in _NOT_SENT:
        return failure
    return failure._replace(
        category=Category.AUTHENTICATION if failure.category in _ABOUT_JOB else failure.category,
        text=f"signing in again at {renewal.auth_url} failed: {failure.text}",
        own_hint=failure.hint,
        outcome=Outcome.NOT_APPLIED,
        may_pass=failure.is_transient,
        is_from_modelarts=False,
        is_sign_in=True,
    )
