# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses that requests go to: the forms that a user may write them in, and what is refused."""

from __future__ import annotations

import ipaddress
import re
from typing import Optional, Tuple
from urllib.parse import urlsplit

from .._jobs.failure import OptionError

# The labels of a host name have 1 to 63 characters. Letters outside of ASCII are for `requests` to encode.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_PART = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})*\.?")
_LONGEST_HOST = 253
_VERSION_PATH = re.compile(r"/v1(?:/([A-Za-z0-9_-]+))?$")


def host_part(parameter: str, value: str) -> str:
    """``value`` if it can be part of a host name (a region, a domain): it must not lead to another host."""
    if not _HOST_PART.fullmatch(value) or len(value) > _LONGEST_HOST:
        raise OptionError(
            f"{parameter} must be part of a host name, such as 'eu-de' or 'otc.t-systems.com'; got {value!r}."
        )
    return value


def iam_address(parameter: str, value: str) -> str:
    """The address of IAM, without the ``/v3`` that it may end with. Raises OptionError."""
    address = _address(parameter, value)
    return address[: -len("/v3")] if address.endswith("/v3") else address


def modelarts_address(parameter: str, value: str) -> Tuple[str, Optional[str]]:
    """The address of ModelArts without the ``/v1`` or ``/v1/{project_id}`` that it may end with, and that project ID.

    Raises OptionError.
    """
    address = _address(parameter, value)
    version = _VERSION_PATH.search(address)
    return (address[: version.start()], version.group(1)) if version else (address, None)


def _address(parameter: str, value: str) -> str:
    def refuse(what: str) -> OptionError:
        return OptionError(f"{parameter} must be a URL such as https://service.example.com; {what}.")

    if any(character.isspace() or not character.isprintable() for character in value):
        raise refuse("it contains white space or a control character")
    if "@" in value:
        raise refuse("it must not contain a user name or password")
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refuse(f"got {value!r}") from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise refuse(f"got {value!r}")
    if not is_host(host):
        raise refuse(f"{host!r} cannot be the name of a host")
    if parts.query or parts.fragment:
        raise refuse(f"it must not contain '?' or '#'; got {value!r}")
    if parts.scheme == "http" and not _is_loopback(host):
        raise OptionError(
            f"{parameter} must use https: plain http would expose the credentials on the network to '{host}'. "
            "Only an address of this machine, such as http://localhost, may use http."
        )
    return value.rstrip("/")


def is_host(host: str) -> bool:
    """Whether ``host`` can be the name or the IP address of a host."""
    if ":" not in host:
        return len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) is not None
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
