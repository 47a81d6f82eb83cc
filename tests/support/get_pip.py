# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the pip that is part of Python, and then the requested versions from the package index."""

from __future__ import annotations

import subprocess
import sys

PYTHON = [sys.executable, "-m"]
subprocess.check_call([*PYTHON, "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
subprocess.check_call([*PYTHON, "pip", "install", *[argument for argument in sys.argv[1:] if "==" in argument]])
