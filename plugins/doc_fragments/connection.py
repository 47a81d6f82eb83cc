# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The options of `CONNECTION_SPEC` in module_utils/_settings/connection.py.
    DOCUMENTATION = r"""
options:
  cloud:
    description:
      - The name of an entry in C(clouds.yaml), the configuration file of the OpenStack tools. The entry completes the
        options that are set; no other source does. Reading it requires PyYAML.
      - The file is the one that E(OS_CLIENT_CONFIG_FILE) names. Otherwise, it is the first one found in the working
        directory, C(~/.config/openstack) and C(/etc/openstack). You can keep secrets in a C(secure.yaml) in the same
        directory.
      - If this option is not set, the entry that E(OS_CLOUD) names is used, unless the rest of the environment
        suffices.
    type: str
  region:
    description:
      - The region of the project, such as V(eu-de) or V(cn-north-4).
      - Determines the addresses of ModelArts and IAM, unless O(endpoint) and O(auth_url) are set. It is also the
        default of O(project_name).
    type: str
  cloud_domain:
    description:
      - The domain of the region's services, such as V(otc.t-systems.com) or V(myhuaweicloud.com).
      - Required for regions that the collection does not know. A password is never sent to a guessed host.
    type: str
  endpoint:
    description:
      - The address of ModelArts, with or without C(/v1) or C(/v1/{project_id}).
      - If you sign in with a password, the default is the public address of the O(region) in the service catalog.
        Otherwise, or if the catalog has none, the default is C(https://modelarts.{region}.{cloud_domain}).
      - Must use C(https), except on the loopback interface.
    type: str
  auth_url:
    description:
      - The address of IAM, with or without C(/v3).
      - Defaults to C(https://iam.{region}.{cloud_domain}).
      - Must use C(https), except on the loopback interface.
      - Not used with O(project_id) and either an access key or a token.
    type: str
  project_id:
    description:
      - The ID of the project that contains the jobs.
      - By default, this is the project of the token that a password is exchanged for, or else the project named
        O(project_name).
    type: str
  project_name:
    description:
      - The name of the project that contains the jobs. Defaults to the O(region).
      - Not used with O(project_id).
    type: str
  workspace_id:
    description:
      - The ID of the workspace in which to list jobs and to look for a job by name. The service's default is V(0).
    type: str
  username:
    description:
      - The name of the IAM user. O(username), O(password) and O(domain_name) together are one of three authentication
        methods.
    type: str
  password:
    description:
      - The password of the IAM user.
      - It is exchanged for a token. If the token expires during the task, it is renewed.
    type: str
  domain_name:
    description:
      - The name of the account that the IAM user belongs to.
    type: str
  token:
    description:
      - A token issued for the project. It is one of three authentication methods.
      - It is not renewed. If it expires during the task, the task fails.
    type: str
  access_key:
    description:
      - The ID of an access key (AK). O(access_key) and O(secret_key) together are one of three authentication methods.
      - Each request is signed. With O(project_id), no request is sent to IAM.
    type: str
  secret_key:
    description:
      - The secret access key (SK).
    type: str
  security_token:
    description:
      - The security token of a temporary access key.
    type: str
  validate_certs:
    description:
      - Whether to verify the certificates of the services.
      - Defaults to V(true), unless the environment variable E(HW_INSECURE) or E(OS_INSECURE) is true.
    type: bool
  ca_path:
    description:
      - The path of a file with the CA certificates to trust, on the host that sends the requests.
      - Defaults to the certificates that C(requests) trusts.
    type: path
    aliases:
      - ca_cert
      - cacert
  api_timeout:
    description:
      - The maximum total time of one request, in seconds, from 1 to 600. The DNS lookup of the host is not included.
    type: int
    default: 30
  retries:
    description:
      - The number of retries after transient errors, from 0 to 20, for requests that are safe to repeat.
      - Retries of throttled requests do not count. They continue until the overall time is up.
    type: int
    default: 5
"""

    # Notes and requirements of modules.
    MODULE = r"""
options: {}
notes:
  - Options that are not set are read from the environment of the host that runs the task. There are three families of
    variables, C(HW_*), C(HUAWEICLOUD_SDK_*) and C(OS_*). They are tried in this order and never mixed, and an
    incomplete family is skipped. Options take precedence over all variables. An empty value counts as unset.
  - The entry in C(clouds.yaml) that E(OS_CLOUD) names comes last.
  - Within one family, an access key takes precedence over a token, and a token over a password. If the options of one
    task belong to two authentication methods, the task fails.
  - Credentials never appear in results, messages or logs. Keep them in variables that are encrypted with Ansible Vault,
    or in the environment. The C(environment) keyword of a task is less safe, because it shows its values at high
    verbosity.
requirements:
  - requests >= 2.28.0 on the host that runs the task
  - PySocks on the host that runs the task, to use a SOCKS proxy
  - PyYAML on the host that runs the task, to read C(clouds.yaml)
"""

    # Notes and requirements of inventory plugins.
    INVENTORY = r"""
options: {}
notes:
  - Each connection option and each filter can be a template, such as a C(lookup) of a vault or of an environment
    variable. It can also be encrypted with Ansible Vault. These templates can use extra variables.
  - Options that are not set are read from the environment of the controller. There are three families of variables,
    C(HW_*), C(HUAWEICLOUD_SDK_*) and C(OS_*). They are tried in this order and never mixed, and an incomplete family is
    skipped. Options take precedence over all variables. An empty value counts as unset, and so does a template that
    renders to one.
  - The entry in C(clouds.yaml) that E(OS_CLOUD) names comes last.
  - Within one family, an access key takes precedence over a token, and a token over a password. If the options of one
    file belong to two authentication methods, the plugin fails.
  - Credentials never appear in host variables, messages or the cache.
requirements:
  - requests >= 2.28.0 on the controller
  - PySocks on the controller, to use a SOCKS proxy
  - PyYAML on the controller, to read C(clouds.yaml)
"""
