# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures, and what their messages show of a service's text."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import (
    HINTS,
    Category,
    Failure,
    Outcome,
    RequestFailed,
    attempting,
)


@pytest.mark.parametrize(
    "status, outcome, sent",
    [(None, Outcome.NOT_APPLIED, False), (None, Outcome.UNKNOWN, True), (400, Outcome.NOT_APPLIED, True)],
)
def test_whether_a_request_reached_a_server(status, outcome, sent):
    assert Failure(Category.CONNECTION, "no", outcome=outcome, http_status=status).is_sent is sent


@pytest.mark.parametrize(
    "category, outcome, is_transient",
    [
        (Category.CONNECTION, Outcome.NOT_APPLIED, True),
        (Category.SERVER, Outcome.NOT_APPLIED, True),
        (Category.THROTTLED, Outcome.NOT_APPLIED, True),
        (Category.CONFLICT, Outcome.UNKNOWN, True),
        (Category.CONFLICT, Outcome.NOT_APPLIED, False),
    ],
)
def test_which_failures_may_pass(category, outcome, is_transient):
    assert Failure(category, "no", outcome=outcome).is_transient is is_transient
    assert Failure(category, "no", outcome=outcome, may_pass=True).is_transient


@pytest.mark.parametrize(
    "code, status, message, reason",
    [
        ("ModelArts.0010", 500, "internal", "it failed (ModelArts.0010: internal). Wait."),
        ("ModelArts.0010", 500, "", "it failed (ModelArts.0010). Wait."),
        (None, 502, "Bad Gateway", "it failed (HTTP 502: Bad Gateway). Wait."),
        (None, None, "", "it failed. Wait."),
        ("ModelArts.0010", 500, "Ends with a full stop.", "it failed (ModelArts.0010: Ends with a full stop). Wait."),
    ],
)
def test_reason_has_the_services_own_code_and_text(code, status, message, reason):
    failure = Failure(Category.SERVER, "it failed", "Wait.", code=code, http_status=status, message=message)
    failure = failure.during("stop job 10")
    assert failure.reason == reason
    assert failure.sentence == f"Could not stop job 10: {reason}"


def test_error_of_a_result_has_the_services_text_or_ours():
    failure = Failure(
        Category.SERVER, "it failed", "Wait.", code="A.1", http_status=500, message="theirs", request_id="r1"
    )
    assert failure.as_dict() == {
        "code": "A.1",
        "message": "theirs",
        "category": "server",
        "http_status": 500,
        "request_id": "r1",
        "hint": "Wait.",
    }
    assert Failure(Category.SERVER, "it failed").as_dict()["message"] == "it failed"


def test_every_category_has_a_hint():
    assert [Failure(category, "it failed").hint for category in Category] == [HINTS[category] for category in Category]


def test_innermost_attempt_counts():
    failure = Failure(Category.SERVER, "it failed")
    with pytest.raises(RequestFailed) as caught, attempting("do more"), attempting("do this"):
        raise RequestFailed(failure)
    assert caught.value.failure == failure._replace(attempt="do this")
    assert (failure.attempt, str(caught.value)) == ("", "it failed")


def test_failure_that_says_more_is_a_failure_of_its_own():
    failure = Failure(Category.SERVER, "it failed", outcome=Outcome.UNKNOWN, code="A.1", retry_after=2.0)
    during = failure.during("do this")
    assert (during.code, during.retry_after, during.outcome, failure.attempt) == ("A.1", 2.0, Outcome.UNKNOWN, "")
