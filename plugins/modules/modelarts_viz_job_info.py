#!/usr/bin/python

# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_viz_job_info
short_description: List ModelArts visualization jobs
version_added: 0.1.0
description:
  - Reads ModelArts visualization jobs, on Huawei Cloud and on T Cloud Public (Open Telekom Cloud). It changes nothing.
  - Without O(job_id), O(job_ids) and O(name), it returns all jobs of the workspace. It reads every page of the list,
    with up to 1000 jobs per request. A project with 10 000 jobs takes 10 requests. Reading may take up to ten minutes
    in total.
  - Finding no job is not an error, unless O(job_id) is set.
author:
  - mlops.modelarts contributors (@mlops-modelarts)
options:
  job_id:
    description:
      - The ID of a job, a number. The task fails if the job does not exist.
      - Set at most one of O(job_id), O(job_ids) and O(name).
    type: str
  job_ids:
    description:
      - The IDs of jobs, each a number. RV(missing) returns the IDs that have no job.
      - The module reads the jobs from the list if that takes fewer requests than reading them one by one. A job that is
        not in the list, such as one in another workspace, is read individually.
      - Set at most one of O(job_id), O(job_ids) and O(name).
    type: list
    elements: str
  name:
    description:
      - The exact name of the jobs. Names need not be unique.
      - Set at most one of O(job_id), O(job_ids) and O(name).
    type: str
  status:
    description:
      - Only jobs with one of these statuses are returned, such as V(RUNNING) or V(CANCELED). If a status has only a
        number, write it as V(STATUS_99).
      - An empty list or an empty value means every status.
    type: list
    elements: str
  search:
    description:
      - Only jobs whose name contains this text are returned. The text can have up to 64 characters. The service decides
        whether case matters.
    type: str
  sort_by:
    description:
      - The field to sort the jobs by. IDs are sorted as numbers. Jobs with the same value are sorted by ID.
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
      - The sort order, ascending or descending.
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
- name: List all jobs
  mlops.modelarts.modelarts_viz_job_info:
    region: eu-de
    access_key: "{{ modelarts_access_key }}"
    secret_key: "{{ modelarts_secret_key }}"
    project_id: "{{ modelarts_project_id }}"
  register: all_jobs

- name: Show the jobs that cost money now
  ansible.builtin.debug:
    msg: "{{ all_jobs.jobs | selectattr('status', 'eq', 'RUNNING') | map(attribute='name') }}"

- name: Read one job, with credentials from environment variables such as HW_ACCESS_KEY
  mlops.modelarts.modelarts_viz_job_info:
    job_id: 10
    region: eu-de
  register: curves

- name: Show the URL of the job
  ansible.builtin.debug:
    var: curves.jobs[0].service_url

- name: List the stopped jobs of the resnet training jobs, newest first
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

- name: Restart the newest stopped job
  mlops.modelarts.modelarts_viz_job:
    job_id: "{{ stopped.jobs[0].id }}"
    state: restarted
    region: eu-de
  when: stopped.jobs | length > 0

- name: Check that all but one of these jobs still exist
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
  description: The jobs, sorted by O(sort_by). Empty if the task failed.
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
      description: The status, such as V(RUNNING). An unknown number shows as V(STATUS_99).
      type: str
      returned: always
      sample: RUNNING
    status_id:
      description: The number of the status. V(null) if the service sent none.
      type: int
      returned: always
      sample: 8
    service_url:
      description: The URL of the job's web pages.
      type: str
      returned: always
      sample: https://authoring-modelarts-eu-de.otc.t-systems.com/10
    train_url:
      description: The OBS folder with the summary files.
      type: str
      returned: always
      sample: /bucket/resnet/output/
    resource_id:
      description: The ID of the resource that the job is billed to.
      type: str
      returned: always
      sample: 7f2c4a0e-5d1b-4b7e-9c55-3f0d2f9a1b22
    created_at:
      description: When the job was created, in ISO 8601 format and UTC.
      type: str
      returned: always
      sample: "2026-11-02T09:30:00Z"
    duration:
      description:
        - How long the job has run, in seconds. ModelArts does not document whether this counts from the last start.
      type: int
      returned: always
      sample: 7200
missing:
  description:
    - The IDs in O(job_ids) that certainly have no job, in the order given. Otherwise empty.
    - If ModelArts does not show a job and nothing proves that the job does not exist, the task fails.
  returned: always
  type: list
  elements: str
  sample:
    - "999"
total:
  description: The number of entries in RV(jobs). V(null) if the task failed.
  returned: always
  type: int
  sample: 1
quota:
  description:
    - The maximum number of jobs in the project, as the service reports it.
    - V(null) if the service does not report it, if jobs were read by ID, and if the task failed.
  returned: always
  type: int
  sample: 100
complete:
  description:
    - Whether the list is complete, as far as the module can tell. Always V(true) if jobs were read by ID.
    - A list can change while its pages are read, or lack something that the service counts. The module then reads it
      up to three times. If that does not help, it returns V(false) and shows a warning, because some jobs may be missing.
    - V(null) if the task failed.
  returned: always
  type: bool
  sample: true
error:
  description: The reason for the failure. Not returned if an option is invalid.
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
      description: The service's code, such as V(ModelArts.0108), V(APIGW.0301) or V(IAM.0001). V(null) if it sent none.
      type: str
      returned: always
      sample: ModelArts.0103
    message:
      description: The service's error message, or the module's own if the service sent none.
      type: str
      returned: always
      sample: The visualization job does not exist.
    category:
      description:
        - The kind of failure, for use in conditions. One of V(account), V(authentication), V(capacity), V(connection),
          V(endpoint), V(invalid_request), V(not_found), V(permission), V(quota), V(server), V(throttled), V(timeout),
          V(token_expired) and V(unknown).
      type: str
      returned: always
      sample: not_found
    http_status:
      description: The HTTP status of the response. V(null) if there was no response.
      type: int
      returned: always
      sample: 404
    request_id:
      description: The request ID, which the cloud's support asks for. V(null) if the response had none.
      type: str
      returned: always
      sample: 6b1f8d2a4c
    hint:
      description: What to do next.
      type: str
      returned: always
      sample: Check job_id or name, and that region, project_id and workspace_id are the job's.
    encoded_authorization_message:
      description: Which policy refused the request, encoded by the service for the account's administrator.
      type: str
      returned: if the service sent it
"""

import gc
import os
from functools import partial

if __name__ == "__main__":
    # What a module imports stays to its end: Python would search it for garbage again and again, and find none.
    gc.set_threshold(100_000)

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Clock
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import Secrets
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.connect import connect_to_read
from ansible_collections.mlops.modelarts.plugins.module_utils._task.lookup import (
    LOOKUP_SPEC,
    NOTHING,
    Found,
    look_up,
    lookup_from,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.module import TaskModule
from ansible_collections.mlops.modelarts.plugins.module_utils._task.result import finish


def read_jobs(module: TaskModule) -> Found:
    """Read the jobs that the task asks about."""
    lookup = lookup_from(module.params)
    secrets = Secrets(module.no_log_values.add)
    connection = connection_from(module.params, os.environ, secrets.register)
    clock = Clock()
    found = look_up(connect_to_read(connection, secrets, clock), lookup, clock)
    if found.warning:
        module.warn(found.warning)
    return found


def main() -> None:
    module = TaskModule(argument_spec={**CONNECTION_SPEC, **LOOKUP_SPEC}, supports_check_mode=True)
    finish(module, partial(read_jobs, module), NOTHING)


if __name__ == "__main__":
    main()
