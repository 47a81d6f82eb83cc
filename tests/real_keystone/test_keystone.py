# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in at a real Keystone. It issues and checks the tokens; the simulator serves ModelArts."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

import pytest
import yaml
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Clock
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import Secrets
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJobs
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Category, RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.connect import connect
from ansible_collections.mlops.modelarts.tests.real_keystone.keystone_process import REGION, Keystone
from ansible_collections.mlops.modelarts.tests.real_keystone.keystone_process import running as running_keystone
from ansible_collections.mlops.modelarts.tests.support.installed import ansible, environment, install
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import Control, simulated_cloud

# Long enough for a test to sign in and send requests, short enough to wait for the end.
TOKEN_SECONDS = 6
# A job that takes so long to start outlives a token.
START_SECONDS = TOKEN_SECONDS + 3
USER, PASSWORD = "ansible", "of-the-user §€"
# The accounts of the user and of the project. The user's account also has a project with the same name.
PEOPLE, WORK = "people", "work"
# A project with a unique name.
CURVES = "curves"

PLAY = [
    {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {
                "mlops.modelarts.modelarts_viz_job": {"job_id": 10, "state": "restarted", "wait_delay": 1},
                "register": "restarted",
            },
            {
                "ansible.builtin.copy": {
                    "content": "{{ restarted | to_json }}",
                    "dest": "{{ playbook_dir }}/result.json",
                    "mode": "0600",
                }
            },
        ],
    }
]


@dataclass
class Installation:
    """A Keystone and the ModelArts that trusts it; the IDs are Keystone's."""

    keystone: Keystone
    modelarts: str
    project_id: str
    project_of_people: str
    empty_project: str

    def parameters(self, **others: Any) -> dict[str, Any]:
        """Return the parameters of a user who signs in to the project of the account ``work``."""
        return {
            "auth_url": f"{self.keystone.address}/v3",
            "region": REGION,
            "username": USER,
            "password": PASSWORD,
            "domain_name": PEOPLE,
            "project_id": self.project_id,
            "api_timeout": 30,
            "retries": 0,
            **others,
        }

    def control(self, method: str, path: str, content: Any = None) -> Any:
        """Send a request to the simulator's control interface and return the answer."""
        return Control(self.modelarts)(method, path, content)

    def sign_ins(self, since: int) -> list[dict[str, Any]]:
        """Return the collection's sign-ins, without those of the administrator."""
        log = self.keystone.log[since:]
        return [entry for entry in log if (entry["method"], entry["path"]) == ("POST", "/v3/auth/tokens")]


@pytest.fixture(scope="module", name="cloud")
def _cloud() -> Iterator[Installation]:
    with running_keystone(TOKEN_SECONDS) as keystone:
        people, work = keystone.make("domain", name=PEOPLE), keystone.make("domain", name=WORK)
        user = keystone.make("user", name=USER, password=PASSWORD, domain_id=people)
        # The same name in another account is another user.
        keystone.make("user", name=USER, password="of-somebody-else", domain_id=work)
        projects = {
            name: keystone.make("project", name=name.partition(" ")[0], domain_id=domain)
            for name, domain in (
                (f"{REGION} work", work),
                (f"{REGION} people", people),
                (CURVES, people),
                ("empty", work),
            )
        }
        role = keystone.administer("GET", "roles?name=member")["roles"][0]["id"]
        for name, project in projects.items():
            if name != "empty":
                keystone.administer("PUT", f"projects/{project}/users/{user}/roles/{role}")
        project_id = projects[f"{REGION} work"]
        with simulated_cloud("--keystone", keystone.address, "--project-id", project_id) as modelarts:
            _list_in_catalog(keystone, modelarts)
            yield Installation(keystone, modelarts, project_id, projects[f"{REGION} people"], projects["empty"])


def _list_in_catalog(keystone: Keystone, modelarts: str) -> None:
    keystone.make("region", id="eu-nl")
    service = keystone.make("service", type="modelarts", name="modelarts")
    elsewhere = "https://elsewhere.invalid/v1/$(project_id)s"
    for interface, region, url in (
        ("public", REGION, f"{modelarts}/v1/$(project_id)s"),
        ("internal", REGION, elsewhere),
        ("public", "eu-nl", elsewhere),
    ):
        keystone.make("endpoint", service_id=service, interface=interface, region_id=region, url=url)


class Session:
    """The jobs through the collection's code, and every secret that it masks."""

    def __init__(self, parameters: Mapping[str, Any], environ: Optional[Mapping[str, str]] = None) -> None:
        self.masked: list[str] = []
        clock = Clock()
        secrets = Secrets(self.masked.append)
        connection = connection_from(parameters, environ or {}, secrets.register)
        self.jobs: VizJobs = connect(connection, Deadline(clock, 60), clock, secrets)

    @property
    def tokens(self) -> list[str]:
        """The tokens that Keystone issued: they have this prefix."""
        return [secret for secret in self.masked if secret.startswith("gAAAA")]


@pytest.fixture(name="now")
def _now(cloud: Installation) -> int:
    """The number of Keystone's requests before the test. The simulator is reset."""
    cloud.control("POST", "reset", {"options": {"start_seconds": 0.2}})
    return len(cloud.keystone.log)


def of_environment(cloud: Installation) -> dict[str, str]:
    """Return the variables of an `openrc` file."""
    return {
        "OS_AUTH_URL": f"{cloud.keystone.address}/v3",
        "OS_USERNAME": USER,
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": PEOPLE,
        "OS_PROJECT_NAME": REGION,
        "OS_PROJECT_DOMAIN_NAME": WORK,
        "OS_REGION_NAME": REGION,
    }


@pytest.mark.parametrize("version", ["", "/", "/v3", "/v3/"])
def test_a_token_for_a_project_by_id_is_accepted(cloud: Installation, now: int, version: str) -> None:
    session = Session(cloud.parameters(auth_url=f"{cloud.keystone.address}{version}"))
    assert session.jobs.get("5").name == "viz-5"
    assert len(session.tokens) == len(cloud.sign_ins(now)) == 1
    assert [(entry["auth"], entry["status"]) for entry in cloud.control("GET", "requests")] == [("token", 200)]


def test_a_project_by_name_is_the_one_of_its_domain(cloud: Installation, now: int, tmp_path: Path) -> None:
    """From the environment and from `clouds.yaml`; the user's own domain has a project of the same name."""
    auth = {
        "auth_url": cloud.keystone.address,
        "username": USER,
        "password": PASSWORD,
        "user_domain_name": PEOPLE,
        "project_name": REGION,
        "project_domain_name": WORK,
    }
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text(yaml.safe_dump({"clouds": {"ours": {"auth": auth, "region_name": REGION}}}), encoding="utf-8")
    settings = {"api_timeout": 30, "retries": 0}
    for environ in (of_environment(cloud), {"OS_CLIENT_CONFIG_FILE": str(clouds), "OS_CLOUD": "ours"}):
        assert Session(settings, environ).jobs.get("5").name == "viz-5"
    paths = {entry["path"] for entry in cloud.control("GET", "requests")}
    assert paths == {f"/v1/{cloud.project_id}/visualization-jobs/5"}


def test_without_another_domain_a_project_by_name_is_the_one_of_the_users(cloud: Installation, now: int) -> None:
    session = Session(cloud.parameters(project_id=None, project_name=REGION))
    with pytest.raises(RequestFailed):
        session.jobs.get("5")
    assert {entry["path"].split("/")[2] for entry in cloud.control("GET", "requests")} == {cloud.project_of_people}


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "of-nobody"},
        {"password": "of-somebody-else"},
        {"username": "nobody"},
        {"domain_name": "nowhere"},
        {"domain_name": WORK},
        {"project_id": "0" * 32},
        {"project_id": None, "project_name": "nothing"},
    ],
)
def test_who_may_not_sign_in_is_told_so(cloud: Installation, now: int, wrong: Mapping[str, Any]) -> None:
    with pytest.raises(RequestFailed) as caught:
        Session(cloud.parameters(**wrong))
    error = caught.value.failure
    assert (error.category, error.http_status) == (Category.AUTHENTICATION, 401)
    assert error.sentence.startswith(f"Could not sign in at {cloud.keystone.address}: the credentials were refused")
    assert "of-" not in error.sentence
    # Not tried again: an account may be locked after a few wrong passwords.
    assert [entry["status"] for entry in cloud.sign_ins(now)] == [401]
    assert cloud.control("GET", "requests") == []


def test_a_project_without_a_role_in_it_is_refused(cloud: Installation, now: int) -> None:
    with pytest.raises(RequestFailed) as caught:
        Session(cloud.parameters(project_id=cloud.empty_project))
    assert caught.value.failure.category is Category.AUTHENTICATION


def test_a_token_of_another_project_is_refused_by_modelarts(cloud: Installation, now: int) -> None:
    token = Session(cloud.parameters(project_id=cloud.project_of_people)).tokens[0]
    keys = {"username": None, "password": None, "domain_name": None, "endpoint": cloud.modelarts}
    with pytest.raises(RequestFailed) as caught:
        Session(cloud.parameters(token=token, **keys)).jobs.get("5")
    assert caught.value.failure.code == "ModelArts.0210"


def test_modelarts_is_where_the_catalog_says_in_the_region(cloud: Installation, now: int) -> None:
    """Its public address: the internal one and that of another region do not exist."""
    assert Session(cloud.parameters()).jobs.get("5").name == "viz-5"
    (sign_in,) = cloud.sign_ins(now)
    assert "nocatalog" not in sign_in["query"]


def test_the_catalog_is_left_out_where_the_endpoint_is_known(cloud: Installation, now: int) -> None:
    Session(cloud.parameters())
    assert Session(cloud.parameters(endpoint=cloud.modelarts)).jobs.get("5").name == "viz-5"
    with_catalog, without = cloud.sign_ins(now)
    assert without["query"] == "nocatalog=1"
    assert without["length"] < with_catalog["length"] - 300


def test_a_region_that_the_catalog_does_not_list_is_told(cloud: Installation, now: int) -> None:
    with pytest.raises(RequestFailed) as caught:
        Session(cloud.parameters(region="eu-xx"))
    assert caught.value.failure.category is Category.ENDPOINT
    assert (
        "the token's catalog does not list exactly one address of ModelArts in region 'eu-xx'"
        in caught.value.failure.sentence
    )


def test_a_token_from_elsewhere_is_accepted_until_it_is_revoked(cloud: Installation, now: int) -> None:
    scope = {"project": {"id": cloud.project_id}}
    token = cloud.keystone.sign_in(USER, PASSWORD, PEOPLE, scope).headers["X-Subject-Token"]
    parameters = {"endpoint": cloud.modelarts, "project_id": cloud.project_id, "token": token}
    session = Session({**parameters, "api_timeout": 30, "retries": 0})
    assert session.jobs.get("5").name == "viz-5"
    cloud.keystone.revoke(token)
    with pytest.raises(RequestFailed) as caught:
        session.jobs.get("5")
    assert caught.value.failure.category is Category.TOKEN_EXPIRED
    assert token not in caught.value.failure.sentence


def with_a_ready_token(cloud: Installation, project_name: str) -> Session:
    scope = {"project": {"name": project_name, "domain": {"name": PEOPLE}}}
    token = cloud.keystone.sign_in(USER, PASSWORD, PEOPLE, scope).headers["X-Subject-Token"]
    parameters = {"endpoint": cloud.modelarts, "auth_url": cloud.keystone.address, "token": token}
    return Session({**parameters, "project_name": project_name, "api_timeout": 30, "retries": 0})


def test_an_ordinary_user_finds_one_of_their_projects_by_its_name(cloud: Installation, now: int) -> None:
    """Keystone lets only administrators search all projects."""
    with pytest.raises(RequestFailed):
        with_a_ready_token(cloud, CURVES).jobs.get("5")
    (project_id,) = (path.split("/")[2] for path in (entry["path"] for entry in cloud.control("GET", "requests")))
    assert cloud.keystone.administer("GET", f"projects/{project_id}")["project"]["name"] == CURVES
    asked = [(entry["path"], entry["status"]) for entry in cloud.keystone.log[now:]]
    assert asked[1:3] == [("/v3/projects", 403), ("/v3/auth/projects", 200)]


def test_projects_of_the_same_name_in_two_accounts_are_told(cloud: Installation, now: int) -> None:
    """Keystone's list does not name the accounts."""
    with pytest.raises(RequestFailed) as caught:
        with_a_ready_token(cloud, REGION)
    assert caught.value.failure.category is Category.NOT_FOUND
    text = f"Could not look up project '{REGION}' at {cloud.keystone.address}: several projects have that name: "
    assert caught.value.failure.sentence.startswith(text)
    for project_id in (cloud.project_id, cloud.project_of_people):
        assert project_id in caught.value.failure.sentence


def test_a_token_that_was_never_issued_is_refused(cloud: Installation, now: int) -> None:
    parameters = {"endpoint": cloud.modelarts, "project_id": cloud.project_id, "token": "gAAAAnonsense"}
    with pytest.raises(RequestFailed) as caught:
        Session({**parameters, "api_timeout": 30, "retries": 0}).jobs.get("5")
    assert caught.value.failure.category is Category.AUTHENTICATION


def test_a_password_renews_a_revoked_token(cloud: Installation, now: int) -> None:
    session = Session(cloud.parameters())
    session.jobs.get("5")
    cloud.keystone.revoke(session.tokens[0])
    assert session.jobs.get("5").name == "viz-5"
    first, second = session.tokens
    assert first != second
    assert [entry["status"] for entry in cloud.control("GET", "requests")] == [200, 401, 200]


def test_a_password_renews_an_expired_token_without_the_catalog(cloud: Installation, now: int) -> None:
    session = Session(cloud.parameters())
    session.jobs.get("5")
    began = len(cloud.keystone.log)
    give_up = time.monotonic() + 5 * TOKEN_SECONDS
    while cloud.keystone.knows(session.tokens[0]):
        assert time.monotonic() < give_up
        time.sleep(0.2)
    assert session.jobs.get("5").name == "viz-5"
    assert [entry["query"] for entry in cloud.sign_ins(began)] == ["nocatalog=1"]
    assert len(session.tokens) == 2


def test_a_changed_password_is_told_when_a_token_is_to_be_renewed(cloud: Installation, now: int) -> None:
    """A new password revokes all tokens of the old one."""
    session = Session(cloud.parameters())
    users = cloud.keystone.administer("GET", f"users?name={USER}")["users"]
    user = next(user["id"] for user in users if user["domain_id"] != _domain(cloud, WORK))
    cloud.keystone.administer("PATCH", f"users/{user}", {"user": {"password": "another"}})
    try:
        with pytest.raises(RequestFailed) as caught:
            session.jobs.get("5")
    finally:
        cloud.keystone.administer("PATCH", f"users/{user}", {"user": {"password": PASSWORD}})
    assert caught.value.failure.category is Category.AUTHENTICATION
    assert caught.value.failure.text.startswith(f"signing in again at {cloud.keystone.address} failed: ")


def _domain(cloud: Installation, name: str) -> str:
    return str(cloud.keystone.administer("GET", f"domains?name={name}")["domains"][0]["id"])


def test_the_installed_module_restarts_a_job_that_outlives_its_token(
    cloud: Installation, now: int, tmp_path: Path
) -> None:
    """With Ansible and the variables of an `openrc` file: the address of ModelArts comes from the catalog."""
    cloud.control("PATCH", "options", {"start_seconds": START_SECONDS})
    install(tmp_path)
    (tmp_path / "play.yml").write_text(yaml.safe_dump(PLAY), encoding="utf-8")
    done = subprocess.run(
        ansible("ansible-playbook", "-vvv", "play.yml"),
        cwd=tmp_path,
        env=environment(tmp_path, **of_environment(cloud)),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Using module file {tmp_path}/ansible_collections/" in done.stdout
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (result["changed"], result["job"]["status"], result["job"]["actions"]) == (True, "RUNNING", ["restart"])
    assert PASSWORD not in done.stdout + done.stderr
    assert "gAAAA" not in done.stdout + done.stderr
    summary = cloud.control("GET", "requests?count=true")
    assert summary["restart"] == {"requests": 1, "applied": 1, "fresh": 0, "statuses": {"200": 1}}
    refused = [entry for entry in cloud.control("GET", "requests") if entry["status"] == 401]
    assert 1 <= len(refused) == len(cloud.sign_ins(now)) - 1
    assert cloud.control("GET", "jobs")["10"]["accepted"] == {"restart": 1}
