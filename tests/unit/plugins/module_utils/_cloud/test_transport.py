# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import Password, Target, Token
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import forms_of
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.transport import LAST_MOMENT, Transport
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import ModelArtsError, OptionError, Outcome
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import (
    CONNECTION_SPEC,
    connection_from,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runtime import Runtime
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.fakes import (
    NO_SUCH_HOST,
    REFUSED,
    RESET,
    STATE_CONFLICT,
    UNTRUSTED,
    YES,
    ScriptedWire,
    VirtualClock,
)

URL = "https://m.example/v1/p1/visualization-jobs/10"
BUSY = (429, {"error_code": "APIGW.0308", "error_msg": "limit:60,time:1 second"})
FAILED = (500, {"error_code": "ModelArts.0010", "error_msg": "internal"})
LATE = (408, {"is_success": False, "error_code": "ModelArts.6100", "error_message": "timed out"})
SORRY = (500, {"is_success": False, "error_code": "ModelArts.0010", "error_message": "internal"})
SORRY_IN_200 = (200, SORRY[1])
EXPIRED = (401, {"error_code": "APIGW.0307", "error_msg": "The token must be updated."})


class Setting:
    """A transport over a scripted wire in virtual time; every pause is the longest that may be drawn."""

    def __init__(self, *answers, credentials=None, seconds=600, retries=5):
        self.wire = ScriptedWire(*answers)
        self.clock = VirtualClock()
        self.deadline = Deadline(self.clock, seconds)
        self.credentials = credentials or Token({"token": "ready"}, lambda secret: None)
        self.transport = Transport(
            self.wire, self.credentials, self.deadline, Runtime(self.clock, draw=lambda bound: bound), 30, retries
        )


@pytest.mark.parametrize(
    "trouble", [RESET, REFUSED, FAILED, (502, b"<html>"), (200, b'{"job_'), (408, b""), LATE, SORRY, SORRY_IN_200]
)
def test_read_is_sent_again(trouble):
    setting = Setting(trouble, trouble, (200, {"job_id": 10}))
    assert setting.transport.read(URL).body == {"job_id": 10}
    assert setting.clock.pauses == [0.5, 1.0]


@pytest.mark.parametrize(("after", "pauses"), [("7", [7.0]), ("0", [0.5])])
def test_read_is_sent_again_when_the_service_asks_for_it(after, pauses):
    setting = Setting((503, b"", {"Retry-After": after}), (200, {"job_id": 10}))
    assert setting.transport.read(URL).body == {"job_id": 10}
    assert setting.clock.pauses == pauses


@pytest.mark.parametrize("after", ["600", "3600"])
def test_read_is_not_sent_again_when_the_service_asks_for_more_time_than_there_is(after):
    setting = Setting((503, b"", {"Retry-After": after}))
    with pytest.raises(ModelArtsError):
        setting.transport.read(URL)
    assert setting.clock.pauses == []


@pytest.mark.parametrize("trouble", [RESET, REFUSED, FAILED])
def test_read_gives_up_after_the_retries(trouble):
    setting = Setting(*[trouble] * 3, retries=2)
    with pytest.raises(ModelArtsError):
        setting.transport.read(URL)
    assert len(setting.wire.log) == 3


@pytest.mark.parametrize(
    "trouble",
    [
        NO_SUCH_HOST,
        UNTRUSTED,
        STATE_CONFLICT,
        (422, {"error_code": "ModelArts.0010", "error_msg": "internal"}),
        (499, {"error_code": "ModelArts.0010", "error_msg": "internal"}),
        (200, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "none"}),
        (400, {"error_code": "APIGW.0201", "error_msg": "too large"}),
        (403, {"error_code": "APIGW.0302"}),
        (404, b"<html>nginx</html>"),
        (404, b""),
        (302, b""),
    ],
)
def test_read_is_not_sent_again_where_that_does_not_help(trouble):
    setting = Setting(trouble)
    with pytest.raises(ModelArtsError):
        setting.transport.read(URL)
    assert len(setting.wire.log) == 1


@pytest.mark.parametrize("trouble", [RESET, (500, b""), (503, {"error_code": "APIGW.0201"}), (408, b""), (200, b"")])
def test_change_of_unknown_outcome_is_never_sent_again(trouble):
    setting = Setting(trouble)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.change("POST", URL + "/restart")
    assert caught.value.outcome is Outcome.UNKNOWN
    assert len(setting.wire.log) == 1


@pytest.mark.parametrize("trouble", [REFUSED, BUSY])
def test_change_that_was_not_applied_for_a_passing_reason_is_sent_again(trouble):
    setting = Setting(trouble, YES)
    setting.transport.change("POST", URL + "/restart")
    assert setting.wire.log == [("POST", "v1/p1/visualization-jobs/10/restart", True)] * 2


def test_change_that_the_service_refuses_is_not_sent_again():
    setting = Setting(SORRY)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.change("POST", URL + "/restart")
    assert caught.value.outcome is Outcome.NOT_APPLIED


def test_throttling_counts_against_the_deadline_only():
    setting = Setting(*[BUSY] * 20, (200, {"job_id": 10}), retries=0)
    setting.transport.read(URL)
    assert setting.clock.pauses == [1.0] * 20


@pytest.mark.parametrize("trouble", [FAILED, STATE_CONFLICT, (400, {"error_code": "ModelArts.0103"})])
def test_no_other_failure_slows_the_task_down(trouble):
    setting = Setting(trouble, (200, {"job_id": 10}), retries=0)
    with pytest.raises(ModelArtsError):
        setting.transport.read(URL)
    setting.transport.read(URL)
    assert setting.clock.pauses == []


def test_throttling_beyond_the_deadline_fails_at_once():
    setting = Setting((429, {}, {"Retry-After": "3600"}), seconds=60)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.read(URL)
    assert caught.value.category.value == "throttled"
    assert setting.clock.pauses == []


def test_a_short_time_for_the_change_leaves_enough_to_prepare_it():
    setting = Setting((200, {"job_id": 10}), seconds=1)
    setting.clock.sleep(59)
    setting.transport.read(URL)


@pytest.mark.parametrize(("seconds", "waited"), [(10, 10), (10, 9.9), (LAST_MOMENT, 0)])
def test_nothing_is_sent_after_the_deadline_or_just_before(seconds, waited):
    setting = Setting(seconds=seconds)
    setting.deadline.start()
    setting.clock.sleep(waited)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.change("POST", URL)
    assert caught.value.category.value == "timeout"
    assert setting.wire.log == []


def test_reads_use_kept_alive_connections_and_changes_do_not():
    setting = Setting((200, {"job_id": 10}), YES)
    setting.transport.read(URL)
    setting.transport.change("POST", URL)
    assert [fresh for _method, _path, fresh in setting.wire.log] == [False, True]


def test_query_is_percent_encoded():
    setting = Setting((200, {"jobs": [], "is_success": True}))
    setting.transport.read("https://m.example/v1", {"search_content": "a b/ü&", "page": 1})
    assert setting.wire.log[0][1] == "v1?search_content=a%20b%2F%C3%BC%26&page=1"


def issued(token):
    return (201, {"token": {"project": {"id": "p1"}}}, {"X-Subject-Token": token})


def signed_in(*answers, hidden=None):
    parameters = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
    parameters.update(endpoint="https://m.example", auth_url="https://i.example", project_name="eu-de")
    parameters.update(username="me", password="pw", domain_name="us")
    connection = connection_from(parameters, {}, (hidden if hidden is not None else set()).add)
    setting = Setting(issued("first"), *answers, credentials=connection.credentials)
    assert connection.credentials.sign_in(connection, setting.transport) == Target("https://m.example", "p1")
    return setting


def test_password_is_exchanged_for_a_token_of_the_project():
    hidden = set()
    setting = signed_in(hidden=hidden)
    assert setting.wire.log == [("POST", "v3/auth/tokens?nocatalog=1", False)]
    assert setting.wire.bodies == [
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
    assert hidden == forms_of("pw") | forms_of("first")


@pytest.mark.parametrize("token", [None, "", "two\r\nX-Other: lines", "two words", "schl\u00fcssel"])
def test_token_that_cannot_be_sent_is_none(token):
    connection = password_connection(endpoint="https://m.example", project_id="p1")
    headers = {} if token is None else {"X-Subject-Token": token}
    setting = Setting((201, {"token": {"project": {"id": "p1"}}}, headers), credentials=connection.credentials)
    with pytest.raises(ModelArtsError) as caught:
        connection.credentials.sign_in(connection, setting.transport)
    assert caught.value.sentence == "Could not sign in at https://i.example: the answer has no token. Check auth_url."


@pytest.mark.parametrize("project_id", [None, "", "../other", "p1\r\nX-Other: 1", {}])
def test_project_of_a_token_that_cannot_be_asked_for_is_none(project_id):
    connection = password_connection(endpoint="https://m.example", project_name="eu-de")
    answer = (201, {"token": {"project": {"id": project_id}}}, {"X-Subject-Token": "first"})
    setting = Setting(answer, credentials=connection.credentials)
    with pytest.raises(ModelArtsError, match="the token is for no project"):
        connection.credentials.sign_in(connection, setting.transport)


def test_expired_token_is_renewed_and_the_request_sent_again():
    setting = signed_in(EXPIRED, issued("second"), YES, (200, {"job_id": 10}))
    setting.transport.change("POST", URL + "/restart")
    setting.transport.read(URL)
    assert setting.wire.tokens == [None, "first", None, "second", "second"]


def test_token_that_is_refused_when_new_is_not_renewed_again():
    setting = signed_in(EXPIRED, issued("second"), EXPIRED)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.read(URL)
    assert caught.value.category.value == "token_expired"


def test_change_was_not_applied_where_the_token_could_not_be_renewed():
    setting = signed_in(EXPIRED, *[RESET] * 6)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.change("POST", URL + "/restart")
    assert caught.value.outcome is Outcome.NOT_APPLIED
    assert [path for _method, path, changing in setting.wire.log if changing] == ["v1/p1/visualization-jobs/10/restart"]


def test_refusal_for_another_reason_renews_no_token():
    setting = signed_in((401, {"error_code": "ModelArts.0207", "error_msg": "another region"}))
    with pytest.raises(ModelArtsError):
        setting.transport.read(URL)
    assert len(setting.wire.log) == 2


def test_another_threads_new_token_is_used():
    setting = signed_in()
    stale = setting.wire.tokens[-1]
    request = type("Request", (), {"headers": {"X-Auth-Token": stale}})
    assert isinstance(setting.credentials, Password)
    assert setting.credentials.renew(setting.transport, request) is True
    assert len(setting.wire.log) == 1


def test_ready_token_that_expires_is_an_error():
    setting = Setting(EXPIRED)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.read(URL)
    assert caught.value.category.value == "token_expired"
    assert len(setting.wire.log) == 1


@pytest.mark.parametrize(
    "trouble, text, hint",
    [
        (NO_SUCH_HOST, "could not be reached: the host name cannot be resolved", "Check the address"),
        (UNTRUSTED, "could not be reached: its certificate does not verify (self-signed)", "Set ca_path"),
    ],
)
def test_failed_connection_is_told(trouble, text, hint):
    setting = Setting(trouble)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.change("POST", URL)
    assert caught.value.meaning.text == f"https://m.example {text}"
    assert caught.value.meaning.hint.startswith(hint)


def test_request_that_was_cut_off_is_told():
    setting = Setting(RESET)
    with pytest.raises(ModelArtsError) as caught:
        setting.transport.change("POST", URL)
    assert caught.value.meaning.text == (
        "the request to https://m.example failed: the connection was closed before the whole answer came"
    )


def catalog(*endpoints):
    entries = [{"type": "ecs", "endpoints": [{"interface": "public", "region": "eu-de", "url": "https://ecs.example"}]}]
    entries.append({"type": "modelarts", "endpoints": list(endpoints)})
    return (201, {"token": {"project": {"id": "p1"}, "catalog": entries}}, {"X-Subject-Token": "first"})


def listed(url, region="eu-de", interface="public"):
    return {"interface": interface, "region": region, "url": url}


@pytest.mark.parametrize(
    "parameters, endpoints, expected",
    [
        ({"region": "eu-de"}, [listed("https://m.example/v1/p1")], "https://m.example"),
        ({"region": "eu-de"}, [listed("https://x.example", "eu-nl"), listed("https://m.example")], "https://m.example"),
        (
            {"region": "eu-de"},
            [listed("https://x.example", interface="internal")],
            "https://modelarts.eu-de.otc.t-systems.com",
        ),
        ({"region": "eu-de"}, [], "https://modelarts.eu-de.otc.t-systems.com"),
        ({"project_name": "eu-de"}, [listed("https://m.example/v1")], "https://m.example"),
        ({"project_name": "eu-de"}, [listed("https://m.example", None)], "https://m.example"),
    ],
)
def test_endpoint_comes_from_the_catalog(parameters, endpoints, expected):
    connection = password_connection(**parameters)
    setting = Setting(catalog(*endpoints), credentials=connection.credentials)
    assert connection.credentials.sign_in(connection, setting.transport) == Target(expected, "p1")
    assert setting.wire.log[0][1] == "v3/auth/tokens"


def connection_of(**others):
    parameters = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
    return connection_from({**parameters, "auth_url": "https://i.example", **others}, {}, lambda secret: None)


def password_connection(**others):
    return connection_of(username="me", password="pw", domain_name="us", **others)


def look_up(*answers):
    """The project that a ready token finds by its name, and what was asked for."""
    connection = connection_of(token="ready", endpoint="https://m.example", project_name="eu-de")
    setting = Setting(*answers, credentials=connection.credentials)
    try:
        found = connection.credentials.sign_in(connection, setting.transport).project_id
    except ModelArtsError as error:
        found = error.sentence
    return found, [path for _method, path, _fresh in setting.wire.log]


def projects(**names_by_id):
    return (200, {"projects": [{"id": project_id, "name": name} for project_id, name in names_by_id.items()]})


SEARCHED = "v3/projects?name=eu-de"
LISTED = "v3/auth/projects"
FORBIDDEN = (403, {"error": {"code": 403, "message": "You are not authorized", "title": "Forbidden"}})


@pytest.mark.parametrize(
    "answers, project_id, asked",
    [
        ([projects(p1="eu-de", p2="eu-de_other")], "p1", [SEARCHED]),
        ([FORBIDDEN, projects(p1="eu-de_other", p2="eu-de")], "p2", [SEARCHED, LISTED]),
        ([(403, {"error_code": "IAM.0002", "error_msg": "no"}), projects(p1="eu-de")], "p1", [SEARCHED, LISTED]),
    ],
)
def test_project_is_found_by_its_name(answers, project_id, asked):
    assert look_up(*answers) == (project_id, asked)


@pytest.mark.parametrize(
    "answers, reason, asked",
    [
        ([projects()], "there is none of that name. Set project_id, or another project_name.", [SEARCHED]),
        (
            [FORBIDDEN, projects(p1="eu-de", p2="eu-de")],
            "there are several, p1, p2. Set project_id, or another project_name.",
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
            "the token is not valid (IAM.0067: no). Check the credentials and the project they belong to; with an access "
            "key, also this machine's clock.",
            [SEARCHED],
        ),
        (
            [(200, {"projects": [{"id": "../p1", "name": "eu-de"}, {"name": "eu-de"}]})],
            "there is none of that name. Set project_id, or another project_name.",
            [SEARCHED],
        ),
    ],
)
def test_project_that_cannot_be_told_by_its_name(answers, reason, asked):
    assert look_up(*answers) == (f"Could not look up project eu-de at https://i.example: {reason}", asked)


@pytest.mark.parametrize(
    "endpoints, where",
    [
        ([], "for one region"),
        ([listed("https://m.example"), listed("https://n.example", "eu-nl")], "for one region"),
    ],
)
def test_catalog_that_does_not_say_where_modelarts_is(endpoints, where):
    connection = password_connection(project_name="eu-de")
    setting = Setting(catalog(*endpoints), credentials=connection.credentials)
    with pytest.raises(ModelArtsError) as caught:
        connection.credentials.sign_in(connection, setting.transport)
    assert caught.value.sentence == (
        f"Could not sign in at https://i.example: the catalog of the token lists no address of ModelArts {where}. "
        "Set endpoint, or region and cloud_domain."
    )


def test_catalog_must_not_lead_to_plain_http():
    connection = password_connection(project_name="eu-de")
    setting = Setting(catalog(listed("http://m.example")), credentials=connection.credentials)
    with pytest.raises(OptionError, match="the endpoint in the catalog must use https"):
        connection.credentials.sign_in(connection, setting.transport)
