# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that a service repeats: the forms in which they may come back, and how to mask them."""

from __future__ import annotations

import base64
import json
from typing import Callable, FrozenSet, Iterable, Iterator, List
from urllib.parse import quote, quote_plus

from .._jobs.text import one_line

MASK = "********"
# Characters; a shorter form is in many texts by chance.
_MIN_FORM = 6
# A gateway may quote an answer that quotes a request, each of them as JSON.
_MAX_QUOTES = 3


class Secrets:
    """The secrets of one task in all their forms. ``register`` is called with each form."""

    def __init__(self, register: Callable[[str], object] = str) -> None:
        self._register = register
        # The longest first: one may be part of another.
        self._forms: List[str] = []

    def register(self, secret: str) -> None:
        """Mask this secret from now on."""
        new = forms_of(secret).difference(self._forms)
        self._forms = sorted((*self._forms, *new), key=len, reverse=True)
        for form in new:
            self._register(form)

    def mask(self, text: str) -> str:
        """``text`` without the secrets."""
        return mask_forms(text, self._forms)


def forms_of(secret: str) -> FrozenSet[str]:
    """The secret itself, whatever its length, and as it appears in messages, in JSON, in a URL and inside base64."""
    content = secret.encode(errors="surrogatepass")
    forms = {
        one_line(secret),
        *_quoted(secret, ascii_only=True),
        *_quoted(secret, ascii_only=False),
        *(quote(content, safe=safe) for safe in ("", "/")),
        quote_plus(content),
        *_within_base64(content),
    }
    long_enough = {form for form in forms if len(form) >= _MIN_FORM}
    return frozenset(long_enough | {secret} - {""})


def mask_forms(text: str, forms: Iterable[str]) -> str:
    """``text`` with each of the forms replaced by the mask."""
    for form in forms:
        text = text.replace(form, MASK)
    return text


def _quoted(secret: str, ascii_only: bool) -> Iterator[str]:
    for _depth in range(_MAX_QUOTES):
        secret = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield secret


def _within_base64(content: bytes) -> Iterator[str]:
    """The base64 characters that depend on ``content`` alone, for each position at which it may begin."""
    for before in range(3):
        first = -(-8 * before // 6)
        last = 8 * (before + len(content)) // 6
        for others in (b"+/", b"-_"):
            yield base64.b64encode(bytes(before) + content, others)[first:last].decode()
