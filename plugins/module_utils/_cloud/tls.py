# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS 1.2 or later, with CA certificates that are loaded once for all connections of a task."""

from __future__ import annotations

import os
import ssl
import threading
from typing import Optional, Union

from .exchange_failure import Unusable
from .sockets import WatchedTlsSocket

try:
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
    from urllib3 import disable_warnings
    from urllib3.exceptions import InsecureRequestWarning
    from urllib3.util.ssl_ import create_urllib3_context
except ImportError:
    pass  # `connections` keeps the error


class Tls:
    """The contexts of one task: for servers and, if there is one, for an https proxy."""

    def __init__(self) -> None:
        self._setting_up = threading.Lock()
        self.context: Optional[ssl.SSLContext] = None
        self.proxy_context: Optional[ssl.SSLContext] = None

    def set_up(self, verify: Union[bool, str], for_proxy: bool) -> None:
        """Create the contexts at the first call: loading the certificates takes as long as many requests."""
        with self._setting_up:
            self.context = self.context or _context(verify)
            if for_proxy and self.proxy_context is None:
                self.proxy_context = _context(verify)
                # urllib3 1.26 compares the name of a server itself, but not that of a proxy.
                self.proxy_context.check_hostname = bool(verify)


def _context(verify: Union[bool, str]) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if verify else ssl.CERT_NONE)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = WatchedTlsSocket
    if verify:
        _load(context, verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)
    else:
        # Whoever asked for it needs no warning at each connection.
        disable_warnings(InsecureRequestWarning)
    return context


def _load(context: ssl.SSLContext, path: str) -> None:
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except OSError as error:
        reason = f"cannot read CA certificates from {path} ({error.strerror or error})"
        raise Unusable(reason, "Check that it is a file with CA certificates in PEM format.") from error
