# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of settings lives once: in the code. Pages and the descriptions of options repeat it."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.mlops.modelarts.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.tests.support.authentication import DOCS, PAGES, sentence

OPTIONS = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_current(name):
    if not (DOCS / name).exists():
        pytest.skip("ansible-test copies no docs")
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_option_is_documented():
    assert set(OPTIONS) == set(CONNECTION_SPEC)


@pytest.mark.parametrize("name", CONNECTION_SPEC)
def test_description_names_the_variables_and_the_key(name):
    expected = sentence(name)
    last = OPTIONS[name]["description"][-1]
    assert last.startswith(expected) if expected else "Also set by" not in last
