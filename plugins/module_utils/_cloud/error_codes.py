# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the services' error codes mean for a caller: one table by code, one by HTTP status.

The codes are those that ModelArts, the API gateway in front of it and IAM document for the requests that we send.
"""

from __future__ import annotations

from typing import Dict, Optional

from .._jobs.failure import Category, Failure

_QUOTA = "a quota would be exceeded"
_NOT_VALID = "the service rejected a parameter as invalid"
_OVERLOADED = "the service is throttling requests"
_BACKEND = "the API gateway got no response from the service behind it"
_HISTORICAL = (
    "Check region and endpoint. If they are right, the region may no longer offer this historical API: use TensorBoard in "
    "a notebook instance, or in a training job of version 2, instead."
)
_GATEWAY_FAILED = (601, 605, 606, 608, 609, 610, 611, 612, 705)


def _server(text: str, *codes: str) -> Dict[str, Failure]:
    """The codes of one failure of the server."""
    return dict.fromkeys(codes, Failure(Category.SERVER, text))


BY_CODE: Dict[str, Failure] = {
    **_server("ModelArts had an internal error", "ModelArts.0010", "ModelArts.6102"),
    "ModelArts.0101": Failure(Category.INVALID_REQUEST, _NOT_VALID),
    **dict.fromkeys(
        ("ModelArts.0102", "ModelArts.7005"),
        Failure(Category.NOT_FOUND, "the workspace does not exist", "Check workspace_id."),
    ),
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
    **dict.fromkeys(
        ("ModelArts.0208", "ModelArts.0209"),
        Failure(Category.AUTHENTICATION, "ModelArts cannot check the authorization header"),
    ),
    "ModelArts.0210": Failure(Category.AUTHENTICATION, "the project ID is not valid, or belongs to other credentials"),
    "ModelArts.0212": Failure(Category.AUTHENTICATION, "the token is not scoped to a project"),
    **dict.fromkeys(
        ("ModelArts.0428", "ModelArts.0429"),
        Failure(
            Category.PERMISSION,
            "the agency that lets ModelArts act for this user is missing",
            "Set the agency up on the global configuration page of the ModelArts console.",
        ),
    ),
    **_server("ModelArts could not use OBS", "ModelArts.1002"),
    "ModelArts.1003": Failure(Category.PERMISSION, "you are not authorized to use the OBS folder"),
    **_server("the gateway inside ModelArts failed", "ModelArts.4302", "ModelArts.4700"),
    **_server("ModelArts is too busy", "ModelArts.5039"),
    **_server("the request timed out inside ModelArts", "ModelArts.6100"),
    "ModelArts.6101": Failure(Category.THROTTLED, "ModelArts is too busy"),
    "ModelArts.6200": Failure(Category.CAPACITY, "ModelArts has no resources available now"),
    "ModelArts.6201": Failure(Category.ACCOUNT, "the account is suspended"),
    "ModelArts.6203": Failure(Category.ACCOUNT, "the account is restricted"),
    **_server("the workspace service failed", "ModelArts.7001", "ModelArts.7009", "ModelArts.7100", "ModelArts.7101"),
    "ModelArts.7002": Failure(Category.PERMISSION, "workspaces are not enabled for this user"),
    "ModelArts.7004": Failure(Category.PERMISSION, "the status of the workspace does not allow it"),
    **_server("the workspace is read-only for some minutes", "ModelArts.7008"),
    "APIGW.0101": Failure(Category.ENDPOINT, "this address does not offer the ModelArts API", _HISTORICAL),
    "APIGW.0103": Failure(Category.ENDPOINT, "the API gateway has no service behind this address"),
    **dict.fromkeys(
        ("APIGW.0104", "APIGW.0105", "APIGW.0106", "APIGW.0602"),
        Failure(Category.INVALID_REQUEST, "the API gateway rejected the request as malformed"),
    ),
    **_server(_BACKEND, "APIGW.0201", "APIGW.0202", "APIGW.0203"),
    "APIGW.0301": Failure(Category.AUTHENTICATION, "the token or the signature was refused", sign_in_again=True),
    "APIGW.0302": Failure(Category.PERMISSION, "this user may not call the API"),
    "APIGW.0303": Failure(Category.AUTHENTICATION, "the app's credentials were refused"),
    "APIGW.0304": Failure(Category.PERMISSION, "this app may not call the API"),
    **dict.fromkeys(
        ("APIGW.0305", "APIGW.0311", "IAM.0001"), Failure(Category.AUTHENTICATION, "the credentials were refused")
    ),
    "APIGW.0306": Failure(Category.PERMISSION, "access to the API is denied"),
    "APIGW.0307": Failure(Category.TOKEN_EXPIRED, "the token expired", sign_in_again=True),
    "APIGW.0308": Failure(Category.THROTTLED, _OVERLOADED),
    "APIGW.0310": Failure(Category.ACCOUNT, "the project is not available"),
    "APIGW.0401": Failure(Category.PERMISSION, "the API gateway does not know this machine's address"),
    "APIGW.0402": Failure(Category.PERMISSION, "the API gateway does not allow this machine's IP address"),
    "APIGW.0404": Failure(Category.PERMISSION, "the API gateway does not allow the address of the service behind it"),
    "APIGW.0501": Failure(Category.QUOTA, "the app's quota is used up"),
    "APIGW.0502": Failure(Category.ACCOUNT, "the app is frozen"),
    **_server("the API gateway failed", *(f"APIGW.0{number}" for number in _GATEWAY_FAILED)),
    "APIGW.0607": Failure(Category.ENDPOINT, "the API gateway does not offer this protocol here"),
    **_server("IAM is not available to the API gateway", "APIGW.0613"),
    "APIGW.0801": Failure(Category.ENDPOINT, "the service is not available in this region", _HISTORICAL),
    "APIGW.0802": Failure(Category.PERMISSION, "this user may not use this region"),
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
    409: Failure(Category.CONFLICT, "the service refused it because of a conflict"),
    410: Failure(Category.ENDPOINT, "the service no longer offers this API", _HISTORICAL),
    429: Failure(Category.THROTTLED, _OVERLOADED),
}
_REDIRECT = Failure(Category.ENDPOINT, "the address redirects to another one, which must not get the credentials")
_REFUSED = Failure(Category.UNKNOWN, "the service refused the request")


def classify(code: Optional[str], http_status: int) -> Failure:
    """The failure by its code (``None`` if the answer has none), else by its HTTP status, without what only it knows."""
    known = BY_CODE.get(normalized(code)) if code else None
    if known is not None and not (http_status == 429 and known.category in (Category.SERVER, Category.UNKNOWN)):
        return known
    if 300 <= http_status < 400:
        return _REDIRECT
    if http_status >= 500:
        return _FAILED
    return _BY_STATUS.get(http_status, _REFUSED)


def known_category(code: Optional[str]) -> Optional[Category]:
    """The category of a code; ``None`` if the table does not have it."""
    known = BY_CODE.get(normalized(code)) if code else None
    return known and known.category


def normalized(code: str) -> str:
    """The code as in the table: the gateway writes ``APIG`` or ``APIGW``, IAM ``IAM.0001`` or ``0001``."""
    if code.startswith("APIG."):
        return "APIGW." + code[len("APIG.") :]
    return f"IAM.{code}" if code.isdigit() else code
