# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The options of `CONNECTION_SPEC` in module_utils/_settings/argument_spec.py. A test compares the variables and keys
    # in the descriptions with the tables that the code reads.
    DOCUMENTATION = r"""
options:
  cloud:
    description:
      - The name of an entry in C(clouds.yaml), the configuration file of the OpenStack tools. The entry completes the
        options that are set; no other source does. Reading it requires PyYAML.
      - The file is the one that E(OS_CLIENT_CONFIG_FILE) names. Otherwise, it is the first one found in the working
        directory, C(~/.config/openstack) and C(/etc/openstack). You can keep secrets in the file that
        E(OS_CLIENT_SECURE_FILE) names, or in a C(secure.yaml) in one of these directories.
      - An entry that lists several C(regions) requires O(region).
      - Also set by E(OS_CLOUD). The entry that it names is used if neither the options nor the variables C(HW_*) and
        C(HUAWEICLOUD_SDK_*) suffice.
    type: str
  region:
    description:
      - The region of the project, such as V(eu-de) or V(cn-north-4).
      - Determines the addresses of ModelArts and IAM, unless O(endpoint) and O(auth_url) are set. It is also the
        default of O(project_name).
      - For a region that the collection does not know, set O(cloud_domain), or O(endpoint) and O(auth_url).
      - Also set by E(HW_REGION_NAME), E(OS_REGION_NAME) or E(OS_REGION), or by C(region_name) in C(clouds.yaml).
    type: str
  cloud_domain:
    description:
      - The domain of the region's services, such as V(otc.t-systems.com) or V(myhuaweicloud.com).
      - Required for regions that the collection does not know. A password is never sent to a guessed host.
      - Also set by E(HW_CLOUD).
    type: str
  endpoint:
    description:
      - The address of ModelArts, with or without C(/v1) or C(/v1/{project_id}).
      - If you sign in with a password, the default is the public address of the O(region) in the service catalog.
        Otherwise, or if the catalog has none, the default is the usual address of a known O(region), or else
        C(https://modelarts.{region}.{cloud_domain}).
      - Must use C(https), except on the loopback interface.
      - Also set by E(HW_MODELARTS_ENDPOINT) or E(OS_MODELARTS_ENDPOINT_OVERRIDE), or by
        C(modelarts_endpoint_override) in C(clouds.yaml).
    type: str
  auth_url:
    description:
      - The address of IAM, with or without C(/v3).
      - Defaults to the usual address of a known O(region), or else to C(https://iam.{region}.{cloud_domain}).
      - Must use C(https), except on the loopback interface.
      - Not used with O(project_id) and either an access key or a token.
      - Also set by E(HW_AUTH_URL) or E(OS_AUTH_URL), or by C(auth.auth_url) in C(clouds.yaml).
    type: str
  project_id:
    description:
      - The ID of the project that contains the jobs.
      - By default, this is the project of the token that a password is exchanged for, or else the project named
        O(project_name).
      - Also set by E(HW_PROJECT_ID), E(HUAWEICLOUD_SDK_PROJECT_ID), E(OS_PROJECT_ID) or E(OS_TENANT_ID), or by
        C(auth.project_id) in C(clouds.yaml).
    type: str
  project_name:
    description:
      - The name of the project that contains the jobs. Defaults to the O(region).
      - Not used with O(project_id).
      - Also set by E(HW_PROJECT_NAME), E(OS_PROJECT_NAME) or E(OS_TENANT_NAME), or by C(auth.project_name) in
        C(clouds.yaml).
    type: str
  workspace_id:
    description:
      - The ID of the workspace in which to list jobs and to look for a job by name. The service's default is V(0).
      - Set it also if the service refuses to show a job and does not say why. Only then can the list prove that the job
        does not exist.
    type: str
  username:
    description:
      - The name of the IAM user. O(username), O(password) and O(domain_name) together are one of three authentication
        methods. Instead of names, you can set O(user_id) or O(domain_id).
      - Also set by E(HW_USER_NAME) or E(OS_USERNAME), or by C(auth.username) in C(clouds.yaml).
    type: str
  user_id:
    description:
      - The ID of the IAM user, in place of O(username) and the domain that it is in.
      - Also set by E(HW_USER_ID) or E(OS_USER_ID), or by C(auth.user_id) in C(clouds.yaml).
    type: str
  password:
    description:
      - The password of the IAM user.
      - It is exchanged for a token. If the token expires during the task, it is renewed.
      - Also set by E(HW_USER_PASSWORD) or E(OS_PASSWORD), or by C(auth.password) in C(clouds.yaml).
    type: str
  domain_name:
    description:
      - The name of the account that the IAM user belongs to.
      - Also set by E(HW_DOMAIN_NAME), E(OS_USER_DOMAIN_NAME), E(OS_DOMAIN_NAME), E(OS_PROJECT_DOMAIN_NAME) or
        E(OS_DEFAULT_DOMAIN), or by C(auth.user_domain_name) in C(clouds.yaml).
    type: str
  domain_id:
    description:
      - The ID of the account, in place of O(domain_name).
      - Also set by E(HW_DOMAIN_ID), E(OS_USER_DOMAIN_ID) or E(OS_DOMAIN_ID), or by C(auth.user_domain_id) in
        C(clouds.yaml).
    type: str
  project_domain_name:
    description:
      - The name of the account that the project is in. Defaults to the account of the user.
      - Only needed with O(project_name), and if the project is in another account.
      - Also set by E(OS_PROJECT_DOMAIN_NAME), or by C(auth.project_domain_name) in C(clouds.yaml).
    type: str
  project_domain_id:
    description:
      - The ID of the account that the project is in, in place of O(project_domain_name).
      - Also set by E(OS_PROJECT_DOMAIN_ID), or by C(auth.project_domain_id) in C(clouds.yaml).
    type: str
  token:
    description:
      - A token issued for the project. It is one of three authentication methods.
      - It is not renewed. If it expires during the task, the task fails.
      - Also set by E(HW_AUTH_TOKEN), E(OS_TOKEN) or E(OS_AUTH_TOKEN), or by C(auth.token) in C(clouds.yaml).
    type: str
  access_key:
    description:
      - The ID of an access key (AK). O(access_key) and O(secret_key) together are one of three authentication methods.
      - Each request is signed. With O(project_id), no request is sent to IAM.
      - Also set by E(HW_ACCESS_KEY), E(HUAWEICLOUD_SDK_AK) or E(OS_ACCESS_KEY), or by C(access_key) in
        C(clouds.yaml).
    type: str
  secret_key:
    description:
      - The secret access key (SK).
      - Also set by E(HW_SECRET_KEY), E(HUAWEICLOUD_SDK_SK) or E(OS_SECRET_KEY), or by C(secret_key) in
        C(clouds.yaml).
    type: str
  security_token:
    description:
      - The security token of a temporary access key. It is not renewed. If it expires during the task, the task fails.
      - Also set by E(HW_SECURITY_TOKEN), E(HUAWEICLOUD_SDK_SECURITY_TOKEN) or E(OS_SECURITY_TOKEN), or by
        C(security_token) in C(clouds.yaml).
    type: str
  validate_certs:
    description:
      - Whether to verify the certificates of the services.
      - Defaults to V(true), unless the source of the other settings says otherwise.
      - Also set by E(HW_INSECURE) or E(OS_INSECURE), or by C(verify) or C(insecure) in C(clouds.yaml).
    type: bool
  ca_path:
    description:
      - The path of a file with the CA certificates to trust, on the host that sends the requests.
      - Defaults to the certificates that C(requests) trusts. They also verify the certificate of an C(https) proxy.
      - Also set by E(HW_MODELARTS_CACERT) or E(OS_CACERT), or by C(cacert) in C(clouds.yaml).
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
  - Options that are not set are read from the environment of the host that runs the task. The variables C(HW_*), the
    variables C(HUAWEICLOUD_SDK_*), the entry in C(clouds.yaml) that E(OS_CLOUD) names and the variables C(OS_*) are
    tried in this order. They are never mixed. Incomplete variables are skipped; an incomplete entry is an error.
    Options take precedence over all of them. An empty value counts as unset, and white space around a value is dropped.
  - Within one source, an access key takes precedence over a token, and a token over a password, unless E(OS_AUTH_TYPE)
    or C(auth_type) names one of them. If the options of one task belong to two authentication methods, the task fails.
  - If the source that signs in has a setting that changes the account and that is not supported, such as
    E(OS_PASSCODE) or E(HW_ASSUME_ROLE_AGENCY_NAME), the task fails and names it.
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
  - Options that are not set are read from the environment of the controller. The variables C(HW_*), the variables
    C(HUAWEICLOUD_SDK_*), the entry in C(clouds.yaml) that E(OS_CLOUD) names and the variables C(OS_*) are tried in this
    order. They are never mixed. Incomplete variables are skipped; an incomplete entry is an error. Options take
    precedence over all of them. An empty value counts as unset, and so does a template that renders to one. White space
    around a value is dropped.
  - Within one source, an access key takes precedence over a token, and a token over a password, unless E(OS_AUTH_TYPE)
    or C(auth_type) names one of them. If the options of one file belong to two authentication methods, the plugin
    fails.
  - If the source that signs in has a setting that changes the account and that is not supported, such as
    E(OS_PASSCODE) or E(HW_ASSUME_ROLE_AGENCY_NAME), the plugin fails and names it.
  - Credentials never appear in host variables, messages or the cache.
requirements:
  - requests >= 2.28.0 on the controller
  - PySocks on the controller, to use a SOCKS proxy
  - PyYAML on the controller, to read C(clouds.yaml)
"""
