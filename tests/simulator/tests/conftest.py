# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Iterator

import pytest
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import simulated_cloud

from .client import Simulator


@pytest.fixture(scope="session", name="address")
def _address() -> Iterator[str]:
    with simulated_cloud("--jobs", "2") as address:
        yield address


@pytest.fixture
def simulator(address: str) -> Simulator:
    """A simulator at its start, with the jobs of `READY`."""
    found = Simulator(address)
    found.reset()
    return found
