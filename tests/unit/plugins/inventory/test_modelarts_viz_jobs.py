# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import pytest
import yaml
from ansible import constants
from ansible import template as ansible_template
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache
from ansible.utils import unsafe_proxy
from ansible_collections.mlops.modelarts.plugins.doc_fragments import connection
from ansible_collections.mlops.modelarts.plugins.inventory import modelarts_viz_jobs as under_test
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJobs
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._task.selection import SELECTION_SPEC
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.http_fakes import (
    ScriptedClient,
    ServingClient,
    Setting,
)

NAME = under_test.InventoryModule.NAME
SOURCE = {
    "plugin": NAME,
    "endpoint": "http://127.0.0.1:1",
    "project_id": "p1",
    "access_key": "AK",
    "secret_key": "the-secret-key",
}
TEMPLATE = "{{ lookup('pipe', 'touch /tmp/never') }}"


def option_docs():
    options = dict(yaml.safe_load(under_test.DOCUMENTATION)["options"])
    for fragment in (
        connection.ModuleDocFragment.DOCUMENTATION,
        constructed.ModuleDocFragment.DOCUMENTATION,
        inventory_cache.ModuleDocFragment.DOCUMENTATION,
    ):
        options.update(yaml.safe_load(fragment)["options"])
    return options


class Run:
    """Runs the plugin on an inventory file, with a service that gives scripted answers."""

    def __init__(self, path, monkeypatch):
        self.path = path / "test.modelarts_viz_jobs.yml"
        self.client = None
        self.connections = []
        self.warnings = []
        constants.config.initialize_plugin_configuration_definitions("inventory", NAME, option_docs())
        monkeypatch.setattr(under_test, "connect_to_read", self._connect)
        for variable in ("HW_ACCESS_KEY", "HW_SECRET_KEY", "OS_CLOUD", "HW_REGION_NAME", "OS_REGION_NAME"):
            monkeypatch.delenv(variable, raising=False)

    def _connect(self, connection, register_secret, clock):
        self.connections.append(connection)
        return VizJobs(Setting(client=self.client, retries=0).transport, "https://m.example", "p1", None)

    def of(self, *jobs, use_cache=True, existing=(), **options):
        """Return the inventory of these jobs. ``self.plugin`` is the plugin."""
        if self.client is None or jobs:
            content = {"is_success": True, "job_total_count": len(jobs), "jobs": list(jobs)}
            self.client = ScriptedClient((200, content))
        source = {**SOURCE, **options}
        self.path.write_text(yaml.safe_dump({name: value for name, value in source.items() if value is not None}))
        inventory = InventoryData()
        for group in existing:
            inventory.add_group(group)
        self.plugin = under_test.InventoryModule()
        self.plugin._load_name = self.plugin.ansible_name = NAME
        self.plugin._redirected_names = [NAME]
        self.plugin.display = self
        loader = DataLoader()
        self.plugin.parse(inventory, loader, str(self.path), cache=use_cache)
        inventory.reconcile_inventory()
        return inventory

    def warning(self, text):
        self.warnings.append(text)


@pytest.fixture
def run(tmp_path, monkeypatch):
    return Run(tmp_path, monkeypatch)


def job(number, **fields):
    return {"job_id": number, "job_name": f"viz-{number}", "status": 13, **fields}


def is_marked(value):
    """Whether Ansible will never run a text as a template."""
    if hasattr(ansible_template, "is_trusted_as_template"):
        return not ansible_template.is_trusted_as_template(value)
    return isinstance(value, unsafe_proxy.AnsibleUnsafe)


def groups_of(inventory, host):
    return sorted(group.name for group in inventory.hosts[host].groups if group.name != "all")


def test_documented_options_match_the_argument_specs():
    documented = option_docs()
    for name, spec in {**CONNECTION_SPEC, **SELECTION_SPEC}.items():
        doc = documented[name]
        assert doc["type"] == spec["type"], name
        assert doc.get("default") == spec.get("default"), name
        assert doc.get("aliases") == spec.get("aliases"), name


@pytest.mark.parametrize("number", range(4))
def test_examples(run, number):
    example = list(yaml.safe_load_all(under_test.EXAMPLES))[number]
    assert not example.keys() - option_docs().keys()
    if "password" in example:
        example = {
            **example,
            "password": "pw",
            "auth_url": "http://127.0.0.1:1",
            "access_key": None,
            "secret_key": None,
        }
    if "cache" in example:
        example = {**example, "cache_plugin": "jsonfile", "cache_connection": str(run.path.parent / "cache")}
    jobs = (job(1, job_name="team-a"), job(2, job_name="team-b", status=8))
    assert (
        groups_of(run.of(*jobs, **example), list(run.plugin.inventory.hosts)[-1])
        == [
            ["modelarts_viz_jobs"],
            ["billed", "modelarts_viz_jobs", "status_RUNNING"],
            ["modelarts_viz_jobs"],
            ["modelarts_viz_jobs"],
        ][number]
    )


@pytest.mark.parametrize(
    "name, fits",
    [
        ("modelarts_viz_jobs.yml", True),
        ("a.modelarts_viz_jobs.yaml", True),
        ("a.modelarts_viz_jobs.json", False),
        ("modelarts.yml", False),
    ],
)
def test_file_names(tmp_path, name, fits):
    path = tmp_path / name
    path.write_text("")
    assert under_test.InventoryModule().verify_file(str(path)) is fits


def test_missing_file(tmp_path):
    assert not under_test.InventoryModule().verify_file(str(tmp_path / "modelarts_viz_jobs.yml"))


def test_jobs_are_hosts(run):
    inventory = run.of(job(10, create_time=1793611800000, duration=7200000), job(9, job_desc="curves", status=8))
    assert list(inventory.hosts) == ["viz-9", "viz-10"]
    assert groups_of(inventory, "viz-9") == ["modelarts_viz_jobs"]
    variables = inventory.hosts["viz-10"].vars
    assert {name: value for name, value in variables.items() if name.startswith("modelarts_")} == {
        "modelarts_id": "10",
        "modelarts_name": "viz-10",
        "modelarts_description": None,
        "modelarts_status": "CANCELED",
        "modelarts_status_id": 13,
        "modelarts_service_url": None,
        "modelarts_train_url": None,
        "modelarts_resource_id": None,
        "modelarts_created_at": "2026-11-02T09:30:00Z",
        "modelarts_duration": 7200,
    }
    assert "the-secret-key" not in str(variables)


def test_ten_thousand_jobs(run):
    run.client = ServingClient([str(number) for number in range(1, 10_001)])
    inventory = run.of()
    assert run.client.counts() == (10, 0)
    assert list(inventory.hosts) == [str(number) for number in range(1, 10_001)]


def test_no_jobs(run):
    inventory = run.of()
    assert not inventory.hosts
    assert "modelarts_viz_jobs" in inventory.groups
    assert not run.warnings


INCOMPLETE = "The list of visualization jobs is incomplete: some may be missing."


def test_incomplete_list_gives_a_warning_and_is_not_cached(run):
    run.client = ScriptedClient(*[(200, {"is_success": True, "job_total_count": 2, "jobs": [job(1)]})] * 6)
    inventory = run.of(cache=True, cache_plugin="jsonfile", cache_connection=str(run.path.parent / "cache"))
    assert list(inventory.hosts) == ["viz-1"]
    assert run.warnings == [INCOMPLETE]
    assert not run.client.answers
    assert list(run.plugin.cache) == []


def test_incomplete_list_is_an_error_if_strict(run):
    run.client = ScriptedClient(*[(200, {"is_success": True, "job_total_count": 2, "jobs": [job(1)]})] * 6)
    with pytest.raises(AnsibleError) as caught:
        run.of(strict=True)
    assert caught.value.message == INCOMPLETE
    assert not run.warnings


def test_templates_are_rendered_and_converted(run, monkeypatch):
    monkeypatch.setenv("SOMEWHERE", "http://localhost:2")
    run.of(
        job(1, status=8),
        endpoint="{{ lookup('env', 'SOMEWHERE') }}",
        api_timeout="{{ '20' }}",
        retries="{{ 1 + 2 }}",
        validate_certs="{{ 'no' }}",
        status="{{ ['RUNNING', 'KILLING'] }}",
        search="{{ 'vi' }}",
        workspace_id="{{ 7 }}",
        hostvars_prefix="{{ 'viz' }}_",
        group="{{ 'curves' }}",
    )
    connected = run.connections[0]
    assert (connected.endpoint, connected.api_timeout, connected.retries) == ("http://localhost:2", 20, 3)
    assert (connected.verify, connected.workspace_id) == (False, "7")
    assert run.client.log[0][1] == "v1/p1/visualization-jobs?search_content=vi&per_page=1000&page=1"
    assert run.plugin.inventory.hosts["viz-1"].vars["viz_id"] == "1"
    assert groups_of(run.plugin.inventory, "viz-1") == ["curves"]


def test_values_have_no_ansible_tags(run):
    run.of(job(1), project_id="{{ 'p' ~ 1 }}", workspace_id="{{ 'w' }}")
    connected = run.connections[0]
    values = (connected.project_id, connected.workspace_id, connected.identity["access_key"])
    assert {value.__class__ for value in values} == {str}


@pytest.mark.parametrize("empty", ["", "{{ '' }}", " ", None])
def test_empty_values_are_unset(run, monkeypatch, empty):
    monkeypatch.setenv("HW_ACCESS_KEY", "from-environment")
    monkeypatch.setenv("HW_SECRET_KEY", "secret")
    emptied = dict.fromkeys(("access_key", "secret_key", "token", "api_timeout", "retries", "validate_certs"), empty)
    inventory = run.of(
        job(1), **emptied, status=empty, search=empty, group=empty, hostvars_prefix=empty, hostname=empty
    )
    connected = run.connections[0]
    assert connected.identity == {"access_key": "from-environment"}
    assert (connected.api_timeout, connected.retries, connected.verify) == (30, 5, True)
    assert groups_of(inventory, "viz-1") == ["modelarts_viz_jobs"]
    assert inventory.hosts["viz-1"].vars["modelarts_id"] == "1"


def test_option_alias(run, tmp_path):
    authority = tmp_path / "ca.pem"
    authority.write_text("")
    run.of(job(1), cacert=f"{{{{ '{authority}' }}}}")
    assert run.connections[0].verify == str(authority)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"validate_certs": "flase"}, "validate_certs must be true or false."),
        ({"api_timeout": "soon"}, "api_timeout must be a whole number."),
        ({"api_timeout": "{{ 0 }}"}, "api_timeout must be from 1 to 600; got 0."),
        ({"secret_key": ["the-secret-key"]}, "secret_key must be text."),
        ({"secret_key": "the-secret-key{{"}, "secret_key cannot be rendered as a template"),
        ({"secret_key": "{{ nothing }}"}, "secret_key cannot be rendered as a template"),
        ({"status": {"a": 1}}, "status must be a list or comma-separated text."),
        ({"status": "RUNING"}, "Each status must be one of UNKNOWN"),
        ({"search": "x" * 65}, "search must have at most 64 characters; it has 65."),
        ({"endpoint": "http://example.com"}, "endpoint must use https"),
        ({"token": "the-secret-token"}, "Set either access_key or token, not both"),
        ({"hostvars_prefix": "1-"}, "hostvars_prefix must be a valid start of a variable name; got '1-'."),
        ({"hostname": "{{ nothing }}", "strict": True}, "hostname gives no name for visualization job 1: "),
        (
            {"hostname": "{{ '' }}", "strict": True},
            "hostname gives no name for visualization job 1: the result is empty or is not text",
        ),
        (
            {"hostname": "{{ [1] }}", "strict": True},
            "hostname gives no name for visualization job 1: the result is empty or is not text",
        ),
        ({"compose": {"a": "nothing"}, "strict": True}, "Could not set a for host viz-1: "),
    ],
)
def test_invalid_option_gives_a_clear_message(run, options, message):
    with pytest.raises(AnsibleError) as caught:
        run.of(job(1), **options)
    assert str(caught.value).startswith(message)
    for error in (caught.value, caught.value.__context__, caught.value.__cause__):
        assert "the-secret" not in str(error)
    assert "compose" in options or caught.value.__context__ is None


def test_failing_template_gives_the_reason(run):
    with pytest.raises(AnsibleError, match=r"project_id cannot be rendered as a template: .*nothing.* is undefined"):
        run.of(job(1), project_id="{{ nothing }}")


def test_secrets_in_a_service_failure_are_masked(run, monkeypatch):
    monkeypatch.setenv("HW_AUTH_TOKEN", "secret-of-the-environment")
    run.client = ScriptedClient(
        (403, {"error_code": "ModelArts.0108", "error_msg": "no the-secret-key and secret-of-the-environment here"})
    )
    with pytest.raises(AnsibleError) as caught:
        run.of()
    assert "(ModelArts.0108: no ******** and ******** here)" in str(caught.value)
    assert caught.value.__context__ is None


def test_without_requests(run, monkeypatch):
    monkeypatch.setattr(under_test, "REQUESTS_IMPORT_ERROR", "traceback")
    with pytest.raises(AnsibleError, match=r"Failed to import the required Python library \(requests\)"):
        run.of(job(1))


HOSTILE = job(
    1, job_name=TEMPLATE, job_desc=TEMPLATE, service_url=TEMPLATE, train_url=TEMPLATE, resource_id="#jinja2:a:'b'\nc"
)
COMPOSED = {
    "compose": {
        "said": "modelarts_description",
        "more": "modelarts_description ~ '!'",
        "many": "[modelarts_description]",
    }
}


def assert_no_templates(inventory):
    host = inventory.hosts["___lookup__pipe____touch__tmp_never_____"]
    variables = {name: value for name, value in host.vars.items() if not name.startswith("inventory_")}
    assert len(variables) == 13
    texts = [value for value in (*variables.values(), *variables["many"]) if isinstance(value, str)]
    assert texts.count(TEMPLATE) == 6
    assert all(is_marked(text) for text in texts)
    # Before ansible-core 2.19, host and group names are templates as well, wherever they are used.
    assert not [name for name in (*inventory.hosts, *inventory.groups) if "{" in name]
    assert groups_of(inventory, host.name) == ["d____lookup__pipe____touch__tmp_never_____", "modelarts_viz_jobs"]


def test_text_from_the_service_is_not_a_template(run):
    assert_no_templates(run.of(HOSTILE, keyed_groups=[{"key": "said", "prefix": "d"}], **COMPOSED))


def test_text_from_the_cache_is_not_a_template(run, tmp_path):
    options = {
        "cache": True,
        "cache_plugin": "jsonfile",
        "cache_connection": str(tmp_path / "cache"),
        "keyed_groups": [{"key": "said", "prefix": "d"}],
        **COMPOSED,
    }
    run.of(HOSTILE, **options)
    run.plugin.update_cache_if_changed()
    run.client = ScriptedClient()
    assert_no_templates(run.of(**options))


def test_hostname_is_a_template_for_each_job(run):
    inventory = run.of(
        job(1),
        job(2, job_name="b c"),
        hostname="{{ prefix }}{{ modelarts_name }}/{{ modelarts_id }}",
        use_extra_vars=True,
    )
    # The template fails without the variable, so the hosts get the names of the jobs.
    assert list(inventory.hosts) == ["viz-1", "b_c"]
    assert list(run.of(job(1), hostname="{{ modelarts_name }}/{{ modelarts_status_id }}").hosts) == ["viz-1_13"]
    assert list(run.of(job(1), hostname="{{ modelarts_status_id }}").hosts) == ["13"]
    assert list(run.of(job(1), hostname="{{ modelarts_description }}").hosts) == ["viz-1"]


def test_host_names_do_not_clash(run):
    inventory = run.of(
        job(1, job_name="twins"),
        job(2, job_name="twins"),
        job(3, job_name="localhost"),
        job(4, job_name="127.0.0.1"),
        job(5, job_name="all"),
        job(6, job_name="billed"),
        job(7, job_name="servers"),
        job(8, job_name="modelarts_viz_jobs"),
        job(9, job_name=None),
        job(10, job_name="CANCELED"),
        existing=["servers"],
        groups={"billed": "modelarts_id == '1'"},
        compose={"ansible_connection": "'local'"},
        keyed_groups=[{"key": "modelarts_status", "separator": ""}],
    )
    assert list(inventory.hosts) == [
        "twins-1",
        "twins-2",
        "localhost-3",
        "127.0.0.1-4",
        "all-5",
        "billed-6",
        "servers-7",
        "modelarts_viz_jobs-8",
        "9",
        "CANCELED",
    ]
    assert all(host.vars["ansible_connection"] == "local" for host in inventory.hosts.values())
    assert all(not group.vars for group in inventory.groups.values())
    assert len(inventory.groups["CANCELED"].hosts) == 10


KEPT = {"cache": True, "cache_plugin": "jsonfile"}


def key_of(run, **options):
    run.of(job(1), cache_connection=str(run.path.parent / "cache"), **KEPT, **options)
    return list(run.plugin.cache)


def test_cache_key_depends_on_the_connection_and_the_filters(run):
    different = [
        {},
        {"project_id": "p2"},
        {"workspace_id": "7"},
        {"access_key": "AK2"},
        {"endpoint": "http://127.0.0.1:2"},
        {"search": "v"},
        {"status": ["CANCELED"]},
        {"status": ["CANCELED", "KILLED"]},
        {"status": ["CANCELED", "FAILED"]},
    ]
    keys = [key_of(run, **options) for options in different]
    assert all(len(key) == 1 for key in keys)
    assert len({key[0] for key in keys}) == len(different)
    same = [{"secret_key": "another"}, {"hostname": "a"}, {"hostvars_prefix": "b_"}, {"retries": 2}]
    assert [key_of(run, **options) for options in same] == [keys[0]] * len(same)


def test_no_cache_for_a_token_without_project_id(run):
    nobody = {"access_key": None, "secret_key": None, "token": "t"}
    assert len(key_of(run, **nobody)) == 1
    assert key_of(run, **nobody, project_id=None, project_name="p", auth_url="http://127.0.0.1:1") == []
    someone = {"project_id": None, "project_name": "p", "auth_url": "http://127.0.0.1:1"}
    assert len(key_of(run, **someone)) == 1


def test_secrets_in_job_fields_are_masked_in_the_cache(run):
    secret = SOURCE["secret_key"]
    texts = (secret, base64.b64encode(f"{secret}!".encode()).decode(), f"a {secret} b")
    leaking = job(1, job_desc=texts[0], service_url=texts[1], train_url=texts[2])
    inventory = run.of(leaking, cache_connection=str(run.path.parent / "cache"), **KEPT)
    run.plugin.update_cache_if_changed()
    variables = inventory.hosts["viz-1"].vars
    shown = [variables[f"modelarts_{name}"] for name in ("description", "service_url", "train_url")]
    # The last characters of the base64 text also encode the character after the secret.
    assert shown == ["********", "********kh", "a ******** b"]
    (kept,) = [path.read_text() for path in (run.path.parent / "cache").iterdir()]
    assert "viz-1" in kept
    assert not any(text in kept for text in texts)


def test_cache_is_used_until_it_is_flushed(run):
    options = {**KEPT, "cache_connection": str(run.path.parent / "cache")}
    run.of(job(1), **options)
    run.plugin.update_cache_if_changed()
    kept = [path.read_text() for path in (run.path.parent / "cache").iterdir()]
    assert len(kept) == 1
    assert "viz-1" in kept[0]
    assert "the-secret-key" not in kept[0]
    assert list(run.of(job(2), **options).hosts) == ["viz-1"]
    assert len(run.connections) == 1
    assert list(run.of(job(2), use_cache=False, **options).hosts) == ["viz-2"]
    run.plugin.update_cache_if_changed()
    assert list(run.of(job(3), **options).hosts) == ["viz-2"]
