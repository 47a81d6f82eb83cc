# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What pages that are printed from the code have in common."""

from __future__ import annotations

from pathlib import Path

# The pages have the licence of this file. Its lines must not stand here twice: the licence check refuses that.
_LICENCE = "\n".join(line[2:] for line in Path(__file__).read_text(encoding="utf-8").splitlines()[:3])
# How such a page begins.
TOP = f"<!--\n{_LICENCE}\n-->\n\n"
