# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module as it is, run in this process over a script of HTTP calls; its time is virtual."""

from __future__ import annotations

import contextlib
import json
import signal
from typing import Any, NamedTuple

import pytest
from ansible.module_utils import basic
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import (
    ExchangeFailed,
    HttpClient,
    HttpResponse,
)
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import Request, VirtualClock

JOBS = "https://m.example/v1/p1/visualization-jobs"
SIGN_IN = "https://i.example/v3/auth/tokens?nocatalog=1"
CONNECTION = {"endpoint": "https://m.example", "project_id": "p1", "token": "issued-elsewhere"}


class Call(NamedTuple):
    """An expected request, its body, and what is answered: content and status, or an exception.

    ``is_repeated``: it comes once or more often, until the next one.
    """

    method: str
    path: str
    body: Any
    answer: Any
    status: int = 200
    token: str = CONNECTION["token"]
    is_repeated: bool = False


def get(path, answer, status=200):
    return Call("GET", path, None, answer, status)


def post(path, answer, status=200, body=None):
    return Call("POST", path, body, answer, status)


def put(path, answer, status=200, body=None):
    return Call("PUT", path, body, answer, status)


def again_and_again(call):
    return call._replace(is_repeated=True)


def sign_in(answer, status=201):
    """A request to IAM; ``answer`` is the new token, or the content of another answer."""
    return Call("POST", SIGN_IN, None, answer, status)


def delete(path, answer, status=200):
    return Call("DELETE", path, None, answer, status)


class Script:
    """Checks each request against the next call, and answers as that says."""

    def __init__(self, calls):
        self.calls = list(calls)
        self._repeated = None

    def exchange(self, method, url, *, body, auth, seconds, fresh):
        request = auth(Request(method, url))
        call = self._next(method, url)
        if url == SIGN_IN:
            is_token = isinstance(call.answer, str)
            return _response(call, {"X-Subject-Token": call.answer} if is_token else {}, request)
        assert request.headers["X-Auth-Token"] == call.token
        assert (method, url, body and json.loads(body)) == (call.method, JOBS + call.path, call.body)
        if isinstance(call.answer, ExchangeFailed):
            raise call.answer
        return _response(call, {}, request)

    def _next(self, method, url):
        repeated, self._repeated = self._repeated, None
        if repeated and (not self.calls or (method, url) == (repeated.method, JOBS + repeated.path)):
            call = repeated
        else:
            assert self.calls, f"unexpected: {method} {url}"
            call = self.calls.pop(0)
        self._repeated = call if call.is_repeated else None
        return call


def run_module(module, parameters, calls, monkeypatch, capsys):
    """The result of the module's `main`, which must send exactly these calls."""
    script = Script(calls)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(HttpClient, "exchange", script.exchange)
    monkeypatch.setattr(module, "Clock", VirtualClock)
    # ansible-core displays a warning itself if the process has loaded more of it than a module does.
    warnings = []
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda _module, text: warnings.append(text))
    try:
        with _arguments({**CONNECTION, **parameters}, monkeypatch), pytest.raises(SystemExit):
            module.main()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    result = {**json.loads(capsys.readouterr().out), "warnings": warnings}
    assert script.calls == [], result
    return result


def _response(call, headers, request):
    content = {"token": {}} if headers else call.answer
    return HttpResponse(
        call.status, headers, content if isinstance(content, bytes) else json.dumps(content).encode(), request
    )


def _arguments(parameters, monkeypatch):
    """The arguments of the next module in this process, as ansible-core passes them."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        # Before ansible-core 2.19.
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": parameters}).encode()
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", arguments)
        return contextlib.nullcontext()
    return patch_module_args(parameters)
