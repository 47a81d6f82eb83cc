# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog that IAM sends with a token: the address of each service, as in OpenStack's Keystone."""

from __future__ import annotations

from typing import Any, Optional

from .._jobs.values import dictionaries
from .._settings.addresses import modelarts_address

SERVICE_TYPE = "modelarts"


def catalog_endpoint(catalog: Any, region: Optional[str]) -> Optional[str]:
    """The public address of ModelArts in the region, without its version; ``None`` if the catalog has none, or several.

    Without a region, all regions count. Raises OptionError for an address that must not get credentials.
    """
    urls = {
        str(endpoint["url"])
        for service in dictionaries(catalog)
        if service.get("type") == SERVICE_TYPE
        for endpoint in dictionaries(service.get("endpoints"))
        if endpoint.get("interface") == "public"
        and endpoint.get("url")
        and region in (None, endpoint.get("region"), endpoint.get("region_id"))
    }
    if len(urls) != 1:
        return None
    return modelarts_address("the endpoint in the catalog", urls.pop())[0]
