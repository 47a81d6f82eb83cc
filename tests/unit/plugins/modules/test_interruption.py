# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as a process of its own, which is told to end."""

from __future__ import annotations

import json
import os
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


class Task:
    """A module at work that restarts jobs; ``ignored``: the signals that are ignored when it starts."""

    def __init__(self, service, folder, jobs=JOBS, parallel=1, ignored=(), output=subprocess.PIPE, **options):
        arguments = {
            "endpoint": service.address(),
            "project_id": "p1",
            "token": "token-of-the-test",
            "job_ids": [str(job) for job in range(1, jobs + 1)],
            "state": "restarted",
            "parallel": parallel,
            "_ansible_remote_tmp": str(folder),
            **options,
        }
        file = folder / "arguments.json"
        file.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
        code = "import runpy, signal, sys; "
        code += "".join(f"signal.signal({number}, signal.SIG_IGN); " for number in map(int, ignored))
        code += f"sys.argv[1:] = [{str(file)!r}]; runpy.run_module({MODULE!r}, run_name='__main__')"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=COLLECTIONS, stdout=output, stderr=subprocess.PIPE
        )

    def result(self):
        output, errors = self.process.communicate(timeout=20)
        assert output, errors
        return json.loads(output)


@pytest.fixture(name="task")
def task_fixture(service, tmp_path):
    """Starts the module, and returns when it has sent some requests."""
    tasks = []

    def task(**options):
        tasks.append(Task(service, tmp_path, **options))
        assert service.enough.wait(20), tasks[-1].process.communicate()
        return tasks[-1]

    yield task
    for started in tasks:
        with started.process as process:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("parallel", [1, 2])
def test_no_further_request_is_sent(service, task, number, parallel):
    running = task(parallel=parallel)
    running.process.send_signal(number)
    result = running.result()
    sent = len(service.restarts)
    # Those that were under way have got their answer, and that is told.
    assert ENOUGH <= sent <= ENOUGH + 2 * parallel
    assert (result["failed"], result["changed"], result["error"]["category"]) == (True, True, "interrupted")
    assert [job["actions"] for job in result["jobs"]] == [["restart"]] * sent + [[]] * (JOBS - sent)
    assert [job["changed"] for job in result["jobs"]] == [True] * sent + [False] * (JOBS - sent)
    assert "the task was interrupted: not attempted" in result["msg"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_that_is_ignored_at_the_start_stays_ignored(service, task, number):
    running = task(jobs=3 * ENOUGH, parallel=2, wait=False, ignored=[number])
    running.process.send_signal(number)
    assert running.result()["changed"] is True
    assert len(service.restarts) == 3 * ENOUGH


@pytest.mark.parametrize("parallel", [1, 2])
def test_no_further_request_is_sent_when_nobody_reads_the_result(service, task, parallel):
    running = task(parallel=parallel)
    running.process.stdout.close()
    running.process.wait(20)
    assert ENOUGH <= len(service.restarts) <= ENOUGH + 2 * parallel


def test_nothing_is_changed_if_nobody_reads_the_result_from_the_start(service, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as output:
        task = Task(service, tmp_path, output=output)
        task.process.wait(20)
    task.process.communicate()
    assert service.restarts == []
