"""The wire of role assignments: what groups and agencies were given where, in one list with many filters.

Enterprise projects are not simulated: a list of what was given in them is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.cloud.iam.agencies import Given
from sandbox.cloud.iam.session_api import group_id
from sandbox.cloud.iam.state import IamState
from sandbox.cloud.iam.visits import PAGED, check_domain, page_of
from sandbox.cloud.routes import Route, Visit
from sandbox.cloud.seed import Account
from sandbox.cloud.wire import Refusal, Reply, answer_json

Json = dict[str, Any]
MOST = 50
WORDS = {
    "subject": ("user", "group", "agency"),
    "scope": ("project", "domain", "enterprise_project"),
    "is_inherited": ("true", "false"),
    "include_group": ("true", "false"),
}
NAMES = frozenset({"subject.user_id", "subject.group_id", "subject.agency_id", "scope.project_id", "scope.domain_id"})
QUERY = PAGED | NAMES | WORDS.keys() | {"scope.enterprise_projects_id", "domain_id", "role_id"}


class AssignmentApi:
    """Answer requests about role assignments."""

    def __init__(self, state: IamState) -> None:
        self._state = state

    def routes(self) -> Sequence[Route]:
        """Return the route."""
        path = "/v3.0/OS-PERMISSION/role-assignments"
        return (Route("show_domain_role_assignments", "GET", path, self.list, QUERY),)

    def list(self, visit: Visit) -> Reply:
        """Answer with the assignments that pass every filter, one page of them."""
        account = check_domain(visit, visit.query.get("domain_id"))
        for name, words in WORDS.items():
            if (value := visit.query.get(name)) is not None and value.lower() not in words:
                raise Refusal(400, "IAM.0073", f"Invalid input for field '{name}'. The value is '{value}'.")
        rows = [row for row in self._all(account, visit) if _passes(row, visit)]
        return answer_json({"total_num": len(rows), "role_assignments": page_of(rows, visit, MOST)})

    def _all(self, account: Account, visit: Visit) -> Iterator[Json]:
        for agency in self._state.agencies.of(account.domain_id, self._state.clock.now()):
            for given in agency.grants:
                yield _row("agency", agency.id, given, account)
        member = self._member(account, visit)
        for group in self._state.groups:
            if group.owner == account.name and (member is None or member in group.users):
                for grant in group.grants:
                    yield _row("group", group_id(group.name), self._state.from_row(grant, account), account)

    def _member(self, account: Account, visit: Visit) -> str | None:
        """Return the name of the user whose groups are asked for, None where nobody's are."""
        if "subject.user_id" not in visit.query:
            return None
        user = self._state.user(account, visit.query["subject.user_id"])
        return user.name if user and visit.query.get("include_group", "true").lower() == "true" else ""


def _row(kind: str, identity: str, given: Given, account: Account) -> Json:
    scope: Json = {"domain": {"id": account.domain_id}}
    if given.kind == "project":
        scope = {"project": {"id": given.project_id}}
    inherited = {"is_inherited": True} if given.kind == "inherited" else {}
    return {kind: {"id": identity}, "role": {"id": given.permission.id}, "scope": scope, **inherited}


def _passes(row: Json, visit: Visit) -> bool:
    """Tell whether a row has what the query asks for; a user has what the groups were given."""
    asked = dict(visit.query)
    if "subject.user_id" in asked or asked.get("subject") == "user":
        asked["subject"] = "group"
    inherited = str(row.get("is_inherited", False)).lower()
    return (
        ("subject" not in asked or asked["subject"] in row)
        and all(_has(row, name, asked) for name in ("group", "agency"))
        and asked.get("role_id") in (None, row["role"]["id"])
        and ("scope" not in asked or asked["scope"] in row["scope"])
        and all(row["scope"].get(kind, {}).get("id") == asked[f"scope.{kind}_id"] for kind in _scopes(asked))
        and "scope.enterprise_projects_id" not in asked
        and asked.get("is_inherited", inherited).lower() == inherited
    )


def _has(row: Json, kind: str, asked: Json) -> bool:
    wanted = asked.get(f"subject.{kind}_id")
    return wanted is None or (kind in row and row[kind]["id"] == wanted)


def _scopes(asked: Json) -> list[str]:
    return [kind for kind in ("project", "domain") if f"scope.{kind}_id" in asked]
