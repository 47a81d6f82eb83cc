# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search finds planted secrets, also on command lines."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.mlops.modelarts.tests.secrets.command_lines import command_lines
from ansible_collections.mlops.modelarts.tests.secrets.search import Search

SECRET = 'se"cr\\et ü +/=%&?~ end'
PLANTED = {
    "plain": SECRET,
    "in a result": json.dumps({"msg": f"got {SECRET}!"}),
    "in a result, as it is": json.dumps({"msg": f"got {SECRET}!"}, ensure_ascii=False),
    "in an event": json.dumps({"stdout": json.dumps({"msg": f"got {SECRET}!"})}),
    "in an event that tells of one": json.dumps([json.dumps([json.dumps([SECRET])])]),
    "in a path": f"https://m.example/{quote(SECRET)}/",
    "in a query": f"https://m.example/?p={quote(SECRET, safe='')}",
    "in a form": f"p={quote_plus(SECRET)}",
    **{f"in base64 after {n}": base64.b64encode(b"user:"[:n] + SECRET.encode() + b"!").decode() for n in range(6)},
    **{f"for URLs after {n}": base64.urlsafe_b64encode(b"user:"[:n] + SECRET.encode()).decode() for n in range(6)},
}


@pytest.mark.parametrize("where", PLANTED)
def test_a_planted_secret_is_found(where: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"before \xff" + PLANTED[where].encode() + b"\x00 after")
    search = Search({"planted": SECRET, "other": "of-nobody"})
    (found,) = {line.partition(" (")[0] for line in search.in_files([tmp_path / "file"])}
    assert found == f"{tmp_path / 'file'}: planted"
    assert search.files == 1


def test_what_is_masked_is_not_found() -> None:
    assert Search({"planted": SECRET}).in_bytes(b"got ********! se-cr-et, [1, 2]") == []


def test_a_secret_on_a_command_line_is_found() -> None:
    command = [sys.executable, "-c", "import sys; sys.stdin.read()", SECRET]
    with command_lines() as seen, subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        give_up = time.monotonic() + 10
        while not (found := Search({"planted": SECRET}).in_bytes(b"\n".join(list(seen)))):
            assert time.monotonic() < give_up
            time.sleep(0.02)
        process.communicate()
    assert found == ["planted (plain)"]
