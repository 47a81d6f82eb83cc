# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses that requests go to: what a user may write for them, and what is refused."""

from __future__ import annotations

import ipaddress
import re
from typing import Optional, Tuple
from urllib.parse import urlsplit

from .._jobs.failure import OptionError

_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_VERSION_PATH = re.compile(r"/v1(?:/([A-Za-z0-9_-]+))?$")


def host_part(parameter: str, value: str) -> str:
    """``value`` where it can be a part of a host name (a region, a domain): it must not bring another host in."""
    if not _HOST_NAME.fullmatch(value):
        raise OptionError(
            f"{parameter} must be a part of a host name, such as eu-de or otc.t-systems.com; got {value!r}."
        )
    return value


def iam_address(parameter: str, value: str) -> str:
    """The address of IAM without its ``/v3``, whichever way it was written."""
    address = _address(parameter, value)
    return address[: -len("/v3")] if address.endswith("/v3") else address


def modelarts_address(parameter: str, value: str) -> Tuple[str, Optional[str]]:
    """The address of ModelArts without its ``/v1`` or ``/v1/{project_id}``, and the project ID that it named."""
    address = _address(parameter, value)
    version = _VERSION_PATH.search(address)
    return (address[: version.start()], version.group(1)) if version else (address, None)


def _address(parameter: str, value: str) -> str:
    def refuse(what: str) -> OptionError:
        return OptionError(f"{parameter} must be an address such as https://service.example.com; {what}.")

    if any(character.isspace() or not character.isprintable() for character in value):
        raise refuse("it has white space or a control character in it")
    if "@" in value:
        raise refuse("it must hold no user name or password")
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refuse(f"got {value!r}") from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise refuse(f"got {value!r}")
    if parts.query or parts.fragment:
        raise refuse(f"it must end before any '?' or '#', got {value!r}")
    if parts.scheme == "http" and not _is_loopback(host):
        raise OptionError(
            f"{parameter} must use https: over plain http, which is allowed to this machine alone, "
            f"credentials could be read on the way to {host}."
        )
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
