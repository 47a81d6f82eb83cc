# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor for fleets: the module's requests, sent with only `requests` and a thread pool, which keep connections alive.

``python bare.py JSON`` with the settings of `contenders.bare`. It runs as a script so that nothing else is imported.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

RUNNING = 8
PER_PAGE = 1000


def main() -> None:
    asked = json.loads(sys.argv[1])
    session = requests.Session()
    session.trust_env = False
    session.verify = asked["ca_path"] or True
    session.headers["X-Auth-Token"] = asked["token"]
    session.mount(asked["address"], HTTPAdapter(pool_maxsize=asked["parallel"]))
    url = f"{asked['address']}/v1/{asked['project']}/visualization-jobs"

    def statuses() -> dict[int, int]:
        found: dict[int, int] = {}
        while True:
            query = {"per_page": PER_PAGE, "page": len(found) // PER_PAGE + 1}
            answer = session.get(url, params=query, timeout=30).json()
            found.update((job["job_id"], job["status"]) for job in answer["jobs"])
            if not answer["jobs"] or len(found) >= answer["job_total_count"]:
                return found

    def restart(job_id: int) -> None:
        if not session.post(f"{url}/{job_id}/restart", timeout=30).json()["is_success"]:
            raise SystemExit(f"job {job_id} was not restarted")

    job_ids = list(statuses())[: asked["jobs"]]
    if not asked["restart"]:
        return
    with ThreadPoolExecutor(asked["parallel"]) as pool:
        list(pool.map(restart, job_ids))
    sent = time.monotonic()
    while asked["wait"]:
        # The module's pause between reads.
        time.sleep(min(10.0, 0.25 + (time.monotonic() - sent) / 10))
        now = statuses()
        if all(now[job_id] == RUNNING for job_id in job_ids):
            return


if __name__ == "__main__":
    main()
