"""IAM's system permissions and custom policies; IAM calls both "roles" (API map 3.1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.huawei.client import Clients
from bot.huawei.iam_calls import IamCalls
from bot.huawei.signed import Json, understood
from bot.ports import Dependency, Level, Permission, PermissionKind, Statement

LARGEST_PAGE = 300
_POLICY = "1.1"
_CUSTOM = "CUSTOMED"


class IamPermissions:
    """`Permissions` on the real wire."""

    def __init__(self, clients: Clients, *, page: int = LARGEST_PAGE) -> None:
        self._iam = IamCalls(clients)
        self._page = page

    async def system(self) -> Sequence[Permission]:
        """Return the system permissions, all pages (GET /v3/roles without a domain)."""
        return _sorted(await self._listed())

    async def custom(self) -> Sequence[Permission]:
        """Return the account's custom policies, all pages (GET /v3/roles with its domain)."""
        return _sorted(await self._listed(domain_id=self._iam.domain))

    async def show(self, identity: str) -> Permission | None:
        """Return one permission by id, or None where there is none (GET /v3/roles/{role_id})."""
        return await self._iam.one("keystoneShowPermission", "role", _permission, role_id=identity)

    async def create_policy(self, display: str, level: Level, statements: Sequence[Statement], description: str) -> str:
        """Create a custom policy and return its id (POST /v3.0/OS-ROLE/roles)."""
        policy = {"Version": _POLICY, "Statement": [_written(statement) for statement in statements]}
        role = {"display_name": display, "type": level, "description": description, "policy": policy}
        sent = await self._iam.write("createCloudServiceCustomPolicy", display, body={"role": role})
        return understood(lambda: str((sent.body or {})["role"]["id"]))

    async def delete_policy(self, identity: str) -> None:
        """Delete a custom policy (DELETE /v3.0/OS-ROLE/roles/{role_id})."""
        await self._iam.write("deleteCustomPolicy", identity, role_id=identity)

    async def _listed(self, **query: str) -> list[Permission]:
        return await self._iam.pages("keystoneListPermissions", "roles", _permission, self._page, **query)


def _sorted(found: list[Permission]) -> list[Permission]:
    return sorted(found, key=lambda permission: (permission.catalog, permission.display))


def _permission(row: Json) -> Permission:
    policy: Json = row.get("policy") or {}
    version = str(policy.get("Version") or "")
    return Permission(
        id=str(row["id"]),
        name=str(row["name"]),
        display=str(row.get("display_name") or row["name"]),
        kind=PermissionKind.POLICY if version == _POLICY else PermissionKind.ROLE,
        level=Level(row.get("type") or Level.NEITHER),
        catalog=str(row.get("catalog") or ""),
        custom=bool(row.get("domain_id")) or row.get("catalog") == _CUSTOM,
        description=str(row.get("description") or ""),
        description_zh=str(row.get("description_cn") or ""),
        statements=tuple(_statement(one) for one in policy.get("Statement") or ()),
        depends=tuple(Dependency(str(d["catalog"]), str(d["display_name"])) for d in policy.get("Depends") or ()),
    )


def _statement(row: Json) -> Statement:
    return Statement(
        actions=tuple(row.get("Action") or ()),
        effect=str(row["Effect"]),
        resources=_resources(row.get("Resource")),
        conditions=json.dumps(row["Condition"], sort_keys=True) if row.get("Condition") else "",
    )


def _resources(given: Any) -> tuple[str, ...]:
    """Return resources as written: a list, or for agencies an object with `uri`."""
    found = given.get("uri") if isinstance(given, dict) else given
    return tuple(map(str, found or ()))


def _written(statement: Statement) -> Json:
    row: dict[str, Any] = {"Effect": statement.effect, "Action": list(statement.actions)}
    if statement.resources:
        row["Resource"] = list(statement.resources)
    if statement.conditions:
        row["Condition"] = json.loads(statement.conditions)
    return row
