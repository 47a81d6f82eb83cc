# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures as values: what kind they are, what they say, and the exceptions that carry them."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from typing import Any, Dict, Iterator, NamedTuple, Optional


class Category(str, Enum):
    """The kind of a failure, which a playbook can decide on."""

    ACCOUNT = "account"
    AUTHENTICATION = "authentication"
    CAPACITY = "capacity"
    CONFLICT = "conflict"
    CONNECTION = "connection"
    ENDPOINT = "endpoint"
    INTERRUPTED = "interrupted"
    INVALID_REQUEST = "invalid_request"
    JOB_FAILED = "job_failed"
    NOT_FOUND = "not_found"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PERMISSION = "permission"
    QUOTA = "quota"
    SERVER = "server"
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    TOKEN_EXPIRED = "token_expired"
    UNKNOWN = "unknown"


# What to do next, for a failure that has no hint of its own.
HINTS = {
    Category.ACCOUNT: "Ask the account's administrator, or the cloud's support, to unlock it.",
    Category.AUTHENTICATION: "Check the credentials and the project they belong to.",
    Category.CAPACITY: "Run the task again later, when resources may be free.",
    Category.CONFLICT: "Run the task again when the job's status allows it.",
    Category.CONNECTION: "Check the address, and the DNS, proxy and firewall settings of the machine that runs the task.",
    Category.ENDPOINT: "Check region, cloud_domain, endpoint and auth_url.",
    Category.INTERRUPTED: "Run the task again: it continues from the job's current status.",
    Category.INVALID_REQUEST: "Check the task's parameters.",
    Category.JOB_FAILED: "Look at the job in the ModelArts console, and at the log files under its train_url.",
    Category.NOT_FOUND: "Check job_id or name, and that region, project_id and workspace_id are the job's.",
    Category.OUTCOME_UNKNOWN: "Run the task again: it reads the job first.",
    Category.PERMISSION: "Ask the account's administrator for the permission that this operation needs.",
    Category.QUOTA: "Delete what you no longer need, or ask for a higher quota.",
    Category.SERVER: "Run the task again later; if it keeps failing, give the request ID to the cloud's support.",
    Category.THROTTLED: "Run the task again later, or run fewer tasks at a time.",
    Category.TIMEOUT: "Raise wait_timeout, or check the job again later.",
    Category.TOKEN_EXPIRED: (
        "Use a new token, or sign in with a password or an access key, which outlast a long wait."
    ),
    Category.UNKNOWN: "Look up the code in the error codes of the ModelArts API reference.",
}
_TRANSIENT = (Category.CONNECTION, Category.SERVER, Category.THROTTLED)


class Outcome(Enum):
    """Whether the service applied a request."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    UNKNOWN = "unknown"


class Failure(NamedTuple):
    """Why something failed.

    ``text`` continues the sentence "Could not restart the job: ", and ``attempt`` is what that sentence says was tried,
    such as "restart the job"; empty until `during` says it. ``own_hint`` replaces the category's hint. ``code`` and
    ``message`` are the service's own, cleaned for printing. ``retry_after`` is in seconds, where the answer asks for a
    pause. ``sign_in_again``: a new token may be accepted where this one was refused. ``refused_connection``: the
    connection was refused or cut before anything was sent, as while a service restarts. ``is_from_modelarts``: ModelArts
    itself answered, not the gateway, IAM or a proxy. ``is_sign_in``: signing in again failed, not the request itself.
    ``gone``: the job certainly does not exist. ``may_pass``: the same request may succeed later, whatever the category.
    ``authorization``: which policy refused the request, encoded by the service for the account's administrator.
    """

    category: Category
    text: str
    own_hint: Optional[str] = None
    outcome: Outcome = Outcome.NOT_APPLIED
    code: Optional[str] = None
    message: str = ""
    http_status: Optional[int] = None
    request_id: Optional[str] = None
    retry_after: Optional[float] = None
    sign_in_again: bool = False
    refused_connection: bool = False
    is_from_modelarts: bool = False
    is_sign_in: bool = False
    gone: bool = False
    may_pass: bool = False
    authorization: Optional[str] = None
    attempt: str = ""

    @property
    def hint(self) -> str:
        """What to do next, as a sentence."""
        return self.own_hint or HINTS[self.category]

    @property
    def is_sent(self) -> bool:
        """Whether the request reached, or may have reached, a server."""
        return self.http_status is not None or self.outcome is Outcome.UNKNOWN

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.may_pass or self.outcome is Outcome.UNKNOWN or self.category in _TRANSIENT

    @property
    def reason(self) -> str:
        """Why it failed; in brackets the service's own code and text; then what to do next."""
        source = self.code or (f"HTTP {self.http_status}" if self.http_status else "")
        parts = [part for part in (source, self.message.rstrip(". ")) if part]
        brackets = f" ({': '.join(parts)})" if source else ""
        encoded = f" Encoded authorization message: {self.authorization}" if self.authorization else ""
        return f"{self.text}{brackets}. {self.hint}{encoded}"

    @property
    def sentence(self) -> str:
        """What was tried, and the `reason` why it failed."""
        return f"Could not {self.attempt}: {self.reason}"

    def as_dict(self) -> Dict[str, Any]:
        """The ``error`` of a result."""
        return {
            "code": self.code,
            "message": self.message or self.text,
            "category": self.category.value,
            "http_status": self.http_status,
            "request_id": self.request_id,
            "hint": self.hint,
            **({"encoded_authorization_message": self.authorization} if self.authorization else {}),
        }

    def during(self, attempt: str) -> Failure:
        """The same failure, which happened while trying to ``attempt``; the innermost attempt stays."""
        return self if self.attempt else self._replace(attempt=attempt)


class RequestFailed(Exception):
    """The one exception that a failure of the cloud, or of the way to it, travels in."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


class OptionError(ValueError):
    """A parameter that cannot be right. The text is a sentence for the user."""


@contextmanager
def attempting(attempt: str) -> Iterator[None]:
    """Failures inside happened while trying to ``attempt``, such as "list the jobs"."""
    failure: Optional[Failure] = None
    try:
        yield
    except RequestFailed as error:
        failure = error.failure
    if failure is not None:
        raise RequestFailed(failure.during(attempt))
