# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random requests, and the vendor's signatures of them."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import quote, quote_plus

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

DATE_FORMAT = "%Y%m%dT%H%M%SZ"
# Difficult characters: those that URLs reserve or escape, those that sort differently once encoded, and letters of one to
# four bytes.
CHARACTERS = (
    string.ascii_letters + string.digits * 3 + "-_.~ /%+&=?#;:@!$'()*,[]|\"\\^`<>{}" + "éüß\u00a0ñЖ漢字\u0301€😀"
)
TOKENS = string.ascii_letters + string.digits + "-"


@dataclass
class Drawn:
    """A request before it is signed; ``query`` in the order in which it is sent, and nothing encoded but the path."""

    method: str
    host: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    access_key: str
    secret_key: str
    when: datetime

    def signed_by_vendor(self) -> SdkRequest:
        """Return the request as the vendor's SDK signs and sends it."""
        request = SdkRequest(
            method=self.method,
            schema="https",
            host=self.host,
            resource_path=self.path,
            query_params=list(self.query),
            header_params={**self.headers, "X-Sdk-Date": self.when.strftime(DATE_FORMAT)},
            body=self.body,
        )
        signed: SdkRequest = Signer(BasicCredentials(self.access_key, self.secret_key)).sign(request)
        return signed


class Draw:
    """A source of random requests, the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def text(self, most: int, characters: str = CHARACTERS, least: int = 0) -> str:
        return "".join(self.random.choices(characters, k=self.random.randint(least, most)))

    def one_in(self, number: int) -> bool:
        return self.random.randrange(number) == 0

    def path(self) -> str:
        """Return a path in which characters may be encoded without need."""
        safe = self.random.choice(("", "~", "!$&'()*+,;=:@"))
        segments = [quote(self.text(12), safe=safe) for _time in range(self.random.randint(0, 6))]
        # A path that begins with two slashes would count as a host.
        return "/v1" + "".join(f"/{segment}" for segment in segments) + self.random.choice(("", "/"))

    def query(self) -> list[tuple[str, str]]:
        """Return a query, in which names may repeat and values may be empty."""
        names = [self.text(8) for _time in range(3)]
        count = self.random.choice((0, 0, 1, 2, 5, 9))
        return [(self.random.choice(names), "" if self.one_in(5) else self.text(12)) for _time in range(count)]

    def encoded(self, query: list[tuple[str, str]]) -> str:
        """Return the query as a client may send it; a space may become a plus."""
        to_quoted = self.random.choice((quote, quote_plus))
        return "&".join(f"{to_quoted(name, safe='')}={to_quoted(value, safe='')}" for name, value in query)

    def headers(self) -> dict[str, str]:
        """Return headers besides those of the signature; some have white space around their values."""
        drawn = {f"X-Drawn-{self.text(10, TOKENS)}".title(): self.value() for _time in range(self.random.randint(0, 4))}
        # Upper and lower case: names are compared without regard to case.
        return {name if self.one_in(2) else name.lower(): value for name, value in drawn.items()}

    def value(self) -> str:
        space = self.random.choice(("", " ", "  "))
        return space + self.text(20, CHARACTERS.replace("\u00a0", "") + "  ") + space

    def body(self) -> bytes:
        kind = self.random.randrange(4)
        if kind == 0:
            return b""
        return self.random.randbytes(self.random.randint(1, 200)) if kind == 1 else self.text(200, least=1).encode()

    def changed(self, text: str) -> str:
        """Return the text with one character changed or added."""
        place = self.random.randrange(len(text) + 1)
        others = TOKENS.replace(text[place : place + 1], "") if place < len(text) else TOKENS
        return text[:place] + self.random.choice(others) + text[place + 1 :]

    def request(self) -> Drawn:
        """Return a request of any kind, with any address."""
        body = self.body()
        headers = self.headers()
        if body and self.one_in(2):
            headers["Content-Type"] = self.random.choice(("application/json", "application/json; charset=utf-8"))
        host = self.random.choice(
            ("modelarts.eu-de.otc.t-systems.com", "127.0.0.1:8080", "[::1]:443", "h.example:8443")
        )
        return Drawn(
            method=self.random.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "get")),
            host=host,
            path=self.path(),
            query=self.query(),
            headers={"Host": host, "X-Project-Id": self.text(32, string.hexdigits), **headers},
            body=body,
            access_key=self.text(20, string.ascii_uppercase + string.digits, least=1),
            secret_key=self.text(40, least=1),
            when=datetime.fromtimestamp(self.random.randrange(2**31), timezone.utc),
        )
