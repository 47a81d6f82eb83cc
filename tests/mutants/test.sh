#!/bin/sh
# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The unit tests of what is changed, from the quick and narrow to the slow, then some schedules of the simulation.
set -eu
export PYTHONDONTWRITEBYTECODE=1
units=tests/unit/plugins/module_utils
for name in signing errors answers plan progress goals lifecycle transport result jobs selection; do
    set -- "$@" "$units/test_$name.py"
done
python -m pytest -x -q -p no:cacheprovider "$@"
exec python -m ansible_collections.mlops.modelarts.tests.simulation 20261102 600
