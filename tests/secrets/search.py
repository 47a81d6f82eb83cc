# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A search for secrets, in every form in which one may be written. It shares no code with the collection."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

import ahocorasick

# A result is JSON in a line of output, which is JSON in an event of ansible-runner.
DEEPEST_JSON = 3


def forms(secret: str) -> dict[str, str]:
    """Return the secret in each form, by its name: plain, in JSON within JSON, in a URL and in base64."""
    found = {"plain": secret}
    for name, ascii_only in (("ASCII JSON", True), ("JSON", False)):
        text = secret
        for depth in range(1, DEEPEST_JSON + 1):
            text = found[f"{name}, {depth} deep"] = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
    for safe in ("", "/"):
        found[f"URL but for {safe!r}"] = quote(secret, safe=safe)
    found["form of a URL"] = quote_plus(secret)
    content = secret.encode()
    for shift in range(3):
        # Three bytes become four characters; the first and last characters also depend on the bytes around the secret.
        alone = slice((0, 2, 3)[shift], (shift + len(content)) * 4 // 3)
        for name, encode in (("base64", base64.b64encode), ("base64 for URLs", base64.urlsafe_b64encode)):
            found[f"{name}, shifted by {shift}"] = encode(b"?" * shift + content)[alone].decode()
    return found


class Search:
    """Looks for all secrets at once; ``secrets`` maps their names to them."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._needles = ahocorasick.Automaton()
        for name, secret in secrets.items():
            # If two forms are the same, the simplest one is reported: the one added last counts.
            for form, text in reversed(forms(secret).items()):
                self._needles.add_word(_as_text(text.encode()), f"{name} ({form})")
        self._needles.make_automaton()
        self.files = 0
        self.bytes = 0

    def in_bytes(self, content: bytes) -> list[str]:
        """Return the names of the secrets that the content has, and their forms."""
        self.bytes += len(content)
        return sorted({name for _end, name in self._needles.iter(_as_text(content))})

    def in_files(self, paths: Iterable[Path]) -> Iterator[str]:
        """Yield a line for each secret in each file."""
        for path in paths:
            self.files += 1
            for name in self.in_bytes(path.read_bytes()):
                yield f"{path}: {name}"


def _as_text(content: bytes) -> str:
    # The library searches text; this way it can be any bytes.
    return content.decode("latin-1")
