# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures with an access key: the vendor's algorithm SDK-HMAC-SHA256.

All functions are pure. The steps are those of the vendor's reference for signing API requests; its SDK computes the
same signatures.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ALGORITHM = "SDK-HMAC-SHA256"
DATE_HEADER = "X-Sdk-Date"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"


def percent_encoded(text: str) -> str:
    """``text`` with everything but letters, digits and ``-_.~`` percent-encoded as UTF-8."""
    return quote(text, safe="~")


def authorization(
    access_key: str, secret_key: str, method: str, url: str, headers: Mapping[str, str], body: bytes, when: datetime
) -> str:
    """The value of the ``Authorization`` header for a request.

    ``headers`` are the headers to sign. They include ``Host``, and ``X-Sdk-Date``, which is ``when`` (UTC) in
    ``DATE_FORMAT``.
    """
    signed = {name.lower(): value.strip() for name, value in headers.items()}
    names = ";".join(sorted(signed))
    request = "\n".join(
        (
            method.upper(),
            _canonical_path(urlsplit(url).path),
            _canonical_query(urlsplit(url).query),
            "".join(f"{name}:{signed[name]}\n" for name in sorted(signed)),
            names,
            hashlib.sha256(body).hexdigest(),
        )
    )
    to_sign = "\n".join((ALGORITHM, when.strftime(DATE_FORMAT), hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}"


def signature_in(header: str) -> str:
    """The signature in a value of the ``Authorization`` header; empty if it has none."""
    return header.partition(", Signature=")[2]


def _canonical_path(path: str) -> str:
    encoded = "/".join(percent_encoded(segment) for segment in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def _canonical_query(query: str) -> str:
    # Sorted before they are encoded, as in the vendor's SDK.
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{percent_encoded(name)}={percent_encoded(value)}" for name, value in pairs)
