# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated cloud as a process, its default credentials, and a client of its control interface."""

from __future__ import annotations

import json
import os
import ssl
import sys
import tempfile
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any, Iterator, Optional
from urllib.parse import urlsplit

from .background import background

TESTS = Path(__file__).resolve().parents[1]
# The defaults of the simulator's options.
PROJECT_ID = "0123456789abcdef0123456789abcdef"
ACCESS_KEY, SECRET_KEY = "SIMULATORAK0000000001", "simulator-secret-key-0123456789abcdef"
USER, PASSWORD, ACCOUNT = "demo-user", "demo-Passw0rd!secret", "demo-account"


@contextmanager
def simulated_cloud(*options: str) -> Iterator[str]:
    """Run the simulator during the block, with these options of its command line; yield its address."""
    with simulated_clouds(1, *options) as (address,):
        yield address


@contextmanager
def simulated_clouds(count: int, *options: str) -> Iterator[list[str]]:
    """Run ``count`` simulated clouds in one process during the block; yield their addresses."""
    with tempfile.TemporaryDirectory(prefix="modelarts-simulator-") as folder:
        address_file = Path(folder) / "address"
        command = [sys.executable, "-m", "simulator", "--until-eof", "--address-file", str(address_file)]
        environ = {**os.environ, "PYTHONPATH": str(TESTS)}
        with background([*command, "--instances", str(count), *options], environ, address_file):
            yield address_file.read_text(encoding="utf-8").split()


class Control:
    """A client of the control interface of one simulated cloud; ``ca_file``: the CA of one that serves https."""

    def __init__(self, address: str, ca_file: Optional[Path] = None) -> None:
        self._host = urlsplit(address).netloc
        self._context = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None

    def __call__(self, method: str, path: str, content: Any = None) -> Any:
        """Send a request and return the content of the answer. Raises ValueError if it is refused."""
        connection = (
            HTTPSConnection(self._host, timeout=60, context=self._context)
            if self._context
            else HTTPConnection(self._host, timeout=60)
        )
        try:
            connection.request(method, f"/_simulator/{path}", None if content is None else json.dumps(content))
            response = connection.getresponse()
            answer = json.load(response)
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(answer.get("error", answer))
        return answer

    def reset(self, scenario: Any = None) -> None:
        """Put the cloud back to its start, with what the scenario sets."""
        self("POST", "reset", scenario)

    def log(self) -> list[dict[str, Any]]:
        """Return an entry for each request since the last reset."""
        entries: list[dict[str, Any]] = self("GET", "requests")
        return entries
