# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one exception that every failure of the cloud leaves us as."""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from enum import Enum
from typing import Any, Dict, Iterator, Optional

from .._cloud.error_codes import Category, Meaning

_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
_MISSING = (Category.CONFLICT, Category.INVALID_REQUEST, Category.NOT_FOUND, Category.UNKNOWN)
# Characters of a service's text that we pass on, and that we look at for that.
_LONGEST_TEXT = 500
_LONGEST_LOOK = 20 * _LONGEST_TEXT


class OptionError(ValueError):
    """A parameter that cannot be right. The text is a sentence for the user."""


class Outcome(Enum):
    """What became of a request that did not get a plain yes."""

    NOT_APPLIED = "not applied"
    UNKNOWN = "unknown"


class ModelArtsError(Exception):
    """What was asked for did not happen, or cannot be known to have happened.

    ``attempt`` says what (such as "restart visualization job 10 (viz-10)") and ``meaning`` why, in our words;
    ``code`` and ``message`` are the service's own, where it sent any. ``retry_after`` is in seconds, where the answer
    asked for a pause. ``refused_connection`` is true where the connection was refused or cut before anything was sent,
    as while a service restarts. ``gone``: it is certain that the job that was asked for is not there.
    """

    def __init__(
        self,
        meaning: Meaning,
        outcome: Outcome = Outcome.NOT_APPLIED,
        *,
        code: Optional[str] = None,
        message: str = "",
        http_status: Optional[int] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        refused_connection: bool = False,
    ) -> None:
        super().__init__(meaning.text)
        self.attempt = ""
        self.meaning = meaning
        self.outcome = outcome
        self.code = None if code is None else clean(code)
        self.message = clean(message)
        self.http_status = http_status
        self.request_id = None if request_id is None else clean(request_id)
        self.retry_after = retry_after
        self.refused_connection = refused_connection
        self.gone = False

    def __copy__(self) -> ModelArtsError:
        twin = ModelArtsError(self.meaning)
        vars(twin).update(vars(self))
        return twin

    @property
    def category(self) -> Category:
        return self.meaning.category

    @property
    def sent(self) -> bool:
        """Whether the request reached, or may have reached, a server."""
        return self.http_status is not None or self.outcome is Outcome.UNKNOWN

    @property
    def passing(self) -> bool:
        """Whether the same request may well succeed a little later."""
        return self.outcome is Outcome.UNKNOWN or self.category in (
            Category.CONNECTION,
            Category.SERVER,
            Category.THROTTLED,
        )

    @property
    def may_mean_missing(self) -> bool:
        """Whether a request for a job may have failed so because there is no such job.

        That is so for what is not about rights, throttling or the service itself.
        """
        refused = self.sent and (self.outcome is Outcome.NOT_APPLIED or self.http_status == 404)
        return refused and self.category in _MISSING

    @property
    def reason(self) -> str:
        """Why it failed; in brackets the service's own code and text; then what to do next."""
        source = self.code or (f"HTTP {self.http_status}" if self.http_status else "")
        brackets = f" ({': '.join(part for part in (source, self.message) if part)})" if source else ""
        return f"{self.meaning.text}{brackets}. {self.meaning.hint}"

    @property
    def sentence(self) -> str:
        """What was tried, and the `reason` why it failed."""
        return f"Could not {self.attempt}: {self.reason}"

    def as_dict(self) -> Dict[str, Any]:
        """The ``error`` of a result."""
        return {
            "code": self.code,
            "message": self.message or self.meaning.text,
            "category": self.category.value,
            "http_status": self.http_status,
            "request_id": self.request_id,
            "hint": self.meaning.hint,
        }


@contextmanager
def attempting(what: str) -> Iterator[None]:
    """Failures inside say that they happened in the attempt to do ``what``; the innermost attempt counts."""
    try:
        yield
    except ModelArtsError as error:
        error.attempt = error.attempt or what
        raise


def clean(text: str) -> str:
    """``text`` from outside made fit for a terminal and a log: `one_line`, and not endless.

    It is cut between words: half of a token in it would not be known for what it is, and not be masked.
    """
    plain = one_line(text[:_LONGEST_LOOK])
    if len(text) <= _LONGEST_LOOK and len(plain) <= _LONGEST_TEXT:
        return plain
    start = plain[: _LONGEST_TEXT - 1]
    return start[: start.rfind(" ") + 1] + "…"


def one_line(text: str) -> str:
    """``text`` without anything that a terminal obeys, and with single spaces for all white space."""
    plain = _ESCAPE_SEQUENCE.sub("", text)
    plain = "".join(" " if unicodedata.category(character).startswith("C") else character for character in plain)
    return " ".join(plain.split())
