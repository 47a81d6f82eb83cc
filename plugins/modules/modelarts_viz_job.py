#!/usr/bin/python

# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_viz_job
short_description: Restart ModelArts visualization jobs
version_added: 0.1.0
description:
  - A visualization job of ModelArts is a TensorBoard or MindInsight server over the summary files of a training job. It
    costs money while it runs, stops by itself when its time is up, and is restarted to look at the curves again.
  - This module restarts such a job on Huawei Cloud, and on T Cloud Public (Open Telekom Cloud), and waits until it runs.
  - The request to restart a job is sent once, and is not sent again where its outcome is not known.
author:
  - mlops.modelarts contributors (@mlops-modelarts)
options:
  job_id:
    description:
      - The ID of the job, a number.
      - Exactly one of O(job_id) and O(name) is required.
    type: str
  name:
    description:
      - The exact name of the job. Names need not be unique; where several jobs have it, the task fails and lists their IDs.
      - Exactly one of O(job_id) and O(name) is required.
    type: str
  state:
    description:
      - V(restarted) restarts a job that has stopped, and waits for one that is just stopping. This is an action, done once
        each time the task runs. A job that is starting or running is left alone and the task fails, unless O(force=true).
        A job that does not exist is never created.
    type: str
    required: true
    choices:
      - restarted
  force:
    description:
      - Whether a job that is starting or running is stopped first. Whoever looks at its pages is cut off until it runs again.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the job runs. Otherwise the task ends as soon as the service has accepted the request.
      - A job that is not down yet can be restarted with O(wait=true) only.
    type: bool
    default: true
  wait_timeout:
    description:
      - The time for the whole change in seconds, counted from the first request that changes something. When it is over,
        the task fails.
    type: int
    default: 600
  wait_delay:
    description:
      - The longest pause between two looks at the job, in seconds. The first look comes after about one second.
    type: int
    default: 10
extends_documentation_fragment:
  - mlops.modelarts.connection
  - mlops.modelarts.attributes
  - mlops.modelarts.attributes.platform
  - mlops.modelarts.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - The job is read and the task says what it would do. Nothing is sent that changes anything.
      - For a job whose status is not known, the service decides whether it is restarted, and the task says so in a warning.
  diff_mode:
    support: full
    details:
      - Shows the status of the job before and after.
  idempotent:
    support: none
    details:
      - Restarting is an action. The second run finds the job running, and fails unless O(force=true).
"""

EXAMPLES = r"""
- name: Restart a job that has stopped, and wait until it runs
  mlops.modelarts.modelarts_viz_job:
    job_id: 10
    state: restarted
    region: eu-de
    access_key: "{{ modelarts_access_key }}"
    secret_key: "{{ modelarts_secret_key }}"
    project_id: "{{ modelarts_project_id }}"
  register: curves

- name: Show where its pages are
  ansible.builtin.debug:
    var: curves.job.service_url

- name: Restart a job by its name, also if it is running, signed in with a password
  mlops.modelarts.modelarts_viz_job:
    name: resnet-curves
    state: restarted
    force: true
    wait_timeout: 900
    region: eu-de
    username: "{{ modelarts_username }}"
    password: "{{ modelarts_password }}"
    domain_name: "{{ modelarts_domain_name }}"

- name: Restart several jobs without waiting, signed in through environment variables such as HW_ACCESS_KEY
  mlops.modelarts.modelarts_viz_job:
    job_id: "{{ item }}"
    state: restarted
    wait: false
  loop:
    - 11
    - 12

- name: Say the connection once for all tasks
  module_defaults:
    group/mlops.modelarts.all:
      region: eu-de
      project_id: "{{ modelarts_project_id }}"
      token: "{{ modelarts_token }}"
  block:
    - name: Restart a job with a token that has been issued already
      mlops.modelarts.modelarts_viz_job:
        job_id: 13
        state: restarted

- name: Decide by the kind of failure
  mlops.modelarts.modelarts_viz_job:
    job_id: 10
    state: restarted
  register: outcome
  failed_when:
    - outcome is failed
    - outcome.error.category | default('') != 'conflict'
"""

RETURN = r"""
job:
  description: The job as last seen. V(none) where the task failed before it knew which job it is.
  returned: always
  type: dict
  sample:
    id: "10"
    name: resnet-curves
    description: Loss and accuracy
    status: RUNNING
    status_id: 8
    previous_status: CANCELED
    service_url: https://authoring-modelarts-eu-de.otc.t-systems.com/10
    train_url: /bucket/resnet/output/
    resource_id: 7f2c4a0e-5d1b-4b7e-9c55-3f0d2f9a1b22
    created_at: "2026-11-02T09:30:00Z"
    duration: 7200
    actions:
      - restart
    changed: true
    failed: false
    error:
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
      description:
        - The status as last seen, such as V(RUNNING). A number that is not known shows as V(STATUS_99).
        - In check mode, and with O(wait=false), the one that the job had before.
      type: str
      returned: always
      sample: RUNNING
    status_id:
      description: The number of that status.
      type: int
      returned: always
      sample: 8
    previous_status:
      description: The status when the task began.
      type: str
      returned: always
      sample: CANCELED
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
    actions:
      description:
        - What was sent to the service for the job, in order. None in check mode.
        - V(restart (outcome unknown\)) is a request whose answer was lost.
      type: list
      elements: str
      returned: always
      sample:
        - stop
        - restart
    changed:
      description: Whether a request for the job was accepted, or may have been.
      type: bool
      returned: always
      sample: true
    failed:
      description: Whether the job is not what the task wants it to be.
      type: bool
      returned: always
      sample: false
    error:
      description: Why, as in RV(error). V(none) for success.
      type: dict
      returned: always
jobs:
  description: All jobs of the task, each as RV(job). None where the task failed before it knew which job it is.
  returned: always
  type: list
  elements: dict
  sample:
    - id: "10"
      name: resnet-curves
      status: RUNNING
      changed: true
      failed: false
error:
  description: What went wrong with the service. Not returned for an option that cannot be right.
  returned: failure
  type: dict
  sample:
    code: ModelArts.0105
    message: "This job can't be resubmit. job status: 8"
    category: conflict
    http_status: 400
    request_id: 6b1f8d2a4c
    hint: Use force=true to stop it first, or state=started to leave it running.
  contains:
    code:
      description: The service's code, such as V(ModelArts.0105), V(APIGW.0301) or V(IAM.0001). V(none) where it gave none.
      type: str
      returned: always
      sample: ModelArts.0105
    message:
      description: The service's text, or ours where it gave none.
      type: str
      returned: always
      sample: "This job can't be resubmit. job status: 8"
    category:
      description:
        - The kind of failure, for a playbook to decide on. One of V(account), V(authentication), V(conflict), V(connection),
          V(endpoint), V(invalid_request), V(job_failed), V(not_found), V(outcome_unknown), V(permission), V(quota), V(server),
          V(throttled), V(timeout), V(token_expired) and V(unknown).
      type: str
      returned: always
      sample: conflict
    http_status:
      description: The HTTP status of the answer. V(none) where there was no answer.
      type: int
      returned: always
      sample: 400
    request_id:
      description: The ID that the cloud's support asks for. V(none) where the answer had none.
      type: str
      returned: always
      sample: 6b1f8d2a4c
    hint:
      description: What to do next.
      type: str
      returned: always
      sample: Use force=true to stop it first, or state=started to leave it running.
"""

import os
import signal

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mlops.modelarts.plugins.module_utils.clock import Clock, Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils.job_options import JOB_SPEC, job_options_from
from ansible_collections.mlops.modelarts.plugins.module_utils.jobs import connect
from ansible_collections.mlops.modelarts.plugins.module_utils.lifecycle import carry_out, plans_for
from ansible_collections.mlops.modelarts.plugins.module_utils.options import CONNECTION_SPEC, connection_from
from ansible_collections.mlops.modelarts.plugins.module_utils.result import TaskResult, as_done, as_planned, finish
from ansible_collections.mlops.modelarts.plugins.module_utils.survey import Survey
from ansible_collections.mlops.modelarts.plugins.module_utils.workers import Workers


def change_jobs(module: AnsibleModule) -> TaskResult:
    """Bring the jobs to the state, or in check mode say what that would come to."""
    options = job_options_from(module.params)
    connection = connection_from(module.params, os.environ, module.no_log_values.add)
    clock = Clock()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda _number, _frame: clock.interrupt())
    deadline = Deadline(clock, options.wait_timeout)
    workers = Workers(options.parallel)
    jobs = connect(connection, deadline, clock)
    survey = Survey(jobs, workers)
    plans = plans_for(options, jobs, survey)
    for planned in plans:
        for warning in planned.warnings(module.check_mode):
            module.warn(warning)
    if module.check_mode:
        return as_planned(plans, options.fleet)
    ways = carry_out(plans, jobs, survey, workers, deadline, clock, options.wait_delay)
    return as_done(ways, options.fleet)


def main() -> None:
    module = AnsibleModule(argument_spec={**CONNECTION_SPEC, **JOB_SPEC}, supports_check_mode=True)
    finish(module, lambda: change_jobs(module))


if __name__ == "__main__":
    main()
