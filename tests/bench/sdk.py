# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A script as users of the SDK `otcextensions` write it: restart the jobs in a loop, then wait for each.

``python sdk.py JSON`` with the settings of `contenders.sdk`. It uses a ready token: no request goes to IAM.
"""

from __future__ import annotations

import json
import sys
import time

import openstack
from otcextensions import sdk

RUNNING = 8


def main() -> None:
    asked = json.loads(sys.argv[1])
    cloud = openstack.connection.Connection(
        auth_type="admin_token",
        auth={"endpoint": asked["address"], "token": asked["token"]},
        modelartsv1_endpoint_override=f"{asked['address']}/v1/{asked['project']}",
        verify=asked["ca_path"] or True,
    )
    sdk.register_otc_extensions(cloud)
    modelarts = cloud.modelartsv1
    for job_id in asked["job_ids"]:
        modelarts.restart_visualization_job(job_id)
    for job_id in asked["job_ids"] if asked["wait"] else ():
        while modelarts.get_visualization_job(job_id).status != RUNNING:
            time.sleep(1)


if __name__ == "__main__":
    main()
