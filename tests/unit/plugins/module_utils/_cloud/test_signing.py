# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures against those that the vendor's own SDK (huaweicloudsdkcore 3.1.219) makes of the same requests."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.signing import authorization

WHEN = datetime(2026, 11, 2, 9, 30, 0, tzinfo=timezone.utc)

VECTORS = [
    pytest.param(
        "POST",
        "https://modelarts.eu-de.otc.t-systems.com/v1/0123/visualization-jobs/10/restart",
        {"Host": "modelarts.eu-de.otc.t-systems.com", "X-Project-Id": "0123"},
        b"",
        "f797f8d0b95afba47c576aa5b4096b866250e3c8bd59fcf8d6587183512f076f",
        id="restart",
    ),
    pytest.param(
        "GET",
        "https://127.0.0.1:8080/v1/0123/visualization-jobs"
        "?search_content=a%20b%2F%C3%BC~%2A&per_page=1000&page=1&empty=",
        {"Host": "127.0.0.1:8080", "X-Project-Id": "0123", "X-Security-Token": "tok=="},
        b"",
        "53eca2fd1538399fec7df5da5f96f642032b53d23ba5a0d1d5c54bc53e44bc4c",
        id="query, port, security token",
    ),
    pytest.param(
        "PUT",
        "https://h.example/v1/p%20%C3%A9/visualization-jobs/10?a=2&a=1&B=x&%C3%A9=1&z=%C3%A9",
        {"Host": "h.example", "Content-Type": "application/json", "X-Project-Id": "p"},
        '{"job_desc": "ü"}'.encode(),
        "58c7c33580f43760a46eb95d0582e87e868ca05c4325d42ce4ddc5f6f2c0bcd9",
        id="repeated names, unicode, body",
    ),
]


@pytest.mark.parametrize("method, url, headers, body, signature", VECTORS)
def test_signature_is_that_of_the_vendors_sdk(method, url, headers, body, signature):
    headers = {**headers, "X-Sdk-Date": "20261102T093000Z"}
    value = authorization("AKEXAMPLE00000000001", "secret-key-of-the-example", method, url, headers, body, WHEN)
    names = ";".join(sorted(name.lower() for name in headers))
    assert value == f"SDK-HMAC-SHA256 Access=AKEXAMPLE00000000001, SignedHeaders={names}, Signature={signature}"
