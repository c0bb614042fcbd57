"""IAM's agencies and their grants (API map 3.1)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from bot.huawei.client import Clients
from bot.huawei.iam import moment
from bot.huawei.iam_calls import IamCalls
from bot.huawei.permissions import IamPermissions
from bot.huawei.signed import Json
from bot.ports import Agency, Grant, Scope, ScopeKind

LARGEST_PAGE = 500
ASSIGNMENTS_A_PAGE = 50
_UNLIMITED = frozenset({"", "null", "FOREVER"})
_HOURS = 24


class IamAgencies:
    """`Agencies` on the real wire."""

    def __init__(self, clients: Clients, permissions: IamPermissions, *, page: int = LARGEST_PAGE) -> None:
        self._iam = IamCalls(clients)
        self._permissions = permissions
        self._page = page

    async def listed(self) -> Sequence[Agency]:
        """Return the account's agencies, by name, all pages (GET /v3.0/OS-AGENCY/agencies)."""
        return sorted(await self._found(), key=lambda agency: agency.name)

    async def named(self, name: str) -> Agency | None:
        """Return the agency with exactly this name, or None."""
        return next((agency for agency in await self._found(name=name) if agency.name == name), None)

    async def show(self, identity: str) -> Agency | None:
        """Return one agency by id, or None where it is gone."""
        return await self._iam.one("showAgency", "agency", _agency, agency_id=identity)

    async def set_days(self, identity: str, days: int) -> None:
        """Set the validity: IAM takes days, or the word FOREVER, and answers hours (R3.12)."""
        body = {"agency": {"duration": days or "FOREVER"}}
        await self._iam.write("updateAgency", identity, agency_id=identity, body=body)

    async def delete(self, identity: str) -> None:
        """Delete an agency."""
        await self._iam.write("deleteAgency", identity, agency_id=identity)

    async def grants(self, identity: str) -> Sequence[Grant]:
        """Return the agency's grants of every scope: one paged list of assignments, and each permission once.

        GET /v3.0/OS-PERMISSION/role-assignments has no ids of its own; grants in enterprise projects are left out,
        ModelArts makes none.
        """
        found = await self._assignments(identity)
        ids = list(dict.fromkeys(permission for permission, _ in found))
        known = dict(zip(ids, await asyncio.gather(*map(self._permissions.show, ids)), strict=True))
        grants = [(known[permission], scope) for permission, scope in found]
        return [Grant(permission, scope) for permission, scope in grants if permission]

    async def grant(self, identity: str, permission: str, scope: Scope) -> None:
        """Grant a permission: a PUT without a body, which changes nothing where it is granted already (R3.13)."""
        await self._change(CHANGES[scope.kind][0], identity, permission, scope)

    async def revoke(self, identity: str, permission: str, scope: Scope) -> None:
        """Take a grant back."""
        await self._change(CHANGES[scope.kind][1], identity, permission, scope)

    async def _change(self, operation: str, identity: str, permission: str, scope: Scope) -> None:
        inside = scope.kind is ScopeKind.PROJECT
        where = {"project_id": scope.project} if inside else {"domain_id": self._iam.domain}
        await self._iam.write(operation, permission, agency_id=identity, role_id=permission, **where)

    async def _found(self, **query: str) -> list[Agency]:
        domain = self._iam.domain
        return await self._iam.pages("listAgencies", "agencies", _agency, self._page, domain_id=domain, **query)

    async def _assignments(self, identity: str) -> list[tuple[str, Scope]]:
        query = {"domain_id": self._iam.domain, "subject": "agency", "subject_agency_id": identity}
        size, key = min(self._page, ASSIGNMENTS_A_PAGE), "role_assignments"
        found = await self._iam.pages("showDomainRoleAssignments", key, _assignment, size, **query)
        return [(permission, scope) for permission, scope in found if scope]


CHANGES = {
    ScopeKind.PROJECT: ("associateAgencyWithProjectPermission", "removeProjectPermissionFromAgency"),
    ScopeKind.DOMAIN: ("associateAgencyWithDomainPermission", "removeDomainPermissionFromAgency"),
    ScopeKind.ALL_PROJECTS: ("associateAgencyWithAllProjectsPermission", "removeAllProjectsPermissionFromAgency"),
}


def _assignment(row: Json) -> tuple[str, Scope | None]:
    scope: Json = row["scope"]
    permission = str(row["role"]["id"])
    if scope.get("project"):
        return permission, Scope(ScopeKind.PROJECT, str(scope["project"]["id"]))
    if scope.get("domain"):
        kind = ScopeKind.ALL_PROJECTS if row.get("is_inherited") else ScopeKind.DOMAIN
        return permission, Scope(kind)
    return permission, None


def _agency(row: Json) -> Agency:
    return Agency(
        id=str(row["id"]),
        name=str(row["name"]),
        trusted=str(row.get("trust_domain_name") or row.get("trust_domain_id") or ""),
        days=_days(row.get("duration")),
        expires=moment(row.get("expire_time")),
        created=moment(row.get("create_time")),
        description=str(row.get("description") or ""),
    )


def _days(hours: Any) -> int:
    """Return IAM's hours in days, 0 for unlimited (R3.12)."""
    text = "" if hours is None else str(hours)
    if text in _UNLIMITED:
        return 0
    return 1 if text == "ONEDAY" else math.ceil(float(text) / _HOURS)
