# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import auth_for
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import Secrets, forms_of
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.sign_in import Target, sign_in
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError, RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import ACCESS_KEY, PASSWORD, TOKEN
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import Setting, connection_with

USER = {"username": "me", "password": "pw", "domain_name": "us"}
KEY = {"access_key": "AK", "secret_key": "SK"}


class SignIn:
    """The target that a sign-in finds, or the sentence of its failure, and what was sent for it."""

    def __init__(self, *answers, method=PASSWORD, values=None, registered=None, **others):
        connection = connection_with(method, values or USER, **others)
        register = (registered if registered is not None else set()).add
        auth = auth_for(connection, Secrets(register).register)
        setting = Setting(*answers, auth=auth)
        self.client, self.target, self.sentence = setting.client, None, None
        try:
            self.target = sign_in(connection, auth, setting.transport)
        except RequestFailed as error:
            self.sentence = error.failure.sentence


def issued(token="first", project_id="p1", catalog=None):
    content = {"token": {"project": {"id": project_id}}}
    if catalog is not None:
        content["token"]["catalog"] = catalog
    return (201, content, {} if token is None else {"X-Subject-Token": token})


def catalog(*endpoints, **types):
    """A token's answer with ModelArts at the endpoints; ``types``: more services, by their types."""
    more = [{"type": kind, "endpoints": addresses} for kind, addresses in types.items()]
    entries = [{"type": "ecs", "endpoints": [{"interface": "public", "region": "eu-de", "url": "https://ecs.example"}]}]
    return issued(catalog=[*entries, {"type": "modelarts", "endpoints": list(endpoints)}, *more])


def listed(url, region="eu-de", interface="public"):
    return {"interface": interface, "region": region, "url": url}


def test_password_is_exchanged_for_a_token_of_the_project():
    registered = set()
    attempt = SignIn(issued(), endpoint="https://m.example", project_name="eu-de", registered=registered)
    assert attempt.target == Target("https://m.example", "p1")
    assert attempt.client.log == [("POST", "v3/auth/tokens?nocatalog=1", False)]
    assert attempt.client.bodies == [
        {
            "auth": {
                "identity": {
                    "methods": ["password"],
                    "password": {"user": {"name": "me", "password": "pw", "domain": {"name": "us"}}},
                },
                "scope": {"project": {"name": "eu-de", "domain": {"name": "us"}}},
            }
        }
    ]
    assert attempt.client.tokens == [None]
    assert registered == forms_of("first")


@pytest.mark.parametrize("token", [None, "", "two\r\nX-Other: lines", "two words", "schl\u00fcssel"])
def test_token_that_no_header_can_hold_is_none(token):
    attempt = SignIn(issued(token), endpoint="https://m.example", project_id="p1")
    assert attempt.sentence == ("Could not sign in at https://i.example: the response has no token. Check auth_url.")


@pytest.mark.parametrize("project_id", [None, "", "../other", "p1\r\nX-Other: 1", {}])
def test_project_that_no_path_can_hold_is_none(project_id):
    attempt = SignIn(issued(project_id=project_id), endpoint="https://m.example", project_name="eu-de")
    assert attempt.sentence == (
        "Could not sign in at https://i.example: the token is not scoped to a project. "
        "Set project_id, or project_name, to one of the user's projects."
    )


@pytest.mark.parametrize("method, values", [(TOKEN, {"token": "ready"}), (ACCESS_KEY, KEY)])
@pytest.mark.parametrize(
    "endpoint, expected", [("https://m.example", "https://m.example"), (None, "https://r.example")]
)
def test_without_a_password_nothing_is_sent_if_the_project_is_known(method, values, endpoint, expected):
    attempt = SignIn(
        method=method, values=values, endpoint=endpoint, region_endpoint="https://r.example", project_id="p1"
    )
    assert attempt.target == Target(expected, "p1")
    assert attempt.client.log == []


@pytest.mark.parametrize(
    "region, endpoints, expected",
    [
        ("eu-de", [listed("https://m.example/v1/p1")], "https://m.example"),
        ("eu-de", [listed("https://x.example", "eu-nl"), listed("https://m.example")], "https://m.example"),
        ("eu-de", [listed("https://x.example", interface="internal")], "https://r.example"),
        ("eu-de", [], "https://r.example"),
        (None, [listed("https://m.example/v1")], "https://m.example"),
        (None, [listed("https://m.example", None)], "https://m.example"),
    ],
)
def test_endpoint_comes_from_the_catalog(region, endpoints, expected):
    attempt = SignIn(
        catalog(*endpoints),
        region=region,
        project_name="eu-de",
        region_endpoint="https://r.example" if region else None,
    )
    assert attempt.target == Target(expected, "p1")
    assert attempt.client.paths == ["v3/auth/tokens"]


M = "https://m.example"


@pytest.mark.parametrize(
    "endpoints, types, expected",
    [
        # One service with several versions, with and without the project.
        ([f"{M}/v1/p1", f"{M}/v2/p1"], {}, M),
        ([f"{M}/v1", f"{M}/v2/p1", f"{M}/"], {}, M),
        ([f"{M}/v2/p1"], {}, M),
        ([f"{M}/gate/v1/p1", f"{M}/gate/v2"], {}, f"{M}/gate"),
        # The other client's types.
        ([], {"modelartsv1": [f"{M}/v1/p1"], "modelartsv2": ["https://two.example/v2/p1"]}, M),
        ([f"{M}/v1/p1"], {"modelartsv1": [f"{M}/v1"]}, M),
        ([], {"modelartsv2": [f"{M}/v2/p1"]}, "https://r.example"),
        # Version 1 elsewhere than version 2.
        (["https://two.example/v2/p1", f"{M}/v1/p1"], {}, M),
        # Two services.
        ([f"{M}/v1/p1"], {"modelartsv1": ["https://n.example/v1/p1"]}, "https://r.example"),
    ],
)
def test_shapes_of_the_catalog(endpoints, types, expected):
    answer = catalog(*map(listed, endpoints), **{kind: [*map(listed, urls)] for kind, urls in types.items()})
    attempt = SignIn(answer, region="eu-de", project_name="eu-de", region_endpoint="https://r.example")
    assert attempt.target == Target(expected, "p1")


@pytest.mark.parametrize(
    "status, content, reason",
    [
        (
            401,
            {"error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}},
            "the credentials were refused (HTTP 401: The username or password is wrong).",
        ),
        (
            404,
            {"error_code": "IAM.0004", "error_msg": "Could not find project"},
            "IAM did not find what the request names (IAM.0004: Could not find project).",
        ),
    ],
)
def test_refused_password_names_the_project(status, content, reason):
    attempt = SignIn((status, content), endpoint="https://m.example", project_name="eu-de_typo")
    assert attempt.sentence == (
        f"Could not sign in at https://i.example: {reason} Check username, password, domain_name and project_name "
        "'eu-de_typo'."
    )


@pytest.mark.parametrize(
    "region, endpoints, where",
    [
        (None, [], ""),
        (None, [listed("https://m.example"), listed("https://n.example", "eu-nl")], ""),
        ("eu-xx", [listed("https://m.example")], " in region 'eu-xx'"),
    ],
)
def test_catalog_without_one_address_of_modelarts(region, endpoints, where):
    attempt = SignIn(catalog(*endpoints), region=region, project_name="eu-de")
    assert attempt.sentence == (
        "Could not sign in at https://i.example: the token's catalog does not list exactly one address of "
        f"ModelArts{where}. Set endpoint, or region and cloud_domain."
    )


def test_catalog_must_not_lead_to_plain_http():
    with pytest.raises(OptionError, match="the endpoint in the catalog must use https"):
        SignIn(catalog(listed("http://m.example")), project_name="eu-de")


def find_project(*answers):
    """The project that a token from elsewhere finds by name, and what was sent for it."""
    attempt = SignIn(
        *answers, method=TOKEN, values={"token": "ready"}, endpoint="https://m.example", project_name="eu-de"
    )
    return attempt.sentence or attempt.target.project_id, attempt.client.paths


def projects(**names_by_id):
    return (200, {"projects": [{"id": project_id, "name": name} for project_id, name in names_by_id.items()]})


SEARCHED = "v3/projects?name=eu-de"
LISTED = "v3/auth/projects"
FORBIDDEN = (403, {"error": {"code": 403, "message": "You are not authorized", "title": "Forbidden"}})


@pytest.mark.parametrize(
    "answers, project_id, paths",
    [
        ([projects(p1="eu-de", p2="eu-de_other")], "p1", [SEARCHED]),
        ([FORBIDDEN, projects(p1="eu-de_other", p2="eu-de")], "p2", [SEARCHED, LISTED]),
        ([(403, {"error_code": "IAM.0002", "error_msg": "no"}), projects(p1="eu-de")], "p1", [SEARCHED, LISTED]),
    ],
)
def test_project_is_found_by_its_name(answers, project_id, paths):
    assert find_project(*answers) == (project_id, paths)


@pytest.mark.parametrize(
    "answers, reason, paths",
    [
        ([projects()], "no project has that name. Set project_id, or another project_name.", [SEARCHED]),
        (
            [FORBIDDEN, projects(p1="eu-de", p2="eu-de")],
            "several projects have that name: p1, p2. Set project_id, or another project_name.",
            [SEARCHED, LISTED],
        ),
        (
            [FORBIDDEN, FORBIDDEN],
            "the service forbids it (HTTP 403: You are not authorized). Ask the account's administrator for the permission "
            "that this operation needs.",
            [SEARCHED, LISTED],
        ),
        (
            [(401, {"error_code": "IAM.0067", "error_msg": "no"})],
            "the token is not valid (IAM.0067: no). Check the credentials and the project they belong to.",
            [SEARCHED],
        ),
        (
            [(200, {"projects": [{"id": "../p1", "name": "eu-de"}, {"name": "eu-de"}]})],
            "no project has that name. Set project_id, or another project_name.",
            [SEARCHED],
        ),
    ],
)
def test_project_that_its_name_does_not_find(answers, reason, paths):
    assert find_project(*answers) == (f"Could not look up project 'eu-de' at https://i.example: {reason}", paths)
