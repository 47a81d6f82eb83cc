# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # Attributes of every module. Each module states its own `support`.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict the changed status without modifying anything.
  diff_mode:
    description: In C(diff_mode), returns details of what changed, or would change in C(check_mode).
  idempotent:
    description: If run twice with the same options, and nothing else changes the jobs, the second run changes nothing.
"""

    PLATFORM = r"""
options: {}
attributes:
  platform:
    description: The platforms on which the module runs.
    platforms: posix
    support: full
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/mlops.modelarts.all) in C(module_defaults) to set options for all modules of the collection.
    support: full
    membership:
      - mlops.modelarts.all
"""

    # The attributes of DOCUMENTATION for modules that only read.
    INFO_MODULE = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict the changed status without modifying anything.
    support: full
    details:
      - This module only reads. Check mode makes no difference.
  diff_mode:
    description: In C(diff_mode), returns details of what changed, or would change in C(check_mode).
    support: N/A
    details:
      - This module only reads.
  idempotent:
    description: If run twice with the same options, and nothing else changes the jobs, the second run changes nothing.
    support: full
    details:
      - This module only reads.
"""
