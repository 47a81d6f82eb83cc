# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures with access keys: those of the collection and the simulator against those of the vendor's SDK."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Callable, Iterator, Mapping, Optional
from urllib.parse import quote, unquote, urlencode

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.auth import auth_for
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import HttpClient
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.signing import authorization
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from
from ansible_collections.mlops.modelarts.tests.signer.drawn import DATE_FORMAT, Draw, Drawn
from ansible_collections.mlops.modelarts.tests.support.simulated_cloud import (
    ACCESS_KEY,
    PROJECT_ID,
    SECRET_KEY,
    simulated_cloud,
)

SEED = "2026-11-02"
# How many requests both sign, how many accepted ones are sent, and how many for each kind of change.
DRAWN, SENT, CHANGED = 10_000, 500, 100

JOBS = f"/v1/{PROJECT_ID}/visualization-jobs"
MISMATCH = "signature does not match"


@pytest.fixture(scope="module", name="host")
def _host() -> Iterator[str]:
    with simulated_cloud() as address:
        yield address.removeprefix("http://")


def test_signatures_are_those_of_the_vendors_sdk() -> None:
    for number in range(DRAWN):
        draw = Draw(f"{SEED} {number}")
        drawn = draw.request()
        # A URL can be encoded in several ways, and the signature covers its meaning.
        query = draw.encoded(drawn.query)
        url = f"https://{drawn.host}{drawn.path}{'?' if query else ''}{query}"
        headers = {**drawn.headers, "X-Sdk-Date": drawn.when.strftime(DATE_FORMAT)}
        ours = authorization(drawn.access_key, drawn.secret_key, drawn.method, url, headers, drawn.body, drawn.when)
        assert ours == drawn.signed_by_vendor().header_params["Authorization"], (number, drawn)


@dataclass(frozen=True)
class Message:
    """A signed request that can be changed in transit. Two headers may have the same name."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, drawn: Drawn) -> Message:
        signed = drawn.signed_by_vendor()
        path, _mark, query = signed.uri.partition("?")
        return cls(signed.method, path, query, tuple(signed.header_params.items()), signed.body)

    def header(self, name: str) -> str:
        return next(value for key, value in self.headers if key.lower() == name.lower())

    def with_header(self, name: str, value: str) -> Message:
        changed = ((key, value if key.lower() == name.lower() else old) for key, old in self.headers)
        return replace(self, headers=tuple(changed))

    def refusal(self, host: str) -> Optional[str]:
        """Send the request; return why the simulator refuses the signature, or ``None`` if it accepts it."""
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            target = f"{self.path}?{self.query}" if self.query else self.path
            connection.putrequest(self.method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers:
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(self.body)))
            connection.endheaders(self.body or None)
            answer = connection.getresponse()
            return refusal(answer.status, answer.read())
        finally:
            connection.close()


def refusal(status: int, body: bytes) -> Optional[str]:
    """Return why an answer refuses a signature; ``None`` if it does not."""
    content = json.loads(body)
    code = str(content.get("error_code"))
    if status != 401:
        # The service answered, and nothing in front of it that does not check signatures.
        assert status in (200, 400, 404), (status, content)
        assert "job_id" in content or "jobs" in content or code.startswith("ModelArts."), (status, content)
        return None
    assert code == "APIGW.0301", content
    _text, mark, reason = str(content["error_msg"]).partition("verify aksk signature fail: ")
    assert mark, content
    return reason


def job_path(draw: Draw) -> str:
    """Return the path of a job that hardly exists, encoded in one of several ways."""
    return f"{JOBS}/{quote('x' + draw.text(12), safe=draw.random.choice(('', '~', '!$&()*+,;=:@')))}"


def to_service(draw: Draw, host: str) -> Drawn:
    """Return a request whose signature the simulator checks."""
    method, path = draw.random.choice(
        [
            ("GET", JOBS),
            ("POST", JOBS),
            ("GET", job_path(draw)),
            ("PUT", job_path(draw)),
            ("DELETE", job_path(draw)),
            ("POST", f"{job_path(draw)}/stop"),
            ("POST", f"{job_path(draw)}/restart"),
        ]
    )
    return replace(
        draw.request(),
        method=method,
        path=path,
        headers={"Host": host, "X-Project-Id": PROJECT_ID, **draw.headers()},
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        when=datetime.now(timezone.utc),
    )


def test_the_simulator_accepts_what_the_vendors_sdk_signs(host: str) -> None:
    for number in range(SENT):
        message = Message.of(to_service(Draw(f"{SEED} accepted {number}"), host))
        assert message.refusal(host) is None, (number, message)


def test_the_simulator_accepts_what_the_collection_sends(host: str) -> None:
    """The collection signs the URL as `requests` sends it."""
    parameters = {"endpoint": f"http://{host}", "project_id": PROJECT_ID, "api_timeout": 10, "retries": 0}
    keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
    connection = connection_from({**parameters, **keys}, {}, lambda secret: None)
    auth = auth_for(connection, lambda secret: None)
    auth.use_project(connection.project_id or "")
    client = HttpClient(verify=True)
    for number in range(SENT):
        drawn = to_service(Draw(f"{SEED} sent {number}"), host)
        url = f"http://{host}{drawn.path}?{urlencode(drawn.query, quote_via=quote)}"
        body = drawn.body if drawn.method in ("PUT", "POST") else None
        answer = client.exchange(drawn.method, url, body=body, auth=auth, seconds=10, fresh=False)
        assert refusal(answer.status, answer.body) is None, (number, drawn)


def other_method(draw: Draw, message: Message) -> Optional[Message]:
    methods = {("GET", True): "POST", ("POST", True): "GET", ("GET", False): "PUT", ("PUT", False): "DELETE"}
    other = methods.get((message.method, message.path == JOBS))
    return replace(message, method=other) if other else None


def other_path(draw: Draw, message: Message) -> Message:
    if message.path == JOBS:
        # This leads to another operation.
        return replace(
            message, method=message.method, path=f"{JOBS}/1" if message.method == "GET" else f"{JOBS}/1/stop"
        )
    if message.path.endswith("/stop") and draw.one_in(2):
        return replace(message, path=message.path.removesuffix("/stop") + "/restart")
    before, job, after = message.path.partition("/x")
    segment, mark, operation = after.partition("/")
    return replace(message, path=f"{before}{job}{quote(draw.changed(unquote(segment)), safe='')}{mark}{operation}")


def other_query(draw: Draw, message: Message) -> Message:
    pairs = [pair.partition("=") for pair in message.query.split("&")] if message.query else []
    place = draw.random.randrange(len(pairs) + 1)
    if place == len(pairs):
        pairs.append((draw.text(4, "abc"), "=", ""))
    elif draw.one_in(3):
        del pairs[place]
    else:
        name, mark, value = pairs[place]
        inside = draw.random.choice(
            [(draw.changed(unquote(name)), mark, unquote(value)), (unquote(name), mark, draw.changed(unquote(value)))]
        )
        pairs[place] = (quote(inside[0], safe=""), mark, quote(inside[2], safe=""))
    return replace(message, query="&".join("".join(pair) for pair in pairs))


def signed_names(message: Message) -> list[str]:
    return message.header("Authorization").partition("SignedHeaders=")[2].partition(",")[0].split(";")


def of_no_need(draw: Draw, message: Message) -> Optional[str]:
    """Return the name of a signed header that need not be signed."""
    needed = ("host", "x-sdk-date", "x-project-id")
    names = [name for name in signed_names(message) if name not in needed]
    return draw.random.choice(names) if names else None


def other_header(draw: Draw, message: Message) -> Optional[Message]:
    name = of_no_need(draw, message)
    return message.with_header(name, draw.changed(message.header(name).strip())) if name else None


def other_project(draw: Draw, message: Message) -> Message:
    return message.with_header("X-Project-Id", draw.changed(PROJECT_ID))


def other_host(draw: Draw, message: Message) -> Message:
    return message.with_header("Host", "localhost:" + message.header("Host").rpartition(":")[2])


def other_date(draw: Draw, message: Message) -> Message:
    when = datetime.strptime(message.header("X-Sdk-Date"), DATE_FORMAT)
    seconds = draw.random.choice((-1, 1)) * draw.random.randint(1, 800)
    return message.with_header("X-Sdk-Date", (when + timedelta(seconds=seconds)).strftime(DATE_FORMAT))


def other_body(draw: Draw, message: Message) -> Message:
    body = message.body
    place = draw.random.randrange(len(body) + 1)
    if body and draw.one_in(4):
        return replace(message, body=b"")
    flipped = bytes([(body[place : place + 1] or b"\0")[0] ^ draw.random.randrange(1, 256)])
    return replace(message, body=body[:place] + flipped + body[place + 1 :])


def in_authorization(message: Message, part: str, change: Callable[[str], str]) -> Message:
    before, mark, after = message.header("Authorization").partition(f"{part}=")
    value, comma, rest = after.partition(",")
    return message.with_header("Authorization", f"{before}{mark}{change(value)}{comma}{rest}")


def other_access_key(draw: Draw, message: Message) -> Message:
    return in_authorization(message, "Access", draw.changed)


def other_signature(draw: Draw, message: Message) -> Message:
    place, shift = draw.random.randrange(64), draw.random.randrange(1, 16)
    return in_authorization(
        message, "Signature", lambda old: f"{old[:place]}{int(old[place], 16) ^ shift:x}{old[place + 1 :]}"
    )


def fewer_signed(draw: Draw, message: Message) -> Optional[Message]:
    left_out = of_no_need(draw, message)
    names = ";".join(name for name in signed_names(message) if name != left_out)
    return in_authorization(message, "SignedHeaders", lambda old: names) if left_out else None


def less_needed_signed(draw: Draw, message: Message) -> Message:
    left_out = draw.random.choice(("host", "x-sdk-date", "x-project-id"))
    names = ";".join(name for name in signed_names(message) if name != left_out)
    return in_authorization(message, "SignedHeaders", lambda old: names)


def header_taken_out(draw: Draw, message: Message) -> Optional[Message]:
    name = of_no_need(draw, message)
    return (
        replace(message, headers=tuple(pair for pair in message.headers if pair[0].lower() != name)) if name else None
    )


def header_twice(draw: Draw, message: Message) -> Optional[Message]:
    name = of_no_need(draw, message)
    return replace(message, headers=(*message.headers, (name, draw.text(5, "abc")))) if name else None


# Changes of a message (each returns null if it finds nothing to change), and the begin or end of the refusal.
CHANGES: Mapping[str, tuple[Callable[[Draw, Message], Optional[Message]], str]] = {
    "method": (other_method, MISMATCH),
    "path": (other_path, MISMATCH),
    "query": (other_query, MISMATCH),
    "signed header": (other_header, MISMATCH),
    "project": (other_project, MISMATCH),
    "host": (other_host, MISMATCH),
    "date": (other_date, MISMATCH),
    "body": (other_body, MISMATCH),
    "access key": (other_access_key, "access key not found"),
    "signature": (other_signature, MISMATCH),
    "names of signed headers": (fewer_signed, MISMATCH),
    "names of signed headers that are needed": (less_needed_signed, "must be signed"),
    "signed header gone": (header_taken_out, "is missing or repeated"),
    "signed header twice": (header_twice, "is missing or repeated"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_simulator_refuses_what_was_changed_after_it_was_signed(host: str, change: str) -> None:
    to_changed, reason = CHANGES[change]
    sent = number = 0
    while sent < CHANGED:
        number += 1
        draw = Draw(f"{SEED} {change} {number}")
        message = Message.of(to_service(draw, host))
        changed = to_changed(draw, message)
        if changed is None:
            continue
        sent += 1
        assert changed != message
        assert (changed.refusal(host) or "accepted").endswith(reason), (number, message, changed)


def test_the_simulator_refuses_another_secret_key(host: str) -> None:
    for number in range(CHANGED):
        draw = Draw(f"{SEED} key {number}")
        drawn = replace(to_service(draw, host), secret_key=draw.changed(SECRET_KEY))
        assert Message.of(drawn).refusal(host) == MISMATCH, (number, drawn)


@pytest.mark.parametrize("offset", [-3600, 0, 3600])
@pytest.mark.parametrize("off, accepted", [(-930, False), (-870, True), (870, True), (930, False)])
def test_the_simulator_refuses_a_date_too_far_from_its_clock(host: str, offset: int, off: int, accepted: bool) -> None:
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("POST", "/_simulator/reset", json.dumps({"options": {"clock_offset": offset}}))
    assert connection.getresponse().status == 200
    connection.close()
    when = datetime.now(timezone.utc) + timedelta(seconds=offset + off)
    drawn = replace(to_service(Draw(SEED), host), when=when)
    assert Message.of(drawn).refusal(host) == (None if accepted else "the request has expired, check the clock")
