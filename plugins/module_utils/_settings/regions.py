# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The domain that each known region's services are under, as the vendor's SDK lists them."""

from __future__ import annotations

from typing import Optional

from .addresses import host_part

_DOMAINS = {
    "myhuaweicloud.com": (
        "af-north-1",
        "af-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "cn-east-3",
        "cn-east-4",
        "cn-north-1",
        "cn-north-2",
        "cn-north-4",
        "cn-north-9",
        "cn-north-11",
        "cn-north-12",
        "cn-south-1",
        "cn-southwest-2",
        "cn-southwest-3",
        "la-north-2",
        "la-south-2",
        "me-east-1",
        "sa-brazil-1",
        "tr-west-1",
    ),
    "otc.t-systems.com": ("eu-de", "eu-nl"),
}
_DOMAIN_OF = {region: domain for domain, regions in _DOMAINS.items() for region in regions}

# Where a service is not under its region's domain.
_EXCEPTIONS = {("modelarts", "ap-southeast-1", "myhuaweicloud.com"): "myhuaweicloud.cn"}


def service_url(service: str, region: Optional[str], cloud_domain: Optional[str]) -> Optional[str]:
    """The public address of ``service`` (``iam`` or ``modelarts``) in ``region``.

    ``None`` without a region, or where neither ``cloud_domain`` nor the region's own domain is known: a password must not
    go to a guessed host. Raises OptionError where one of them cannot be part of a host name.
    """
    if region is None:
        return None
    region = host_part("region", region)
    domain = host_part("cloud_domain", cloud_domain) if cloud_domain else _DOMAIN_OF.get(region)
    if domain is None:
        return None
    return f"https://{service}.{region}.{_EXCEPTIONS.get((service, region, domain), domain)}"
