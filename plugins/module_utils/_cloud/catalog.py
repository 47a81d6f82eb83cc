# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog that IAM sends with a token: where each service is, as OpenStack's Keystone has it."""

from __future__ import annotations

from typing import Any, Optional

from .._settings.addresses import modelarts_address
from .answers import dictionaries

SERVICE_TYPE = "modelarts"


def catalog_endpoint(catalog: Any, region: Optional[str]) -> Optional[str]:
    """The public address of ModelArts in the region, without its version; ``None`` where the catalog has none.

    Without a region, the one that the catalog names if it names only one. Raises OptionError for an address that
    credentials must not be sent to.
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
