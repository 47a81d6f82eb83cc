#!/bin/sh
# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The unit tests of what is changed, from the quick and narrow to the slow, then some schedules of the simulation.
set -eu
export PYTHONDONTWRITEBYTECODE=1
units=tests/unit/plugins/module_utils
for test in _cloud/test_signing _jobs/test_failure _cloud/test_answers _jobs/test_plan _jobs/test_progress _jobs/test_goals _task/test_runner _cloud/test_transport _task/test_result _cloud/test_viz_jobs _task/test_selection; do
    set -- "$@" "$units/$test.py"
done
python -m pytest -x -q -p no:cacheprovider "$@"
exec python -m ansible_collections.mlops.modelarts.tests.schedules 20261102 600
