# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What proves that a job does not exist: the one rule for tasks, lookups and waits. No I/O, no clock."""

from __future__ import annotations

import re

from .failure import Category, Failure, Outcome

# A refusal with one of these codes or categories, or about one of these subjects, is not about the job.
_OTHER_CODES = ("ModelArts.0102", "ModelArts.7005")
_OTHER_CATEGORIES = frozenset(
    (
        Category.ACCOUNT,
        Category.AUTHENTICATION,
        Category.CAPACITY,
        Category.ENDPOINT,
        Category.PERMISSION,
        Category.QUOTA,
        Category.SERVER,
        Category.THROTTLED,
        Category.TOKEN_EXPIRED,
    )
)
_OTHER_SUBJECT = re.compile(r"workspace|project|user|agency|authori[sz]ation|\bAPIs?\b", re.IGNORECASE)
# A refusal with one of these HTTP statuses is about the user or the pace.
_OTHER_STATUSES = (401, 403, 429)
_NOT_EXIST = re.compile(r"n[o']t (?:be )?(?:exist|found)|no such", re.IGNORECASE)


def says_gone(failure: Failure) -> bool:
    """Whether ModelArts itself said that the job of the request does not exist, whatever the HTTP status."""
    says_so = failure.http_status == 404 or _NOT_EXIST.search(failure.message) is not None
    return says_so and _is_about_job(failure)


def may_mean_gone(failure: Failure) -> bool:
    """Whether ModelArts itself refused the request, and the reason may be that the job does not exist."""
    is_refused = failure.outcome is Outcome.NOT_APPLIED and failure.http_status not in _OTHER_STATUSES
    return is_refused and _is_about_job(failure)


def _is_about_job(failure: Failure) -> bool:
    """Whether the answer is from ModelArts and is about nothing but the job."""
    is_about_other = (
        failure.code in _OTHER_CODES
        or failure.category in _OTHER_CATEGORIES
        or _OTHER_SUBJECT.search(failure.message) is not None
    )
    return failure.is_from_modelarts and not failure.is_sign_in and not is_about_other
