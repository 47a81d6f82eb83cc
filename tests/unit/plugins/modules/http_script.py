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
CONNECTION = {"endpoint": "https://m.example", "project_id": "p1", "token": "issued-elsewhere"}


class Call(NamedTuple):
    """An expected request, its body, and what is answered: content and status, or an exception."""

    method: str
    path: str
    body: Any
    answer: Any
    status: int = 200


def get(path, answer, status=200):
    return Call("GET", path, None, answer, status)


def post(path, answer, status=200, body=None):
    return Call("POST", path, body, answer, status)


def put(path, answer, status=200, body=None):
    return Call("PUT", path, body, answer, status)


def delete(path, answer, status=200):
    return Call("DELETE", path, None, answer, status)


class Script:
    """Checks each request against the next call, and answers as that says."""

    def __init__(self, calls):
        self._calls = list(calls)

    def exchange(self, method, url, *, body, auth, seconds, fresh):
        request = auth(Request(method, url))
        assert request.headers["X-Auth-Token"] == CONNECTION["token"]
        assert self._calls, f"unexpected: {method} {url}"
        call = self._calls.pop(0)
        assert (method, url, body and json.loads(body)) == (call.method, JOBS + call.path, call.body)
        if isinstance(call.answer, ExchangeFailed):
            raise call.answer
        return HttpResponse(call.status, {}, json.dumps(call.answer).encode(), request)

    def assert_complete(self):
        assert self._calls == []


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
    script.assert_complete()
    return {**json.loads(capsys.readouterr().out), "warnings": warnings}


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
