# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures, and what of a service's text gets into their messages."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.error_codes import Category, Meaning
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import (
    ModelArtsError,
    Outcome,
    attempting,
    clean,
)


@pytest.mark.parametrize(
    "text, cleaned",
    [
        ("as it is", "as it is"),
        ("two\r\nlines\tand  more", "two lines and more"),
        ("\x1b[31mred\x1b[0m, \x1b]0;title\x07and a bell\x07", "red, and a bell"),
        ("right\u202eto left", "right to left"),
        ("x" * 500, "x" * 500),
        # Cut between words, the last of which might be half a secret.
        ("x" * 501, "…"),
        ("ab " * 168, "ab " * 166 + "…"),
        ("ab " + "x" * 20000, "ab …"),
        ("x" * 498 + " yy", "x" * 498 + " …"),
        ("x" * 499 + " y", "…"),
        # So much of it is looked at.
        ("ab" + " " * 9998, "ab"),
        ("ab" + " " * 9999, "…"),
    ],
)
def test_text_of_a_service_is_made_fit_for_a_message(text, cleaned):
    assert clean(text) == cleaned
    assert len(cleaned) <= 500


@pytest.mark.parametrize(
    "status, outcome, sent",
    [(None, Outcome.NOT_APPLIED, False), (None, Outcome.UNKNOWN, True), (400, Outcome.NOT_APPLIED, True)],
)
def test_whether_a_request_reached_a_server(status, outcome, sent):
    assert ModelArtsError(Meaning(Category.CONNECTION, "no"), outcome, http_status=status).sent is sent


@pytest.mark.parametrize(
    "category, status, outcome, may",
    [
        (Category.CONFLICT, 400, Outcome.NOT_APPLIED, True),
        (Category.UNKNOWN, 200, Outcome.NOT_APPLIED, True),
        (Category.NOT_FOUND, 404, Outcome.UNKNOWN, True),
        (Category.NOT_FOUND, None, Outcome.NOT_APPLIED, False),
        (Category.INVALID_REQUEST, 400, Outcome.UNKNOWN, False),
        (Category.UNKNOWN, 500, Outcome.UNKNOWN, False),
        (Category.PERMISSION, 403, Outcome.NOT_APPLIED, False),
        (Category.ENDPOINT, 404, Outcome.UNKNOWN, False),
    ],
)
def test_what_may_mean_that_there_is_no_such_job(category, status, outcome, may):
    assert ModelArtsError(Meaning(category, "no"), outcome, http_status=status).may_mean_missing is may


@pytest.mark.parametrize(
    "category, outcome, passes",
    [
        (Category.CONNECTION, Outcome.NOT_APPLIED, True),
        (Category.SERVER, Outcome.NOT_APPLIED, True),
        (Category.THROTTLED, Outcome.NOT_APPLIED, True),
        (Category.CONFLICT, Outcome.UNKNOWN, True),
        (Category.CONFLICT, Outcome.NOT_APPLIED, False),
    ],
)
def test_what_may_succeed_a_little_later(category, outcome, passes):
    assert ModelArtsError(Meaning(category, "no"), outcome).passing is passes


@pytest.mark.parametrize(
    "code, status, message, reason",
    [
        ("ModelArts.0010", 500, "internal", "it failed (ModelArts.0010: internal). Wait."),
        ("ModelArts.0010", 500, "", "it failed (ModelArts.0010). Wait."),
        (None, 502, "Bad Gateway", "it failed (HTTP 502: Bad Gateway). Wait."),
        (None, None, "", "it failed. Wait."),
    ],
)
def test_reason_has_the_services_own_code_and_text(code, status, message, reason):
    error = ModelArtsError(
        Meaning(Category.SERVER, "it failed", "Wait."), code=code, http_status=status, message=message
    )
    error.attempt = "stop job 10"
    assert error.reason == reason
    assert error.sentence == f"Could not stop job 10: {reason}"


def test_error_of_a_result_has_the_services_text_or_ours():
    meaning = Meaning(Category.SERVER, "it failed", "Wait.")
    error = ModelArtsError(meaning, code="A.1", http_status=500, message="theirs", request_id="r1")
    assert error.as_dict() == {
        "code": "A.1",
        "message": "theirs",
        "category": "server",
        "http_status": 500,
        "request_id": "r1",
        "hint": "Wait.",
    }
    assert ModelArtsError(meaning).as_dict()["message"] == "it failed"


def test_innermost_attempt_counts():
    with pytest.raises(ModelArtsError) as caught, attempting("do more"), attempting("do this"):
        raise ModelArtsError(Meaning(Category.SERVER, "it failed"))
    assert caught.value.attempt == "do this"


def test_copy_is_an_error_of_its_own():
    error = ModelArtsError(Meaning(Category.SERVER, "it failed"), Outcome.UNKNOWN, code="A.1", retry_after=2.0)
    twin = copy.copy(error)
    twin.attempt = "do this"
    assert (twin.code, twin.retry_after, twin.outcome, error.attempt) == ("A.1", 2.0, Outcome.UNKNOWN, "")
