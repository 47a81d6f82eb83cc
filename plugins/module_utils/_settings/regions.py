# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The domain that each known region's services are under, as the vendor's SDK lists them."""

from __future__ import annotations

from typing import Optional

from .._jobs.text import joined
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
    "myhuaweicloud.eu": ("eu-west-101",),
    "otc.t-systems.com": ("eu-de", "eu-nl"),
    "sc.otc.t-systems.com": ("eu-ch2",),
}
# The domain of each known region.
DOMAIN_OF = {region: domain for domain, regions in _DOMAINS.items() for region in regions}

# Where the first part of a service's host, or its domain, is another one.
_OTHER_HOSTS = {("iam", "eu-ch2", "sc.otc.t-systems.com"): "iam-pub"}
_OTHER_DOMAINS = {("modelarts", "ap-southeast-1", "myhuaweicloud.com"): "myhuaweicloud.cn"}


def service_url(service: str, region: Optional[str], cloud_domain: Optional[str]) -> Optional[str]:
    """The public address of ``service`` (``iam`` or ``modelarts``) in ``region``.

    ``None`` without a region, or where neither ``cloud_domain`` nor the region's own domain is known: a password must not
    go to a guessed host. Raises OptionError where one of them cannot be part of a host name.
    """
    if region is None:
        return None
    region = host_part("region", region)
    domain = host_part("cloud_domain", cloud_domain) if cloud_domain else DOMAIN_OF.get(region)
    if domain is None:
        return None
    place = (service, region, domain)
    return f"https://{_OTHER_HOSTS.get(place, service)}.{region}.{_OTHER_DOMAINS.get(place, domain)}"


def not_known(region: str) -> str:
    """The message that the domain of the region is not known, and which region may be meant."""
    # Only this message needs it.
    from difflib import get_close_matches  # noqa: PLC0415

    similar = get_close_matches(region, DOMAIN_OF, n=1)
    question = f"Did you mean {similar[0]}? " if similar else ""
    return (
        f"Region '{region}' is not known. {question}Known: {joined(list(DOMAIN_OF), 'and')}. For another cloud set "
        "cloud_domain, or endpoint and auth_url."
    )
