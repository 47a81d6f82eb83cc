# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change the files of targets.py bit by bit, and list the changes that no test notices.

``make session NAME=mutants`` changes all of them, which takes about half an hour. ``ARGS=plugins/module_utils/_jobs/plan.py``
changes one. survivors.md lists the changes that no test can notice, and why.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import Iterable

from ..support.installed import BIN
from ..support.installed import ROOT as COLLECTION
from .targets import EXCLUDED, FILES, SCHEDULES, TIMEOUT, UNITS

MODULE_UTILS = "plugins/module_utils/"
# Sessions of cosmic-ray are kept beside the copy of the collection that it changes.
CACHE = COLLECTION.parents[2]


def main() -> int:
    """Return 0 if every file could be changed and tested, whatever the tests noticed."""
    wanted = [name.removeprefix(MODULE_UTILS) for name in sys.argv[1:]] or list(FILES)
    unknown = [name for name in wanted if name not in FILES or not (COLLECTION / MODULE_UTILS / name).is_file()]
    if unknown:
        print(f"Not a file of tests/mutants/targets.py, or it does not exist: {', '.join(unknown)}", file=sys.stderr)
        return 1
    for name in wanted:
        print(f"\n=== {name}", flush=True)
        mutate(name)
    return 0


def mutate(name: str) -> None:
    """Test each change to one file, and print those that survive."""
    stem = name.removesuffix(".py").replace("/", "-")
    settings, record = CACHE / f"mutants-{stem}.toml", CACHE / f"mutants-{stem}.sqlite"
    settings.write_text(configuration(name), encoding="utf-8")
    # The tests must pass without a change.
    cosmic_ray("cosmic-ray", "baseline", str(settings))
    cosmic_ray("cosmic-ray", "init", "--force", str(settings), str(record))
    cosmic_ray("cr-filter-operators", str(record), str(settings))
    cosmic_ray("cosmic-ray", "exec", str(settings), str(record))
    cosmic_ray("cr-report", "--surviving-only", "--show-diff", str(record))


def configuration(name: str) -> str:
    """Return the settings of cosmic-ray for one file; strings of JSON are strings of TOML."""
    narrow = FILES[name]
    # In stages: what the first one notices, as it does with most changes, costs a second.
    stages = [pytest(narrow), pytest([test for test in UNITS if test not in narrow]), schedules()]
    command = shlex.join(["sh", "-c", " && ".join(map(shlex.join, stages))])
    return f"""\
[cosmic-ray]
module-path = {json.dumps(MODULE_UTILS + name)}
timeout = {TIMEOUT}
excluded-modules = []
test-command = {json.dumps(command)}
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(EXCLUDED)}
"""


def pytest(tests: Iterable[str]) -> list[str]:
    paths = [f"tests/unit/plugins/module_utils/{test}.py" for test in tests]
    return [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *paths]


def schedules() -> list[str]:
    return [sys.executable, "-B", "-m", "ansible_collections.mlops.modelarts.tests.schedules", *SCHEDULES]


def cosmic_ray(command: str, *arguments: str) -> None:
    environ = {**os.environ, "PYTHONPATH": str(CACHE), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([str(BIN / command), *arguments], cwd=COLLECTION, env=environ, check=True)


if __name__ == "__main__":
    sys.exit(main())
