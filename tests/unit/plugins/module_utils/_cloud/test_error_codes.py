# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the error codes mean, against the facts of the vendor's references, written down once more."""

from __future__ import annotations

import json

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.answers import parse, succeeds
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.error_codes import BY_CODE
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import HttpResponse
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, Outcome
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import Request

# Code, HTTP statuses, category, whether sending the request again helps.
TABLE = """
ModelArts.0010, 500, server, yes for reads
ModelArts.0101, 400, invalid_request, no
ModelArts.0102, 400, not_found, no
ModelArts.0103, unknown, unknown, no
ModelArts.0104, 400, invalid_request, no
ModelArts.0105, 400, conflict, no
ModelArts.0107, 400, invalid_request, no
ModelArts.0108, 403, permission, no
ModelArts.0109, 500, permission, no
ModelArts.0112, 401 403, permission, no
ModelArts.0116, 100, quota, no
ModelArts.0118, 400, quota, no
ModelArts.0201, 401, authentication, no
ModelArts.0202, 401, token_expired, after signing in again
ModelArts.0203, 401 403, authentication, after signing in again
ModelArts.0204, 400 401, authentication, no
ModelArts.0205, 401, authentication, no
ModelArts.0206, 401 403, authentication, no
ModelArts.0207, 401, authentication, no
ModelArts.0210, 400 401 403, authentication, no
ModelArts.0212, 401, authentication, no
ModelArts.0428, 400 401, permission, no
ModelArts.6100, 408, server, yes for reads
ModelArts.6101, 429, throttled, yes
ModelArts.6102, 500, server, yes for reads
ModelArts.6201, 401, account, no
ModelArts.6203, 401, account, no
APIGW.0101, 404, endpoint, no
APIGW.0103, 404, endpoint, no
APIGW.0201, 400 413 414 494 500 502 504, server, 5xx for reads
APIGW.0202, 502, server, yes for reads
APIGW.0203, 504, server, yes for reads
APIGW.0301, 401, authentication, no
APIGW.0302, 403, permission, no
APIGW.0303, 401, authentication, no
APIGW.0304, 403, permission, no
APIGW.0305, 401, authentication, no
APIGW.0306, 403, permission, no
APIGW.0307, 401, token_expired, after signing in again
APIGW.0308, 429, throttled, yes
APIGW.0310, 403, account, no
IAM.0001, 401, authentication, no
IAM.0002, 403, permission, no
IAM.0003, 403, permission, no
IAM.0004, 404, not_found, no
IAM.0007, 400, invalid_request, no
IAM.0011, 400, invalid_request, no
IAM.0012, 429, throttled, yes
IAM.0061, 401, account, no
IAM.0062, 401, authentication, no
IAM.0066, 401, token_expired, after signing in again
IAM.0067, 401, authentication, no
IAM.0080, 403, account, no
IAM.0081, 403, permission, no
IAM.0082, 403, account, no
IAM.1101, 400, invalid_request, no
ModelArts.0208, 401, authentication, no
ModelArts.0209, 401, authentication, no
ModelArts.0429, 400, permission, no
ModelArts.1002, 400, server, no
ModelArts.1003, 400, permission, no
ModelArts.4302, 503, server, yes for reads
ModelArts.4700, 503, server, yes for reads
ModelArts.5039, 500, server, yes for reads
ModelArts.6200, 500, capacity, no
ModelArts.7001, 500, server, yes for reads
ModelArts.7002, 400, permission, no
ModelArts.7004, 400, permission, no
ModelArts.7005, 400, not_found, no
ModelArts.7008, 500, server, yes for reads
ModelArts.7009, 500, server, yes for reads
ModelArts.7100, 500, server, yes for reads
ModelArts.7101, 500, server, yes for reads
APIGW.0104, 400, invalid_request, no
APIGW.0105, 400, invalid_request, no
APIGW.0106, 400, invalid_request, no
APIGW.0311, 401, authentication, no
APIGW.0401, 403, permission, no
APIGW.0402, 403, permission, no
APIGW.0404, 403, permission, no
APIGW.0501, 405, quota, no
APIGW.0502, 405, account, no
APIGW.0601, 500, server, yes for reads
APIGW.0602, 400, invalid_request, no
APIGW.0605, 500, server, yes for reads
APIGW.0606, 500, server, yes for reads
APIGW.0608, 500, server, yes for reads
APIGW.0609, 500, server, yes for reads
APIGW.0611, 500, server, yes for reads
APIGW.0612, 500, server, yes for reads
APIGW.0705, 500, server, yes for reads
APIGW.0607, 400, endpoint, no
APIGW.0610, 502, server, yes for reads
APIGW.0613, 503, server, yes for reads
APIGW.0801, 403, endpoint, no
APIGW.0802, 403, permission, no
"""
FACTS = [tuple(line.split(", ", 3)) for line in TABLE.strip().splitlines()]
# The gateway answers this for an expired token, too: the message says which it is. A new token is tried once.
ALSO_EXPIRED = "APIGW.0301"


def statuses_of(text):
    """The HTTP statuses of a fact; 400 where they are not known, or are none of an answer."""
    return [int(number) if number.isdigit() and int(number) >= 400 else 400 for number in text.split()]


def failure_of(code, status):
    body = json.dumps({"error_code": code, "error_msg": "?"}).encode()
    return parse(HttpResponse(status, {}, body, Request()), succeeds)


def test_every_code_is_known():
    assert set(BY_CODE) == {code for code, _http, _category, _retry in FACTS}


@pytest.mark.parametrize("code, http, category, retry", FACTS)
def test_meaning_of_a_code(code, http, category, retry):
    for status in statuses_of(http):
        failure = failure_of(code, status)
        assert failure.category.value == category
        assert (failure.category is Category.THROTTLED) is (retry == "yes")
        assert failure.sign_in_again is (retry == "after signing in again" or code == ALSO_EXPIRED)
        is_for_reads = retry == "yes for reads" or (retry == "5xx for reads" and status >= 500)
        assert (failure.outcome is Outcome.UNKNOWN) is is_for_reads


@pytest.mark.parametrize("code", [code for code, _http, _category, _retry in FACTS if code.startswith("APIGW.")])
def test_both_spellings_of_the_gateway(code):
    assert failure_of(code.replace("APIGW.", "APIG."), 400).category is failure_of(code, 400).category


@pytest.mark.parametrize(
    "code, category", [("ModelArts.0010", "throttled"), ("ModelArts.0116", "quota"), ("x", "throttled")]
)
def test_status_429_means_throttling_unless_the_code_says_more(code, category):
    failure = failure_of(code, 429)
    assert (failure.category.value, failure.outcome) == (category, Outcome.NOT_APPLIED)
