# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Python for modules that notes the costs of a module's process. It is slow: use it in separate runs.

It runs the module with ``-X importtime``, and appends a line of JSON to the file that ``BENCH_NOTES`` names: the module,
the bytes of its payload, how many modules it imported and in how many seconds, the largest of them, and its memory.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

IMPORT = re.compile(r"^import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)$", re.MULTILINE)


def main() -> int:
    done = subprocess.run([sys.executable, "-X", "importtime", *sys.argv[1:]], stderr=subprocess.PIPE, check=False)
    told = done.stderr.decode(errors="replace")
    imports = [(int(own), int(whole), name) for own, whole, _indent, name in IMPORT.findall(told)]
    payload = next((path for path in sys.argv[1:] if "AnsiballZ_" in path), None)
    if payload is not None:
        note = {
            "module": Path(payload).name[len("AnsiballZ_") : -len(".py")],
            "payload": Path(payload).stat().st_size,
            "imports": len(imports),
            "import_seconds": sum(own for own, _whole, _name in imports) / 1e6,
            "largest": [[name, whole / 1e6] for _own, whole, name in sorted(imports, key=lambda one: -one[1])[:40]],
            "peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        }
        with Path(os.environ["BENCH_NOTES"]).open("a", encoding="utf-8") as notes:
            notes.write(json.dumps(note) + "\n")
    sys.stderr.write(IMPORT.sub("", told).replace("import time: self [us] | cumulative | imported package", "").strip())
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
