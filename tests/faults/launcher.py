# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the module many times, each time in a new process, without a new start of Python and Ansible.

It listens on the Unix socket whose path is its argument. A client sends the module's arguments as JSON, as Ansible does,
and gets what the module prints. The connection ends when the process has ended.
"""

from __future__ import annotations

import io
import signal
import socket
import socketserver
import sys
from contextlib import redirect_stdout, suppress

from ansible.module_utils import basic
from ansible_collections.mlops.modelarts.plugins.modules import modelarts_viz_job


class Invocation(socketserver.StreamRequestHandler):
    """One run of the module, in a forked copy of the process that waits."""

    request: socket.socket

    def handle(self) -> None:
        # As in a process that is not a copy of another one.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        basic._ANSIBLE_ARGS = self.rfile.read()
        basic._ANSIBLE_PROFILE = "legacy"
        printed = io.StringIO()
        # Every module ends with an exit.
        with redirect_stdout(printed), suppress(SystemExit):
            modelarts_viz_job.main()
        self.wfile.write(printed.getvalue().encode())


class Launcher(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """The server that runs are asked for."""

    max_children = 1000
    request_queue_size = 1000


if __name__ == "__main__":
    with Launcher(sys.argv[1], Invocation) as launcher:
        launcher.serve_forever()
