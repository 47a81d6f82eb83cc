# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The methods to sign in, the scenarios of the simulated clouds, and the tasks with the result that each must have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional

from .search import forms

# Characters that differ in each form of a secret; those of a token may stand in an HTTP header.
TOKEN_LIKE = "to\"k\\e/n+of=the%41'tests&{}?~"
PASSWORD_LIKE = "pä ss\"w\\o/r+d=of%41 the'tests&{}?~"


@dataclass(frozen=True)
class AuthMethod:
    """A method to sign in: its parameters, the names of the secret ones, and wrong values.

    The IDs of its jobs begin at ``number`` thousand. ``variables`` are the environment variables of the parameters, and
    ``keys`` their places in `clouds.yaml`; ``secrets`` stand in `secure.yaml`.
    """

    name: str
    number: int
    parameters: Mapping[str, str]
    secrets: tuple[str, ...]
    wrong: Mapping[str, str]
    variables: Mapping[str, str]
    keys: Mapping[str, str]

    @property
    def environ(self) -> dict[str, str]:
        return {self.variables[name]: value for name, value in self.parameters.items()}

    @property
    def wrong_environ(self) -> dict[str, str]:
        return {**self.environ, **{self.variables[name]: value for name, value in self.wrong.items()}}

    def cloud(self, secret: bool) -> dict[str, Any]:
        """Return the entry of `secure.yaml` if ``secret``, else that of `clouds.yaml`."""
        entry: dict[str, Any] = {"auth": {}}
        for name, value in self.parameters.items():
            if (name in self.secrets) is secret:
                (entry["auth"] if self.keys[name].startswith("auth.") else entry)[self.keys[name].split(".")[-1]] = (
                    value
                )
        return entry

    @property
    def all_secrets(self) -> dict[str, str]:
        """The right and the wrong secrets, by name."""
        right = {f"{name} of {self.name}": self.parameters[name] for name in self.secrets}
        return {**right, **{f"wrong {name} of {self.name}": value for name, value in self.wrong.items()}}

    def job(self, case: int) -> str:
        return str(1000 * self.number + case)


_KEY = {"access_key": "SIMULATORAK0000000001", "secret_key": PASSWORD_LIKE.format("secret-key")}
_KEY_VARIABLES = {"access_key": "HW_ACCESS_KEY", "secret_key": "HW_SECRET_KEY", "security_token": "HW_SECURITY_TOKEN"}
_KEY_KEYS = {"access_key": "access_key", "secret_key": "secret_key", "security_token": "security_token"}

PASSWORD = AuthMethod(
    "password",
    1,
    {"username": "demo-user", "password": PASSWORD_LIKE.format("password"), "domain_name": "demo-account"},
    ("password",),
    {"password": PASSWORD_LIKE.format("wrong-password")},
    {"username": "HW_USER_NAME", "password": "HW_USER_PASSWORD", "domain_name": "HW_DOMAIN_NAME"},
    {"username": "auth.username", "password": "auth.password", "domain_name": "auth.user_domain_name"},
)
TOKEN = AuthMethod(
    "token",
    2,
    {"token": TOKEN_LIKE.format("token")},
    ("token",),
    {"token": TOKEN_LIKE.format("wrong-token")},
    {"token": "HW_AUTH_TOKEN"},
    {"token": "auth.token"},
)
ACCESS_KEY = AuthMethod(
    "access key",
    3,
    _KEY,
    ("secret_key",),
    {"secret_key": PASSWORD_LIKE.format("wrong-secret-key")},
    _KEY_VARIABLES,
    _KEY_KEYS,
)
TEMPORARY_KEY = AuthMethod(
    "temporary key",
    4,
    {**_KEY, "security_token": TOKEN_LIKE.format("security-token")},
    ("secret_key", "security_token"),
    {"security_token": TOKEN_LIKE.format("wrong-security-token")},
    _KEY_VARIABLES,
    _KEY_KEYS,
)
AUTH_METHODS = (PASSWORD, TOKEN, ACCESS_KEY, TEMPORARY_KEY)
SOURCES = ("parameters", "environment", "clouds.yaml")

# The jobs of a method. One run restarts each of the first five; of these here, some meet faults and some stay as they are.
ECHOED, SHOWN, BROKEN, SILENT, EXPIRED = 11, 12, 13, 14, 15
RUNNING, STOPPED = 20, 21


def scenario(temporary: bool) -> dict[str, Any]:
    """Return the scenario for the temporary key, or for the other methods: who may sign in, the jobs, and the faults."""
    methods = [method for method in AUTH_METHODS if (method is TEMPORARY_KEY) is temporary]
    jobs: dict[str, Any] = {}
    faults = []
    for method in methods:
        jobs.update({method.job(number): {"status": "CANCELED"} for number in range(5)})
        jobs[method.job(RUNNING)] = {"status": "RUNNING"}
        jobs.update(
            {method.job(number): {"status": "CANCELED"} for number in (ECHOED, BROKEN, SILENT, EXPIRED, STOPPED)}
        )
        faults += _faults(method)
    options = {
        "password": PASSWORD.parameters["password"],
        "token": TOKEN.parameters["token"],
        "secret_key": _KEY["secret_key"],
        "start_seconds": 0,
    }
    if temporary:
        options["security_token"] = TEMPORARY_KEY.parameters["security_token"]
    return {"options": options, "jobs": jobs, "faults": faults}


def _repeated(method: AuthMethod) -> str:
    """Return all secrets of a method in each form, the shortest first as messages are cut, and the credential of the request."""
    texts = {text for name in method.secrets for text in forms(method.parameters[name]).values()}
    return " ".join([*sorted(texts, key=len), "{credential}"])


def _faults(method: AuthMethod) -> list[dict[str, Any]]:
    repeated = _repeated(method)

    def fault(case: int, operation: str, action: str, **settings: Any) -> dict[str, Any]:
        path = f"/{method.job(case)}(/|$)"
        return {"operation": operation, "path": path, "action": action, "times": None, **settings}

    shown = {
        "job_id": int(method.job(SHOWN)),
        "job_name": "shown",
        "status": 8,
        "job_desc": repeated,
        "service_url": "{credential}",
    }
    return [
        {
            "path": f"^{echoing_path(method)}/",
            "action": "echo_before",
            "times": None,
            "status": 200,
            "body": {"is_success": True, "job_total_count": 1, "jobs": [shown]},
        },
        fault(
            ECHOED,
            "restart",
            "echo_before",
            status=400,
            headers={"X-Request-Id": "{credential}"},
            body={"is_success": False, "error_code": "ModelArts.0105", "error_message": f"{repeated} \x1b[31m"},
        ),
        fault(SHOWN, "details", "echo_before", status=200, body=shown),
        fault(BROKEN, "restart", "echo_before", text=f"<html><title>{repeated}</title></html>"),
        fault(SILENT, "restart", "stall_before"),
        fault(
            EXPIRED,
            "restart",
            "echo_before",
            status=401,
            body={"error_code": "APIGW.0307", "error_msg": f"{{credential}} {repeated}"},
        ),
    ]


def echoing_path(method: AuthMethod) -> str:
    """Return the path of a ModelArts whose list repeats every secret of the method."""
    return f"/echo{method.number}"


def refused_project(method: AuthMethod) -> str:
    """Return the method's project in the cloud that refuses everything."""
    return f"refused{method.number}"


def refusals() -> dict[str, Any]:
    """Return the scenario of that cloud: it refuses sign-ins and lists, and repeats every secret of the method."""

    def refuse(method: AuthMethod, operation: str, path: str) -> dict[str, Any]:
        body = {"error_code": "APIGW.0302", "error_msg": _repeated(method)}
        return {
            "operation": operation,
            "path": path,
            "action": "echo_before",
            "status": 403,
            "times": None,
            "body": body,
        }

    listing = [refuse(method, "list", f"^/v1/{refused_project(method)}/") for method in AUTH_METHODS]
    return {"faults": [refuse(PASSWORD, "sign-in", ""), *listing]}


@dataclass(frozen=True)
class TaskCase:
    """A task, and the category of the failure that it must end with; ``None`` for success."""

    name: str
    options: Mapping[str, Any]
    category: Optional[str] = None
    info: bool = False
    check_mode: bool = False


def cases(method: AuthMethod, source: int, untrusted: str) -> tuple[TaskCase, ...]:
    """Return the tasks of a play; ``untrusted`` is an address whose certificate cannot be verified."""
    job = {"job_id": method.job(source), "state": "restarted", "retries": 0}
    stopped = {**job, "job_id": method.job(STOPPED)}
    short = {**job, "wait_timeout": 2}
    wrong = {**method.parameters, **method.wrong}
    nowhere = "http://127.0.0.1:1"
    return (
        TaskCase("a restart", job),
        TaskCase("a restart in check mode", stopped, check_mode=True),
        TaskCase("a wrong secret", {**stopped, **wrong}, "authentication"),
        TaskCase("secrets in a message", {**job, "job_id": method.job(ECHOED)}, "conflict"),
        TaskCase("secrets in a page", {**short, "job_id": method.job(BROKEN)}, "outcome_unknown"),
        TaskCase("secrets in a job", {"job_id": method.job(SHOWN), "state": "started"}),
        TaskCase("no answer", {**short, "job_id": method.job(SILENT), "api_timeout": 1}, "outcome_unknown"),
        TaskCase("an expired token", {**job, "job_id": method.job(EXPIRED)}, "token_expired"),
        TaskCase("nobody there", {**job, "endpoint": nowhere, "auth_url": nowhere}, "connection"),
        TaskCase(
            "a proxy that is not there",
            {**job, "endpoint": "https://m.invalid", "auth_url": "https://m.invalid"},
            "connection",
        ),
        TaskCase("a certificate of nobody", {**job, "endpoint": untrusted, "auth_url": untrusted}, "connection"),
        TaskCase("an option that cannot be", {**job, "project_id": "../x"}, ""),
        TaskCase("a look at jobs", {"job_ids": [method.job(SHOWN), method.job(RUNNING)]}, info=True),
        TaskCase(
            "a look at nobody",
            {"job_id": method.job(RUNNING), "retries": 0, "endpoint": nowhere},
            "connection",
            info=True,
        ),
    )
