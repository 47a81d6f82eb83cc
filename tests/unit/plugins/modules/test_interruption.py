# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as a process of its own, which is told to end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud import clock

COLLECTIONS = Path(clock.__file__).parents[6]
MODULE = "ansible_collections.mlops.modelarts.plugins.modules.modelarts_viz_job"
JOBS = 200
ENOUGH = 4


class Service(ThreadingHTTPServer):
    """Lists stopped jobs, and takes its time to restart them."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.restarts = []
        self.enough = threading.Event()

    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        jobs = [{"job_id": number, "status": 13} for number in range(1, JOBS + 1)]
        self.answer({"is_success": True, "job_total_count": JOBS, "jobs": jobs})

    def do_POST(self):
        self.server.restarts.append(self.path)
        if len(self.server.restarts) == ENOUGH:
            self.server.enough.set()
        time.sleep(0.2)
        self.answer({"is_success": True})

    def answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def service():
    server = Service()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("parallel", [1, 2])
def test_no_further_request_is_sent(service, tmp_path, number, parallel):
    arguments = {
        "endpoint": service.address(),
        "project_id": "p1",
        "token": "token-of-the-test",
        "job_ids": [str(job) for job in range(1, JOBS + 1)],
        "state": "restarted",
        "parallel": parallel,
    }
    file = tmp_path / "arguments.json"
    file.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": {**arguments, "_ansible_remote_tmp": str(tmp_path)}}))
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, str(file)], cwd=COLLECTIONS, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert service.enough.wait(20), process.communicate()
        process.send_signal(number)
        output, _errors = process.communicate(timeout=20)
    result = json.loads(output)
    sent = len(service.restarts)
    # Those that were under way have got their answer, and that is told.
    assert ENOUGH <= sent <= ENOUGH + 2 * parallel
    assert (result["failed"], result["changed"], result["error"]["category"]) == (True, True, "interrupted")
    assert [job["actions"] for job in result["jobs"]] == [["restart"]] * sent + [[]] * (JOBS - sent)
    assert [job["changed"] for job in result["jobs"]] == [True] * sent + [False] * (JOBS - sent)
    assert "the task was interrupted: not attempted" in result["msg"]
