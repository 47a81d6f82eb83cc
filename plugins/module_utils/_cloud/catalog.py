# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog that IAM sends with a token: the address of each service, as in OpenStack's Keystone."""

from __future__ import annotations

import re
from typing import Any, Optional

from .._jobs.values import dictionaries
from .._settings.addresses import modelarts_address

# The service's types, and the end of its addresses: a version, then the project.
SERVICE_TYPES = ("modelarts", "modelartsv1")
_VERSION = re.compile(r"/v([0-9]+)(?:/[^/]+)?/?$")


def catalog_endpoint(catalog: Any, region: Optional[str]) -> Optional[str]:
    """The public address of ModelArts in the region, without its version; ``None`` if the catalog has none, or several.

    Without a region, all regions count. An address of version 1, or without a version, comes before those of others.
    Raises OptionError for an address that must not get credentials.
    """
    urls = [
        str(endpoint["url"])
        for service in dictionaries(catalog)
        if service.get("type") in SERVICE_TYPES
        for endpoint in dictionaries(service.get("endpoints"))
        if endpoint.get("interface") == "public"
        and endpoint.get("url")
        and region in (None, endpoint.get("region"), endpoint.get("region_id"))
    ]
    versions = {url: _VERSION.search(url) for url in urls}
    # One service may be listed with several versions, and under both types.
    addresses = {url: url[: version.start()] if version else url.rstrip("/") for url, version in versions.items()}
    first = {addresses[url] for url, version in versions.items() if version is None or version.group(1) == "1"}
    found = first or set(addresses.values())
    return modelarts_address("the endpoint in the catalog", found.pop())[0] if len(found) == 1 else None
