# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for people: from outside made safe to print, and lists of words."""

from __future__ import annotations

import re
import unicodedata
from typing import Callable, Sequence

_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
# Characters of a service's text that a message shows, and characters that are examined to find them.
_MAX_SHOWN = 500
_MAX_EXAMINED = 20 * _MAX_SHOWN


def clean(text: str, mask: Callable[[str], str] = str) -> str:
    """``text`` as one line without control characters, cut to 500 characters.

    ``mask`` takes the secrets from a text that may hold any: half of one would not be recognised later. It is cut between
    words for the same reason.
    """
    text = mask(text)
    plain = mask(one_line(text[:_MAX_EXAMINED]))
    if len(text) <= _MAX_EXAMINED and len(plain) <= _MAX_SHOWN:
        return plain
    start = plain[: _MAX_SHOWN - 1]
    return start[: start.rfind(" ") + 1] + "…"


def one_line(text: str) -> str:
    """``text`` without terminal escape sequences and control characters, and with single spaces."""
    plain = _ESCAPE_SEQUENCE.sub("", text)
    plain = "".join(" " if unicodedata.category(character).startswith("C") else character for character in plain)
    return " ".join(plain.split())


def joined(words: Sequence[str], conjunction: str) -> str:
    """``words`` as a list in a sentence: "a, b and c" with the conjunction "and"."""
    return f" {conjunction} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
