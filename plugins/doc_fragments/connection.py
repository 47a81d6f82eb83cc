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
      - The name of an entry of C(clouds.yaml), the file of OpenStack's tools, which is read with PyYAML. It completes the
        options that are set, and nothing else does.
      - The file is the one that E(OS_CLIENT_CONFIG_FILE) names, or else the first that there is in the working directory, in
        C(~/.config/openstack) and in C(/etc/openstack). Secrets may stand in a C(secure.yaml) beside it.
      - Without this option, the entry that E(OS_CLOUD) names is used where nothing else in the environment suffices.
    type: str
  region:
    description:
      - The region of the project, such as V(eu-de) or V(cn-north-4).
      - Says where ModelArts and IAM are, unless O(endpoint) and O(auth_url) do, and is the default of O(project_name).
    type: str
  cloud_domain:
    description:
      - The domain that the region's services are under, such as V(otc.t-systems.com) or V(myhuaweicloud.com).
      - Needed for regions that the collection does not know. A password is never sent to a guessed host.
    type: str
  endpoint:
    description:
      - The address of ModelArts, with or without C(/v1) or C(/v1/{project_id}).
      - Defaults to the public address that the catalog has for the O(region), where a password is exchanged for a token, and
        else to C(https://modelarts.{region}.{cloud_domain}).
      - Must be C(https), except on the loopback interface.
    type: str
  auth_url:
    description:
      - The address of IAM, with or without C(/v3).
      - Defaults to C(https://iam.{region}.{cloud_domain}).
      - Must be C(https), except on the loopback interface.
      - Not used with O(project_id) and either an access key or a token.
    type: str
  project_id:
    description:
      - The ID of the project that the jobs are in.
      - Without it, it is taken from the token that a password is exchanged for, or else looked up by O(project_name).
    type: str
  project_name:
    description:
      - The name of the project that the jobs are in. Defaults to the O(region).
      - Not used with O(project_id).
    type: str
  workspace_id:
    description:
      - The workspace whose jobs are listed, and in which a job is looked for by its name. The service's default is V(0).
    type: str
  username:
    description:
      - The name of the IAM user. Together with O(password) and O(domain_name) it is one of three ways to sign in.
    type: str
  password:
    description:
      - The password of the IAM user.
      - It is exchanged for a token, which is renewed when it expires meanwhile.
    type: str
  domain_name:
    description:
      - The name of the account that the IAM user belongs to.
    type: str
  token:
    description:
      - A token that has been issued for the project. It is one of three ways to sign in.
      - It is not renewed. When it expires meanwhile, that is a failure.
    type: str
  access_key:
    description:
      - The ID of an access key (AK). Together with O(secret_key) it is one of three ways to sign in.
      - Each request is signed; with O(project_id), no request is sent to IAM.
    type: str
  secret_key:
    description:
      - The secret of the access key (SK).
    type: str
  security_token:
    description:
      - The security token that a temporary access key comes with.
    type: str
  validate_certs:
    description:
      - Whether the certificates of the services are verified.
      - Defaults to V(true), unless the environment variable E(HW_INSECURE) or E(OS_INSECURE) is true.
    type: bool
  ca_path:
    description:
      - The path of a file with the certificates of the CAs to trust, on the host that sends the requests.
      - Defaults to those that C(requests) trusts.
    type: path
    aliases:
      - ca_cert
      - cacert
  api_timeout:
    description:
      - The time that one request may take in all, in seconds.
    type: int
    default: 30
  retries:
    description:
      - How often a request is sent again that failed for a passing reason and that cannot do harm when sent twice.
      - Requests that the service throttles are sent again until the time for all of them is up, and do not count.
    type: int
    default: 5
"""

    # What modules say besides.
    MODULE = r"""
options: {}
notes:
  - Options that are not set are read from the environment of the host that runs the task. The variables come in three
    families, C(HW_*), C(HUAWEICLOUD_SDK_*) and C(OS_*), which are tried in this order and never mixed; one that is
    incomplete is passed over. Options that are set come before all variables. An empty value counts as unset.
  - After them comes the entry of C(clouds.yaml) that E(OS_CLOUD) names.
  - An access key comes before a token, and a token before a password, within one family. Two ways to sign in among the
    options of one task are an error.
  - Credentials never appear in results, messages or logs. They are safest in variables that are encrypted with Ansible
    Vault, or in the environment; a task's C(environment) keyword shows its values at high verbosity.
requirements:
  - requests >= 2.28.0 on the host that runs the task
  - PyYAML on the host that runs the task, to read C(clouds.yaml)
"""

    # What inventory plugins say besides.
    INVENTORY = r"""
options: {}
notes:
  - Each option of the connection, and each filter, can be a template, such as C(lookup) of a vault or of an environment
    variable, and can be encrypted with Ansible Vault. Extra variables are there for such templates.
  - Options that are not set are read from the environment of the controller. The variables come in three families, C(HW_*),
    C(HUAWEICLOUD_SDK_*) and C(OS_*), which are tried in this order and never mixed; one that is incomplete is passed over.
    Options that are set come before all variables. An empty value counts as unset, a template that gives one too.
  - After them comes the entry of C(clouds.yaml) that E(OS_CLOUD) names.
  - An access key comes before a token, and a token before a password, within one family. Two ways to sign in among the
    options of one file are an error.
  - Credentials never appear in host variables, messages or the cache.
requirements:
  - requests >= 2.28.0 on the controller
  - PyYAML on the controller, to read C(clouds.yaml)
"""
