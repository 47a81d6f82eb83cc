# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools

import pytest
from ansible_collections.mlops.modelarts.plugins.plugin_utils.host_names import harmless, unique


@pytest.mark.parametrize(
    "text, name",
    [
        ("viz-10", "viz-10"),
        ("a_b.c", "a_b.c"),
        ("Kürve 1", "Kürve_1"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("..", "_."),
        (".", "_"),
        ("-x", "_x"),
        ("/etc", "_etc"),
        ("web[1:3]", "web_1_3_"),
        ("!all", "_all"),
        ("~.*", "_._"),
        ("a,b", "a_b"),
        ("::1", "__1"),
        ("a\x1b[2J\nb", "a__2J_b"),
        ("{{ 7 * 7 }}", "___7___7___"),
        ("{%x%}{#y#}", "__x____y__"),
        ("#jinja2:a", "_jinja2_a"),
        ("", ""),
    ],
)
def test_harmless(text, name):
    assert harmless(text) == name


@pytest.mark.parametrize(
    "wanted, taken, names",
    [
        ({}, (), {}),
        ({"1": "a", "2": "b"}, (), {"1": "a", "2": "b"}),
        ({"1": "a", "2": "a", "3": "b"}, (), {"1": "a-1", "2": "a-2", "3": "b"}),
        ({"1": "localhost", "2": "all"}, ("localhost", "all"), {"1": "localhost-1", "2": "all-2"}),
        # The name of one job equals the name of another with its ID.
        ({"1": "a", "2": "a", "3": "a-1"}, (), {"1": "a-1", "2": "a-2", "3": "a-1-3"}),
        ({"1": "a", "2": "a", "3": "a-1", "4": "a-1-3"}, (), {"1": "a-1", "2": "a-2", "3": "a-1-3", "4": "a-1-3-4"}),
        ({"1": "a", "2": "a"}, ("a-1",), {"1": "a-1-1", "2": "a-2"}),
        ({"1": "2", "2": ""}, ("",), {"1": "2", "2": "-2"}),
    ],
)
def test_unique(wanted, taken, names):
    for order in itertools.permutations(wanted.items()):
        assert unique(dict(order), taken) == names


def test_names_are_always_unique():
    for choice in itertools.product(("a", "a-1", "a-2", "a-1-2", "a-3"), repeat=4):
        wanted = {str(number): name for number, name in enumerate(choice, 1)}
        names = unique(wanted, ("a-1", "a-3-3"))
        assert len(set(names.values()) - {"a-1", "a-3-3"}) == 4, wanted
