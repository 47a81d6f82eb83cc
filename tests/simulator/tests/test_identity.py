# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM: users and domains by name and by ID, the version, and the shapes of the catalog; and variants of ModelArts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import ACCOUNT, PASSWORD, PROJECT_ID, USER

from .client import JOBS, Simulator

BY_ID = {"id": "simulated-user", "password": PASSWORD}
BY_NAME = {"name": USER, "password": PASSWORD, "domain": {"id": "d1"}}


def sign_in(simulator: Simulator, user: Any, project: Any, query: str = "") -> Any:
    """Return the status, and the ID of the token's project and its catalog."""
    content = {
        "auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": project}}
    }
    response = simulator.ask("POST", f"/v3/auth/tokens{query}", content)
    return response.status, response.json.get("token", {}).get("project", {}).get("id"), response.json


@pytest.mark.parametrize("user", [BY_ID, BY_NAME, {**BY_NAME, "domain": {"name": ACCOUNT}}])
@pytest.mark.parametrize(
    "project",
    [
        {"id": PROJECT_ID},
        {"name": "eu-de"},
        {"name": "eu-de", "domain": {"id": "d1"}},
        {"name": "eu-de", "domain": {"name": ACCOUNT}},
    ],
)
def test_users_and_domains_have_names_and_ids(simulator: Simulator, user: Any, project: Any) -> None:
    assert sign_in(simulator, user, project, "?nocatalog=1")[:2] == (201, PROJECT_ID)


@pytest.mark.parametrize(
    "user, project, status",
    [
        ({**BY_ID, "id": "another"}, {"name": "eu-de"}, 401),
        ({**BY_ID, "password": "wrong"}, {"name": "eu-de"}, 401),
        ({**BY_NAME, "domain": {"id": "d2"}}, {"name": "eu-de"}, 401),
        (BY_ID, {"name": "eu-de", "domain": {"id": "d2"}}, 401),
        (BY_ID, {"name": "another"}, 401),
        ({"name": USER, "password": PASSWORD}, {"name": "eu-de"}, 400),
    ],
)
def test_wrong_names_and_ids(simulator: Simulator, user: Any, project: Any, status: int) -> None:
    assert sign_in(simulator, user, project)[0] == status


@pytest.mark.parametrize(
    "catalog, expected",
    [
        ("modelarts", {"modelarts": [f"/v1/{PROJECT_ID}"]}),
        ("versions", {"modelarts": ["/v1", f"/v2/{PROJECT_ID}", f"/v1/{PROJECT_ID}"]}),
        ("bare", {"modelarts": [""]}),
        ("other", {"modelartsv1": [f"/v1/{PROJECT_ID}"], "modelartsv2": [f"/v2/{PROJECT_ID}"]}),
        ("none", {}),
    ],
)
def test_catalog(simulator: Simulator, address: str, catalog: str, expected: Any) -> None:
    simulator.reset(catalog=catalog)
    services = sign_in(simulator, BY_ID, {"name": "eu-de"})[2]["token"]["catalog"]
    found = {
        service["type"]: [endpoint["url"] for endpoint in service["endpoints"]]
        for service in services
        if service["type"].startswith("modelarts")
    }
    assert found == {kind: [address + path for path in paths] for kind, paths in expected.items()}


@pytest.mark.parametrize("path", ["/v3", "/v3/"])
def test_version(simulator: Simulator, path: str) -> None:
    assert simulator.ask("GET", path, token="none").json["version"]["status"] == "stable"
    assert [entry["operation"] for entry in simulator.log] == ["version"]


@pytest.mark.parametrize(
    "shape, schedule, status",
    [
        ("list", [{}], 200),
        ("list", {}, 400),
        ("object", {}, 200),
        ("object", [{}], 400),
        ("both", {}, 200),
        ("both", [{}], 200),
        ("both", [], 400),
    ],
)
def test_schedule_is_an_object_or_a_list(simulator: Simulator, shape: str, schedule: Any, status: int) -> None:
    stop = {"type": "stop", "time_unit": "HOURS", "duration": 4}
    simulator.reset(schedule_shape=shape)
    content = {
        "job_name": "new",
        "train_url": "/bucket/run/",
        "schedule": stop if schedule == {} else [stop for _item in schedule],
    }
    assert simulator.ask("POST", JOBS, content).status == status


def test_variants_of_answers(simulator: Simulator) -> None:
    simulator.reset(most_per_page=100, created_url="absent", details_refusal="bare")
    assert simulator.send("list").json["error_code"] == "ModelArts.0101"
    assert simulator.ask("GET", f"{JOBS}?per_page=100").status == 200
    assert set(simulator.send("create").json) == {"is_success", "job_id", "job_name", "status", "create_time"}
    refusal = simulator.ask("GET", f"{JOBS}/999")
    assert (refusal.status, set(refusal.json)) == (404, {"error_code", "error_message"})
