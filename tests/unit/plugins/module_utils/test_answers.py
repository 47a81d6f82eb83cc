# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils.answers import became, understood
from ansible_collections.mlops.modelarts.plugins.module_utils.errors import ModelArtsError, Outcome
from ansible_collections.mlops.modelarts.plugins.module_utils.wire import RawAnswer

APPLIED, NOT_APPLIED, UNKNOWN = None, Outcome.NOT_APPLIED, Outcome.UNKNOWN


def failure_of(status, content, headers=None):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(ModelArtsError) as caught:
        understood(RawAnswer(status, headers or {}, body, None))
    return caught.value


@pytest.mark.parametrize(
    "status, body, outcome",
    [
        (200, {"is_success": True}, APPLIED),
        (200, {"is_success": "true"}, APPLIED),
        (200, {"job_id": 10, "status": 8}, APPLIED),
        (200, {"jobs": []}, APPLIED),
        (201, {"token": {}}, APPLIED),
        (200, {"error_code": "APIGW.9999", "error_msg": "?"}, UNKNOWN),
        (200, {"request_id": "1"}, UNKNOWN),
        (200, {"is_success": False}, NOT_APPLIED),
        (200, {"is_success": "false"}, NOT_APPLIED),
        (500, {"is_success": False}, NOT_APPLIED),
        (200, {"is_success": None}, UNKNOWN),
        (200, {}, UNKNOWN),
        (200, None, UNKNOWN),
        (204, None, UNKNOWN),
        (302, None, NOT_APPLIED),
        (400, {"error_code": "ModelArts.0104"}, NOT_APPLIED),
        (400, None, UNKNOWN),
        (401, None, NOT_APPLIED),
        (403, {"error_code": "APIGW.0302"}, NOT_APPLIED),
        (403, None, UNKNOWN),
        (404, {}, NOT_APPLIED),
        (408, {"error_code": "ModelArts.6100"}, UNKNOWN),
        (408, None, UNKNOWN),
        (429, None, NOT_APPLIED),
        (500, {"error_code": "ModelArts.0010"}, UNKNOWN),
        (502, None, UNKNOWN),
        (503, {"error_code": "APIGW.0201"}, UNKNOWN),
        (504, {"error_code": "APIGW.0203"}, UNKNOWN),
    ],
)
def test_what_became_of_a_request(status, body, outcome):
    assert became(status, body) is outcome


@pytest.mark.parametrize(
    "body",
    [
        b'{"job_id": 10}',
        b'\xef\xbb\xbf{"job_id": 10}',
        '{"job_id": 10, "job_desc": "ü"}'.encode("latin-1"),
    ],
)
def test_charsets(body):
    assert understood(RawAnswer(200, {"Content-Type": "application/json"}, body, None))["job_id"] == 10


def test_declared_charset():
    raw = RawAnswer(
        200, {"Content-Type": "text/plain; charset=gbk"}, '{"job_id": 1, "job_desc": "曲线"}'.encode("gbk"), None
    )
    assert understood(raw) == {"job_id": 1, "job_desc": "曲线"}


@pytest.mark.parametrize(
    "status, content, code, message, category",
    [
        (
            400,
            {"is_success": False, "error_code": "ModelArts.0105", "error_message": "no"},
            "ModelArts.0105",
            "no",
            "conflict",
        ),
        (
            200,
            {"is_success": False, "error_code": "ModelArts.0105", "error_msg": "no"},
            "ModelArts.0105",
            "no",
            "conflict",
        ),
        (500, {"is_success": False, "error_code": "ModelArts.0109"}, "ModelArts.0109", "", "permission"),
        (401, {"error_code": "APIG.0307", "error_msg": "renew"}, "APIG.0307", "renew", "token_expired"),
        (401, {"error_code": "APIGW.0307", "error_msg": "renew"}, "APIGW.0307", "renew", "token_expired"),
        (404, {"error_code": "APIGW.0101", "error_msg": "no API"}, "APIGW.0101", "no API", "endpoint"),
        (
            401,
            {"error": {"code": 401, "message": "wrong password", "title": "Unauthorized"}},
            None,
            "wrong password",
            "authentication",
        ),
        (403, {"error": {"code": 403, "title": "Forbidden"}}, None, "Forbidden", "permission"),
        (401, {"error_code": "0062", "error_msg": "wrong"}, "0062", "wrong", "authentication"),
        (401, {"error_code": "IAM.0061", "error_msg": "locked"}, "IAM.0061", "locked", "account"),
        (
            400,
            {"is_success": False, "error_code": "ModelArts.9999", "error_message": "?"},
            "ModelArts.9999",
            "?",
            "invalid_request",
        ),
        (200, {"is_success": False}, None, "", "unknown"),
        (502, b"<html><head><title>502 Bad Gateway</title></head></html>", None, "502 Bad Gateway", "server"),
        (200, b"<html><title>Log in</title></html>", None, "Log in", "endpoint"),
        (404, b"<html>", None, "an HTML page", "endpoint"),
        (404, b"", None, "", "not_found"),
        (503, b"", None, "", "server"),
        (200, b"", None, "", "endpoint"),
        (200, b"[" * 100000, None, "[" * 499 + "…", "endpoint"),
        (302, b"", None, "", "endpoint"),
    ],
)
def test_failures(status, content, code, message, category):
    error = failure_of(status, content)
    assert (error.code, error.message, error.category.value, error.http_status) == (code, message, category, status)


def test_request_id_of_header_or_body():
    body = {"error_code": "APIGW.0302", "error_msg": "no", "request_id": "from-body"}
    assert failure_of(403, body).request_id == "from-body"
    assert failure_of(403, body, {"X-Request-Id": "from-header"}).request_id == "from-header"


def test_text_of_the_service_is_made_fit_for_a_terminal():
    body = {
        "is_success": False,
        "error_code": "ModelArts.0101",
        "error_message": "\x1b[31mred\x1b[0m\r\ntwo\x00\u202elines",
    }
    assert failure_of(400, body).message == "red two lines"


@pytest.mark.parametrize(
    "headers, text, seconds",
    [
        ({"Retry-After": "7"}, "", 7.0),
        ({"Retry-After": "Mon, 02 Nov 2026 10:00:30 GMT", "Date": "Mon, 02 Nov 2026 10:00:00 GMT"}, "", 30.0),
        ({"Retry-After": "Mon, 02 Nov 2026 09:00:00 GMT", "Date": "Mon, 02 Nov 2026 10:00:00 GMT"}, "", 0.0),
        ({}, "limit:60,time:1 second", 1.0),
        ({}, "limit:60,time:2 minute", 120.0),
        ({}, "too many", None),
        ({"Retry-After": "soon"}, "", None),
    ],
)
def test_pause_that_throttling_asks_for(headers, text, seconds):
    body = {"error_code": "APIGW.0308", "error_msg": f"The throttling threshold has been reached: {text}"}
    assert failure_of(429, body, headers).retry_after == seconds
