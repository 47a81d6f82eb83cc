# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module of a task: Ansible's own, but empty parameters count as unset."""

from __future__ import annotations

from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule

from .._settings.argument_spec import without_empty


class TaskModule(AnsibleModule):  # type: ignore[misc]
    """Reads a task's parameters. A number or a choice may be an empty text: that would fail before we could look at it."""

    params: Dict[str, Any]

    def _load_params(self) -> None:
        super()._load_params()
        self.params = without_empty(self.params, self.argument_spec)
