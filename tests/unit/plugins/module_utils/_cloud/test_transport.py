# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import threading
import time

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import auth_for
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import LAST_MOMENT
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import ExchangeFailed, HttpResponse
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.absence import may_mean_gone, says_gone
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import Outcome, RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.auth_methods import PASSWORD
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import (
    NO_CONNECTION,
    NO_SUCH_HOST,
    REFUSED,
    RESET,
    STATE_CONFLICT,
    UNTRUSTED,
    YES,
    Request,
    Setting,
    connection_with,
)

URL = "https://m.example/v1/p1/visualization-jobs/10"
BUSY = (429, {"error_code": "APIGW.0308", "error_msg": "limit:60,time:1 second"})
FAILED = (500, {"error_code": "ModelArts.0010", "error_msg": "internal"})
LATE = (408, {"is_success": False, "error_code": "ModelArts.6100", "error_message": "timed out"})
SORRY = (500, {"is_success": False, "error_code": "ModelArts.0010", "error_message": "internal"})
SORRY_IN_200 = (200, SORRY[1])
UNAVAILABLE = (503, b"")
WRONG_PASSWORD = (401, {"error": {"code": 401, "message": "wrong password", "title": "Unauthorized"}})
NO_TOKEN = (201, {"token": {"methods": ["password"]}})
EXPIRED = (401, {"error_code": "APIGW.0307", "error_msg": "The token must be updated."})


def has_id(body):
    return "job_id" in body


def failure_of(send, *arguments):
    with pytest.raises(RequestFailed) as caught:
        send(*arguments)
    return caught.value.failure


@pytest.mark.parametrize(
    "trouble", [RESET, REFUSED, FAILED, (502, b"<html>"), (200, b'{"job_'), (408, b""), LATE, SORRY, SORRY_IN_200, YES]
)
def test_read_is_sent_again(trouble):
    setting = Setting(trouble, trouble, (200, {"job_id": 10}))
    assert setting.transport.get(URL, has_id).body == {"job_id": 10}
    assert setting.clock.pauses == [0.5, 1.0]


@pytest.mark.parametrize(("after", "pauses"), [("7", [7.0]), ("0", [0.5])])
def test_read_is_sent_again_when_the_service_asks_for_it(after, pauses):
    setting = Setting((503, b"", {"Retry-After": after}), (200, {"job_id": 10}))
    assert setting.transport.get(URL, has_id).body == {"job_id": 10}
    assert setting.clock.pauses == pauses


@pytest.mark.parametrize("after", ["600", "3600"])
def test_read_is_not_sent_again_when_the_service_asks_for_more_time_than_there_is(after):
    setting = Setting((503, b"", {"Retry-After": after}))
    failure_of(setting.transport.get, URL, has_id)
    assert setting.clock.pauses == []


@pytest.mark.parametrize("trouble", [RESET, REFUSED, FAILED])
def test_read_gives_up_after_the_retries(trouble):
    setting = Setting(*[trouble] * 3, retries=2)
    failure_of(setting.transport.get, URL, has_id)
    assert len(setting.client.log) == 3


@pytest.mark.parametrize(
    "trouble",
    [
        NO_SUCH_HOST,
        NO_CONNECTION,
        UNTRUSTED,
        STATE_CONFLICT,
        (422, {"error_code": "ModelArts.0010", "error_msg": "internal"}),
        (499, {"error_code": "ModelArts.0010", "error_msg": "internal"}),
        (200, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "none"}),
        (200, {"job_id": 10, "error_code": "ModelArts.0104", "error_message": "wrong"}),
        (500, {"is_success": False, "error_code": "ModelArts.0109"}),
        (400, {"error_code": "APIGW.0201", "error_msg": "too large"}),
        (400, b"<html>"),
        (403, {"error_code": "APIGW.0302"}),
        (404, b"<html>nginx</html>"),
        (404, b""),
        (302, b""),
    ],
)
def test_read_is_not_sent_again_where_that_does_not_help(trouble):
    setting = Setting(trouble)
    failure_of(setting.transport.get, URL, has_id)
    assert len(setting.client.log) == 1


@pytest.mark.parametrize(
    "trouble",
    [RESET, (500, b""), (503, {"error_code": "APIGW.0201"}), (408, b""), (200, b""), SORRY, (200, {"job_id": 10})],
)
def test_change_of_unknown_outcome_is_never_sent_again(trouble):
    setting = Setting(trouble)
    failure = failure_of(setting.transport.change, "POST", URL + "/restart")
    assert failure.outcome is Outcome.UNKNOWN
    assert len(setting.client.log) == 1


@pytest.mark.parametrize("trouble", [REFUSED, BUSY])
def test_change_that_was_not_applied_for_a_passing_reason_is_sent_again(trouble):
    setting = Setting(trouble, YES)
    setting.transport.change("POST", URL + "/restart")
    assert setting.client.log == [("POST", "v1/p1/visualization-jobs/10/restart", True)] * 2


@pytest.mark.parametrize("refusal", [STATE_CONFLICT, (200, STATE_CONFLICT[1]), (500, STATE_CONFLICT[1])])
def test_change_that_the_service_refuses_is_not_sent_again(refusal):
    setting = Setting(refusal)
    failure = failure_of(setting.transport.change, "POST", URL + "/restart")
    assert failure.outcome is Outcome.NOT_APPLIED


def test_throttling_counts_against_the_deadline_only():
    setting = Setting(*[BUSY] * 20, (200, {"job_id": 10}), retries=0)
    setting.transport.get(URL, has_id)
    assert setting.clock.pauses == [1.0] * 20


@pytest.mark.parametrize("trouble", [FAILED, STATE_CONFLICT, (400, {"error_code": "ModelArts.0103"})])
def test_no_other_failure_slows_the_task_down(trouble):
    setting = Setting(trouble, (200, {"job_id": 10}), retries=0)
    failure_of(setting.transport.get, URL, has_id)
    setting.transport.get(URL, has_id)
    assert setting.clock.pauses == []


def test_throttling_beyond_the_deadline_fails_at_once():
    setting = Setting((429, {}, {"Retry-After": "3600"}), seconds=60)
    failure = failure_of(setting.transport.get, URL, has_id)
    assert failure.category.value == "throttled"
    assert setting.clock.pauses == []


def test_a_short_time_for_the_change_leaves_enough_to_prepare_it():
    setting = Setting((200, {"job_id": 10}), seconds=1)
    setting.clock.sleep(59)
    setting.transport.get(URL, has_id)


@pytest.mark.parametrize(("seconds", "waited"), [(10, 10), (10, 9.9), (LAST_MOMENT, 0)])
def test_nothing_is_sent_after_the_deadline_or_just_before(seconds, waited):
    setting = Setting(seconds=seconds)
    setting.deadline.start()
    setting.clock.sleep(waited)
    failure = failure_of(setting.transport.change, "POST", URL)
    assert failure.category.value == "timeout"
    assert setting.client.log == []


@pytest.mark.parametrize(
    ("end", "category"), [("deadline", "timeout"), ("interruption", "interrupted"), (None, "connection")]
)
def test_request_that_was_not_sent_before_the_end(end, category):
    def connect_late():
        setting.clock.interrupted = end == "interruption"
        setting.clock.sleep(10 if end == "deadline" else 1)
        return NO_CONNECTION

    setting = Setting(connect_late, seconds=10)
    setting.deadline.start()
    failure = failure_of(setting.transport.change, "POST", URL)
    assert (failure.category.value, failure.outcome) == (category, Outcome.NOT_APPLIED)


def test_reads_use_any_connection_that_was_kept_alive_and_changes_only_fresh_ones():
    setting = Setting((200, {"job_id": 10}), YES)
    setting.transport.get(URL, has_id)
    setting.transport.change("POST", URL)
    assert [fresh for _method, _path, fresh in setting.client.log] == [False, True]


def test_query_is_percent_encoded():
    setting = Setting((200, {"job_id": 10}))
    setting.transport.get("https://m.example/v1", has_id, {"search_content": "a b/ü&", "page": 1})
    assert setting.client.log[0][1] == "v1?search_content=a%20b%2F%C3%BC%26&page=1"


def issued(token):
    return (201, {"token": {"project": {"id": "p1"}}}, {"X-Subject-Token": token})


def signed_in(*answers, **others):
    """A transport whose auth has the token "first" for a password."""
    values = {"username": "me", "password": "pw", "domain_name": "us"}
    auth = auth_for(connection_with(PASSWORD, values, project_id="p1"), lambda secret: None)
    auth.accept(issued("first")[2])
    return Setting(*answers, auth=auth, **others)


def test_expired_token_is_renewed_and_the_request_sent_again():
    setting = signed_in(EXPIRED, issued("second"), YES, (200, {"job_id": 10}))
    setting.transport.change("POST", URL + "/restart")
    setting.transport.get(URL, has_id)
    assert setting.client.tokens == ["first", None, "second", "second"]
    assert setting.client.log[1] == ("POST", "v3/auth/tokens?nocatalog=1", False)


def test_token_that_is_refused_when_new_is_not_renewed_again():
    setting = signed_in(EXPIRED, issued("second"), EXPIRED)
    assert failure_of(setting.transport.get, URL, has_id).category.value == "token_expired"
    assert setting.client.tokens == ["first", None, "second"]


NO_SUCH_JOB = {"is_success": False, "error_code": "ModelArts.0103", "error_message": "The job does not exist."}


@pytest.mark.parametrize(
    "trouble",
    [
        RESET,
        REFUSED,
        UNAVAILABLE,
        (200, b"<html>"),
        NO_TOKEN,
        (404, b"no such route"),
        (404, NO_SUCH_JOB),
        (500, NO_SUCH_JOB),
        (404, {"error_code": "IAM.0004"}),
        (409, {}),
        STATE_CONFLICT,
        YES,
    ],
)
def test_failure_to_renew_the_token_is_never_an_answer_about_the_job(trouble):
    setting = signed_in(EXPIRED, trouble, retries=0)
    failure = failure_of(setting.transport.change, "POST", URL + "/restart")
    assert failure.outcome is Outcome.NOT_APPLIED
    assert failure.text.startswith("signing in again at https://i.example failed: ")
    assert (failure.is_sign_in, failure.is_from_modelarts, failure.gone) == (True, False, False)
    assert failure.category.value not in ("conflict", "not_found")
    assert not (says_gone(failure) or may_mean_gone(failure))
    assert [path for _method, path, changing in setting.client.log if changing] == [
        "v1/p1/visualization-jobs/10/restart"
    ]


@pytest.mark.parametrize("trouble", [UNAVAILABLE, RESET, (200, b"<html>"), NO_SUCH_HOST])
def test_renewal_that_failed_for_a_passing_reason_is_tried_again(trouble):
    setting = signed_in(EXPIRED, trouble, EXPIRED, issued("second"), YES, retries=0)
    assert failure_of(setting.transport.change, "POST", URL + "/restart").is_transient
    setting.transport.change("POST", URL + "/restart")
    assert setting.client.tokens == ["first", None, "first", None, "second"]


def test_renewal_is_retried_but_not_the_request_for_which_it_failed():
    setting = signed_in(EXPIRED, *[UNAVAILABLE] * 3, retries=2)
    failure = failure_of(setting.transport.get, URL, has_id)
    assert failure.reason == (
        "signing in again at https://i.example failed: the service failed (HTTP 503). Run the task again later; if it keeps "
        "failing, give the request ID to the cloud's support."
    )
    assert setting.client.tokens == ["first", None, None, None]


def test_renewal_beyond_the_deadline_runs_out_of_time():
    def late():
        setting.clock.time += 600
        return EXPIRED

    setting = signed_in(late)
    assert failure_of(setting.transport.get, URL, has_id).category.value == "timeout"


@pytest.mark.parametrize("refusal", [WRONG_PASSWORD, NO_TOKEN])
def test_renewal_that_was_refused_is_not_tried_again(refusal):
    setting = signed_in(EXPIRED, refusal, EXPIRED, retries=0)
    failures = [failure_of(setting.transport.get, URL, has_id) for _number in range(2)]
    assert failures[0] == failures[1]
    assert failures[0].text.startswith("signing in again at https://i.example failed: the ")
    assert not failures[0].is_transient
    assert setting.client.tokens == ["first", None, "first"]


@pytest.mark.parametrize(
    "answer",
    [(401, {"error_code": "ModelArts.0207", "error_msg": "another region"}), (403, b""), (500, b"")],
)
def test_failure_for_another_reason_renews_no_token(answer):
    setting = signed_in(answer, retries=0)
    failure_of(setting.transport.get, URL, has_id)
    assert setting.client.tokens == ["first"]


def test_token_that_another_thread_has_renewed_is_used():
    def renewed_meanwhile():
        setting.transport.get(URL, has_id)
        return EXPIRED

    setting = signed_in(renewed_meanwhile, EXPIRED, issued("second"), (200, {"job_id": 1}), (200, {"job_id": 2}))
    assert setting.transport.get(URL, has_id).body == {"job_id": 2}
    assert setting.client.tokens == ["first", "first", None, "second", "second"]


class ExpiringClient:
    """IAM, and a service that takes only its newest token and answers old ones once all threads have sent one."""

    def __init__(self, threads):
        self.all_refused = threading.Barrier(threads)
        self.sign_ins = 0

    def exchange(self, method, url, *, body, auth, seconds, fresh):
        request = auth(Request(method, url))
        if url.startswith("https://i.example"):
            self.sign_ins += 1
            # Long enough for every other thread to sign in, too, if it could.
            time.sleep(0.1)
            answer = issued(f"token-{self.sign_ins}")
        elif request.headers["X-Auth-Token"] == "first":
            self.all_refused.wait(10)
            answer = (*EXPIRED, {})
        else:
            answer = (*YES, {})
        status, content, headers = answer
        return HttpResponse(status, headers, json.dumps(content).encode(), request)


def test_one_thread_renews_the_token_for_all():
    client = ExpiringClient(8)
    setting = signed_in(client=client, lock=threading.Lock())
    answers = []

    def restart():
        answers.append(setting.transport.change("POST", f"{URL}/restart").body)

    threads = [threading.Thread(target=restart, daemon=True) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == [YES[1]] * 8
    assert client.sign_ins == 1


def test_token_from_elsewhere_that_expires_is_an_error():
    setting = Setting(EXPIRED)
    assert failure_of(setting.transport.get, URL, has_id).category.value == "token_expired"
    assert len(setting.client.log) == 1


@pytest.mark.parametrize(
    "trouble, text, hint",
    [
        (NO_SUCH_HOST, "could not be reached: the host name cannot be resolved", "Check the address"),
        (UNTRUSTED, "could not be reached: its certificate could not be verified (self-signed)", "Set ca_path"),
    ],
)
def test_failed_connection(trouble, text, hint):
    setting = Setting(trouble)
    failure = failure_of(setting.transport.change, "POST", URL)
    assert failure.text == f"https://m.example {text}"
    assert failure.hint.startswith(hint)


def test_request_that_was_cut_off():
    setting = Setting(RESET)
    failure = failure_of(setting.transport.change, "POST", URL)
    assert failure.text == (
        "the request to https://m.example failed: the connection was closed before the whole response arrived"
    )


def test_answer_that_was_cut_off_is_named_with_its_status():
    setting = Setting(ExchangeFailed("the response is longer than 32 MiB", is_sent=True, status=200))
    failure = failure_of(setting.transport.change, "POST", URL)
    assert failure.outcome is Outcome.UNKNOWN
    assert failure.reason.startswith(
        "the request to https://m.example failed: the response is longer than 32 MiB (HTTP 200). "
    )
