# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mark values from a service, so that Ansible never runs them as templates."""

from __future__ import annotations

from typing import TypeVar

from ansible.utils.unsafe_proxy import wrap_var

Value = TypeVar("Value")


def untrusted(value: Value) -> Value:
    """Return ``value`` with all its text marked as not being a template.

    Before ansible-core 2.19, text is a template unless it is marked as unsafe. Since 2.19, it is one only if it is
    tagged as trusted; this removes the tag. Marking only text with braces is not enough: text that starts with
    ``#jinja2:`` sets its own delimiters, and a condition is an expression without braces.
    """
    marked: Value = wrap_var(value)
    return marked
