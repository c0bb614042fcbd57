"""Whether a caller may do what a request asks: by the groups of a user, or by the grants of an agency.

The account itself may do everything: a key without a user, or of the user named like the account. Which action guards
which operation follows the provider's pages "Permissions and Supported Actions"; an operation without one is free.
In doubt, and so an option of the seed: whether the refusal names the action (`named_actions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from sandbox.cloud.accounts import Caller
from sandbox.cloud.iam.agencies import Given, actions_of
from sandbox.cloud.iam.state import IamState

REGIONAL = frozenset({"modelarts"})
_CHANGED = {"remove": ("from", "revokeRoleFromAgency"), "check": ("for", "checkRoleForAgency")}
_WHERE = {"project": "OnProject", "domain": "OnDomain", "all_projects": ""}
_AGENCY_GRANTS = {
    f"{verb}_{where}_permission_{word}_agency": f"iam:permissions:{action}{suffix}"
    for verb, (word, action) in _CHANGED.items()
    for where, suffix in _WHERE.items()
}
ACTIONS: Mapping[str, Mapping[str, str]] = {
    "iam": {
        "keystone_list_projects": "iam:projects:listProjects",
        "keystone_list_users": "iam:users:listUsers",
        "keystone_list_groups": "iam:groups:listGroups",
        "keystone_list_users_for_group_by_admin": "iam:users:listUsersForGroup",
        "list_permanent_access_keys": "iam:credentials:listCredentials",
        "show_permanent_access_key": "iam:credentials:getCredential",
        "show_domain_quota": "iam:quotas:listQuotas",
        "keystone_list_permissions": "iam:roles:listRoles",
        "keystone_show_permission": "iam:roles:getRole",
        "list_custom_policies": "iam:roles:listRoles",
        "show_custom_policy": "iam:roles:getRole",
        "create_cloud_service_custom_policy": "iam:roles:createRole",
        "update_cloud_service_custom_policy": "iam:roles:updateRole",
        "delete_custom_policy": "iam:roles:deleteRole",
        "create_agency": "iam:agencies:createAgency",
        "list_agencies": "iam:agencies:listAgencies",
        "show_agency": "iam:agencies:getAgency",
        "update_agency": "iam:agencies:updateAgency",
        "delete_agency": "iam:agencies:deleteAgency",
        "associate_agency_with_project_permission": "iam:permissions:grantRoleToAgencyOnProject",
        "associate_agency_with_domain_permission": "iam:permissions:grantRoleToAgencyOnDomain",
        "associate_agency_with_all_projects_permission": "iam:permissions:grantRoleToAgency",
        "list_project_permissions_for_agency": "iam:permissions:listRolesForAgencyOnProject",
        "list_domain_permissions_for_agency": "iam:permissions:listRolesForAgencyOnDomain",
        "list_all_projects_permissions_for_agency": "iam:permissions:listRolesForAgency",
        "show_domain_role_assignments": "iam:permissions:listRoleAssignments",
        "create_temporary_access_key_by_agency": "iam:tokens:assume",
        **_AGENCY_GRANTS,
    },
    "modelarts": {
        "list_specifications": "modelarts:service:list",
        "list_services": "modelarts:service:list",
        "create_service": "modelarts:service:create",
        "show_service": "modelarts:service:get",
        "update_service": "modelarts:service:update",
        "delete_service": "modelarts:service:delete",
        "list_service_events": "modelarts:service:getEvents",
        "list_service_logs": "modelarts:service:getLogs",
        "list_models": "modelarts:model:list",
        "create_model": "modelarts:model:create",
        "show_model": "modelarts:model:get",
        "delete_model": "modelarts:model:delete",
        "create_authorization": "modelarts:authorization:create",
        "get_authorizations": "modelarts:authorization:list",
        "delete_authorizations": "modelarts:authorization:delete",
        "create_model_arts_agency": "iam:agencies:create",
    },
    "bss": {
        "list_free_resource_infos": "bss:order:view",
        "list_free_resource_usages": "bss:order:view",
        "show_customer_account_balances": "bss:balance:view",
    },
}


class Rights:
    """Judge callers."""

    def __init__(self, state: IamState, *, named: bool) -> None:
        self._state = state
        self._named = named

    def lacks(self, caller: Caller, service: str, operation: str, project_id: str | None) -> str | None:
        """Return what a refusal says, or None where the caller may."""
        return self.lacks_action(caller, ACTIONS.get(service, {}).get(operation), project_id)

    def lacks_action(self, caller: Caller, action: str | None, project_id: str | None = None) -> str | None:
        """Return what a refusal of an action says, or None where the caller may."""
        if action is None or self.allows(caller, action, project_id):
            return None
        return f"Policy doesn't allow {action} to be performed." if self._named else "You have no permission."

    def allows(self, caller: Caller, action: str, project_id: str | None = None) -> bool:
        """Return whether a caller may; what is denied anywhere is denied."""
        grants = self._state.grants_of(caller)
        if grants is None:
            return True
        return allows(grants, action, regional=project_id if action.split(":", maxsplit=1)[0] in REGIONAL else None)


def allows(grants: Iterable[Given], action: str, *, regional: str | None) -> bool:
    """Tell whether grants allow an action: in a project, or of a global service for None."""
    effects = {effect for effect, pattern in actions_of(grants, regional=regional) if _covers(pattern, action)}
    return "Allow" in effects and "Deny" not in effects


def _covers(pattern: str, action: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())
