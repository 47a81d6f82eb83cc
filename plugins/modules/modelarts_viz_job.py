#!/usr/bin/python

# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_viz_job
short_description: Restart, start, stop, create, update and delete ModelArts visualization jobs
version_added: 0.1.0
description:
  - A ModelArts visualization job is a TensorBoard or MindInsight server for the summary files of a training job. It
    costs money while it runs, and stops by itself when its time is up. Restart it to see the curves again.
  - This module brings one job or a list of jobs to the desired state, on Huawei Cloud and on T Cloud Public (Open
    Telekom Cloud). It waits until the jobs reach the state, and returns what it did to each job.
  - If the outcome of a request to create a job is unknown, the module never repeats it. With O(state=restarted), the same
    applies to a request to restart a job.
author:
  - mlops.modelarts contributors (@mlops-modelarts)
options:
  job_id:
    description:
      - The ID of the job, a number.
      - Set exactly one of O(job_id), O(job_ids) and O(name).
    type: str
  job_ids:
    description:
      - The IDs of several jobs. The module works on them in parallel, and a job that fails does not affect the others.
        Duplicate IDs count once.
      - Set exactly one of O(job_id), O(job_ids) and O(name). Cannot be used with O(state=present).
    type: list
    elements: str
  name:
    description:
      - The exact name of the job. Names need not be unique. If several jobs have this name, the task fails and lists
        their IDs.
      - The module looks for the name in the workspace O(workspace_id), or else in the default workspace.
      - Set exactly one of O(job_id), O(job_ids) and O(name). O(state=present) requires this option, with a name of 1 to
        20 letters, digits, hyphens and underscores.
    type: str
  state:
    description:
      - V(restarted) restarts a stopped job. If the job is stopping, the module first waits until it has stopped. This
        is an action that is performed each time the task runs. If the job is starting or running, the task fails and
        leaves it alone, unless O(force=true).
      - V(started) makes sure that the job runs. It restarts a stopped job, and leaves a starting or running job alone.
      - V(stopped) makes sure that the job does not run.
      - V(present) makes sure that a job with this name and O(description) exists. If there is no such job, it creates
        and starts one.
      - V(absent) makes sure that the job does not exist. If the service deletes the job only after it has stopped,
        O(force=true) stops it first.
      - Only V(present) creates jobs.
    type: str
    required: true
    choices:
      - restarted
      - started
      - stopped
      - present
      - absent
  force:
    description:
      - Whether to stop a starting or running job first, if necessary. This disconnects its users.
      - Used with O(state=restarted) and O(state=absent).
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the job reaches the O(state). If V(false), the task ends as soon as the service accepts
        the request. After it creates a job, it ends when the list of jobs shows the new job, at most 30 seconds later.
      - A change that has to wait between two requests, or before the first, requires O(wait=true). An example is the
        restart of a job that is stopping.
    type: bool
    default: true
  wait_timeout:
    description:
      - The maximum time for the whole change, in seconds, from 1 to 86400. The time to sign in and to read the jobs for
        the first time does not count. When the time is up, the task fails.
    type: int
    default: 600
  wait_delay:
    description:
      - The maximum delay between two reads of the job, in seconds, from 1 to 600. The delay is a quarter of a second
        plus a tenth of the time since the last accepted request, up to this maximum.
    type: int
    default: 10
  parallel:
    description:
      - The maximum number of simultaneous requests, from 1 to 64. Reading a thousand jobs takes one request.
      - If the service throttles a request, all requests slow down together. They speed up again automatically.
    type: int
    default: 8
  train_url:
    description:
      - The OBS folder with the summary files for a new job, such as V(/bucket/resnet/output/).
      - Required to create a job. Used only with O(state=present).
    type: str
  description:
    description:
      - The description of the job, up to 256 characters. If not set, the description stays as it is. An empty text
        removes it.
      - Used only with O(state=present).
    type: str
  job_type:
    description:
      - The visualization tool of a new job. If not set, the service decides.
      - Used only with O(state=present).
    type: str
    choices:
      - tensorboard
      - mindinsight
  flavor:
    description:
      - The code of the machine type for a new job. If not set, the service decides.
      - Used only with O(state=present).
    type: str
  auto_stop:
    description:
      - The number of hours after which a new job stops by itself, from 0 to 24. V(0) means never. If not set, the
        service decides.
      - Used only with O(state=present).
    type: int
extends_documentation_fragment:
  - mlops.modelarts.connection
  - mlops.modelarts.connection.module
  - mlops.modelarts.attributes
  - mlops.modelarts.attributes.platform
  - mlops.modelarts.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - Check mode reads the jobs and reports what a real run would do. It sends no request that changes anything.
      - If the status of a job is unknown, the service decides whether to restart or stop it. The task then warns about
        this.
  diff_mode:
    support: full
    details:
      - Shows the status or the description of the job before and after the change. With O(job_ids), the diff is a list.
  idempotent:
    support: partial
    details:
      - Restarting is an action. A second run finds the job running and fails, unless O(force=true).
      - The other states are goals. A second run changes nothing.
notes:
  - If somebody else restarts a job after it has stopped during the task, V(restarted) and V(started) send no further
    request. They wait until the job runs, and a warning says so. V(stopped) and V(absent) stop or delete it.
  - Only the description of an existing job can be changed. If the service shows a different O(train_url), O(job_type),
    O(flavor) or O(auto_stop) for the job, a warning says so, and the job keeps its setting.
  - If SIGINT, SIGTERM or SIGHUP interrupts the task, it sends no further requests and reports what it has done so far.
    A signal that was ignored when the module started, as with C(nohup), stays ignored.
  - If Ansible stops waiting for the result, as with the task keyword C(timeout), the task sends no further requests
    either. A module cannot notice that only the main process of C(ansible-playbook) was killed or that its terminal was
    closed, because Ansible's worker process still waits for the result. With C(async), going on is intended.
seealso:
  - module: mlops.modelarts.modelarts_viz_job_info
"""

EXAMPLES = r"""
- name: Restart a stopped job and wait until it runs
  mlops.modelarts.modelarts_viz_job:
    job_id: 10
    state: restarted
    region: eu-de
    access_key: "{{ modelarts_access_key }}"
    secret_key: "{{ modelarts_secret_key }}"
    project_id: "{{ modelarts_project_id }}"
  register: curves

- name: Show the URL of the job
  ansible.builtin.debug:
    var: curves.job.service_url

- name: Restart a job by name, even if it is running, with a password
  mlops.modelarts.modelarts_viz_job:
    name: resnet-curves
    state: restarted
    force: true
    wait_timeout: 900
    region: eu-de
    username: "{{ modelarts_username }}"
    password: "{{ modelarts_password }}"
    domain_name: "{{ modelarts_domain_name }}"

- name: Restart several jobs without waiting, with credentials from environment variables such as HW_ACCESS_KEY
  mlops.modelarts.modelarts_viz_job:
    job_ids:
      - 11
      - 12
    state: restarted
    wait: false

- name: Make sure that a job runs
  mlops.modelarts.modelarts_viz_job:
    job_id: 14
    state: started

- name: Create a job for the curves of a training job, which stops by itself after four hours
  mlops.modelarts.modelarts_viz_job:
    name: resnet-50
    state: present
    train_url: /bucket/resnet-50/output/
    description: Loss and accuracy of the second attempt
    auto_stop: 4

- name: Stop two jobs, and continue if one of them does not exist
  mlops.modelarts.modelarts_viz_job:
    job_ids: [15, 99999]
    state: stopped
  register: stopped
  failed_when: >-
    stopped.jobs | rejectattr('error', 'none') | rejectattr('error.category', 'equalto', 'not_found') | length > 0

- name: Delete a job, even if it has to be stopped first
  mlops.modelarts.modelarts_viz_job:
    name: resnet-50
    state: absent
    force: true

- name: Set the connection once for several tasks
  module_defaults:
    group/mlops.modelarts.all:
      region: eu-de
      project_id: "{{ modelarts_project_id }}"
      token: "{{ modelarts_token }}"
  block:
    - name: Restart a job with an existing token
      mlops.modelarts.modelarts_viz_job:
        job_id: 13
        state: restarted

- name: Restart a job, but do not fail if it is already running
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
  description:
    - The job as last seen.
    - V(null) if the task failed before it identified the job, and with O(state=absent) if there was no such job.
  returned: unless O(job_ids) is used
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
      description: The ID. V(null) for a job that check mode would create, or that could not be created.
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
        - The status as last seen, such as V(RUNNING). An unknown number shows as V(STATUS_99). V(null) if there is, or
          was, no such job.
        - In check mode and with O(wait=false), this is the status before the change.
      type: str
      returned: always
      sample: RUNNING
    status_id:
      description: The number of the status.
      type: int
      returned: always
      sample: 8
    previous_status:
      description: The status at the start of the task.
      type: str
      returned: always
      sample: CANCELED
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
    actions:
      description:
        - The requests that were sent to change the job, in order. Possible values are V(create), V(update) for the
          description, V(stop), V(restart) and V(delete). Empty in check mode.
        - V(restart (outcome unknown\)) is a restart request whose response was missing or unclear.
      type: list
      elements: str
      returned: always
      sample:
        - stop
        - restart
    changed:
      description: Whether the service accepted, or may have accepted, a request to change the job.
      type: bool
      returned: always
      sample: true
    failed:
      description: Whether the task failed to bring the job to the desired state.
      type: bool
      returned: always
      sample: false
    error:
      description: The reason for the failure, with the same fields as RV(error). V(null) on success.
      type: dict
      returned: always
jobs:
  description:
    - All jobs of the task, in the order given. Each entry has the same fields as RV(job).
    - Empty if the task failed before it could work on any job, and with O(state=absent) if the one job did not exist.
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
  description:
    - The reason for the failure. Not returned if an option is invalid.
    - With O(job_ids), the reason for the first job that failed. RV(jobs) has the reason for each job.
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
      description: The service's code, such as V(ModelArts.0105), V(APIGW.0301) or V(IAM.0001). V(null) if it sent none.
      type: str
      returned: always
      sample: ModelArts.0105
    message:
      description: The service's error message, or the module's own if the service sent none.
      type: str
      returned: always
      sample: "This job can't be resubmit. job status: 8"
    category:
      description:
        - The kind of failure, for use in conditions. One of V(account), V(authentication), V(capacity), V(conflict),
          V(connection), V(endpoint), V(interrupted), V(invalid_request), V(job_failed), V(not_found),
          V(outcome_unknown), V(permission), V(quota), V(server), V(throttled), V(timeout), V(token_expired) and V(unknown).
      type: str
      returned: always
      sample: conflict
    http_status:
      description: The HTTP status of the response. V(null) if there was no response.
      type: int
      returned: always
      sample: 400
    request_id:
      description: The request ID, which the cloud's support asks for. V(null) if the response had none.
      type: str
      returned: always
      sample: 6b1f8d2a4c
    hint:
      description: What to do next.
      type: str
      returned: always
      sample: Use force=true to stop it first, or state=started to leave it running.
    encoded_authorization_message:
      description: Which policy refused the request, encoded by the service for the account's administrator.
      type: str
      returned: if the service sent it
"""

import gc
import os
import signal
from functools import partial
from typing import Any, Callable

if __name__ == "__main__":
    # What a module imports stays to its end: Python would search it for garbage again and again, and find none.
    gc.set_threshold(100_000)

from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Clock
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.deadline import Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import Secrets
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import connection_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.connect import connect
from ansible_collections.mlops.modelarts.plugins.module_utils._task.module import TaskModule
from ansible_collections.mlops.modelarts.plugins.module_utils._task.options import JOB_SPEC, job_options_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import JobReader
from ansible_collections.mlops.modelarts.plugins.module_utils._task.result import (
    TaskResult,
    as_done,
    as_planned,
    finish,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import carry_out, make_plans
from ansible_collections.mlops.modelarts.plugins.module_utils._task.workers import Workers

# Its file descriptor: Ansible reads the result from it.
_STANDARD_OUTPUT = 1


def change_jobs(
    module: TaskModule,
    clock: Clock,
    connect: Callable[..., Any] = connect,
    workers_of: Callable[[int], Workers] = Workers,
) -> TaskResult:
    """Bring the jobs to the state, or in check mode predict what that would do."""
    options = job_options_from(module.params)
    secrets = Secrets(module.no_log_values.add)
    connection = connection_from(module.params, os.environ, secrets.register)
    deadline = Deadline(clock, options.wait_timeout)
    workers = workers_of(options.parallel)
    jobs = connect(connection, deadline, clock, secrets)
    reader = JobReader(jobs, workers, clock)
    plans = make_plans(options, jobs, reader)
    for plan in plans:
        for warning in plan.warnings(module.check_mode):
            module.warn(warning)
    if module.check_mode:
        return as_planned(plans, options.fleet)
    every = carry_out(plans, jobs, reader, workers, deadline, clock, options.wait_delay)
    for progress in every:
        for warning in progress.warnings:
            module.warn(warning)
    return as_done(every, options.fleet)


def main() -> None:
    module = TaskModule(argument_spec={**CONNECTION_SPEC, **JOB_SPEC}, supports_check_mode=True)
    clock = Clock(output=_STANDARD_OUTPUT)
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # As with nohup: what is ignored when the module starts stays ignored.
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, lambda _number, _frame: clock.interrupt())
    finish(module, partial(change_jobs, module, clock))


if __name__ == "__main__":
    main()
