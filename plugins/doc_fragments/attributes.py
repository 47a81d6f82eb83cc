# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What every module of the collection says about itself. The `support` of each is the module's own to tell.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status prediction without modifying anything.
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when in C(diff_mode).
  idempotent:
    description: When run twice in a row with the same options and nothing else at work, the second run changes nothing.
"""

    PLATFORM = r"""
options: {}
attributes:
  platform:
    description: The platforms that the module runs on.
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

    # What a module that only reads says of the three of DOCUMENTATION.
    INFO_MODULE = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status prediction without modifying anything.
    support: full
    details:
      - This module only reads. It does the same in check mode.
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when in C(diff_mode).
    support: N/A
    details:
      - This module only reads.
  idempotent:
    description: When run twice in a row with the same options and nothing else at work, the second run changes nothing.
    support: full
    details:
      - This module only reads.
"""
