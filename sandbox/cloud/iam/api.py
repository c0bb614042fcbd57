"""The wire of IAM v3.

Errors have two shapes: under /v3 the keystone one with the HTTP status as an integer code, under /v3.0 the flat one.
In doubt, and so ours to choose: IAM has no documented answer for an account in arrears or without real-name
authentication; both are shown as a 403 that names no reason, which is what a refused change looks like.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from sandbox.cloud.iam import console
from sandbox.cloud.iam.agency_api import AgencyApi
from sandbox.cloud.iam.assignment_api import AssignmentApi
from sandbox.cloud.iam.permission_api import PermissionApi
from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.iam.session_api import SessionApi
from sandbox.cloud.iam.state import QUOTAS, IamState, project_row, user_row
from sandbox.cloud.iam.visits import FORBIDDEN, PAGED, check_domain, links, listed, own, page_of, passes
from sandbox.cloud.json_service import JsonService, flat_error
from sandbox.cloud.routes import Route, Visit
from sandbox.cloud.seed import Account, User
from sandbox.cloud.signing import Gateway
from sandbox.cloud.wire import Refusal, Reply, Request, answer_json

MOST_PROJECTS_A_PAGE = 5000
PROJECT_FILTERS = frozenset({"domain_id", "name", "parent_id", "enabled", "is_domain"})
USER_FILTERS = frozenset({"domain_id", "enabled", "name", "password_expires_at"})

FAULTS = {
    "arrears": FORBIDDEN,
    "not_real_name": FORBIDDEN,
    "forbidden": FORBIDDEN,
    "quota": (403, "IAM.0003", "The quota of the account is used up"),
    "throttled": (429, "IAM.0012", "The throttling threshold has been reached"),
    "server_error": (500, "IAM.0006", "The server met an error"),
}


class Iam(JsonService):
    """Answer IAM requests from the state."""

    name = "iam"
    bad_request = (400, "IAM.0011", "The request is invalid")
    no_right = "IAM.0003"
    faults = FAULTS

    def __init__(self, gateway: Gateway, state: IamState, rights: Rights) -> None:
        self._state = state
        self.console = console.actions(state)
        parts = (AgencyApi(state), AssignmentApi(state), PermissionApi(state), SessionApi(state))
        super().__init__(gateway, (*self._routes(), *(route for part in parts for route in part.routes())), rights)

    def _routes(self) -> Sequence[Route]:
        return (
            Route("keystone_list_auth_domains", "GET", "/v3/auth/domains", self.list_auth_domains),
            Route("keystone_list_auth_projects", "GET", "/v3/auth/projects", self.list_auth_projects),
            Route("keystone_list_projects", "GET", "/v3/projects", self.list_projects, PROJECT_FILTERS | PAGED),
            Route("keystone_list_users", "GET", "/v3/users", self.list_users, USER_FILTERS),
            Route("keystone_show_user", "GET", "/v3/users/{user_id}", self.show_user),
            Route(
                "show_domain_quota",
                "GET",
                "/v3.0/OS-QUOTA/domains/{domain_id}",
                self.show_domain_quota,
                frozenset({"type"}),
            ),
        )

    def error_body(self, request: Request, refusal: Refusal, /) -> dict[str, Any]:
        """Return the keystone shape under /v3 and the flat shape elsewhere."""
        if not request.path.startswith("/v3/"):
            return flat_error(refusal)
        title = HTTPStatus(refusal.status).phrase
        return {"error": {"code": refusal.status, "message": refusal.message, "title": title}}

    def bad_body(self, error: ValidationError, /) -> Refusal:
        """Tell a missing field and a wrong value from a body that is no body of this operation."""
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            return Refusal(400, "IAM.0072", f"'{field}' is a required property.")
        if first["type"] == "value_error":
            return Refusal(400, "IAM.0072", f"{field}: {first['msg'].removeprefix('Value error, ')}.")
        if first["type"] in ("extra_forbidden", "json_invalid"):
            return super().bad_body(error)
        return Refusal(400, "IAM.0073", f"Invalid input for field '{field}'. The value is '{first['input']}'.")

    def stamp(self, request: Request, reply: Reply, request_id: str, /) -> Reply:
        """Add IAM's own header for the request id."""
        return super().stamp(request, reply, request_id).having({"x-iam-trace-id": request_id})

    def truth(self) -> dict[str, Any]:
        """Return everything IAM holds, ready for JSON."""
        return self._state.truth()

    def list_auth_domains(self, visit: Visit) -> Reply:
        """Answer with the caller's account."""
        account = own(visit)
        row = {"id": account.domain_id, "name": account.name, "enabled": True, "description": ""}
        return listed("domains", [row | links(visit, f"/v3/domains/{account.domain_id}")], visit)

    def list_auth_projects(self, visit: Visit) -> Reply:
        """Answer with all projects the caller may use."""
        return listed("projects", _projects(visit), visit)

    def list_projects(self, visit: Visit) -> Reply:
        """Answer with the account's projects, filtered and, if both page numbers are given, one page of them."""
        rows = [row for row in _projects(visit) if passes(row, visit, PROJECT_FILTERS)]
        return listed("projects", page_of(rows, visit, MOST_PROJECTS_A_PAGE), visit)

    def list_users(self, visit: Visit) -> Reply:
        """Answer with the account's users; this list is not paged."""
        account = own(visit)
        rows = [_user(visit, account, user) for user in self._state.users.of(account)]
        return listed("users", [row for row in rows if passes(row, visit, USER_FILTERS)], visit)

    def show_user(self, visit: Visit) -> Reply:
        """Answer with one user of the account. Raises Refusal 404 for any other id."""
        account = own(visit)
        found = self._state.users.find(account, visit.params["user_id"])
        if found is None:
            raise Refusal(404, "IAM.0004", f"Could not find user: {visit.params['user_id']}.")
        return answer_json({"user": _user(visit, account, found)})

    def show_domain_quota(self, visit: Visit) -> Reply:
        """Answer with the account's quotas, of one type or all."""
        account, kind = check_domain(visit, visit.params["domain_id"]), visit.query.get("type")
        if kind is not None and kind not in QUOTAS:
            raise Refusal(400, "IAM.0073", f"Invalid input for field 'type'. The value is '{kind}'.")
        return answer_json({"quotas": {"resources": self._state.quotas(account, kind)}})


def _projects(visit: Visit) -> list[dict[str, Any]]:
    account = own(visit)
    return [project_row(account, project) | links(visit, f"/v3/projects/{project.id}") for project in account.projects]


def _user(visit: Visit, account: Account, user: User) -> dict[str, Any]:
    return user_row(account, user) | links(visit, f"/v3/users/{user.id}")
