#!/usr/bin/python

# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: modelarts_viz_job
short_description: Restart, start, stop, create, describe and delete ModelArts visualization jobs
version_added: 0.1.0
description:
  - A visualization job of ModelArts is a TensorBoard or MindInsight server over the summary files of a training job. It
    costs money while it runs, stops by itself when its time is up, and is restarted to look at the curves again.
  - This module takes one job, or a whole list of them, on Huawei Cloud and on T Cloud Public (Open Telekom Cloud) to the
    state that is wanted, waits until they are there, and says of each what was done.
  - A request that restarts or creates a job is sent once, and is not sent again where its outcome is not known.
author:
  - mlops.modelarts contributors (@mlops-modelarts)
options:
  job_id:
    description:
      - The ID of the job, a number.
      - Exactly one of O(job_id), O(job_ids) and O(name) is required.
    type: str
  job_ids:
    description:
      - The IDs of several jobs. They are worked on at the same time, each on its own; what fails for one does not keep the
        others back. An ID that is given twice counts once.
      - Exactly one of O(job_id), O(job_ids) and O(name) is required. Not for O(state=present).
    type: list
    elements: str
  name:
    description:
      - The exact name of the job. Names need not be unique; where several jobs have it, the task fails and lists their IDs.
      - It is looked for in the workspace of O(workspace_id), or else in the default one.
      - Exactly one of O(job_id), O(job_ids) and O(name) is required. O(state=present) takes this one only, of 1 to 20
        letters, digits, hyphens and underscores.
    type: str
  state:
    description:
      - V(restarted) restarts a job that has stopped, and waits for one that is just stopping. This is an action, done once
        each time the task runs. A job that is starting or running is left alone and the task fails, unless O(force=true).
      - V(started) has the job run. One that is starting or running is left alone, one that has stopped is restarted.
      - V(stopped) has the job not run.
      - V(present) has a job of that name, with that O(description). If there is none, one is created, and runs.
      - V(absent) has no such job. One that the service deletes only when it has stopped is stopped first with O(force=true).
      - Only V(present) creates a job.
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
      - Whether a job that is starting or running is stopped first, where it has to be. Whoever looks at its pages is cut off.
      - Used with O(state=restarted) and O(state=absent).
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the job is in the O(state). Otherwise the task ends as soon as the service has accepted the
        request.
      - A job that would have to be waited for in between, such as one that is stopping and is to be restarted, needs
        O(wait=true).
    type: bool
    default: true
  wait_timeout:
    description:
      - The time for the whole change in seconds, counted from when signing in and the first look at the jobs are done. When
        it is over, the task fails.
    type: int
    default: 600
  wait_delay:
    description:
      - The longest pause between two looks at the job, in seconds. The first pause is a quarter of a second,
        and a tenth of the time waited so far is added to each.
    type: int
    default: 10
  parallel:
    description:
      - How many requests are under way at the same time, from 1 to 64. Reading a thousand jobs takes one request.
      - When the service throttles one, all slow down together, and speed up again by themselves.
    type: int
    default: 8
  train_url:
    description:
      - The folder in OBS with the summary files that a new job shows, such as V(/bucket/resnet/output/).
      - Required to create a job. Used with O(state=present) only.
    type: str
  description:
    description:
      - What the job is about, of at most 256 characters. Left as it is where this option is not set.
      - Used with O(state=present) only.
    type: str
  job_type:
    description:
      - What shows the summary files of a new job. Where this option is not set the service decides.
      - Used with O(state=present) only.
    type: str
    choices:
      - tensorboard
      - mindinsight
  flavor:
    description:
      - The code of the kind of machine that a new job runs on. Where this option is not set the service decides.
      - Used with O(state=present) only.
    type: str
  auto_stop:
    description:
      - After how many hours a new job stops by itself, from 0 to 24, where V(0) is never. Where this option is not set the
        service decides.
      - Used with O(state=present) only.
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
      - The jobs are read and the task says what it would do. Nothing is sent that changes anything.
      - For a job whose status is not known, the service decides whether it is restarted or stopped, and the task says so in a
        warning.
  diff_mode:
    support: full
    details:
      - Shows what of the job is changed, its status or its description, before and after. For O(job_ids) it is a list.
  idempotent:
    support: partial
    details:
      - Restarting is an action. The second run finds the job running, and fails unless O(force=true).
      - The other states are goals, and the second run changes nothing.
notes:
  - Only the description of a job can be changed afterwards. Where the service shows that O(train_url), O(job_type), O(flavor)
    or O(auto_stop) of the job is another one, a warning says so, and the job is left as it is.
  - When the task is interrupted by SIGINT or SIGTERM, no further request is sent, and what was done is reported.
seealso:
  - module: mlops.modelarts.modelarts_viz_job_info
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
    job_ids:
      - 11
      - 12
    state: restarted
    wait: false

- name: Have a job run, whatever it does now
  mlops.modelarts.modelarts_viz_job:
    job_id: 14
    state: started

- name: Have a job that shows the curves of a training, and stops by itself after four hours
  mlops.modelarts.modelarts_viz_job:
    name: resnet-50
    state: present
    train_url: /bucket/resnet-50/output/
    description: Loss and accuracy of the second attempt
    auto_stop: 4

- name: Stop two jobs, and go on if one of them is not there
  mlops.modelarts.modelarts_viz_job:
    job_ids: [15, 99999]
    state: stopped
  register: stopped
  failed_when: stopped.jobs | rejectattr('error', 'none') | rejectattr('error.category', 'equalto', 'not_found') | length > 0

- name: Delete a job, also if it has to be stopped first
  mlops.modelarts.modelarts_viz_job:
    name: resnet-50
    state: absent
    force: true

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
  description:
    - The job as last seen.
    - V(none) where the task failed before it knew which job it is, and for O(state=absent) where it never was there.
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
      description: The ID. V(none) for a job that is created in check mode, or could not be.
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
        - The status as last seen, such as V(RUNNING). A number that is not known shows as V(STATUS_99). V(none) where there
          is, or was, no such job.
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
        - What was sent to the service for the job, in order. None in check mode. V(create), V(update) for the description,
          V(stop), V(restart), V(delete).
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
  description:
    - All jobs of the task, each as RV(job), in the order in which they were asked for.
    - None where the task failed before it could work on any, and for O(state=absent) where the one job never was there.
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
    - What went wrong with the service. Not returned for an option that cannot be right.
    - For O(job_ids), that of the first job that failed; RV(jobs) has that of each.
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
          V(endpoint), V(interrupted), V(invalid_request), V(job_failed), V(not_found), V(outcome_unknown), V(permission),
          V(quota), V(server), V(throttled), V(timeout), V(token_expired) and V(unknown).
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
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Clock, Deadline
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import connect
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import (
    CONNECTION_SPEC,
    connection_from,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.options import JOB_SPEC, job_options_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.reader import Survey
from ansible_collections.mlops.modelarts.plugins.module_utils._task.result import (
    TaskResult,
    as_done,
    as_planned,
    finish,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runner import carry_out, plans_for
from ansible_collections.mlops.modelarts.plugins.module_utils._task.runtime import Runtime


def change_jobs(module: AnsibleModule, runtime: Runtime) -> TaskResult:
    """Bring the jobs to the state, or in check mode say what that would come to."""
    options = job_options_from(module.params)
    connection = connection_from(module.params, os.environ, module.no_log_values.add)
    deadline = Deadline(runtime.clock, options.wait_timeout)
    workers = runtime.workers(options.parallel)
    jobs = connect(connection, deadline, runtime)
    survey = Survey(jobs, workers)
    plans = plans_for(options, jobs, survey)
    for planned in plans:
        for warning in planned.warnings(module.check_mode):
            module.warn(warning)
    if module.check_mode:
        return as_planned(plans, options.fleet)
    ways = carry_out(plans, jobs, survey, workers, deadline, runtime.clock, options.wait_delay)
    return as_done(ways, options.fleet)


def main() -> None:
    module = AnsibleModule(argument_spec={**CONNECTION_SPEC, **JOB_SPEC}, supports_check_mode=True)
    clock = Clock()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda _number, _frame: clock.interrupt())
    finish(module, lambda: change_jobs(module, Runtime(clock)))


if __name__ == "__main__":
    main()
