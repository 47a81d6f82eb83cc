# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the mutation run changes, and which tests must notice."""

from __future__ import annotations

from typing import Mapping

# Each file below plugins/module_utils that decides something, and its own tests below tests/unit/plugins/module_utils:
# these run first.
FILES: Mapping[str, tuple[str, ...]] = {
    "_cloud/answers.py": ("_cloud/test_answers", "_cloud/test_viz_jobs"),
    "_cloud/exchange.py": ("_cloud/test_watchdog", "_cloud/test_http_client", "_cloud/test_exchange"),
    "_cloud/pages.py": ("_cloud/test_viz_jobs", "_task/test_listing"),
    "_cloud/rate_limiter.py": ("_cloud/test_rate_limiter",),
    "_cloud/signing.py": ("_cloud/test_signing",),
    "_cloud/transport.py": ("_cloud/test_transport", "_cloud/test_sign_in", "_cloud/test_viz_jobs"),
    "_jobs/absence.py": ("_jobs/test_absence",),
    "_jobs/evidence.py": ("_jobs/test_evidence", "_jobs/test_progress", "_jobs/test_others_at_work"),
    "_jobs/failure.py": ("_jobs/test_failure", "_task/test_result"),
    "_jobs/plan.py": ("_jobs/test_plan", "_task/test_goals"),
    "_jobs/progress.py": ("_jobs/test_progress", "_jobs/test_others_at_work", "_jobs/test_transitions"),
    "_jobs/rules.py": ("_jobs/test_plan", "_jobs/test_progress", "_task/test_goals"),
    "_jobs/transitions.py": ("_jobs/test_transitions", "_jobs/test_progress", "_jobs/test_others_at_work"),
    "_jobs/wording.py": (
        "_task/test_goals",
        "_task/test_runner",
        "_jobs/test_plan",
        "_jobs/test_others_at_work",
        "_jobs/test_progress",
    ),
    "_settings/completion.py": ("_settings/test_completion", "_settings/test_connection", "_settings/test_sources"),
    "_task/reader.py": ("_task/test_reader",),
    "_task/runner.py": ("_task/test_runner", "_task/test_goals"),
}
# Then these run for every file, from the quick and narrow to the slow.
UNITS: tuple[str, ...] = (
    "_jobs/test_failure",
    "_jobs/test_transitions",
    "_jobs/test_progress",
    "_jobs/test_evidence",
    "_jobs/test_others_at_work",
    "_jobs/test_absence",
    "_cloud/test_auth",
    "_cloud/test_sign_in",
    "_jobs/test_plan",
    "_task/test_selection",
    "_task/test_result",
    "_task/test_lookup",
    "_task/test_runner",
    "_cloud/test_transport",
    "_task/test_goals",
    "_task/test_listing",
    "_cloud/test_answers",
    "_cloud/test_viz_jobs",
    "_task/test_reader",
)
# At last, some schedules: the first seed, and how many.
SCHEDULES = ("20261102", "200")
# Seconds after which a run of the tests counts as failed.
TIMEOUT = 60.0
# Mutations that say nothing about the tests, as regular expressions.
EXCLUDED: tuple[str, ...] = (
    # `is` compares with a member of an enum or with None. Each is equal only to itself, and their order means nothing.
    "core/ReplaceComparisonOperator_Is_(?!IsNot$)",
    "core/ReplaceComparisonOperator_IsNot_(?!Is$)",
    # `**` only unpacks here: any other operator in its place breaks the line.
    "core/ReplaceBinaryOperator_Pow_",
)
