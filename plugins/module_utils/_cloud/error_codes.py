# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the services' error codes mean for a caller: one table by code, one by HTTP status.

The codes are those that ModelArts, the API gateway in front of it and IAM document for the requests that we send.
"""

from __future__ import annotations

from typing import Dict, Optional

from .._jobs.failure import Category, Failure

_WORKSPACE = "Check workspace_id."
_QUOTA = "a quota would be exceeded"
_NOT_VALID = "the service rejected a parameter as invalid"
_OVERLOADED = "the service is throttling requests"
_BACKEND = "the API gateway got no response from the service behind it"

BY_CODE: Dict[str, Failure] = {
    "ModelArts.0010": Failure(Category.SERVER, "ModelArts had an internal error"),
    "ModelArts.0101": Failure(Category.INVALID_REQUEST, _NOT_VALID),
    "ModelArts.0102": Failure(Category.NOT_FOUND, "the workspace does not exist", _WORKSPACE),
    "ModelArts.0103": Failure(Category.UNKNOWN, "ModelArts refused the request"),
    "ModelArts.0104": Failure(Category.INVALID_REQUEST, _NOT_VALID),
    "ModelArts.0105": Failure(Category.CONFLICT, "its status does not allow it"),
    "ModelArts.0107": Failure(Category.INVALID_REQUEST, _NOT_VALID),
    "ModelArts.0108": Failure(Category.PERMISSION, "you are not authorized for this operation"),
    "ModelArts.0109": Failure(Category.PERMISSION, "the account is not authorized"),
    "ModelArts.0112": Failure(Category.PERMISSION, "a policy of the workspace forbids the operation"),
    "ModelArts.0116": Failure(Category.QUOTA, _QUOTA),
    "ModelArts.0118": Failure(Category.QUOTA, _QUOTA),
    "ModelArts.0201": Failure(Category.AUTHENTICATION, "no token reached the service"),
    "ModelArts.0202": Failure(Category.TOKEN_EXPIRED, "the token expired", sign_in_again=True),
    "ModelArts.0203": Failure(Category.AUTHENTICATION, "the token is not valid", sign_in_again=True),
    "ModelArts.0204": Failure(Category.AUTHENTICATION, "the token names no project, or cannot be read"),
    "ModelArts.0205": Failure(Category.AUTHENTICATION, "no signature reached the service"),
    "ModelArts.0206": Failure(Category.AUTHENTICATION, "the access key or the signature is not valid"),
    "ModelArts.0207": Failure(Category.AUTHENTICATION, "the token is for a project of another region"),
    "ModelArts.0210": Failure(Category.AUTHENTICATION, "the project ID is not valid, or belongs to other credentials"),
    "ModelArts.0212": Failure(Category.AUTHENTICATION, "the token is not scoped to a project"),
    "ModelArts.0428": Failure(
        Category.PERMISSION,
        "the agency that lets ModelArts act for this user is missing",
        "Set the agency up on the global configuration page of the ModelArts console.",
    ),
    "ModelArts.6100": Failure(Category.SERVER, "the request timed out inside ModelArts"),
    "ModelArts.6101": Failure(Category.THROTTLED, "ModelArts is too busy"),
    "ModelArts.6102": Failure(Category.SERVER, "ModelArts had an internal error"),
    "ModelArts.6201": Failure(Category.ACCOUNT, "the account is suspended"),
    "ModelArts.6203": Failure(Category.ACCOUNT, "the account is restricted"),
    "APIGW.0101": Failure(Category.ENDPOINT, "this address does not offer the ModelArts API"),
    "APIGW.0103": Failure(Category.ENDPOINT, "the API gateway has no service behind this address"),
    "APIGW.0201": Failure(Category.SERVER, _BACKEND),
    "APIGW.0202": Failure(Category.SERVER, _BACKEND),
    "APIGW.0203": Failure(Category.SERVER, _BACKEND),
    "APIGW.0301": Failure(Category.AUTHENTICATION, "the token or the signature was refused", sign_in_again=True),
    "APIGW.0302": Failure(Category.PERMISSION, "this user may not call the API"),
    "APIGW.0303": Failure(Category.AUTHENTICATION, "the app's credentials were refused"),
    "APIGW.0304": Failure(Category.PERMISSION, "this app may not call the API"),
    "APIGW.0305": Failure(Category.AUTHENTICATION, "the credentials were refused"),
    "APIGW.0306": Failure(Category.PERMISSION, "access to the API is denied"),
    "APIGW.0307": Failure(Category.TOKEN_EXPIRED, "the token expired", sign_in_again=True),
    "APIGW.0308": Failure(Category.THROTTLED, _OVERLOADED),
    "APIGW.0310": Failure(Category.ACCOUNT, "the project is not available"),
    "IAM.0001": Failure(Category.AUTHENTICATION, "the credentials were refused"),
    "IAM.0002": Failure(Category.PERMISSION, "you are not authorized for this request to IAM"),
    "IAM.0003": Failure(Category.PERMISSION, "a policy forbids this request to IAM"),
    "IAM.0004": Failure(
        Category.NOT_FOUND, "IAM did not find what the request names", "Check project_name, domain_name and region."
    ),
    "IAM.0007": Failure(Category.INVALID_REQUEST, "IAM rejected a parameter as invalid"),
    "IAM.0011": Failure(Category.INVALID_REQUEST, "IAM rejected the request as invalid"),
    "IAM.0012": Failure(Category.THROTTLED, _OVERLOADED),
    "IAM.0061": Failure(Category.ACCOUNT, "the user is locked"),
    "IAM.0062": Failure(Category.AUTHENTICATION, "the password is wrong"),
    "IAM.0066": Failure(Category.TOKEN_EXPIRED, "the token expired", sign_in_again=True),
    "IAM.0067": Failure(Category.AUTHENTICATION, "the token is not valid"),
    "IAM.0080": Failure(Category.ACCOUNT, "the user of this access key is disabled"),
    "IAM.0081": Failure(Category.PERMISSION, "the user may sign in to the console only"),
    "IAM.0082": Failure(Category.ACCOUNT, "the user is disabled"),
    "IAM.1101": Failure(Category.INVALID_REQUEST, "IAM rejected the size of the request"),
}

_FAILED = Failure(Category.SERVER, "the service failed")
_BY_STATUS = {
    400: Failure(Category.INVALID_REQUEST, "the service rejected the request as invalid"),
    401: Failure(Category.AUTHENTICATION, "the credentials were refused", sign_in_again=True),
    403: Failure(Category.PERMISSION, "the service forbids it"),
    404: Failure(Category.NOT_FOUND, "the service did not find it"),
    408: Failure(Category.SERVER, "the service timed out"),
    409: Failure(Category.CONFLICT, "its status does not allow it"),
    429: Failure(Category.THROTTLED, _OVERLOADED),
}
_REDIRECT = Failure(Category.ENDPOINT, "the address redirects to another one, which must not get the credentials")
_REFUSED = Failure(Category.UNKNOWN, "the service refused the request")


def classify(code: Optional[str], http_status: int) -> Failure:
    """The failure by its code (``None`` if the answer has none), else by its HTTP status, without what only it knows."""
    known = BY_CODE.get(_normalized(code)) if code else None
    if known is not None:
        return known
    if 300 <= http_status < 400:
        return _REDIRECT
    if http_status >= 500:
        return _FAILED
    return _BY_STATUS.get(http_status, _REFUSED)


def _normalized(code: str) -> str:
    """The code as in the table: the gateway writes ``APIG`` or ``APIGW``, IAM ``IAM.0001`` or ``0001``."""
    if code.startswith("APIG."):
        return "APIGW." + code[len("APIG.") :]
    return f"IAM.{code}" if code.isdigit() else code
