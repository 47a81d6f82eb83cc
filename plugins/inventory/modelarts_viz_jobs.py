# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: modelarts_viz_jobs
short_description: ModelArts visualization jobs as hosts
version_added: 0.1.0
description:
  - Each visualization job of ModelArts becomes a host, on Huawei Cloud and on T Cloud Public (Open Telekom Cloud), with what
    the service tells of it as variables. Every page of the list is read, 1000 jobs in each request. That may take ten minutes
    in all; a project with 10 000 jobs takes 10 requests.
  - The file has a name that ends in C(modelarts_viz_jobs.yml) or C(modelarts_viz_jobs.yaml).
  - A job is no machine that could be logged in to. Tasks for such a host run on the controller, as with
    C(delegate_to=localhost), or with C(ansible_connection) for the O(group); the plugin sets no such variable.
author:
  - mlops.modelarts contributors (@mlops-modelarts)
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices:
      - mlops.modelarts.modelarts_viz_jobs
  status:
    description:
      - Only jobs in one of these statuses become hosts, such as V(RUNNING) or V(CANCELED). A status that is known by its
        number alone is V(STATUS_99).
      - An empty list, or an empty value, means every status.
    type: list
    elements: str
  search:
    description:
      - Only jobs with this text in their name become hosts. It has at most 64 characters. Whether upper and lower case
        differ is for the service to say.
    type: str
  hostname:
    description:
      - A template for the names of the hosts, with the variables of the job, such as
        V({{ modelarts_name }}-{{ modelarts_id }}). Without it a host has the name of its job, or else the job's ID.
      - Where the name of several jobs would be the same, C(-) and its ID is appended to that of each. So it is where the name
        would be C(localhost), or that of a group that there is by then or that O(groups) makes.
      - Letters, digits, C(_), C(-) and C(.) are kept; all else in a name, and a C(-) or C(.) at its beginning, becomes C(_).
      - For Ansible, hosts of the same name in several inventories are one host. Who may create jobs may so give variables to
        a host of yours; where that matters, let the names begin as no other host's do, such as
        V(viz_{{ modelarts_name }}).
      - A job for which the template fails, or gives nothing, is an error if O(strict=true), and else has the name that it
        would have without it.
    type: str
  hostvars_prefix:
    description:
      - What the names of the jobs' variables begin with.
    type: str
    default: modelarts_
  group:
    description:
      - The group that all hosts are put into.
    type: str
    default: modelarts_viz_jobs
extends_documentation_fragment:
  - mlops.modelarts.connection
  - mlops.modelarts.connection.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - The variables of a host are, after the O(hostvars_prefix), C(id), C(name), C(description), C(status), C(status_id),
    C(service_url), C(train_url), C(resource_id), C(created_at) and C(duration), as
    M(mlops.modelarts.modelarts_viz_job_info) returns them.
  - What the service says is never run as a template, also where it comes from the cache or through O(compose).
    C(ansible-inventory --list) shows each text of it as a dictionary with the key C(__ansible_unsafe), from which Ansible
    and AWX read it back as the same text.
  - With O(cache=true) the jobs are kept as the service told of them, for each project, each user and each set of filters by
    itself. Signed in with a token they are kept only if O(project_id) is set, as a token does not say whose it is.
seealso:
  - module: mlops.modelarts.modelarts_viz_job
  - module: mlops.modelarts.modelarts_viz_job_info
"""

EXAMPLES = r"""
---
# jobs.modelarts_viz_jobs.yml: all jobs, signed in through environment variables such as HW_ACCESS_KEY, HW_SECRET_KEY and
# HW_PROJECT_ID. In AWX it is an inventory source as it is, sourced from a project, with a credential that sets these.
#
#     - name: Restart all jobs that were cancelled, many at a time
#       hosts: modelarts_viz_jobs
#       gather_facts: false
#       tasks:
#         - name: Restart the job
#           mlops.modelarts.modelarts_viz_job:
#             job_id: "{{ modelarts_id }}"
#             state: restarted
#             region: eu-de
#           delegate_to: localhost
#           when: modelarts_status == 'CANCELED'
plugin: mlops.modelarts.modelarts_viz_jobs
region: eu-de

---
# Groups by status, such as status_RUNNING, and a group of those that cost money.
plugin: mlops.modelarts.modelarts_viz_jobs
region: eu-de
keyed_groups:
  - key: modelarts_status
    prefix: status
groups:
  billed: modelarts_status in ['RUNNING', 'KILLING']

---
# The stopped jobs of one team, with names that stay the same whatever other jobs there are, and a password from a vault.
plugin: mlops.modelarts.modelarts_viz_jobs
region: eu-de
username: team
password: "{{ lookup('ansible.builtin.file', '/run/secrets/modelarts') }}"
domain_name: OTC00000000001000000000
search: team-
status:
  - CANCELED
  - KILLED
  - COMPLETED
hostname: "viz_{{ modelarts_name }}_{{ modelarts_id }}"

---
# Asks the service at most once in five minutes.
plugin: mlops.modelarts.modelarts_viz_jobs
region: eu-de
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/modelarts
cache_timeout: 300
"""

import hashlib
import json
import os
import re
from typing import Any, Callable, Dict, List, Mapping, Optional, Set

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.validation import check_type_bool, check_type_int, check_type_list, check_type_path
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import REQUESTS_IMPORT_ERROR
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import without
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.viz_jobs import VizJob, job_label
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import ModelArtsError, OptionError, clean
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import (
    CONNECTION_SPEC,
    Connection,
    connection_from,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._task.listing import connect_to_read, list_jobs
from ansible_collections.mlops.modelarts.plugins.module_utils._task.selection import (
    SELECTION_SPEC,
    Selection,
    selection_from,
)
from ansible_collections.mlops.modelarts.plugins.plugin_utils.host_names import harmless, unique
from ansible_collections.mlops.modelarts.plugins.plugin_utils.untrusted import untrusted

FILE_NAMES = ("modelarts_viz_jobs.yml", "modelarts_viz_jobs.yaml")
# The options that are rendered before anything is asked for; the others are templates for each host, or Ansible's own.
_RENDERED: Mapping[str, Mapping[str, Any]] = {
    **CONNECTION_SPEC,
    **SELECTION_SPEC,
    "hostvars_prefix": {"type": "str"},
    "group": {"type": "str"},
}
_ALIASES = {alias: name for name, spec in _RENDERED.items() for alias in spec.get("aliases", ())}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Makes hosts of visualization jobs."""

    NAME = "mlops.modelarts.modelarts_viz_jobs"

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and path.endswith(FILE_NAMES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill the inventory. Raises AnsibleError, with a sentence for the user and no secret in it."""
        super().parse(inventory, loader, path, cache)
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        self._read_config_data(path)
        secrets: Set[str] = set()
        complaint = ""
        try:
            jobs = self._jobs(path, cache, secrets)
        except OptionError as mistake:
            complaint = str(mistake)
        except ModelArtsError as failure:
            complaint = failure.sentence
        # Outside of the handlers: with tracebacks on, Ansible shows chained exceptions.
        if complaint:
            raise AnsibleParserError(without(complaint, _longest_first(secrets)))
        self._populate(jobs)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Take the options as Ansible does, those of the file with their templates rendered first.

        Ansible itself looks at their types before that, and takes any text for false where a boolean is due.
        """
        if direct:
            self.templar.available_variables = self._vars or {}
            direct = {**direct}
            for key in list(direct):
                name = _ALIASES.get(key, key)
                if name in _RENDERED:
                    value = self._rendered(key, direct.pop(key), _RENDERED[name])
                    if value not in (None, ""):
                        direct[name] = value
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def _rendered(self, key: str, value: Any, spec: Mapping[str, Any]) -> Any:
        """An option's value with its templates rendered, in its type; ``None`` or empty where it is not set."""
        failure: Optional[str] = None
        try:
            value = self.templar.template(value)
        except AnsibleError as error:
            # Of a secret that was meant as it stands, the reason would show it.
            failure = "" if spec.get("no_log") else f": {clean(str(error))}"
        if failure is not None:
            raise AnsibleParserError(f"{key} cannot be rendered as a template{failure}")
        return _in_type(key, value, spec["type"])

    def _jobs(self, path: str, cache: bool, secrets: Set[str]) -> List[Dict[str, Any]]:
        """The fields of each job, from the cache or from the service. Raises OptionError, ModelArtsError.

        ``secrets`` takes up each secret that comes up. None is in the fields, whatever the service says: as in the result of
        a module, it is masked.
        """
        parameters = {name: self.get_option(name) for name in (*CONNECTION_SPEC, *SELECTION_SPEC)}
        selection = selection_from(parameters)
        connection = connection_from(parameters, os.environ, secrets.add)
        key = self._cache_key(path, connection, selection) if self.get_option("cache") else None
        kept = self._cache.get(key) if key is not None and cache else None
        if kept is not None:
            jobs_kept: List[Dict[str, Any]] = kept["jobs"]
            return jobs_kept
        listing = list_jobs(connect_to_read(connection), selection)
        if listing.complaint:
            self.display.warning(listing.complaint)
        forms = _longest_first(secrets)
        fields = [
            {name: without(value, forms) if isinstance(value, str) else value for name, value in job.as_dict().items()}
            for job in listing.jobs
        ]
        if key is not None:
            self._cache[key] = {"jobs": fields}
        return fields

    def _cache_key(self, path: str, connection: Connection, selection: Selection) -> Optional[str]:
        """Where the jobs are kept; ``None`` where nothing but a secret says whose they are."""
        identity = connection.credentials.identity
        if connection.project_id is None and not identity:
            return None
        asked = (
            (connection.endpoint, connection.region_endpoint, connection.region, connection.auth_url),
            (connection.project_id, connection.project_name, connection.workspace_id),
            identity,
            selection.query(),
            [status.name for status in selection.statuses],
            # What another version of the collection has kept may lack some of them.
            list(VizJob("").as_dict()),
        )
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        return f"{self.get_cache_key(path)}_{digest[:16]}"

    def _populate(self, jobs: List[Dict[str, Any]]) -> None:
        """Make a host of each job, then what is composed of its variables, and groups last.

        Where a group has the name of a host, Ansible takes the group, for variables too: no host may meet one.
        """
        prefix = self.get_option("hostvars_prefix")
        if not _IDENTIFIER.fullmatch(prefix):
            raise AnsibleParserError(f"hostvars_prefix must be the beginning of a variable's name; got {prefix!r}.")
        variables = {job["id"]: untrusted({f"{prefix}{name}": value for name, value in job.items()}) for job in jobs}
        group = self.inventory.add_group(self._sanitize_group_name(self.get_option("group")))
        hosts = self._host_names({job["id"]: job["name"] for job in jobs}, variables)
        strict = self.get_option("strict")
        for job_id, host in hosts.items():
            self.inventory.add_host(host, group=group)
            for name, value in variables[job_id].items():
                self.inventory.set_variable(host, name, value)
        for job_id, host in hosts.items():
            self._set_composite_vars(self.get_option("compose"), variables[job_id], host, strict)
        for job_id, host in hosts.items():
            self._add_host_to_composed_groups(self.get_option("groups"), variables[job_id], host, strict)
        for job_id, host in hosts.items():
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables[job_id], host, strict)

    def _host_names(
        self, job_names: Mapping[str, Optional[str]], variables: Mapping[str, Mapping[str, Any]]
    ) -> Dict[str, str]:
        """The name of each job's host, by the job's ID."""
        wanted = {
            job_id: harmless(self._rendered_name(job_id, variables[job_id])) or harmless(name or "") or job_id
            for job_id, name in job_names.items()
        }
        made = {self._sanitize_group_name(str(name)) for name in self.get_option("groups") or {}}
        return unique(wanted, {*constants.LOCALHOST, *self.inventory.groups, *made})

    def _rendered_name(self, job_id: str, variables: Mapping[str, Any]) -> str:
        """What `hostname` gives for a job; empty where it gives nothing. Raises AnsibleParserError, if strict."""
        template = self.get_option("hostname")
        if not template:
            return ""
        failure = "it gives nothing"
        name: Any = None
        self.templar.available_variables = {**variables, **(self._vars if self.get_option("use_extra_vars") else {})}
        try:
            name = self.templar.template(template)
        except AnsibleError as error:
            failure = clean(str(error))
        if isinstance(name, (str, int)) and str(name).strip():
            return _plain(name)
        if self.get_option("strict"):
            raise AnsibleParserError(f"hostname does not name {job_label(job_id)}: {failure}")
        return ""


def _in_type(key: str, value: Any, kind: str) -> Any:
    """An option's value as modules would take it; ``None`` for one that is empty. Raises AnsibleParserError."""
    if value is None:
        return None
    if kind == "list" and isinstance(value, list):
        return [_plain(entry) for entry in value]
    if not isinstance(value, (list, dict)):
        text = _plain(value)
        if not text.strip():
            return None
        try:
            return _CONVERSIONS[kind](text)
        except TypeError:
            pass
    # Outside of the handler, and without the value: it may be a secret.
    raise AnsibleParserError(f"{key} must be {_WHAT[kind]}.")


def _plain(value: Any) -> str:
    """The text of a value without what Ansible has attached to it: marks would go along into all that is made of it."""
    return "".join(str(value))


_CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "bool": check_type_bool,
    "int": check_type_int,
    "list": check_type_list,
    "path": check_type_path,
    "str": str,
}
_WHAT = {
    "bool": "true or false",
    "int": "a whole number",
    "list": "a list, or texts with commas between them",
    "path": "a path",
    "str": "one text",
}


def _longest_first(secrets: Set[str]) -> List[str]:
    """In the order in which they are masked: one may be a part of another."""
    return sorted(secrets, key=len, reverse=True)
