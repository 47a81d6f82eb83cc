# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import MASK, Secrets, forms_of, mask_forms

SECRETS = ["plain-secret", 'quo"te\\slash', "blank and ü + / = % ? &", "tab\tand two  blanks", "曲线曲线"]


def masked(secret, text):
    return mask_forms(text, forms_of(secret))


@pytest.mark.parametrize("secret", SECRETS)
def test_forms_that_are_masked(secret):
    assert masked(secret, f"a{secret}b") == f"a{MASK}b"
    for encoded in (
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(json.dumps(secret)[1:-1])[1:-1])[1:-1],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        " ".join(secret.split()),
    ):
        assert masked(secret, f"a{encoded}b") == f"a{MASK}b"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("before", ["", "a", "me:", "user:", "\xff\xff"])
@pytest.mark.parametrize("after", ["", "z", "zz"])
def test_base64_is_masked_wherever_the_secret_is_in_it(secret, before, after):
    content = f"{before}{secret}{after}".encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        rest = masked(secret, encode(content).decode()).replace(MASK, "")
        others = len(base64.b64encode(before.encode())) + len(base64.b64encode(after.encode()))
        # Of the secret itself only the bits may be left that share a character with its neighbours, and what fills up.
        assert len(rest) <= others + 4


@pytest.mark.parametrize(
    "secret, forms",
    [
        ("", set()),
        ("a", {"a"}),
        (" ", {" "}),
        ("\ud800", {"\ud800", "\\ud800", "\\\\ud800", "\\\\\\\\ud800", "%ED%A0%80"}),
    ],
)
def test_what_is_found_by_chance_is_no_form(secret, forms):
    assert forms_of(secret) == forms


def test_every_form_is_registered():
    registered = set()
    Secrets(registered.add).register("plain-secret")
    assert registered == forms_of("plain-secret")


def test_the_longest_secret_is_masked_first():
    secrets = Secrets()
    for secret in ("secret", "top secret 1", "secret"):
        secrets.register(secret)
    assert secrets.mask("my top secret 1, my secret") == f"my {MASK}, my {MASK}"
