# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxy that a request goes through, as `requests` reads the environment, and why it cannot be used."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Mapping, Optional
from urllib.parse import urlsplit

from .._settings.addresses import is_host
from .._settings.environment import proxy_variable
from .exchange_failure import Unusable

try:
    import requests
except ImportError:  # `connections` keeps the error
    requests = None  # type: ignore[assignment]

_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def proxy_for(url: str, proxies: Mapping[str, str]) -> Optional[str]:
    """The address of the proxy for ``url``, if there is one. Raises Unusable.

    The reason names the variable that the address is from: the address itself may hold a password.
    """
    proxy = requests.utils.select_proxy(url, proxies)
    if not proxy:
        return None
    address = proxy if "://" in proxy else f"http://{proxy}"
    variable = proxy_variable(os.environ, proxy) or "the system's settings"
    try:
        parts = urlsplit(address)
        # A password that is not percent-encoded may leave its end there.
        is_valid = "@" not in parts.path + parts.query + parts.fragment and parts.port != 0
        is_valid = is_valid and parts.scheme in _SCHEMES and is_host(parts.hostname or "")
    except ValueError:
        is_valid = False
    if not is_valid:
        hint = "Set it to an address such as http://proxy.example.com:3128."
        raise Unusable(f"the address of the proxy in {variable} is not valid", hint)
    if parts.scheme.startswith("socks") and find_spec("socks") is None:
        raise Unusable(
            f"the SOCKS proxy in {variable} requires PySocks, which {sys.executable} does not have",
            f"Install it: {sys.executable} -m pip install PySocks.",
        )
    return parts.scheme + address[len(parts.scheme) :]
