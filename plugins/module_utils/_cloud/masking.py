# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that a service repeats: in which forms they may come back, and how they are struck out of a text."""

from __future__ import annotations

import base64
import json
from typing import FrozenSet, Iterable, Iterator
from urllib.parse import quote, quote_plus

from .._jobs.failure import one_line

MASK = "********"
# Characters; what is shorter is in many a text by chance.
_SHORTEST_FORM = 6
# A gateway may quote an answer that quotes a request, each of them JSON.
_DEEPEST_QUOTE = 3


def forms_of(secret: str) -> FrozenSet[str]:
    """The secret as it is, whatever its length, and as messages show it, quoted in JSON, in a URL, and within base64."""
    content = secret.encode(errors="surrogatepass")
    forms = {
        one_line(secret),
        *_quoted(secret, ascii_only=True),
        *_quoted(secret, ascii_only=False),
        *(quote(content, safe=safe) for safe in ("", "/")),
        quote_plus(content),
        *_within_base64(content),
    }
    long_enough = {form for form in forms if len(form) >= _SHORTEST_FORM}
    return frozenset(long_enough | {secret} - {""})


def _quoted(secret: str, ascii_only: bool) -> Iterator[str]:
    for _depth in range(_DEEPEST_QUOTE):
        secret = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield secret


def _within_base64(content: bytes) -> Iterator[str]:
    """The characters that are those of ``content`` alone, wherever it begins in what is encoded."""
    for before in range(3):
        first = -(-8 * before // 6)
        last = 8 * (before + len(content)) // 6
        for others in (b"+/", b"-_"):
            yield base64.b64encode(bytes(before) + content, others)[first:last].decode()


def without(text: str, forms: Iterable[str]) -> str:
    """``text`` with each of the forms of secrets masked, one after the other."""
    for form in forms:
        text = text.replace(form, MASK)
    return text
