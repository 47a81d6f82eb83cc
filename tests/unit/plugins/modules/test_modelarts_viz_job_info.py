# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJobs
from ansible_collections.mlops.modelarts.plugins.modules import modelarts_viz_job_info as under_test
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import Setting


class Left(Exception):
    """The module has ended."""


class Module:
    """As much of an AnsibleModule as is needed; `result` is what it returned."""

    _diff = False

    def __init__(self, argument_spec, supports_check_mode):
        assert supports_check_mode
        self.params = {name: spec.get("default") for name, spec in argument_spec.items()}
        self.params.update(
            endpoint="http://127.0.0.1:1", project_id="p1", access_key="AK", secret_key="SK", **Module.given
        )
        self.no_log_values = set()
        self.warnings = []
        Module.last = self

    def warn(self, text):
        self.warnings.append(text)

    def exit_json(self, **result):
        self.result = result
        raise Left

    def fail_json(self, **result):
        self.exit_json(failed=True, **result)


@pytest.fixture(name="result_of")
def _result_of(monkeypatch):
    """What the module returns, for parameters and answers of the service."""

    def run(parameters, *answers):
        jobs = VizJobs(Setting(*answers, retries=0).transport, "https://m.example", "p1", None)
        monkeypatch.setattr(under_test, "TaskModule", Module)
        monkeypatch.setattr(under_test, "connect_to_read", lambda connection, register_secret, clock: jobs)
        Module.given = parameters
        with pytest.raises(Left):
            under_test.main()
        return Module.last.result

    return run


def listed(*jobs, total=None):
    return (200, {"is_success": True, "job_total_count": total or len(jobs), "quotas": 9, "jobs": list(jobs)})


def test_jobs(result_of):
    result = result_of({"sort_by": "name"}, listed({"job_id": 1, "job_name": "b"}, {"job_id": 2, "job_name": "a"}))
    assert [job["id"] for job in result["jobs"]] == ["2", "1"]
    assert "actions" not in result["jobs"][0]
    del result["jobs"]
    assert result == {"changed": False, "missing": [], "total": 2, "quota": 9, "complete": True}
    assert Module.last.warnings == []


def test_list_that_is_incomplete_is_warned_of(result_of):
    result = result_of({}, *[listed({"job_id": 1}, total=2)] * 6)
    assert (result["total"], result["complete"]) == (1, False)
    assert Module.last.warnings == ["The list of visualization jobs is incomplete: some may be missing."]


@pytest.mark.parametrize(
    "parameters, category",
    [({"job_id": "9"}, "not_found"), ({"job_ids": []}, None)],
)
def test_failure_has_every_field(result_of, parameters, category):
    missing = (404, {"is_success": False, "error_code": "ModelArts.0103", "error_message": "none"})
    result = result_of(parameters, missing)
    assert result.pop("msg")
    assert result.pop("error", {"category": None})["category"] == category
    nothing = {"jobs": [], "missing": [], "total": None, "quota": None, "complete": None}
    assert result == {"failed": True, "changed": False, **nothing}
