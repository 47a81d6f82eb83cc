# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.regions import (
    DOMAIN_OF,
    not_known,
    service_url,
)


@pytest.mark.parametrize(
    "region, iam, modelarts",
    [
        ("eu-de", "iam.eu-de.otc.t-systems.com", "modelarts.eu-de.otc.t-systems.com"),
        ("eu-ch2", "iam-pub.eu-ch2.sc.otc.t-systems.com", "modelarts.eu-ch2.sc.otc.t-systems.com"),
        ("eu-west-101", "iam.eu-west-101.myhuaweicloud.eu", "modelarts.eu-west-101.myhuaweicloud.eu"),
        ("ap-southeast-1", "iam.ap-southeast-1.myhuaweicloud.com", "modelarts.ap-southeast-1.myhuaweicloud.cn"),
        ("cn-north-4", "iam.cn-north-4.myhuaweicloud.com", "modelarts.cn-north-4.myhuaweicloud.com"),
    ],
)
def test_addresses(region, iam, modelarts):
    assert service_url("iam", region, None) == f"https://{iam}"
    assert service_url("modelarts", region, None) == f"https://{modelarts}"


def test_every_known_region_has_addresses():
    assert all(service_url(service, region, None) for region in DOMAIN_OF for service in ("iam", "modelarts"))


@pytest.mark.parametrize(
    "region, question",
    [("eu-dee", "Did you mean eu-de? "), ("cn-north4", "Did you mean cn-north-4? "), ("somewhere", "")],
)
def test_region_that_is_not_known(region, question):
    assert service_url("iam", region, None) is None
    assert service_url("iam", region, "cloud.example") == f"https://iam.{region}.cloud.example"
    known = ", ".join(list(DOMAIN_OF)[:-1])
    assert not_known(region) == (
        f"Region '{region}' is not known. {question}Known: {known} and eu-ch2. For another cloud set cloud_domain, or "
        "endpoint and auth_url."
    )


def test_region_must_not_lead_to_another_host():
    with pytest.raises(OptionError, match="region must be part of a host name"):
        service_url("iam", "eu-de.evil.example/#", None)
