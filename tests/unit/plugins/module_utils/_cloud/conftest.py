# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers for a test, and the files and variables that it needs."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.socket_fakes import Files, Server


@pytest.fixture(name="serve")
def serve_fixture():
    """Starts servers, and stops them after the test."""
    servers = []

    def serve(how, kind=Server, **options):
        servers.append(kind(how, **options) if kind is Server else kind(**options))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


@pytest.fixture(name="proxies")
def proxies_fixture(monkeypatch):
    """Sets the variables of proxies; no others are set."""
    names = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    for name in (*names, *map(str.upper, names)):
        monkeypatch.delenv(name, raising=False)

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_variables


@pytest.fixture(name="files")
def files_fixture(tmp_path):
    return Files(tmp_path)
