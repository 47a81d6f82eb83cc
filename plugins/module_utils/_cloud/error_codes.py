# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the services' error codes mean to a caller: one table by code, one by HTTP status.

The codes are those that ModelArts, the API gateway in front of it and IAM document for the requests we send.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Optional


class Category(str, Enum):
    """What kind of failure it is: what a playbook can decide on."""

    ACCOUNT = "account"
    AUTHENTICATION = "authentication"
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


HINTS = {
    Category.ACCOUNT: "Ask the account's administrator, or the cloud's support, to unlock it.",
    Category.AUTHENTICATION: (
        "Check the credentials and the project they belong to; with an access key, also this machine's clock."
    ),
    Category.CONFLICT: "Run the task again when the job's status allows it.",
    Category.CONNECTION: "Check the address, and the DNS, proxy and firewall of the machine that runs the task.",
    Category.ENDPOINT: "Check region, cloud_domain, endpoint and auth_url.",
    Category.INTERRUPTED: "Run the task again: it goes on from what has been done.",
    Category.INVALID_REQUEST: "Check the task's parameters.",
    Category.JOB_FAILED: "Look at the job in the ModelArts console, and at the log files under its train_url.",
    Category.NOT_FOUND: "Check job_id or name, and that region, project_id and workspace_id are the job's.",
    Category.OUTCOME_UNKNOWN: "Use state=started to bring the job up whatever became of the request.",
    Category.PERMISSION: "Ask the account's administrator for the permission that this operation needs.",
    Category.QUOTA: "Delete what is no longer needed, or ask for a larger quota.",
    Category.SERVER: "Run the task again later; if it goes on, give the request ID to the cloud's support.",
    Category.THROTTLED: "Run the task again later, or with fewer tasks at a time.",
    Category.TIMEOUT: "Raise wait_timeout, or look at the job again later.",
    Category.TOKEN_EXPIRED: (
        "Use a new token, or sign in with a password or an access key, which outlast a long wait."
    ),
    Category.UNKNOWN: "Look the code up in the error codes of the ModelArts API reference.",
}


class Meaning(NamedTuple):
    """A failure in our words: ``text`` goes on from "Could not restart job 10: ".

    ``sign_in_again``: a token that was good before may be refused so, and a new one accepted.
    """

    category: Category
    text: str
    own_hint: Optional[str] = None
    sign_in_again: bool = False

    @property
    def hint(self) -> str:
        """What to do next, as a sentence."""
        return self.own_hint or HINTS[self.category]


_WORKSPACE = "Check workspace_id."
_QUOTA = "a quota would be exceeded"
_NOT_VALID = "the service finds a parameter invalid"
_OVERLOADED = "the service is throttling requests"
_BACKEND = "the API gateway got no answer from the service behind it"

BY_CODE = {
    "ModelArts.0010": Meaning(Category.SERVER, "ModelArts had an internal error"),
    "ModelArts.0101": Meaning(Category.INVALID_REQUEST, _NOT_VALID),
    "ModelArts.0102": Meaning(Category.NOT_FOUND, "the workspace does not exist", _WORKSPACE),
    "ModelArts.0103": Meaning(Category.UNKNOWN, "ModelArts refused the request"),
    "ModelArts.0104": Meaning(Category.INVALID_REQUEST, _NOT_VALID),
    "ModelArts.0105": Meaning(Category.CONFLICT, "its status does not allow it"),
    "ModelArts.0107": Meaning(Category.INVALID_REQUEST, _NOT_VALID),
    "ModelArts.0108": Meaning(Category.PERMISSION, "you are not authorized for this operation"),
    "ModelArts.0109": Meaning(Category.PERMISSION, "the account is not authorized"),
    "ModelArts.0112": Meaning(Category.PERMISSION, "a policy of the workspace forbids the operation"),
    "ModelArts.0116": Meaning(Category.QUOTA, _QUOTA),
    "ModelArts.0118": Meaning(Category.QUOTA, _QUOTA),
    "ModelArts.0201": Meaning(Category.AUTHENTICATION, "no token reached the service"),
    "ModelArts.0202": Meaning(Category.TOKEN_EXPIRED, "the token has expired", sign_in_again=True),
    "ModelArts.0203": Meaning(Category.AUTHENTICATION, "the token is not valid", sign_in_again=True),
    "ModelArts.0204": Meaning(Category.AUTHENTICATION, "the token names no project or cannot be read"),
    "ModelArts.0205": Meaning(Category.AUTHENTICATION, "no signature reached the service"),
    "ModelArts.0206": Meaning(Category.AUTHENTICATION, "the access key or the signature is not valid"),
    "ModelArts.0207": Meaning(Category.AUTHENTICATION, "the token is for a project of another region"),
    "ModelArts.0210": Meaning(Category.AUTHENTICATION, "the project ID is not valid, or not that of the credentials"),
    "ModelArts.0212": Meaning(Category.AUTHENTICATION, "the token is for no project"),
    "ModelArts.0428": Meaning(
        Category.PERMISSION,
        "the agency that lets ModelArts act for this user is missing",
        "Set the agency up on the global configuration page of the ModelArts console.",
    ),
    "ModelArts.6100": Meaning(Category.SERVER, "the request timed out inside ModelArts"),
    "ModelArts.6101": Meaning(Category.THROTTLED, "ModelArts is too busy"),
    "ModelArts.6102": Meaning(Category.SERVER, "ModelArts had an internal error"),
    "ModelArts.6201": Meaning(Category.ACCOUNT, "the account is suspended"),
    "ModelArts.6203": Meaning(Category.ACCOUNT, "the account is restricted"),
    "APIGW.0101": Meaning(Category.ENDPOINT, "this address does not offer the ModelArts API"),
    "APIGW.0103": Meaning(Category.ENDPOINT, "the API gateway has no service behind this address"),
    "APIGW.0201": Meaning(Category.SERVER, _BACKEND),
    "APIGW.0202": Meaning(Category.SERVER, _BACKEND),
    "APIGW.0203": Meaning(Category.SERVER, _BACKEND),
    "APIGW.0301": Meaning(Category.AUTHENTICATION, "the token or the signature was refused", sign_in_again=True),
    "APIGW.0302": Meaning(Category.PERMISSION, "this user may not call the API"),
    "APIGW.0303": Meaning(Category.AUTHENTICATION, "the app's credentials were refused"),
    "APIGW.0304": Meaning(Category.PERMISSION, "this app may not call the API"),
    "APIGW.0305": Meaning(Category.AUTHENTICATION, "the credentials were refused"),
    "APIGW.0306": Meaning(Category.PERMISSION, "access to the API is denied"),
    "APIGW.0307": Meaning(Category.TOKEN_EXPIRED, "the token has expired", sign_in_again=True),
    "APIGW.0308": Meaning(Category.THROTTLED, _OVERLOADED),
    "APIGW.0310": Meaning(Category.ACCOUNT, "the project is not available"),
    "IAM.0001": Meaning(Category.AUTHENTICATION, "the credentials were refused"),
    "IAM.0002": Meaning(Category.PERMISSION, "you are not authorized for this request to IAM"),
    "IAM.0003": Meaning(Category.PERMISSION, "a policy forbids this request to IAM"),
    "IAM.0004": Meaning(
        Category.NOT_FOUND, "IAM does not know what was asked for", "Check project_name, domain_name and region."
    ),
    "IAM.0007": Meaning(Category.INVALID_REQUEST, "IAM finds a parameter invalid"),
    "IAM.0011": Meaning(Category.INVALID_REQUEST, "IAM finds the request invalid"),
    "IAM.0012": Meaning(Category.THROTTLED, _OVERLOADED),
    "IAM.0061": Meaning(Category.ACCOUNT, "the user is locked"),
    "IAM.0062": Meaning(Category.AUTHENTICATION, "the password is wrong"),
    "IAM.0066": Meaning(Category.TOKEN_EXPIRED, "the token has expired", sign_in_again=True),
    "IAM.0067": Meaning(Category.AUTHENTICATION, "the token is not valid"),
    "IAM.0080": Meaning(Category.ACCOUNT, "the user of this access key is disabled"),
    "IAM.0081": Meaning(Category.PERMISSION, "the user may sign in to the console only"),
    "IAM.0082": Meaning(Category.ACCOUNT, "the user is disabled"),
    "IAM.1101": Meaning(Category.INVALID_REQUEST, "IAM finds the size of the request invalid"),
}

_FAILED = Meaning(Category.SERVER, "the service failed")
_BY_STATUS = {
    400: Meaning(Category.INVALID_REQUEST, "the service finds the request invalid"),
    401: Meaning(Category.AUTHENTICATION, "the credentials were refused", sign_in_again=True),
    403: Meaning(Category.PERMISSION, "the service forbids it"),
    404: Meaning(Category.NOT_FOUND, "the service does not find it"),
    408: Meaning(Category.SERVER, "the service timed out"),
    409: Meaning(Category.CONFLICT, "its status does not allow it"),
    429: Meaning(Category.THROTTLED, _OVERLOADED),
}
_REDIRECT = Meaning(
    Category.ENDPOINT, "the address answers with a redirect, and credentials are not sent on to another address"
)
_REFUSED = Meaning(Category.UNKNOWN, "the service refused the request")


def meaning_of(code: Optional[str], http_status: int) -> Meaning:
    """The meaning of a failure by its code (``None`` where the answer had none), else by its HTTP status."""
    known = BY_CODE.get(_normalized(code)) if code else None
    if known is not None:
        return known
    if 300 <= http_status < 400:
        return _REDIRECT
    if http_status >= 500:
        return _FAILED
    return _BY_STATUS.get(http_status, _REFUSED)


def _normalized(code: str) -> str:
    """The code as the table has it: the gateway says ``APIG`` or ``APIGW``, IAM ``IAM.0001`` or ``0001``."""
    if code.startswith("APIG."):
        return "APIGW." + code[len("APIG.") :]
    return f"IAM.{code}" if code.isdigit() else code
