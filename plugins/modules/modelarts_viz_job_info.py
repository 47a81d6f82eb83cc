#!/usr/bin/python

# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_viz_job_info
short_description: Tell which ModelArts visualization jobs there are
version_added: 0.1.0
description:
  - Reads visualization jobs of ModelArts, on Huawei Cloud and on T Cloud Public (Open Telekom Cloud), and changes nothing.
  - Without O(job_id), O(job_ids) and O(name) it is told of all jobs of the workspace; every page of the list is read, 1000
    jobs in each request. That may take ten minutes in all; a project with 10 000 jobs takes 10 requests.
  - That there is no job to tell of is no failure, except where O(job_id) names one.
author:
  - mlops.modelarts contributors (@mlops-modelarts)
options:
  job_id:
    description:
      - The ID of one job, a number. The task fails if there is no such job.
      - At most one of O(job_id), O(job_ids) and O(name) can be given.
    type: str
  job_ids:
    description:
      - The IDs of jobs, numbers. Those of no job are returned in RV(missing).
      - They are read from the list where that takes fewer requests than asking for each. A job that the list does not show,
        such as one of another workspace, is asked for by itself.
      - At most one of O(job_id), O(job_ids) and O(name) can be given.
    type: list
    elements: str
  name:
    description:
      - The exact name of the jobs. Names need not be unique.
      - At most one of O(job_id), O(job_ids) and O(name) can be given.
    type: str
  status:
    description:
      - Only jobs in one of these statuses are returned, such as V(RUNNING) or V(CANCELED). A status that is known by its
        number alone is V(STATUS_99).
      - An empty list, or an empty value, means every status.
    type: list
    elements: str
  search:
    description:
      - Only jobs with this text in their name are returned. It has at most 64 characters. Whether upper and lower case
        differ is for the service to say.
    type: str
  sort_by:
    description:
      - What the jobs are sorted by; IDs are sorted as the numbers that they are. Jobs that are equal in it follow by their ID.
    type: str
    choices:
      - id
      - name
      - description
      - created_at
      - status
    default: id
  order:
    description:
      - Whether they are in ascending or in descending order.
    type: str
    choices:
      - asc
      - desc
    default: asc
extends_documentation_fragment:
  - mlops.modelarts.connection
  - mlops.modelarts.connection.module
  - mlops.modelarts.attributes.info_module
  - mlops.modelarts.attributes.platform
  - mlops.modelarts.attributes.action_group
seealso:
  - module: mlops.modelarts.modelarts_viz_job
  - plugin: mlops.modelarts.modelarts_viz_jobs
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: See all jobs
  mlops.modelarts.modelarts_viz_job_info:
    region: eu-de
    access_key: "{{ modelarts_access_key }}"
    secret_key: "{{ modelarts_secret_key }}"
    project_id: "{{ modelarts_project_id }}"
  register: all_jobs

- name: Show which of them cost money now
  ansible.builtin.debug:
    msg: "{{ all_jobs.jobs | selectattr('status', 'eq', 'RUNNING') | map(attribute='name') }}"

- name: See where the pages of one job are, signed in through environment variables such as HW_ACCESS_KEY
  mlops.modelarts.modelarts_viz_job_info:
    job_id: 10
    region: eu-de
  register: curves

- name: Show it
  ansible.builtin.debug:
    var: curves.jobs[0].service_url

- name: See which jobs of the resnet trainings have stopped, the newest first
  mlops.modelarts.modelarts_viz_job_info:
    search: resnet
    status:
      - CANCELED
      - KILLED
      - COMPLETED
    sort_by: created_at
    order: desc
    region: eu-de
  register: stopped

- name: Restart the newest of them
  mlops.modelarts.modelarts_viz_job:
    job_id: "{{ stopped.jobs[0].id }}"
    state: restarted
    region: eu-de
  when: stopped.jobs | length > 0

- name: See whether jobs are still there
  mlops.modelarts.modelarts_viz_job_info:
    job_ids:
      - 11
      - 12
      - 999
    region: eu-de
  register: some
  failed_when: some.missing | length > 1
"""

RETURN = r"""
jobs:
  description: The jobs, in the order of O(sort_by). None where the task failed.
  returned: always
  type: list
  elements: dict
  sample:
    - id: "10"
      name: resnet-curves
      description: Loss and accuracy
      status: RUNNING
      status_id: 8
      service_url: https://authoring-modelarts-eu-de.otc.t-systems.com/10
      train_url: /bucket/resnet/output/
      resource_id: 7f2c4a0e-5d1b-4b7e-9c55-3f0d2f9a1b22
      created_at: "2026-11-02T09:30:00Z"
      duration: 7200
  contains:
    id:
      description: The ID.
      type: str
      returned: always
      sample: "10"
    name:
      description: The name.
      type: str
      returned: always
      sample: resnet-curves
    description:
      description: The description.
      type: str
      returned: always
      sample: Loss and accuracy
    status:
      description: The status, such as V(RUNNING). A number that is not known shows as V(STATUS_99).
      type: str
      returned: always
      sample: RUNNING
    status_id:
      description: The number of that status. V(none) where the service gave none.
      type: int
      returned: always
      sample: 8
    service_url:
      description: Where the job's pages are.
      type: str
      returned: always
      sample: https://authoring-modelarts-eu-de.otc.t-systems.com/10
    train_url:
      description: Where in OBS the summary files are.
      type: str
      returned: always
      sample: /bucket/resnet/output/
    resource_id:
      description: The ID of the resource that the job is charged to.
      type: str
      returned: always
      sample: 7f2c4a0e-5d1b-4b7e-9c55-3f0d2f9a1b22
    created_at:
      description: When the job was created, in ISO 8601 and UTC.
      type: str
      returned: always
      sample: "2026-11-02T09:30:00Z"
    duration:
      description: How long the job has run, in seconds. Whether that counts from its last start is for the service to know.
      type: int
      returned: always
      sample: 7200
missing:
  description: Those of O(job_ids) that no job has, in the order in which they were given. Else none.
  returned: always
  type: list
  elements: str
  sample:
    - "999"
total:
  description: How many there are of the jobs that were asked for, which is how many RV(jobs) has. V(none) where the task failed.
  returned: always
  type: int
  sample: 1
quota:
  description:
    - How many jobs the project may have, as the service says.
    - V(none) where it does not say, where jobs were asked for by their ID, and where the task failed.
  returned: always
  type: int
  sample: 100
error:
  description: What went wrong with the service. Not returned for an option that cannot be right.
  returned: failure
  type: dict
  sample:
    code: ModelArts.0103
    message: The visualization job does not exist.
    category: not_found
    http_status: 404
    request_id: 6b1f8d2a4c
    hint: Check job_id or name, and that region, project_id and workspace_id are the job's.
  contains:
    code:
      description: The service's code, such as V(ModelArts.0108), V(APIGW.0301) or V(IAM.0001). V(none) where it gave none.
      type: str
      returned: always
      sample: ModelArts.0103
    message:
      description: The service's text, or ours where it gave none.
      type: str
      returned: always
      sample: The visualization job does not exist.
    category:
      description:
        - The kind of failure, for a playbook to decide on. One of V(account), V(authentication), V(connection), V(endpoint),
          V(invalid_request), V(not_found), V(permission), V(quota), V(server), V(throttled), V(timeout), V(token_expired) and
          V(unknown).
      type: str
      returned: always
      sample: not_found
    http_status:
      description: The HTTP status of the answer. V(none) where there was no answer.
      type: int
      returned: always
      sample: 404
    request_id:
      description: The ID that the cloud's support asks for. V(none) where the answer had none.
      type: str
      returned: always
      sample: 6b1f8d2a4c
    hint:
      description: What to do next.
      type: str
      returned: always
      sample: Check job_id or name, and that region, project_id and workspace_id are the job's.
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import (
    CONNECTION_SPEC,
    connection_from,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.listing import connect_to_read
from ansible_collections.mlops.modelarts.plugins.module_utils._task.lookup import (
    LOOKUP_SPEC,
    NOTHING,
    Found,
    look_up,
    lookup_from,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.result import finish


def read_jobs(module: AnsibleModule) -> Found:
    """The jobs that the task asks about."""
    lookup = lookup_from(module.params)
    connection = connection_from(module.params, os.environ, module.no_log_values.add)
    found = look_up(connect_to_read(connection), lookup)
    if found.warning:
        module.warn(found.warning)
    return found


def main() -> None:
    module = AnsibleModule(argument_spec={**CONNECTION_SPEC, **LOOKUP_SPEC}, supports_check_mode=True)
    finish(module, lambda: read_jobs(module), NOTHING)


if __name__ == "__main__":
    main()
