"""The wire of ModelArts' authorizations: v2, and the authorization mode and users of v1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.modelarts.authorizations import EVERYBODY, Authorization, AuthorizationBook
from sandbox.cloud.modelarts.refusals import refuse
from sandbox.cloud.routes import Body, Route, Visit
from sandbox.cloud.seed import Account
from sandbox.cloud.wire import Refusal, Reply, answer_json, is_count

Json = dict[str, Any]
MOST = 1000


class NewAgency(Body):
    """The body of `create_model_arts_agency`."""

    agency_name_suffix: str = Field(default="", max_length=50, pattern=r"^[A-Za-z0-9_-]*$")


class NewAuthorization(Body):
    """The body of `create_authorization`."""

    user_id: str | None = None
    user_name: str | None = None
    user_type: Literal["iam", "federate", "federation-group", "grant", "all-users"] | None = None
    type: Literal["agency", "credential"] = "agency"
    content: str = Field(default="", max_length=64)
    secret_key: str | None = None


class Mode(Body):
    """The body of `update_auth_mode`."""

    mode: Literal["strict", "loose"]


class Asked(Body):
    """One question of `validate_authorization`."""

    action: str
    resource: str | None = None


class Questions(Body):
    """The body of `validate_authorization`."""

    requests: list[Asked]


class AuthorizationApi:
    """Answer requests about authorizations."""

    def __init__(self, book: AuthorizationBook, rights: Rights, offset_counts: str) -> None:
        self._book = book
        self._offset_counts = offset_counts
        self._rights = rights

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        agency, rows = "/v2/{project_id}/agency", "/v2/{project_id}/authorizations"
        paged, users = frozenset({"sort_by", "order", "limit", "offset"}), "/v1/{project_id}/workspaces/users/list"
        questions = "/v1/{project_id}/workspaces/{workspace_id}/auth"
        return (
            Route("create_model_arts_agency", "POST", agency, self.create_agency, body=NewAgency),
            Route("create_authorization", "POST", rows, self.create, body=NewAuthorization),
            Route("get_authorizations", "GET", rows, self.list, paged),
            Route("delete_authorizations", "DELETE", rows, self.delete, frozenset({"user_id"})),
            Route("show_authmode_detail", "GET", "/v1/auth-mode", self.show_mode),
            Route("update_auth_mode", "PUT", "/v1/auth-mode", self.update_mode, body=Mode),
            Route("validate_authorization", "POST", questions, self.validate, body=Questions),
            Route("list_users", "GET", users, self.list_users),
        )

    def create_agency(self, visit: Visit) -> Reply:
        """Create ModelArts' own agency."""
        return answer_json({"agency_name": self._book.create_agency(_own(visit), visit.body.agency_name_suffix)})

    def create(self, visit: Visit) -> Reply:
        """Authorize a principal."""
        body, account = visit.body, _own(visit)
        if not body.content or (body.type == "credential") != bool(body.secret_key):
            raise refuse("no_agency_name")
        kind = body.user_type or (EVERYBODY if body.user_id in ("all", EVERYBODY) else "iam")
        who = self._book.principal(account, kind, body.user_id, body.user_name)
        made = Authorization(**who, user_type=kind, type=body.type, content=body.content, created=self._book.now)
        self._book.register(account, made)
        return answer_json({})

    def list(self, visit: Visit) -> Reply:
        """Answer with one page of the authorizations; the documents call `offset` a start page, as for services."""
        limit, offset = _number(visit, "limit", MOST), _number(visit, "offset", 0)
        key, order = visit.query.get("sort_by", "user_name"), visit.query.get("order", "ASC")
        if not 1 <= limit <= MOST or key not in ("user_name", "create_time") or order not in ("ASC", "DESC"):
            raise refuse("invalid", "limit, sort_by or order")
        rows = [row.row() for row in self._book.of(_own(visit))]
        rows.sort(key=lambda row: row[key], reverse=order == "DESC")
        first = offset * limit if self._offset_counts == "pages" else offset
        page = rows[first : first + limit]
        return answer_json({"total_count": len(rows), "auth": page})

    def delete(self, visit: Visit) -> Reply:
        """Delete one authorization, or all."""
        if not visit.query.get("user_id"):
            raise refuse("no_user", "user_id")
        self._book.remove(_own(visit), visit.query["user_id"])
        return answer_json({})

    def show_mode(self, visit: Visit) -> Reply:
        """Answer with the authorization mode."""
        account = _own(visit)
        return answer_json({"domain_id": account.domain_id, "mode": self._book.mode(account)})

    def update_mode(self, visit: Visit) -> Reply:
        """Set the authorization mode."""
        account = _own(visit)
        return answer_json({"domain_id": account.domain_id, "mode": self._book.mode(account, visit.body.mode)})

    def validate(self, visit: Visit) -> Reply:
        """Answer whether the caller may do what is asked."""
        project = visit.params["project_id"]
        answers = []
        for asked in visit.body.requests:
            cause = self._rights.lacks_action(visit.caller, asked.action, project)
            answers.append({"action": asked.action, "verdict": "deny" if cause else "allow", "cause": cause or ""})
        return answer_json({"results": answers})

    def list_users(self, visit: Visit) -> Reply:
        """Answer with the account's users."""
        users = self._book.users(_own(visit))
        return answer_json({"users": [{"userId": user.id, "userName": user.name} for user in users]})


def _own(visit: Visit) -> Account:
    if visit.caller.account is None:
        raise Refusal(401, "ModelArts.0106", "Authentication is required")
    return visit.caller.account


def _number(visit: Visit, name: str, default: int) -> int:
    value = visit.query.get(name, str(default))
    if not is_count(value):
        raise refuse("invalid", name)
    return int(value)
