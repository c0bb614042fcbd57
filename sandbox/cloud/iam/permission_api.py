"""The wire of permissions: the list of roles and policies, and the account's own policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.cloud.iam.bodies import CustomPolicy, NewRole
from sandbox.cloud.iam.permissions import check_policy
from sandbox.cloud.iam.state import IamState
from sandbox.cloud.iam.visits import PAGED, check_domain, links, listed, own, page_of, passes
from sandbox.cloud.routes import Route, Visit
from sandbox.cloud.wire import Refusal, Reply, answer_json

Json = dict[str, Any]
MOST_PERMISSIONS = 300
FILTERS = frozenset({"name", "display_name", "type", "catalog"})
ROLES = "/v3.0/OS-ROLE/roles"


class PermissionApi:
    """Answer requests about permissions."""

    def __init__(self, state: IamState) -> None:
        self._state = state

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        one, query = f"{ROLES}/{{role_id}}", FILTERS | PAGED | {"domain_id", "permission_type"}
        return (
            Route("keystone_list_permissions", "GET", "/v3/roles", self.list, query),
            Route("keystone_show_permission", "GET", "/v3/roles/{role_id}", self.show),
            Route("list_custom_policies", "GET", ROLES, self.list_custom, PAGED),
            Route("show_custom_policy", "GET", one, self.show_custom),
            Route("create_cloud_service_custom_policy", "POST", ROLES, self.create, body=CustomPolicy),
            Route("update_cloud_service_custom_policy", "PATCH", one, self.update, body=CustomPolicy),
            Route("delete_custom_policy", "DELETE", one, self.delete),
        )

    def list(self, visit: Visit) -> Reply:
        """Answer with the system's permissions, or with the account's own where it is named."""
        domain = visit.query.get("domain_id")
        book = self._state.permissions
        found = book.system() if domain is None else book.of(check_domain(visit, domain).domain_id)
        wanted = visit.query.get("permission_type")
        if wanted not in (None, "policy", "role"):
            raise Refusal(400, "IAM.0073", f"Invalid input for field 'permission_type'. The value is '{wanted}'.")
        found = [one for one in found if wanted in (None, "policy" if one.is_policy else "role")]
        rows = [one.row() | links(visit, f"/v3/roles/{one.id}") for one in found]
        rows = [row for row in rows if passes(row, visit, FILTERS)]
        return listed("roles", page_of(rows, visit, MOST_PERMISSIONS), visit, total_number=len(rows))

    def show(self, visit: Visit) -> Reply:
        """Answer with one permission."""
        found = self._state.permissions.find(visit.params["role_id"], own(visit).domain_id)
        return answer_json({"role": found.row() | links(visit, f"/v3/roles/{found.id}")})

    def list_custom(self, visit: Visit) -> Reply:
        """Answer with the account's own policies."""
        rows = [one.row() for one in self._state.permissions.of(own(visit).domain_id)]
        return listed("roles", page_of(rows, visit, MOST_PERMISSIONS), visit, total_number=len(rows))

    def show_custom(self, visit: Visit) -> Reply:
        """Answer with one of the account's own policies."""
        return answer_json({"role": self._custom(visit).row()})

    def create(self, visit: Visit) -> Reply:
        """Create a policy."""
        body: NewRole = visit.body.role
        policy = body.policy.model_dump(exclude_none=True)
        texts, now = (body.description, body.description_cn), self._state.clock.now()
        self._state.check_room(own(visit), "policy")
        domain = own(visit).domain_id
        row = self._state.permissions.create(domain, body.display_name, body.type, texts, policy, now)
        return answer_json({"role": row}, 201)

    def update(self, visit: Visit) -> Reply:
        """Change a policy; grants of it change with it."""
        found, body = self._custom(visit), visit.body.role
        policy = body.policy.model_dump(exclude_none=True)
        check_policy(body.type, policy)
        found.display_name, found.type, found.policy = body.display_name, body.type, policy
        found.description, found.description_cn = body.description, body.description_cn
        return answer_json({"role": found.row()})

    def delete(self, visit: Visit) -> Reply:
        """Delete a policy; agencies that had it have it no more."""
        found = self._custom(visit)
        del self._state.permissions.custom[found.id]
        self._state.agencies.forget(found)
        return answer_json({})

    def _custom(self, visit: Visit) -> Any:
        found = self._state.permissions.find(visit.params["role_id"], own(visit).domain_id)
        if found.domain_id is None:
            raise Refusal(403, "IAM.0003", "System policies cannot be changed.")
        return found
