# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The auth methods as data: which parameters each of them uses. `_cloud.auth` has a class for each."""

from __future__ import annotations

import re
from typing import Container, NamedTuple, Tuple

# What can stand in an HTTP header.
HEADER_VALUE = re.compile(r"[!-~]+")
# What can be an ID of IAM. That of a project becomes a part of the path of requests.
PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")


class AuthMethod(NamedTuple):
    """One method to sign in, with the names of parameters.

    ``needs``: alternatives, each of which suffices; the last one is the usual one, and the first parameter of each shows
    that it is meant. ``may``: optional parameters. ``recognised_by``: any of them shows that this method is meant.
    ``identity``: those that say who signs in and are not secret. ``title`` is the method's name in messages.
    """

    name: str
    title: str
    needs: Tuple[Tuple[str, ...], ...]
    may: Tuple[str, ...]
    recognised_by: Tuple[str, ...]
    identity: Tuple[str, ...]

    @property
    def parameters(self) -> Tuple[str, ...]:
        """Every parameter that the method uses."""
        return tuple(dict.fromkeys(name for names in (*self.needs, self.may) for name in names))

    def missing(self, values: Container[str]) -> Tuple[str, ...]:
        """What the alternative that ``values`` come closest to still needs; empty if one is complete."""
        begun = [names for names in self.needs if names[0] in values] or self.needs[-1:]
        gaps = [tuple(name for name in names if name not in values) for names in reversed(begun)]
        return min(gaps, key=len, default=())


ACCESS_KEY = AuthMethod(
    name="access_key",
    title="an access key",
    needs=(("access_key", "secret_key"),),
    may=("security_token",),
    recognised_by=("access_key", "secret_key", "security_token"),
    identity=("access_key",),
)
TOKEN = AuthMethod(
    name="token",
    title="a token",
    needs=(("token",),),
    may=(),
    recognised_by=("token",),
    identity=(),
)
PASSWORD = AuthMethod(
    name="password",
    title="a password",
    needs=(("user_id", "password"), ("username", "password", "domain_id"), ("username", "password", "domain_name")),
    may=("project_domain_id", "project_domain_name", "domain_id", "domain_name"),
    recognised_by=("username", "user_id", "password"),
    identity=("user_id", "username", "domain_id", "domain_name"),
)
# In order of precedence.
AUTH_METHODS = (ACCESS_KEY, TOKEN, PASSWORD)

# What OpenStack's tools call the methods, in OS_AUTH_TYPE and in `clouds.yaml`.
AUTH_TYPES = {"password": PASSWORD, "v3password": PASSWORD, "token": TOKEN, "v3token": TOKEN}
