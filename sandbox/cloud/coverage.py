"""What is simulated, operation by operation, with the provider's SDK method that calls it.

A test compares this list with the routes and calls every SDK method named here. `sdk` None: no method of its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One simulated operation of a service."""

    service: str
    operation: str
    method: str
    path: str
    sdk: str | None


def _iam(operation: str, path: str, method: str = "GET") -> Operation:
    return Operation("iam", operation, method, path, operation)


def _grants(word: str, path: str, suffix: str = "") -> tuple[Operation, ...]:
    roles, one = (
        f"{path}/agencies/{{agency_id}}/roles{suffix}",
        f"{path}/agencies/{{agency_id}}/roles/{{role_id}}{suffix}",
    )
    return (
        _iam(f"associate_agency_with_{word}_permission", one, "PUT"),
        _iam(f"check_{word}_permission_for_agency", one, "HEAD"),
        _iam(f"remove_{word}_permission_from_agency", one, "DELETE"),
        _iam(f"list_{word}_permissions_for_agency", roles),
    )


def _obs(operation: str, method: str, path: str, sdk: str | None) -> Operation:
    return Operation("obs", operation, method, path, sdk)


def _service(operation: str, method: str, path: str) -> Operation:
    return Operation("modelarts", operation, method, f"/v1/{{project_id}}/{path}", None)


def _authorization(operation: str, method: str, path: str) -> Operation:
    return Operation("modelarts", operation, method, path, operation)


def _bss(operation: str, method: str, path: str) -> Operation:
    return Operation("bss", operation, method, path, operation)


def _bucket(operation: str, method: str, subresource: str, sdk: str) -> Operation:
    return _obs(operation, method, f"/{{bucket}}?{subresource}", sdk)


IAM = (
    _iam("keystone_list_auth_domains", "/v3/auth/domains"),
    _iam("keystone_list_auth_projects", "/v3/auth/projects"),
    _iam("keystone_list_projects", "/v3/projects"),
    _iam("keystone_list_users", "/v3/users"),
    _iam("keystone_show_user", "/v3/users/{user_id}"),
    _iam("show_domain_quota", "/v3.0/OS-QUOTA/domains/{domain_id}"),
    _iam("create_agency", "/v3.0/OS-AGENCY/agencies", "POST"),
    _iam("list_agencies", "/v3.0/OS-AGENCY/agencies"),
    _iam("show_agency", "/v3.0/OS-AGENCY/agencies/{agency_id}"),
    _iam("update_agency", "/v3.0/OS-AGENCY/agencies/{agency_id}", "PUT"),
    _iam("delete_agency", "/v3.0/OS-AGENCY/agencies/{agency_id}", "DELETE"),
    *_grants("project", "/v3.0/OS-AGENCY/projects/{project_id}"),
    *_grants("domain", "/v3.0/OS-AGENCY/domains/{domain_id}"),
    *_grants("all_projects", "/v3.0/OS-INHERIT/domains/{domain_id}", "/inherited_to_projects"),
    _iam("show_domain_role_assignments", "/v3.0/OS-PERMISSION/role-assignments"),
    _iam("keystone_list_permissions", "/v3/roles"),
    _iam("keystone_show_permission", "/v3/roles/{role_id}"),
    _iam("list_custom_policies", "/v3.0/OS-ROLE/roles"),
    _iam("show_custom_policy", "/v3.0/OS-ROLE/roles/{role_id}"),
    _iam("create_cloud_service_custom_policy", "/v3.0/OS-ROLE/roles", "POST"),
    _iam("update_cloud_service_custom_policy", "/v3.0/OS-ROLE/roles/{role_id}", "PATCH"),
    _iam("delete_custom_policy", "/v3.0/OS-ROLE/roles/{role_id}", "DELETE"),
    _iam("create_temporary_access_key_by_agency", "/v3.0/OS-CREDENTIAL/securitytokens", "POST"),
    _iam("create_login_token", "/v3.0/OS-AUTH/securitytoken/logintokens", "POST"),
    _iam("list_permanent_access_keys", "/v3.0/OS-CREDENTIAL/credentials"),
    _iam("show_permanent_access_key", "/v3.0/OS-CREDENTIAL/credentials/{access_key}"),
    _iam("keystone_list_groups", "/v3/groups"),
    _iam("keystone_list_users_for_group_by_admin", "/v3/groups/{group_id}/users"),
)

OBS = (
    _obs("list_buckets", "GET", "/", "listBuckets"),
    _obs("probe_api_version", "HEAD", "/?apiversion", None),
    _obs("probe_api_version", "HEAD", "/{bucket}?apiversion", None),
    _obs("create_bucket", "PUT", "/{bucket}", "createBucket"),
    _obs("head_bucket", "HEAD", "/{bucket}", "headBucket"),
    _obs("head_bucket", "HEAD", "/{bucket}", "getBucketMetadata"),
    _obs("delete_bucket", "DELETE", "/{bucket}", "deleteBucket"),
    _obs("list_objects", "GET", "/{bucket}", "listObjects"),
    _bucket("list_versions", "GET", "versions", "listVersions"),
    _bucket("get_bucket_location", "GET", "location", "getBucketLocation"),
    _bucket("get_bucket_storage_info", "GET", "storageinfo", "getBucketStorageInfo"),
    _bucket("get_bucket_storage_class", "GET", "storageClass", "getBucketStoragePolicy"),
    _bucket("set_bucket_storage_class", "PUT", "storageClass", "setBucketStoragePolicy"),
    _bucket("get_bucket_encryption", "GET", "encryption", "getBucketEncryption"),
    _bucket("set_bucket_encryption", "PUT", "encryption", "setBucketEncryption"),
    _bucket("delete_bucket_encryption", "DELETE", "encryption", "deleteBucketEncryption"),
    _bucket("get_bucket_versioning", "GET", "versioning", "getBucketVersioning"),
    _bucket("set_bucket_versioning", "PUT", "versioning", "setBucketVersioning"),
    _bucket("get_bucket_quota", "GET", "quota", "getBucketQuota"),
    _bucket("set_bucket_quota", "PUT", "quota", "setBucketQuota"),
    _bucket("get_bucket_policy", "GET", "policy", "getBucketPolicy"),
    _bucket("set_bucket_policy", "PUT", "policy", "setBucketPolicy"),
    _bucket("delete_bucket_policy", "DELETE", "policy", "deleteBucketPolicy"),
    _bucket("get_bucket_acl", "GET", "acl", "getBucketAcl"),
    _bucket("set_bucket_acl", "PUT", "acl", "setBucketAcl"),
    _bucket("get_bucket_cors", "GET", "cors", "getBucketCors"),
    _bucket("set_bucket_cors", "PUT", "cors", "setBucketCors"),
    _bucket("delete_bucket_cors", "DELETE", "cors", "deleteBucketCors"),
    _bucket("get_bucket_lifecycle", "GET", "lifecycle", "getBucketLifecycle"),
    _bucket("set_bucket_lifecycle", "PUT", "lifecycle", "setBucketLifecycle"),
    _bucket("delete_bucket_lifecycle", "DELETE", "lifecycle", "deleteBucketLifecycle"),
    _bucket("get_bucket_tagging", "GET", "tagging", "getBucketTagging"),
    _bucket("set_bucket_tagging", "PUT", "tagging", "setBucketTagging"),
    _bucket("delete_bucket_tagging", "DELETE", "tagging", "deleteBucketTagging"),
    _bucket("get_bucket_public_access_block", "GET", "publicAccessBlock", "getBucketPublicAccessBlock"),
    _bucket("set_bucket_public_access_block", "PUT", "publicAccessBlock", "putBucketPublicAccessBlock"),
    _bucket("delete_bucket_public_access_block", "DELETE", "publicAccessBlock", "deleteBucketPublicAccessBlock"),
    _obs("put_object", "PUT", "/{bucket}/{key}", "putContent"),
    _obs("get_object", "GET", "/{bucket}/{key}", "getObject"),
    _obs("head_object", "HEAD", "/{bucket}/{key}", "getObjectMetadata"),
    _obs("delete_object", "DELETE", "/{bucket}/{key}", "deleteObject"),
    _obs("begin_upload", "POST", "/{bucket}/{key}?uploads", "initiateMultipartUpload"),
    _obs("put_part", "PUT", "/{bucket}/{key}?uploadId", "uploadPart"),
    _obs("list_parts", "GET", "/{bucket}/{key}?uploadId", "listParts"),
    _obs("complete_upload", "POST", "/{bucket}/{key}?uploadId", "completeMultipartUpload"),
    _obs("give_up_upload", "DELETE", "/{bucket}/{key}?uploadId", "abortMultipartUpload"),
    _bucket("list_uploads", "GET", "uploads", "listMultipartUploads"),
)

# The classic v1 calls have no method in the SDK: they are signed by its core and sent raw.
MODELARTS = (
    _service("list_specifications", "GET", "services/specifications"),
    _service("list_services", "GET", "services"),
    _service("create_service", "POST", "services"),
    _service("show_service", "GET", "services/{service_id}"),
    _service("update_service", "PUT", "services/{service_id}"),
    _service("delete_service", "DELETE", "services/{service_id}"),
    _service("list_service_events", "GET", "services/{service_id}/events"),
    _service("list_service_logs", "GET", "services/{service_id}/logs"),
    _service("list_models", "GET", "models"),
    _service("create_model", "POST", "models"),
    _service("show_model", "GET", "models/{model_id}"),
    _service("delete_model", "DELETE", "models/{model_id}"),
    _authorization("create_model_arts_agency", "POST", "/v2/{project_id}/agency"),
    _authorization("create_authorization", "POST", "/v2/{project_id}/authorizations"),
    _authorization("get_authorizations", "GET", "/v2/{project_id}/authorizations"),
    _authorization("delete_authorizations", "DELETE", "/v2/{project_id}/authorizations"),
    _authorization("show_authmode_detail", "GET", "/v1/auth-mode"),
    _authorization("update_auth_mode", "PUT", "/v1/auth-mode"),
    _authorization("validate_authorization", "POST", "/v1/{project_id}/workspaces/{workspace_id}/auth"),
    _authorization("list_users", "GET", "/v1/{project_id}/workspaces/users/list"),
)

BSS = (
    _bss("list_free_resource_infos", "POST", "/v3/payments/free-resources/query"),
    _bss("list_free_resource_usages", "POST", "/v2/payments/free-resources/usages/details/query"),
    _bss("list_free_resources_usage_records", "GET", "/v2/bills/customer-bills/free-resources-usage-records"),
    _bss("show_real_name_auth_status", "GET", "/v2/customers/real-name-auth-status"),
    _bss("show_customer_account_balances", "GET", "/v2/accounts/customer-accounts/balances"),
    _bss("list_on_demand_resource_ratings", "POST", "/v2/bills/ratings/on-demand-resources"),
    _bss("list_service_types", "GET", "/v2/products/service-types"),
)

COVERAGE = IAM + OBS + MODELARTS + BSS
