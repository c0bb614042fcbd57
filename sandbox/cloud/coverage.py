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


def _iam(operation: str, path: str) -> Operation:
    return Operation("iam", operation, "GET", path, operation)


def _obs(operation: str, method: str, path: str, sdk: str | None) -> Operation:
    return Operation("obs", operation, method, path, sdk)


def _service(operation: str, method: str, path: str) -> Operation:
    return Operation("modelarts", operation, method, f"/v1/{{project_id}}/{path}", None)


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
)

BSS = (
    _bss("list_free_resource_infos", "POST", "/v3/payments/free-resources/query"),
    _bss("list_free_resource_usages", "POST", "/v2/payments/free-resources/usages/details/query"),
    _bss("list_free_resources_usage_records", "GET", "/v2/bills/customer-bills/free-resources-usage-records"),
    _bss("show_real_name_auth_status", "GET", "/v2/customers/real-name-auth-status"),
    _bss("show_customer_account_balances", "GET", "/v2/accounts/customer-accounts/balances"),
    _bss("list_service_types", "GET", "/v2/products/service-types"),
)

COVERAGE = IAM + OBS + MODELARTS + BSS
