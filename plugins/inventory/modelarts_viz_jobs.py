# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: modelarts_viz_jobs
short_description: ModelArts visualization jobs as hosts
version_added: 0.1.0
description:
  - Makes each ModelArts visualization job a host, on Huawei Cloud and on T Cloud Public (Open Telekom Cloud). The
    fields of the job become host variables.
  - Reads every page of the list, with up to 1000 jobs per request. A project with 10 000 jobs takes 10 requests.
    Reading may take up to ten minutes in total.
  - The name of the inventory file must end in C(modelarts_viz_jobs.yml) or C(modelarts_viz_jobs.yaml).
  - A job is not a machine that you can log in to. Run the tasks for these hosts on the controller, with
    C(delegate_to=localhost) or with C(ansible_connection) set for the O(group). The plugin does not set this variable.
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
      - Only jobs with one of these statuses become hosts, such as V(RUNNING) or V(CANCELED). If a status has only a
        number, write it as V(STATUS_99).
      - An empty list or an empty value means every status.
    type: list
    elements: str
  search:
    description:
      - Only jobs whose name contains this text become hosts. The text can have up to 64 characters. The service decides
        whether case matters.
    type: str
  hostname:
    description:
      - A template for the host names. It can use the variables of the job, such as
        V({{ modelarts_name }}-{{ modelarts_id }}). By default, a host has the name of its job, or the job's ID if the
        job has no name.
      - If several jobs would get the same host name, the plugin appends C(-) and the job's ID to each of them. It does
        the same if the host name would be C(localhost), the name of an existing group, or the name of a group in
        O(groups).
      - A host name keeps letters, digits, C(_), C(-) and C(.). Any other character becomes C(_), and so does a C(-) or
        C(.) at the start.
      - Ansible treats hosts with the same name in several inventories as one host. So anyone who can create jobs could
        set variables of your other hosts. To prevent this, start the names with a prefix that no other host has, such
        as V(viz_{{ modelarts_name }}).
      - If the template fails for a job, or its result is empty, O(strict=true) makes this an error. Otherwise the host
        gets its default name.
    type: str
  hostvars_prefix:
    description:
      - The prefix of the names of the host variables.
    type: str
    default: modelarts_
  group:
    description:
      - The group that contains all hosts.
    type: str
    default: modelarts_viz_jobs
extends_documentation_fragment:
  - mlops.modelarts.connection
  - mlops.modelarts.connection.inventory
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - Each host has the variables C(id), C(name), C(description), C(status), C(status_id), C(service_url), C(train_url),
    C(resource_id), C(created_at) and C(duration), prefixed with O(hostvars_prefix). Their values are those that
    M(mlops.modelarts.modelarts_viz_job_info) returns.
  - Text from the service is never run as a template, not even from the cache or through O(compose).
    C(ansible-inventory --list) shows each such text as a dictionary with the key C(__ansible_unsafe). Ansible and AWX
    read it back as the same text.
  - A list can change while its pages are read, or lack something that the service counts. The plugin then reads it up to
    three times. If that does not help, the plugin shows a warning, because some jobs may be missing, and does not cache
    the jobs. With O(strict=true), this is an error.
  - With O(cache=true), the plugin caches the jobs as the service returned them, separately for each project, user and
    set of filters. If you sign in with a token, it caches them only if O(project_id) is set, because a token does not
    show whose it is.
seealso:
  - module: mlops.modelarts.modelarts_viz_job
  - module: mlops.modelarts.modelarts_viz_job_info
"""

EXAMPLES = r"""
# fmt: code
---
# jobs.modelarts_viz_jobs.yml: all jobs, with credentials from environment variables such as HW_ACCESS_KEY,
# HW_SECRET_KEY and HW_PROJECT_ID. In AWX, use it as an inventory source from a project, with a credential that sets
# these variables.
#
#     - name: Restart all cancelled jobs, many at a time
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
# One group for each status, such as status_RUNNING, and a group of the jobs that cost money.
plugin: mlops.modelarts.modelarts_viz_jobs
region: eu-de
keyed_groups:
  - key: modelarts_status
    prefix: status
groups:
  billed: modelarts_status in ['RUNNING', 'KILLING']

---
# The stopped jobs of one team, with host names that do not depend on other jobs, and a password from a file.
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
# Query the service at most once every five minutes.
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
from typing import Any, Callable, Dict, List, Mapping, Optional

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.validation import check_type_bool, check_type_int, check_type_list, check_type_path
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.clock import Clock
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.http_client import REQUESTS_IMPORT_ERROR
from ansible_collections.mlops.modelarts.plugins.module_utils._cloud.masking import Secrets
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.failure import OptionError, RequestFailed
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.job import VizJob, job_label
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.text import clean
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.argument_spec import CONNECTION_SPEC
from ansible_collections.mlops.modelarts.plugins.module_utils._settings.connection import Connection, connection_from
from ansible_collections.mlops.modelarts.plugins.module_utils._task.connect import connect_to_read
from ansible_collections.mlops.modelarts.plugins.module_utils._task.listing import list_jobs
from ansible_collections.mlops.modelarts.plugins.module_utils._task.selection import (
    SELECTION_SPEC,
    Selection,
    selection_from,
)
from ansible_collections.mlops.modelarts.plugins.plugin_utils.host_names import harmless, unique
from ansible_collections.mlops.modelarts.plugins.plugin_utils.untrusted import untrusted

FILE_NAMES = ("modelarts_viz_jobs.yml", "modelarts_viz_jobs.yaml")
# The options that are rendered before the first request. The others are templates for each host, or Ansible's own.
_RENDERED: Mapping[str, Mapping[str, Any]] = {
    **CONNECTION_SPEC,
    **SELECTION_SPEC,
    "hostvars_prefix": {"type": "str"},
    "group": {"type": "str"},
}
_ALIASES = {alias: name for name, spec in _RENDERED.items() for alias in spec.get("aliases", ())}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Adds a host to the inventory for each visualization job."""

    NAME = "mlops.modelarts.modelarts_viz_jobs"

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and path.endswith(FILE_NAMES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill the inventory. Raises AnsibleError with a message for the user that contains no secret."""
        super().parse(inventory, loader, path, cache)
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        self._read_config_data(path)
        secrets = Secrets()
        message = ""
        try:
            jobs = self._jobs(path, cache, secrets)
        except OptionError as error:
            message = str(error)
        except RequestFailed as error:
            message = error.failure.sentence
        # Raise outside the handlers: with tracebacks enabled, Ansible shows chained exceptions.
        if message:
            raise AnsibleParserError(secrets.mask(message))
        self._populate(jobs)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Set the options as Ansible does, but render the templates in the inventory file first.

        Ansible itself checks the types before it renders, and takes any text for false where it expects a boolean.
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
        """Render an option's value and convert it to its type. ``None`` or empty if it is not set."""
        failure: Optional[str] = None
        try:
            value = self.templar.template(value)
        except AnsibleError as error:
            # A literal secret may contain template syntax by accident: the reason would quote it.
            failure = "" if spec.get("no_log") else f": {clean(str(error))}"
        if failure is not None:
            raise AnsibleParserError(f"{key} cannot be rendered as a template{failure}")
        return _in_type(key, value, spec["type"])

    def _jobs(self, path: str, cache: bool, secrets: Secrets) -> List[Dict[str, Any]]:
        """Return the fields of each job, from the cache or from the service. Raises OptionError, RequestFailed.

        Adds every secret to ``secrets``. If the service repeats one in a field, it is masked, as in a module's result.
        """
        parameters = {name: self.get_option(name) for name in (*CONNECTION_SPEC, *SELECTION_SPEC)}
        selection = selection_from(parameters)
        connection = connection_from(parameters, os.environ, secrets.register)
        key = self._cache_key(path, connection, selection) if self.get_option("cache") else None
        kept = self._cache.get(key) if key is not None and cache else None
        if kept is not None:
            jobs_kept: List[Dict[str, Any]] = kept["jobs"]
            return jobs_kept
        listing = list_jobs(connect_to_read(connection, secrets, Clock()), selection)
        if listing.warning:
            if self.get_option("strict"):
                raise AnsibleParserError(listing.warning)
            self.display.warning(listing.warning)
        fields = [
            {name: secrets.mask(value) if isinstance(value, str) else value for name, value in job.as_dict().items()}
            for job in listing.jobs
        ]
        if key is not None and listing.complete:
            self._cache[key] = {"jobs": fields}
        return fields

    def _cache_key(self, path: str, connection: Connection, selection: Selection) -> Optional[str]:
        """Return the cache key, or ``None`` if only a secret shows whose jobs they are."""
        identity = connection.identity
        if connection.project_id is None and not identity:
            return None
        scope = (
            (connection.endpoint, connection.region_endpoint, connection.region, connection.auth_url),
            (connection.project_id, connection.project_name, connection.workspace_id),
            identity,
            selection.query(),
            [status.name for status in selection.statuses],
            # Another version of the collection may have cached other fields.
            list(VizJob("").as_dict()),
        )
        digest = hashlib.sha256(json.dumps(scope, sort_keys=True).encode()).hexdigest()
        return f"{self.get_cache_key(path)}_{digest[:16]}"

    def _populate(self, jobs: List[Dict[str, Any]]) -> None:
        """Add a host for each job, then set composed variables, then add the hosts to composed groups.

        If a group has the same name as a host, Ansible uses the group, for variables as well. So no host may have the
        name of a group.
        """
        prefix = self.get_option("hostvars_prefix")
        if not _IDENTIFIER.fullmatch(prefix):
            raise AnsibleParserError(f"hostvars_prefix must be a valid start of a variable name; got {prefix!r}.")
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
        """Return the host name of each job, by job ID."""
        wanted = {
            job_id: harmless(self._rendered_name(job_id, variables[job_id])) or harmless(name or "") or job_id
            for job_id, name in job_names.items()
        }
        composed = {self._sanitize_group_name(str(name)) for name in self.get_option("groups") or {}}
        return unique(wanted, {*constants.LOCALHOST, *self.inventory.groups, *composed})

    def _rendered_name(self, job_id: str, variables: Mapping[str, Any]) -> str:
        """Render `hostname` for a job. Empty if that gives no name; with strict, raises AnsibleParserError then."""
        template = self.get_option("hostname")
        if not template:
            return ""
        failure = "the result is empty or is not text"
        name: Any = None
        self.templar.available_variables = {**variables, **(self._vars if self.get_option("use_extra_vars") else {})}
        try:
            name = self.templar.template(template)
        except AnsibleError as error:
            failure = clean(str(error))
        if isinstance(name, (str, int)) and str(name).strip():
            return _plain(name)
        if self.get_option("strict"):
            raise AnsibleParserError(f"hostname gives no name for {job_label(job_id)}: {failure}")
        return ""


def _in_type(key: str, value: Any, kind: str) -> Any:
    """Convert an option's value as a module would; ``None`` if it is empty. Raises AnsibleParserError."""
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
    # Raise outside the handler, and do not quote the value: it may be a secret.
    raise AnsibleParserError(f"{key} must be {_EXPECTED[kind]}.")


def _plain(value: Any) -> str:
    """Return a value as plain text, without Ansible's tags, which would spread to everything derived from it."""
    return "".join(str(value))


_CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "bool": check_type_bool,
    "int": check_type_int,
    "list": check_type_list,
    "path": check_type_path,
    "str": str,
}
_EXPECTED = {
    "bool": "true or false",
    "int": "a whole number",
    "list": "a list or comma-separated text",
    "path": "a path",
    "str": "text",
}
