# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the mutation run changes, and which tests must notice."""

from __future__ import annotations

from typing import Mapping

# Each file below plugins/module_utils, and its own tests below tests/unit/plugins/module_utils: these run first.
FILES: Mapping[str, tuple[str, ...]] = {
    "_cloud/signing.py": ("_cloud/test_signing",),
    "_cloud/transport.py": ("_cloud/test_transport",),
    "_jobs/evidence.py": ("_jobs/test_evidence", "_jobs/test_progress"),
    "_jobs/failure.py": ("_jobs/test_failure", "_cloud/test_answers"),
    "_jobs/plan.py": ("_jobs/test_plan", "_task/test_goals"),
    "_jobs/progress.py": ("_jobs/test_progress", "_jobs/test_transitions", "_task/test_goals"),
    "_jobs/transitions.py": ("_jobs/test_transitions", "_jobs/test_progress", "_task/test_goals"),
    "_jobs/wording.py": ("_task/test_goals", "_task/test_runner"),
    "_task/runner.py": ("_task/test_runner", "_task/test_result"),
}
# Then these run for every file, from the quick and narrow to the slow.
UNITS: tuple[str, ...] = (
    "_cloud/test_signing",
    "_jobs/test_failure",
    "_cloud/test_answers",
    "_jobs/test_plan",
    "_jobs/test_evidence",
    "_jobs/test_progress",
    "_jobs/test_transitions",
    "_task/test_goals",
    "_task/test_runner",
    "_cloud/test_transport",
    "_task/test_result",
    "_cloud/test_viz_jobs",
    "_task/test_selection",
)
# At last, some schedules: the first seed, and how many.
SCHEDULES = ("20261102", "600")
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
