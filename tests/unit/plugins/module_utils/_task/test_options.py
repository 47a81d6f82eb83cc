# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import NewJob
from ansible_collections.mlops.modelarts.plugins.module_utils._task.options import JOB_SPEC, job_options_from

DEFAULTS = {name: spec.get("default") for name, spec in JOB_SPEC.items()}
NO_JOB = "No job is named. Set job_id, job_ids or name."
NOT_AN_ID = "job_id must be the number of a visualization job, such as 10; got "
NEW = {"job_id": None, "name": "viz", "state": "present", "train_url": "/b/"}


def options(**parameters):
    return job_options_from({**DEFAULTS, "job_id": "10", "state": "restarted", **parameters})


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"job_id": None}, NO_JOB),
        ({"job_id": "", "name": ""}, NO_JOB),
        ({"name": "viz-10"}, "Set either job_id or name, not both."),
        (
            {"name": "viz-10", "job_ids": ["1"]},
            "Set only one of job_id, job_ids and name.",
        ),
        (
            {"job_id": None, "job_ids": []},
            "job_ids is empty. Set at least one ID, or skip the task when there are no jobs.",
        ),
        (
            {"job_id": None, "job_ids": [""]},
            "job_ids is empty. Set at least one ID, or skip the task when there are no jobs.",
        ),
        (
            {"job_id": None, "job_ids": ["1", "x"]},
            "Each of job_ids must be the number of a visualization job, such as 10; got 'x'.",
        ),
        ({"job_id": "../x"}, NOT_AN_ID + "'../x'."),
        ({"job_id": "10/stop"}, NOT_AN_ID + "'10/stop'."),
        ({"job_id": "10?x"}, NOT_AN_ID + "'10?x'."),
        ({"job_id": "10\n"}, NOT_AN_ID + "'10\\n'."),
        ({"job_id": "١٠"}, NOT_AN_ID + "'١٠'."),
        ({"job_id": "-1"}, NOT_AN_ID + "'-1'."),
        ({"wait_timeout": 0}, "wait_timeout must be from 1 to 86400; got 0."),
        ({"wait_timeout": 10**12}, "wait_timeout must be from 1 to 86400; got 1000000000000."),
        ({"wait_delay": 601}, "wait_delay must be from 1 to 600; got 601."),
        ({"wait_delay": 0}, "wait_delay must be from 1 to 600; got 0."),
        ({"parallel": 0}, "parallel must be from 1 to 64; got 0."),
        ({"parallel": 65}, "parallel must be from 1 to 64; got 65."),
        (
            {"state": "present"},
            "state=present requires name. Set name, and neither job_id nor job_ids.",
        ),
        (
            {**NEW, "name": None},
            "state=present requires name. Set name, and neither job_id nor job_ids.",
        ),
        ({**NEW, "name": "a b"}, "name must have 1 to 20 characters: letters, digits, '-' and '_'; got 'a b'."),
        (
            {**NEW, "name": "a" * 21},
            f"name must have 1 to 20 characters: letters, digits, '-' and '_'; got '{'a' * 21}'.",
        ),
        ({**NEW, "description": "x" * 257}, "description must have at most 256 characters; it has 257."),
        ({**NEW, "auto_stop": 25}, "auto_stop must be from 0 to 24; got 25."),
        ({**NEW, "auto_stop": -1}, "auto_stop must be from 0 to 24; got -1."),
    ],
)
def test_bad_job_options(parameters, message):
    with pytest.raises(OptionError) as caught:
        options(**parameters)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "parameters, job_ids, fleet",
    [
        ({}, ("10",), False),
        ({"job_id": "010"}, ("10",), False),
        ({"job_id": None, "job_ids": ["7", " 3", "07", "", "7"]}, ("7", "3"), True),
        ({"job_ids": []}, ("10",), False),
        ({"job_id": None, "name": "viz"}, (), False),
    ],
)
def test_jobs_of_a_task(parameters, job_ids, fleet):
    read = options(**parameters)
    assert (read.job_ids, read.fleet, read.name, read.new_job) == (job_ids, fleet, parameters.get("name"), None)


def test_new_job():
    parameters = {**NEW, "description": "", "job_type": "", "flavor": "s", "auto_stop": 0}
    assert options(**parameters).new_job == NewJob("viz", "/b/", "", None, "s", 0)


def test_other_states_ignore_the_options_of_a_new_job():
    assert options(state="absent", description="x" * 300, auto_stop=99).new_job is None
