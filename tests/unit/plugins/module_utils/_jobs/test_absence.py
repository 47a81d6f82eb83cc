# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What proves that a job does not exist."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.absence import may_mean_gone, says_gone
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, Failure, Outcome

NO_SUCH_JOB = "The visualization job does not exist."
ABOUT_OTHERS = {
    Category.ACCOUNT,
    Category.AUTHENTICATION,
    Category.CAPACITY,
    Category.ENDPOINT,
    Category.PERMISSION,
    Category.QUOTA,
    Category.SERVER,
    Category.THROTTLED,
    Category.TOKEN_EXPIRED,
}


def failure(message=NO_SUCH_JOB, status=400, category=Category.UNKNOWN, **others):
    fields = {"code": "ModelArts.0103", "is_from_modelarts": True, **others}
    return Failure(category, "refused", message=message, http_status=status, **fields)


@pytest.mark.parametrize(
    "message",
    [
        NO_SUCH_JOB,
        "JOB NOT EXIST",
        "job 10 doesn't exist",
        "The job was not found",
        "the job could not be found.",
        "Cannot find it: no such job",
        # Only the word API counts, not its letters in another one.
        "The rapid job does not exist.",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 404, 409, 500])
def test_text_that_says_so_at_any_status(message, status):
    assert says_gone(failure(message, status))


@pytest.mark.parametrize("message", ["", "?", "The job exists.", "The job is not ready", "Parameter error"])
def test_without_such_a_text_only_status_404_says_so(message):
    assert [says_gone(failure(message, status)) for status in (200, 400, 404, 500)] == [False, False, True, False]


@pytest.mark.parametrize(
    "change",
    [
        {"is_from_modelarts": False},
        {"is_sign_in": True},
        {"code": "ModelArts.0102"},
        {"code": "ModelArts.7005"},
        {"message": "The workspace does not exist."},
        {"message": "Project p1 not found"},
        {"message": "no such user"},
        {"message": "The agency does not exist"},
        {"message": "Authorization not found"},
        {"message": "authorisation not found"},
        {"message": "The API does not exist"},
        *({"category": category} for category in ABOUT_OTHERS),
    ],
)
@pytest.mark.parametrize("status", [400, 404])
def test_what_is_about_something_else_proves_nothing(change, status):
    assert says_gone(failure(status=status)) and may_mean_gone(failure(status=status))
    other = failure(status=status)._replace(**change)
    assert not (says_gone(other) or may_mean_gone(other))


@pytest.mark.parametrize("category", sorted(set(Category) - ABOUT_OTHERS))
@pytest.mark.parametrize(
    "status, outcome, may",
    [
        (200, Outcome.NOT_APPLIED, True),
        (400, Outcome.NOT_APPLIED, True),
        (409, Outcome.NOT_APPLIED, True),
        (401, Outcome.NOT_APPLIED, False),
        (403, Outcome.NOT_APPLIED, False),
        (429, Outcome.NOT_APPLIED, False),
        (500, Outcome.UNKNOWN, False),
    ],
)
def test_which_refusals_may_mean_that_the_job_does_not_exist(category, status, outcome, may):
    assert may_mean_gone(failure("?", status, category, outcome=outcome)) is may
