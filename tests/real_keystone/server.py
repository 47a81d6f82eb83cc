# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve the Keystone whose configuration is in a folder, on a free port of the loopback interface.

    python server.py FOLDER

It runs until standard input ends. It writes its address to ``address`` in that folder when it answers, and to
``requests`` a line of JSON for each request: ``method``, ``path``, ``query``, ``status`` and ``length`` of the answer's
body.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Iterable

import waitress

Environ = dict[str, Any]


class Logged:
    """The application with a log of its requests."""

    def __init__(self, application: Callable[..., Iterable[bytes]], path: Path) -> None:
        self._application = application
        self._path = path

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        statuses: list[str] = []

        def start(status: str, *others: Any) -> Any:
            statuses.append(status)
            return start_response(status, *others)

        body = b"".join(self._application(environ, start))
        entry = {
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "query": environ["QUERY_STRING"],
            "status": int(statuses[-1].split()[0]),
            "length": len(body),
        }
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        return [body]


def _end_with_input() -> None:
    """End when standard input ends: then the parent process has ended."""
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    folder = Path(sys.argv.pop()).resolve()
    os.environ["OS_KEYSTONE_CONFIG_DIR"] = str(folder)
    # The import sets Keystone up, which parses the rest of the command line.
    from keystone.wsgi.api import application

    threading.Thread(target=_end_with_input, daemon=True).start()
    server = waitress.create_server(Logged(application, folder / "requests"), host="127.0.0.1", port=0, threads=4)
    draft = folder / "address.draft"
    draft.write_text(f"http://127.0.0.1:{server.effective_port}\n", encoding="utf-8")
    draft.replace(folder / "address")
    server.run()


if __name__ == "__main__":
    main()
