"""Which IAM actions each cloud call needs: what a refusal names, and what the bot's own key is granted (R3.01).

One row a call, by the name that its gateway gives it. A new call gets its row here; then `make docs` writes it into
docs/iam-policy.md. Sources: the provider's pages "Permissions and Supported Actions" of IAM, OBS, ModelArts and SMN,
and the permission list of the Billing Center. `()` is a call that needs no grant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Actions = tuple[str, ...]

IAM: Mapping[str, Actions] = {
    "associateAgencyWithAllProjectsPermission": ("iam:permissions:grantRoleToAgency",),
    "associateAgencyWithDomainPermission": ("iam:permissions:grantRoleToAgencyOnDomain",),
    "associateAgencyWithProjectPermission": ("iam:permissions:grantRoleToAgencyOnProject",),
    "createCloudServiceCustomPolicy": ("iam:roles:createRole",),
    "createLoginToken": (),
    "createTemporaryAccessKeyByAgency": ("iam:tokens:assume",),
    "deleteAgency": ("iam:agencies:deleteAgency",),
    "deleteCustomPolicy": ("iam:roles:deleteRole",),
    "keystoneListAuthDomains": (),
    "keystoneListPermissions": ("iam:roles:listRoles",),
    "keystoneListProjects": ("iam:projects:listProjects",),
    "keystoneListUsers": ("iam:users:listUsers",),
    "keystoneShowPermission": ("iam:roles:getRole",),
    "keystoneShowUser": ("iam:users:getUser",),
    "listAgencies": ("iam:agencies:listAgencies",),
    "removeAllProjectsPermissionFromAgency": ("iam:permissions:revokeRoleFromAgency",),
    "removeDomainPermissionFromAgency": ("iam:permissions:revokeRoleFromAgencyOnDomain",),
    "removeProjectPermissionFromAgency": ("iam:permissions:revokeRoleFromAgencyOnProject",),
    "showAgency": ("iam:agencies:getAgency",),
    "showPermanentAccessKey": ("iam:credentials:getCredential",),
    "showDomainQuota": ("iam:quotas:listQuotas",),
    "showDomainRoleAssignments": ("iam:permissions:listRoleAssignments",),
    "updateAgency": ("iam:agencies:updateAgency",),
}

OBS: Mapping[str, Actions] = {
    "abortMultipartUpload": ("obs:object:AbortMultipartUpload",),
    "completeMultipartUpload": ("obs:object:PutObject",),
    "createBucket": ("obs:bucket:CreateBucket",),
    "deleteBucket": ("obs:bucket:DeleteBucket",),
    "deleteBucketEncryption": ("obs:bucket:PutEncryptionConfiguration",),
    "deleteBucketPolicy": ("obs:bucket:DeleteBucketPolicy",),
    "deleteObject": ("obs:object:DeleteObject",),
    "getBucketAcl": ("obs:bucket:GetBucketAcl",),
    "getBucketCors": ("obs:bucket:GetBucketCORS",),
    "getBucketEncryption": ("obs:bucket:GetEncryptionConfiguration",),
    "getBucketLifecycle": ("obs:bucket:GetLifecycleConfiguration",),
    "getBucketLocation": ("obs:bucket:GetBucketLocation",),
    "getBucketMetadata": ("obs:bucket:HeadBucket",),
    "getBucketPolicy": ("obs:bucket:GetBucketPolicy",),
    "getBucketPublicAccessBlock": ("obs:bucket:GetBucketPublicAccessBlock",),
    "getBucketQuota": ("obs:bucket:GetBucketQuota",),
    "getBucketStorageInfo": ("obs:bucket:GetBucketStorage",),
    "getBucketTagging": ("obs:bucket:GetBucketTagging",),
    "getBucketVersioning": ("obs:bucket:GetBucketVersioning",),
    "headObject": ("obs:object:GetObject",),
    "initiateMultipartUpload": ("obs:object:PutObject",),
    "listBuckets": ("obs:bucket:ListAllMyBuckets",),
    "listMultipartUploads": ("obs:bucket:ListBucketMultipartUploads",),
    "listObjects": ("obs:bucket:ListBucket",),
    "listParts": ("obs:object:ListMultipartUploadParts",),
    "listVersions": ("obs:bucket:ListBucketVersions",),
    "putContent": ("obs:object:PutObject",),
    "setBucketAcl": ("obs:bucket:PutBucketAcl",),
    "setBucketCors": ("obs:bucket:PutBucketCORS",),
    "setBucketLifecycle": ("obs:bucket:PutLifecycleConfiguration",),
    "setBucketPolicy": ("obs:bucket:PutBucketPolicy",),
    "setBucketPublicAccessBlock": ("obs:bucket:PutBucketPublicAccessBlock",),
    "setBucketQuota": ("obs:bucket:PutBucketQuota",),
    "setBucketTagging": ("obs:bucket:PutBucketTagging",),
    "setBucketVersioning": ("obs:bucket:PutBucketVersioning",),
    "uploadPart": ("obs:object:PutObject",),
}

# What the key needs in IAM when ModelArts creates its agency with the rights of who asks.
_AGENCY = ("iam:quotas:listForProject", "iam:agencies:create", "iam:roles:create", "iam:agencies:grantRole")

MODELARTS: Mapping[str, Actions] = {
    "createAuthorization": ("modelarts:authorization:create",),
    "createModelArtsAgency": _AGENCY,
    "deleteAuthorizations": ("modelarts:authorization:delete",),
    "getAuthorizations": ("modelarts:authorization:list",),
    "listServices": ("modelarts:service:list",),
    "listSpecifications": ("modelarts:service:list",),
    "showService": ("modelarts:service:get",),
    "startService": ("modelarts:service:update",),
    "stopService": ("modelarts:service:update",),
    "validateAuthorization": (),
}

BSS: Mapping[str, Actions] = {
    "listFreeResourceInfos": ("bss:order:view",),
    "listOnDemandResourceRatings": ("bss:discount:view",),
    "showCustomerAccountBalances": ("bss:balance:view",),
    "showRealNameAuthStatus": (),
}

SMN: Mapping[str, Actions] = {}

TABLE: Mapping[str, Mapping[str, Actions]] = {"iam": IAM, "obs": OBS, "modelarts": MODELARTS, "bss": BSS, "smn": SMN}

WIDE: Mapping[str, str] = {
    "iam": "all resources",
    "obs": "global service resources",
    "modelarts": "the region's project",
    "bss": "all resources",
    "smn": "the region's project",
}
"""The scope that a grant of each service's policy has to be given for."""

_NAMED = re.compile(rf"\b(?:{'|'.join(TABLE)}):[A-Za-z*]+:[A-Za-z*]+")


def needed(service: str, operation: str) -> Actions | None:
    """Return the actions that a call needs, or None where it has no row. Billing's two sites share their rows."""
    return TABLE.get(service.removesuffix("-intl"), {}).get(operation)


def missing(service: str, operation: str, message: str) -> Actions:
    """Return the actions that a refused call lacks: those the refusal names, or else the table's (R3.01)."""
    return tuple(dict.fromkeys(_NAMED.findall(message))) or needed(service, operation) or ()


AUTHORIZING = ("createModelArtsAgency", "createAuthorization", "deleteAuthorizations")
"""The calls by which the bot's own credential authorizes for an administrator (R3.05)."""


def of_the_caller(service: str, actions: Actions) -> bool:
    """Return whether a refused call asked these of its caller, not of the agency that ModelArts acts by (R3.02).

    Of its caller ModelArts asks its own actions and those of IAM; in any other service it acts by the agency.
    """
    return service != "modelarts" or any(action.partition(":")[0] in ("modelarts", "iam") for action in actions)


def policies() -> Mapping[str, object]:
    """Return for each service the least custom policy with which every call of the bot works.

    One a service, since IAM takes no policy that mixes global services with those of a project, and at most 6144
    characters in each. A call may need actions of another service than its own.
    """
    granted = sorted({action for rows in TABLE.values() for actions in rows.values() for action in actions})
    found = {service: [action for action in granted if action.startswith(f"{service}:")] for service in TABLE}
    return {service: _policy(actions) for service, actions in found.items() if actions}


def _policy(actions: Sequence[str]) -> object:
    return {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": actions}]}
