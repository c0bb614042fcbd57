"""Which IAM actions each operation takes, and which takes none (provider's pages "Permissions and Supported Actions").

OBS tells its own by its routes. In doubt, and so ours to choose: what ModelArts asks for its authorization mode and for
its list of users, and billing for the records of use; the pages name no action for them.
"""

from __future__ import annotations

from collections.abc import Mapping

Actions = tuple[str, ...]
_CHANGED = {"remove": ("from", "revokeRoleFromAgency"), "check": ("for", "checkRoleForAgency")}
_WHERE = {"project": "OnProject", "domain": "OnDomain", "all_projects": ""}
_AGENCY_GRANTS = {
    f"{verb}_{where}_permission_{word}_agency": (f"iam:permissions:{action}{suffix}",)
    for verb, (word, action) in _CHANGED.items()
    for where, suffix in _WHERE.items()
}
ACTIONS: Mapping[str, Mapping[str, Actions]] = {
    "iam": {
        "keystone_list_projects": ("iam:projects:listProjects",),
        "keystone_list_users": ("iam:users:listUsers",),
        "keystone_show_user": ("iam:users:getUser",),
        "keystone_list_groups": ("iam:groups:listGroups",),
        "keystone_list_users_for_group_by_admin": ("iam:users:listUsersForGroup",),
        "list_permanent_access_keys": ("iam:credentials:listCredentials",),
        "show_permanent_access_key": ("iam:credentials:getCredential",),
        "show_domain_quota": ("iam:quotas:listQuotas",),
        "keystone_list_permissions": ("iam:roles:listRoles",),
        "keystone_show_permission": ("iam:roles:getRole",),
        "list_custom_policies": ("iam:roles:listRoles",),
        "show_custom_policy": ("iam:roles:getRole",),
        "create_cloud_service_custom_policy": ("iam:roles:createRole",),
        "update_cloud_service_custom_policy": ("iam:roles:updateRole",),
        "delete_custom_policy": ("iam:roles:deleteRole",),
        "create_agency": ("iam:agencies:createAgency",),
        "list_agencies": ("iam:agencies:listAgencies",),
        "show_agency": ("iam:agencies:getAgency",),
        "update_agency": ("iam:agencies:updateAgency",),
        "delete_agency": ("iam:agencies:deleteAgency",),
        "associate_agency_with_project_permission": ("iam:permissions:grantRoleToAgencyOnProject",),
        "associate_agency_with_domain_permission": ("iam:permissions:grantRoleToAgencyOnDomain",),
        "associate_agency_with_all_projects_permission": ("iam:permissions:grantRoleToAgency",),
        "list_project_permissions_for_agency": ("iam:permissions:listRolesForAgencyOnProject",),
        "list_domain_permissions_for_agency": ("iam:permissions:listRolesForAgencyOnDomain",),
        "list_all_projects_permissions_for_agency": ("iam:permissions:listRolesForAgency",),
        "show_domain_role_assignments": ("iam:permissions:listRoleAssignments",),
        "create_temporary_access_key_by_agency": ("iam:tokens:assume",),
        **_AGENCY_GRANTS,
    },
    "modelarts": {
        "list_specifications": ("modelarts:service:list",),
        "list_services": ("modelarts:service:list",),
        "create_service": ("modelarts:service:create",),
        "show_service": ("modelarts:service:get",),
        "update_service": ("modelarts:service:update",),
        "delete_service": ("modelarts:service:delete",),
        "list_service_events": ("modelarts:service:getEvents",),
        "list_service_logs": ("modelarts:service:getLogs",),
        "list_models": ("modelarts:model:list",),
        "create_model": ("modelarts:model:create",),
        "show_model": ("modelarts:model:get",),
        "delete_model": ("modelarts:model:delete",),
        "create_authorization": ("modelarts:authorization:create",),
        "get_authorizations": ("modelarts:authorization:list",),
        "delete_authorizations": ("modelarts:authorization:delete",),
        "show_authmode_detail": ("modelarts:authorization:list",),
        "update_auth_mode": ("modelarts:authorization:create",),
        "list_users": ("modelarts:authorization:list",),
        "create_model_arts_agency": (
            *("iam:quotas:listForProject", "iam:agencies:create", "iam:roles:create", "iam:agencies:grantRole"),
        ),
    },
    "bss": {
        "list_free_resource_infos": ("bss:order:view",),
        "list_free_resource_usages": ("bss:order:view",),
        "list_free_resources_usage_records": ("bss:order:view",),
        "show_customer_account_balances": ("bss:balance:view",),
    },
}
# Who signs at all may ask: these are about the signer, or about what everybody may know.
FREE: Mapping[str, frozenset[str]] = {
    "iam": frozenset({"keystone_list_auth_domains", "keystone_list_auth_projects", "create_login_token"}),
    "obs": frozenset({"probe_api_version"}),
    "modelarts": frozenset({"validate_authorization"}),
    "bss": frozenset({"show_real_name_auth_status", "list_on_demand_resource_ratings", "list_service_types"}),
}


def needed(service: str, operation: str) -> Actions:
    """Return the actions that an operation takes, all of them. Raises KeyError for one without a row."""
    return () if operation in FREE[service] else ACTIONS[service][operation]
