# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The auth methods as data: which parameters each of them uses. `_cloud.auth` has a class for each."""

from __future__ import annotations

import re
from typing import NamedTuple, Tuple

# What can stand in an HTTP header.
HEADER_VALUE = re.compile(r"[!-~]+")
# What can be the ID of a project: it becomes a part of the path of requests.
PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")


class AuthMethod(NamedTuple):
    """One method to sign in, with the names of parameters.

    ``needs``: all of them are required; ``may``: optional ones. ``recognised_by``: any of them shows that this method is
    meant. ``identity``: those that say who signs in and are not secret. ``title`` is the method's name in messages.
    """

    name: str
    title: str
    needs: Tuple[str, ...]
    may: Tuple[str, ...]
    recognised_by: Tuple[str, ...]
    identity: Tuple[str, ...]

    @property
    def parameters(self) -> Tuple[str, ...]:
        """Every parameter that the method uses."""
        return (*self.needs, *self.may)


ACCESS_KEY = AuthMethod(
    name="access_key",
    title="an access key",
    needs=("access_key", "secret_key"),
    may=("security_token",),
    recognised_by=("access_key", "secret_key", "security_token"),
    identity=("access_key",),
)
TOKEN = AuthMethod(
    name="token",
    title="a token",
    needs=("token",),
    may=(),
    recognised_by=("token",),
    identity=(),
)
PASSWORD = AuthMethod(
    name="password",
    title="a password",
    needs=("username", "password", "domain_name"),
    may=("project_domain_name",),
    recognised_by=("username", "password"),
    identity=("username", "domain_name"),
)
# In order of precedence.
AUTH_METHODS = (ACCESS_KEY, TOKEN, PASSWORD)
