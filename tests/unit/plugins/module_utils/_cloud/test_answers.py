# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import math
import time
import tracemalloc

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.answers import parse, succeeds
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import HttpResponse
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import forms_of
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.pages import job_from
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Failure, Outcome
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import VizJob
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import Request

APPLIED, NOT_APPLIED, UNKNOWN = Outcome.APPLIED, Outcome.NOT_APPLIED, Outcome.UNKNOWN


def has_id(body):
    return "job_id" in body


def answer(status, content, headers=None, request=None, is_answer=has_id):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return parse(HttpResponse(status, headers or {}, body, request or Request()), is_answer)


def failure_of(status, content, headers=None, request=None):
    failure = answer(status, content, headers, request)
    assert isinstance(failure, Failure)
    return failure


def outcome_of(status, body, is_answer=succeeds):
    result = answer(status, b"" if body is None else body, is_answer=is_answer)
    return result.outcome if isinstance(result, Failure) else APPLIED


def refusal(code=None, text="no", is_success=False):
    body = {"is_success": is_success, "error_code": code, "error_message": text}
    return {name: value for name, value in body.items() if value is not None}


NOT_FOUND = "The visualization job does not exist."


@pytest.mark.parametrize(
    "status, body, outcome",
    [
        (200, {"is_success": True}, APPLIED),
        (200, {"is_success": "true"}, APPLIED),
        (200, {"is_success": True, "error_code": ""}, APPLIED),
        (200, {"is_success": True, "error_code": None, "data": {"code": "x", "message": "y"}}, APPLIED),
        (200, {"is_success": True, "code": "0", "message": "OK"}, APPLIED),
        (200, {"is_success": True, "code": 200, "message": "OK"}, APPLIED),
        (200, {"is_success": True, "error_code": "X.1"}, APPLIED),
        (299, {"is_success": True}, APPLIED),
        # Neither yes nor no.
        (199, {"is_success": True}, UNKNOWN),
        (200, {"request_id": "1"}, UNKNOWN),
        (200, {"is_success": None}, UNKNOWN),
        (200, {"is_success": "no"}, UNKNOWN),
        (200, {"job_id": 10}, UNKNOWN),
        (200, {"error_code": "", "error_msg": "?"}, UNKNOWN),
        (200, {}, UNKNOWN),
        (200, [], UNKNOWN),
        (200, None, UNKNOWN),
        (204, None, UNKNOWN),
        # No, whatever the HTTP status.
        (200, {"is_success": False}, NOT_APPLIED),
        (200, {"is_success": "false"}, NOT_APPLIED),
        (200, {"error_code": "APIGW.9999", "error_msg": "?"}, NOT_APPLIED),
        (200, {"job_id": 10, "error_code": "ModelArts.0116"}, NOT_APPLIED),
        (200, {"job_id": 10, "errorCode": "X.1"}, NOT_APPLIED),
        (200, {"data": {"code": "X.1", "message": "?"}}, NOT_APPLIED),
        (200, {"is_success": True, "error_code": "ModelArts.0105"}, NOT_APPLIED),
        (500, refusal("ModelArts.0109"), NOT_APPLIED),
        (500, refusal("ModelArts.0118"), NOT_APPLIED),
        (500, {"error_code": "IAM.0066"}, NOT_APPLIED),
        (502, refusal("ModelArts.6101"), NOT_APPLIED),
        (500, refusal("ModelArts.0103", NOT_FOUND), NOT_APPLIED),
        (500, refusal(None, NOT_FOUND), NOT_APPLIED),
        (500, refusal("ModelArts.9999", NOT_FOUND), NOT_APPLIED),
        (300, None, NOT_APPLIED),
        (302, None, NOT_APPLIED),
        (302, {"is_success": True}, NOT_APPLIED),
        (399, {"is_success": True}, NOT_APPLIED),
        (401, None, NOT_APPLIED),
        (401, {"is_success": True}, NOT_APPLIED),
        (429, None, NOT_APPLIED),
        (429, refusal("ModelArts.0010"), NOT_APPLIED),
        # Any other 4xx, whoever answered.
        (400, {"error_code": "ModelArts.0104"}, NOT_APPLIED),
        (400, refusal("ModelArts.1002"), NOT_APPLIED),
        (400, refusal("ModelArts.0010"), NOT_APPLIED),
        (499, refusal("ModelArts.0010"), NOT_APPLIED),
        (413, {"error_code": "APIGW.0201"}, NOT_APPLIED),
        (422, {"is_success": True}, NOT_APPLIED),
        (400, None, NOT_APPLIED),
        (403, {"error_code": "APIGW.0302"}, NOT_APPLIED),
        (403, None, NOT_APPLIED),
        (404, {}, NOT_APPLIED),
        (404, None, NOT_APPLIED),
        (407, None, NOT_APPLIED),
        # The service may have applied it all the same.
        (408, {"error_code": "ModelArts.6100"}, UNKNOWN),
        (408, refusal("ModelArts.6100"), UNKNOWN),
        (408, refusal(), UNKNOWN),
        (408, None, UNKNOWN),
        (200, refusal("ModelArts.0010"), UNKNOWN),
        (200, {"is_success": True, "error_code": "ModelArts.6102"}, UNKNOWN),
        (500, {"error_code": "ModelArts.0010"}, UNKNOWN),
        (500, refusal("ModelArts.6100"), UNKNOWN),
        (500, refusal("ModelArts.0103"), UNKNOWN),
        (500, refusal(), UNKNOWN),
        (500, {"is_success": True}, UNKNOWN),
        (500, refusal(None, "The user does not exist."), UNKNOWN),
        (500, {"error_msg": NOT_FOUND}, UNKNOWN),
        (500, refusal("APIGW.9999", NOT_FOUND), UNKNOWN),
        (502, None, UNKNOWN),
        (503, {"error_code": "APIGW.0201"}, UNKNOWN),
        (504, refusal("APIGW.0203"), UNKNOWN),
    ],
)
def test_outcome_of_a_request(status, body, outcome):
    assert outcome_of(status, body) is outcome


@pytest.mark.parametrize(
    "status, body, outcome",
    [
        (200, {"job_id": 10, "status": 8}, APPLIED),
        (201, {"job_id": 10}, APPLIED),
        # Inside of an answer, these names are data.
        (200, {"job_id": 10, "flavor": {"code": "small", "message": "in use"}}, APPLIED),
        (200, {"job_id": 10, "code": "small"}, APPLIED),
        (200, {"job_id": 10, "error_code": "ModelArts.0104"}, NOT_APPLIED),
        (200, {"job_id": 10, "is_success": False}, NOT_APPLIED),
        (404, {"job_id": 10}, NOT_APPLIED),
        (500, {"job_id": 10}, UNKNOWN),
        # That it succeeded is not what was asked for.
        (200, {"is_success": True}, UNKNOWN),
    ],
)
def test_outcome_of_a_request_that_asks_for_content(status, body, outcome):
    assert outcome_of(status, body, has_id) is outcome


@pytest.mark.parametrize(
    "content, code, message",
    [
        ({"error_code": "X.1", "error_msg": "a"}, "X.1", "a"),
        ({"error_code": "X.1", "error_message": "a"}, "X.1", "a"),
        ({"errorCode": "X.1", "errorMsg": "a"}, "X.1", "a"),
        ({"code": "X.1", "message": "a"}, "X.1", "a"),
        ({"code": "X.2", "message": "b", "error_code": "X.1", "error_msg": "a"}, "X.1", "a"),
        ({"code": "X.1"}, None, ""),
        ({"message": "a"}, None, "a"),
        ({"error": "Not Found", "status": 400}, None, "Not Found"),
        ({"error": {"code": "X.1", "message": "a"}}, "X.1", "a"),
        ({"data": {"errorCode": "X.1", "errorMsg": "a"}}, "X.1", "a"),
        ({"message": "b", "a": 1, "response": {"inner": {"error_code": "X.1", "error_msg": "a"}}}, "X.1", "a"),
        ({"error": {"code": 400, "message": "a", "title": "Bad Request"}}, None, "a"),
        ({"error_code": True, "error_msg": ["a"]}, None, ""),
    ],
)
def test_code_and_text_are_read_as_the_sdk_reads_them(content, code, message):
    failure = failure_of(400, content)
    assert (failure.code, failure.message) == (code, message)


@pytest.mark.parametrize("status", [199, 300, 400])
def test_content_of_what_is_no_success_is_no_data(status):
    assert failure_of(status, {"job_id": 10, "data": {"code": "X.1", "message": "a"}}).code == "X.1"


@pytest.mark.parametrize(
    "status, content, is_from_modelarts",
    [
        (400, {"error_code": "ModelArts.0104"}, True),
        (404, {"is_success": False}, True),
        (200, {"is_success": "False", "error_code": "X.1"}, True),
        (404, {"is_success": False, "error_code": "APIG.0101"}, False),
        (404, {"is_success": False, "error_code": "APIGW.9999"}, False),
        (401, {"is_success": False, "error_code": "IAM.0066"}, False),
        (404, {"error_code": "0004"}, False),
        (404, {"error_msg": NOT_FOUND}, False),
        (404, b"ModelArts.0104", False),
        (200, {"is_success": True}, False),
    ],
)
def test_who_answered(status, content, is_from_modelarts):
    assert failure_of(status, content).is_from_modelarts is is_from_modelarts


@pytest.mark.parametrize(
    "body",
    [
        b'{"job_id": 10}',
        b'\xef\xbb\xbf{"job_id": 10}',
        '{"job_id": 10, "job_desc": "ü"}'.encode("latin-1"),
    ],
)
def test_charsets(body):
    assert parse(HttpResponse(200, {"Content-Type": "application/json"}, body, Request()), has_id)["job_id"] == 10


def test_declared_charset():
    response = HttpResponse(
        200, {"Content-Type": "text/plain; charset=gbk"}, '{"job_id": 1, "job_desc": "曲线"}'.encode("gbk"), Request()
    )
    assert parse(response, has_id) == {"job_id": 1, "job_desc": "曲线"}


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
        (200, b"<html><TITLE lang='en'>Log\nin</TITLE></html>", None, "Log in", "endpoint"),
        (404, b"<html>", None, "an HTML page", "endpoint"),
        (404, b"", None, "", "endpoint"),
        (
            404,
            {"message": "no Route matched with those values"},
            None,
            "no Route matched with those values",
            "endpoint",
        ),
        (404, {"error_code": "X.1", "error_msg": "?"}, "X.1", "?", "endpoint"),
        (404, {"error_code": "ModelArts.9999"}, "ModelArts.9999", "", "not_found"),
        (404, {"is_success": False}, None, "", "not_found"),
        (404, {"error_code": "IAM.0004"}, "IAM.0004", "", "not_found"),
        (500, {"is_success": False, "error_message": NOT_FOUND}, None, NOT_FOUND, "not_found"),
        (200, {"is_success": True}, None, "", "server"),
        (200, {"jobs": []}, None, "", "server"),
        (503, b"", None, "", "server"),
        (200, b"", None, "", "endpoint"),
        (200, b"[" * 100000, None, "…", "endpoint"),
        (302, b"", None, "", "endpoint"),
    ],
)
def test_failures(status, content, code, message, category):
    error = failure_of(status, content)
    assert (error.code, error.message, error.category.value, error.http_status) == (code, message, category, status)


@pytest.mark.parametrize(
    "status, content, text",
    [
        (199, {}, "the service refused the request"),
        (200, {}, "the response does not answer the request"),
        (299, {}, "the response does not answer the request"),
        (300, {}, "the address redirects to another one, which must not get the credentials"),
        (499, refusal(None, NOT_FOUND), "the service refused the request"),
        (502, refusal(None, NOT_FOUND), "the service did not find it"),
    ],
)
def test_text_by_status(status, content, text):
    assert failure_of(status, content).text == text


ENCODED = "4GGVCRz3ds8RItWxdjjMW0+x/yBpG_OpQ=="


@pytest.mark.parametrize(
    "extra, expected",
    [
        ({"encoded_authorization_message": ENCODED}, ENCODED),
        ({"error": {"encoded_authorization_message": ENCODED}}, ENCODED),
        ({"encoded_authorization_message": "x" * 8192}, "x" * 8192),
        # What no service encodes is not passed on.
        ({"encoded_authorization_message": "x" * 8193}, None),
        ({"encoded_authorization_message": "two words"}, None),
        ({"encoded_authorization_message": {"a": 1}}, None),
        ({}, None),
    ],
)
def test_encoded_authorization_message_is_passed_on(extra, expected):
    content = {"is_success": False, "error_code": "ModelArts.0108", "error_msg": "no", **extra}
    failure = parse(HttpResponse(403, {}, json.dumps(content).encode(), Request()), succeeds).during("restart it")
    assert failure.authorization == expected
    assert failure.as_dict().get("encoded_authorization_message") == expected
    end = f" Encoded authorization message: {expected}" if expected else ""
    assert failure.sentence == (
        "Could not restart it: you are not authorized for this operation (ModelArts.0108: no). Ask the account's administrator "
        f"for the permission that this operation needs.{end}"
    )


@pytest.mark.parametrize(
    "status, content, text",
    [
        (
            404,
            {"error_code": "APIGW.0101", "error_msg": "no API"},
            "this address does not offer the ModelArts API (APIGW.0101: no API)",
        ),
        (
            403,
            {"error_code": "APIG.0801", "error_msg": "no"},
            "the service is not available in this region (APIG.0801: no)",
        ),
        (410, {"message": "gone"}, "the service no longer offers this API (HTTP 410: gone)"),
    ],
)
def test_region_that_no_longer_offers_the_api(status, content, text):
    failure = parse(HttpResponse(status, {}, json.dumps(content).encode(), Request()), succeeds)
    assert (failure.category.value, failure.outcome) == ("endpoint", Outcome.NOT_APPLIED)
    assert failure.reason == (
        f"{text}. Check region and endpoint. If they are right, the region may no longer offer this historical API: use "
        "TensorBoard in a notebook instance, or in a training job of version 2, instead."
    )


def test_request_id_of_header_or_body():
    body = {"error_code": "APIGW.0302", "error_msg": "no", "request_id": "from-body"}
    assert failure_of(403, body).request_id == "from-body"
    assert failure_of(403, body, {"X-Request-Id": "from-header"}).request_id == "from-header"


def test_text_of_the_service_is_safe_to_print():
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
        ({}, "limit:60,time:1 hour", 3600.0),
        ({}, "too many", None),
        ({"Retry-After": "soon"}, "", None),
        ({"Retry-After": "-7"}, "", None),
        ({"Retry-After": "1e99"}, "", None),
        ({"Retry-After": "\u00b2"}, "", None),
        ({"Retry-After": "9" * 5000}, "", math.inf),
        ({}, f"limit:60,time:{'9' * 400} second", math.inf),
        ({"Retry-After": "Mon, 02 Nov 99999 10:00:30 GMT"}, "", None),
        ({"Retry-After": f"Mon, 02 Nov {'9' * 5000} 10:00:30 GMT"}, "", None),
        ({"Retry-After": f"Mon, 02 Nov 2026 10:00:30 +{'9' * 400}"}, "", None),
        ({"Retry-After": "Mon, 02 Nov 2026 10:00:30 GMT", "Date": "Mon, 02 Nov 99999 10:00:00 GMT"}, "", 0.0),
    ],
)
def test_pause_that_throttling_asks_for(headers, text, seconds):
    body = {"error_code": "APIGW.0308", "error_msg": f"The throttling threshold has been reached: {text}"}
    assert failure_of(429, body, headers).retry_after == seconds


SIGNATURE = "0123456789abcdef" * 4


def signed_request():
    request = Request()
    request.headers["Authorization"] = f"SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature={SIGNATURE}"
    return request


@pytest.mark.parametrize("form", [SIGNATURE, *sorted(forms_of(SIGNATURE))])
def test_signature_that_the_answer_repeats_is_masked(form):
    body = {"error_code": f"E.{form}", "error_msg": f"got {form} !", "request_id": form}
    error = failure_of(403, body, request=signed_request())
    assert (error.code, error.message, error.request_id) == ("E.********", "got ******** !", "********")
    assert failure_of(403, body, {"X-Request-Id": f"id-{form}"}, signed_request()).request_id == "id-********"
    assert answer(200, {"job_id": 10, "job_desc": form}, request=signed_request())["job_desc"] == "********"


def test_what_only_resembles_the_signature_stays():
    other = SIGNATURE[::-1]
    assert answer(200, {"job_id": 10, "job_desc": other}, request=signed_request())["job_desc"] == other


def test_code_and_request_id_are_safe_to_print():
    error = failure_of(
        403, {"error_code": "E\x1b[31m.1\n2", "error_msg": "no"}, {"X-Request-Id": "a\x1b]0;title\x07b\x9b"}
    )
    assert (error.code, error.request_id) == ("E.1 2", "ab")


def test_a_long_text_is_cut_between_words():
    token = "t" * 300
    error = failure_of(403, {"error_code": "E.1", "error_msg": f"{'word ' * 60}{token} and more {'x' * 100000}"})
    assert error.message == f"{'word ' * 60}…"


@pytest.mark.parametrize("depth", [100, 900, 5000, 100000])
def test_deeply_nested_data_is_ignored_or_not_read(depth):
    body = b'{"job_id": 10, "extra": ' + b"[" * depth + b"]" * depth + b"}"
    result = answer(200, body)
    if isinstance(result, Failure):
        assert result.category.value == "endpoint"
    else:
        assert job_from(result, "") == VizJob("10", status=Status.of(None))


@pytest.mark.parametrize("length, number", [(20, int("9" * 20)), (21, "9" * 21)])
def test_longest_number(length, number):
    assert answer(200, f'{{"job_id": 10, "extra": {"9" * length}}}'.encode())["extra"] == number


@pytest.mark.parametrize("before, title", [(4096 - 19, "short"), (4096 - 18, "an HTML page")])
def test_title_is_looked_for_in_the_head_of_a_page(before, title):
    assert failure_of(502, b"<" + b" " * (before - 1) + b"<title>short</title").message == title


@pytest.mark.parametrize("count, is_read", [(100_000, True), (100_001, False)])
def test_most_objects_of_an_answer(count, is_read):
    objects = ",".join((["[]", "{}"] * count)[: count - 2])
    assert isinstance(answer(200, f'{{"job_id": 10, "extra": [{objects}]}}'.encode()), Failure) is not is_read


def test_a_number_that_is_too_long_is_a_text():
    started = time.monotonic()
    body = answer(200, b'{"job_id": 10, "status": %s, "resource_id": %s}' % (b"9" * 10**6, b"9" * 5000))
    assert time.monotonic() - started < 1
    job = job_from(body, "")
    assert (job.id, job.status, job.resource_id) == ("10", Status.of(None), "9" * 5000)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "8.5", "true", "[8]", '"8\u00b2"'])
def test_what_is_no_whole_number_is_none(value):
    job = job_from(answer(200, f'{{"job_id": 10, "status": {value}, "duration": {value}}}'.encode()), "")
    assert (job.status, job.duration) == (Status.of(None), None)


@pytest.mark.parametrize("charset", ["undefined", "punycode", "idna", "unicode_escape", "zlib", "no-such"])
def test_charset_that_no_service_uses_is_ignored(charset):
    headers = {"Content-Type": f"application/json; charset={charset}"}
    assert answer(200, b'{"job_id": 10, "job_desc": "\xfc"}', headers)["job_desc"] == "ü"


def test_a_page_without_an_end_to_its_title_is_read_quickly():
    started = time.monotonic()
    assert failure_of(502, b"<title>" * 10**5).message == "an HTML page"
    assert time.monotonic() - started < 1


def test_secret_is_masked_before_the_text_is_cut():
    secret = "correct horse battery staple"
    content = {
        "error_code": secret,
        "error_msg": "x " * 235 + secret.replace(" ", "\n", 1) + " " + secret + " is wrong",
    }
    response = HttpResponse(400, {"X-Request-Id": secret}, json.dumps(content).encode(), Request())
    failure = parse(response, has_id, lambda text: text.replace(secret, "***"))
    assert (failure.code, failure.request_id) == ("***", "***")
    assert failure.message == "x " * 235 + "*** *** is wrong"


@pytest.mark.parametrize("entry", ["{}", "[]"])
def test_answer_of_very_many_small_parts_is_not_read(entry):
    body = f'{{"job_id": 10, "jobs": [{",".join([entry] * 200_000)}]}}'.encode()
    tracemalloc.start()
    try:
        assert isinstance(answer(200, body), Failure)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(body)
