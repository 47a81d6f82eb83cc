# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that came from a service and must never be run as templates."""

from __future__ import annotations

from typing import TypeVar

from ansible.utils.unsafe_proxy import wrap_var

Value = TypeVar("Value")


def untrusted(value: Value) -> Value:
    """``value`` with everything in it marked as no template.

    Before ansible-core 2.19 a text is a template unless it is marked. Since then it is none unless it is marked as
    trusted, and such a mark is taken off. It is not enough to mark what has braces: a text that begins with ``#jinja2:``
    says itself what its templates begin with, and a condition is an expression without any.
    """
    marked: Value = wrap_var(value)
    return marked
