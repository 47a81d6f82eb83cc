# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only other open client of this API drives the simulator: with a password, and with its own look-up in the catalog.

It shows that the simulator speaks the protocol that another client expects, not only the one that ours does.
"""

from __future__ import annotations

from typing import Any, Iterator

import openstack
import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Clock
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import Secrets
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.connect import connect
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import (
    ACCOUNT,
    PASSWORD,
    USER,
    Control,
    simulated_cloud,
)

REGION = "eu-de"
STOP = {"type": "stop", "time_unit": "HOURS", "duration": 4}


@pytest.fixture(scope="module", name="address")
def _address() -> Iterator[str]:
    # It looks for the type modelartsv1, and sends the schedule as an object.
    options = ("--catalog", "other", "--schedule-shape", "both", "--start-seconds", "0", "--stop-seconds", "0")
    with simulated_cloud(*options) as address:
        yield address


@pytest.fixture(name="control")
def _control(address: str) -> Control:
    control = Control(address)
    control.reset()
    return control


@pytest.fixture(name="client")
def _client(address: str, control: Control) -> Iterator[Any]:
    connected: Any = openstack.connect(
        load_yaml_config=False,
        load_envvars=False,
        auth={
            "auth_url": f"{address}/v3",
            "username": USER,
            "password": PASSWORD,
            "user_domain_name": ACCOUNT,
            "project_name": REGION,
            "project_domain_name": ACCOUNT,
        },
        region_name=REGION,
        identity_api_version="3",
        vendor_hook="otcextensions.sdk:load",
    )
    with connected:
        yield connected.modelartsv1


def accepted(control: Control) -> dict[str, int]:
    """How many requests of each operation changed something."""
    counts = control("GET", "requests?count=true")
    return {name: summary["applied"] for name, summary in counts.items() if summary["applied"]}


def test_seven_operations(client: Any, control: Control) -> None:
    created = client.create_visualization_job(
        job_name="curves", train_url="/bucket/run/", job_desc="first", schedule=STOP, flavor={"code": "modelarts.x"}
    )
    job_id = str(created.job_id)
    assert control("GET", f"jobs/{job_id}")["job_name"] == "curves"
    listed = {str(job.job_id): job.job_name for job in client.visualization_jobs(limit=1000, search_content="curves")}
    assert listed == {job_id: "curves"}
    assert client.get_visualization_job(job_id).train_url == "/bucket/run/"
    client.update_visualization_job(job_id, "second")
    assert client.get_visualization_job(job_id).job_desc == "second"
    client.stop_visualization_job(job_id)
    assert client.get_visualization_job(job_id).status == 12
    client.restart_visualization_job(job_id)
    assert client.get_visualization_job(job_id).status == 8
    client.delete_visualization_job(job_id)
    assert control("GET", "jobs")[job_id]["gone"] is True
    names = ("sign-in", "create", "modify", "stop", "restart", "delete")
    assert accepted(control) == dict.fromkeys(names, 1)


def test_it_asks_for_the_version_before_it_signs_in(client: Any, control: Control) -> None:
    client.get_visualization_job("1")
    operations = [entry["operation"] for entry in control.log()]
    assert operations.index("version") < operations.index("sign-in") < operations.index("details")


def test_collection_finds_the_same_service(client: Any, control: Control, address: str) -> None:
    parameters = {
        **{name: spec.get("default") for name, spec in CONNECTION_SPEC.items()},
        "auth_url": f"{address}/v3",
        "region": REGION,
        "username": USER,
        "password": PASSWORD,
        "domain_name": ACCOUNT,
    }
    clock = Clock()
    secrets = Secrets()
    connection = connection_from(parameters, {}, secrets.register)
    jobs = connect(connection, Deadline(clock, 60), clock, secrets)
    assert jobs.get("1").name == client.get_visualization_job("1").job_name
    paths = {entry["path"] for entry in control.log() if entry["operation"] == "details"}
    assert len(paths) == 1
