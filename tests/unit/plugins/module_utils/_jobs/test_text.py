# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.text import clean, joined


@pytest.mark.parametrize(
    "text, cleaned",
    [
        ("as it is", "as it is"),
        ("two\r\nlines\tand  more", "two lines and more"),
        ("\x1b[31mred\x1b[0m, \x1b]0;title\x07and a bell\x07", "red, and a bell"),
        ("right\u202eto left", "right to left"),
        ("x" * 500, "x" * 500),
        # Cut between words, the last of which might be half a secret.
        ("x" * 501, "…"),
        ("ab " * 168, "ab " * 166 + "…"),
        ("ab " + "x" * 20000, "ab …"),
        ("x" * 498 + " yy", "x" * 498 + " …"),
        ("x" * 499 + " y", "…"),
        # Only the first 10,000 characters are examined.
        ("ab" + " " * 9998, "ab"),
        ("ab" + " " * 9999, "…"),
    ],
)
def test_text_of_a_service_is_made_safe_to_print(text, cleaned):
    assert clean(text) == cleaned
    assert len(cleaned) <= 500


@pytest.mark.parametrize("words, text", [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_list_of_words_in_a_sentence(words, text):
    assert joined(words, "and") == text
