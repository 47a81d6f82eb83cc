# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put mistakes back that were once made, one at a time, and say after how many schedules a promise is broken.

``python -m ansible_collections.mlops.modelarts.tests.schedules.regressions [WORD]``: those whose title has the word.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Mapping, Sequence, Tuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ansible_collections.mlops.modelarts"
SEED, COUNT = "20261102", "10000"
# File below plugins/module_utils, what it has, and what stands there with the mistake.
Patch = Tuple[str, str, str]
_WHOLE = ("_cloud/pages.py", "self._is_sound and is_complete)", "self.is_over)")

# By the number of the kind in the issue.
REGRESSIONS: Mapping[str, Sequence[Patch]] = {
    "1 details of another job": [
        ("_cloud/viz_jobs.py", "return shown_id(body) == job_id_from(job_id)", "return bool(shown_id(body))"),
    ],
    "1 details of nobody": [
        (
            "_cloud/viz_jobs.py",
            "return shown_id(body) == job_id_from(job_id)",
            "return shown_id(body) in (None, job_id)",
        ),
    ],
    "2 IAM's answer is the job's": [
        (
            "_cloud/transport.py",
            "failure = _sign_in_failure(renewal, error.failure)",
            "failure = error.failure._replace(outcome=Outcome.NOT_APPLIED)",
        ),
    ],
    "3 anybody's 404 says gone": [
        ("_jobs/absence.py", "failure.is_from_modelarts and not failure.is_sign_in and", ""),
        ("_jobs/absence.py", "Category.ENDPOINT,", ""),
    ],
    "3 what does not exist is the workspace": [
        ("_jobs/absence.py", '("ModelArts.0102", "ModelArts.7005")', "()"),
        ("_jobs/absence.py", "workspace|project|", ""),
    ],
    "3 one odd refusal and any list say gone": [
        ("_task/reader.py", "window.begun - since >= CONFIRM_INTERVAL", "True"),
        ("_task/reader.py", "        if not is_whole:\n            return", "        if 0:\n            return"),
    ],
    "3 HTTP 400 never says gone": [
        (
            "_jobs/absence.py",
            "says_so = failure.http_status == 404 or _NOT_EXIST.search(failure.message) is not None",
            "",
        ),
        ("_jobs/absence.py", "return says_so and", "return failure.http_status == 404 and"),
    ],
    "4 every list is whole": [_WHOLE],
    "4 a list without its jobs is whole": [
        (
            "_cloud/pages.py",
            "isinstance(entries, list) and len(entries) == len(jobs) and all(job.id for job in jobs)",
            "True",
        ),
        ("_cloud/pages.py", "is_complete = entries == [] if", "is_complete = not entries if"),
        ("_cloud/pages.py", "len(self._ids) == self._total", "len(self._ids) >= self._total or not new"),
    ],
    "4 a total may shrink": [
        ("_cloud/pages.py", "and has_all and not has_shrunk", "and has_all"),
    ],
    "4 nobody reads without the filter": [
        ("_cloud/pages.py", "*({} for _number in range(MOST_READINGS - 1))", "*(query for _number in range(2))"),
    ],
    "5 nobody else starts a job": [
        ("_jobs/evidence.py", "return Verdict.UP_AGAIN if is_up else", "return"),
    ],
    "5 a restart that is refused is sent again": [
        (
            "_jobs/transitions.py",
            "if is_retried and (status is None or status.group not in UP_GROUPS):",
            "if is_retried:",
        ),
        ("_jobs/evidence.py", "return Verdict.UP_AGAIN if is_up else", "return"),
    ],
    "5 what was read late is somebody else": [
        ("_jobs/evidence.py", "self._is_seen_down = context.sent_at is None", "self._is_seen_down = True"),
    ],
    "6 is_success: false decides, also with 5xx": [
        (
            "_cloud/answers.py",
            "(status == 408 or status >= 500, Outcome.UNKNOWN),",
            "(_says(body, False), Outcome.NOT_APPLIED), (status == 408 or status >= 500, Outcome.UNKNOWN),",
        ),
    ],
    "6 an error code without is_success is nothing": [
        ("_cloud/answers.py", "(failure.code is not None and not _says(body, True), Outcome.NOT_APPLIED),", ""),
    ],
    "6 a code stands in error_code alone": [
        ("_cloud/answers.py", '_CODES = ("error_code", "errorCode")', '_CODES = ("error_code",)'),
        (
            "_cloud/answers.py",
            'codes = (*_CODES, "code") if _string(fields.get("message")) else _CODES',
            "codes = _CODES",
        ),
    ],
    "7 descriptions are compared as they are": [
        ("_jobs/job.py", '(one or "").rstrip("\\r\\n") == (other or "").rstrip("\\r\\n")', "one == other"),
    ],
    "7 what the service made of it is not it": [
        ("_jobs/evidence.py", "if self._another.confirms(is_another, window):", "if False:"),
    ],
    "8 a job that stays DELETE_FAILED is waited for": [
        (
            "_jobs/evidence.py",
            "return self._unchanged(window)\n        return Verdict.WENT",
            "return Verdict.PENDING\n        return Verdict.WENT",
        ),
    ],
    "8 nobody waits for the list": [
        ("_jobs/plan.py", "(*steps, Step.AWAIT_LISTED) if Step.CREATE in steps else steps", "steps"),
    ],
}


def main() -> int:
    """1 if a mistake could not be put back, or was not noticed."""
    words = sys.argv[1:]
    missed = 0
    for title, patches in REGRESSIONS.items():
        if all(word in title for word in words):
            noticed = said_of(patches)
            missed += not noticed
            print(f"{title:55} {noticed or 'not noticed'}", flush=True)
    return 1 if missed else 0


def said_of(patches: Sequence[Patch]) -> str:
    """After how many schedules which promise was broken; nothing if none was."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, *PACKAGE.split("."))
        for part in ("plugins", "tests/schedules"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        for name, old, new in patches:
            file = copy / "plugins/module_utils" / name
            text = file.read_text(encoding="utf-8")
            if text.count(old) != 1:
                raise ValueError(f"{name} has {old!r} {text.count(old)} times")
            file.write_text(text.replace(old, new), encoding="utf-8")
        command = [sys.executable, "-B", "-m", f"{PACKAGE}.tests.schedules", "--until-broken", SEED, COUNT]
        environ = {**os.environ, "PYTHONPATH": folder}
        return subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, check=False
        ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
