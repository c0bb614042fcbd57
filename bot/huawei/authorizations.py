"""ModelArts' authorizations: which principal uses which agency (API map 3.3)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import CloudRefused
from bot.huawei.client import Clients
from bot.huawei.paging import by_offset
from bot.huawei.services import MODELARTS
from bot.huawei.signed import Caller, Json, Sent, part, send, total_of, understood
from bot.ports import EVERYBODY, Authorization, AuthorizationType, Principal, PrincipalKind

LARGEST_PAGE = 1000
_AGENCY_THERE, _PRESET = "ModelArts.3818", "modelarts_agency"
_WORKSPACE = "0"
"""The workspace that every project has."""
_EVERY_ROW, _EVERYBODY = "all", "all-users"


class ModelartsAuthorizations:
    """`Authorizations` on the real wire."""

    def __init__(self, clients: Clients, *, page: int = LARGEST_PAGE) -> None:
        self._clients = clients
        self._page = page

    async def listed(self) -> Sequence[Authorization]:
        """Return all authorizations, oldest first (GET /v2/{project_id}/authorizations)."""
        found = await by_offset(self._from, lambda row: row, self._page)
        return sorted(found, key=lambda row: row.created)

    async def create_agency(self, suffix: str) -> str:
        """Create ModelArts' preset agency and return its name: the answer tells it, the rule differs by site (R3.03).

        Where an agency of this name exists nothing is created; some regions refuse then with a code of its own.
        """
        body = {"agency_name_suffix": suffix} if suffix else {}
        work = send("POST", self._path("agency"), body)
        try:
            sent: Sent = await self._clients.write(MODELARTS, "createModelArtsAgency", work, name=suffix)
        except CloudRefused as refused:
            if refused.code != _AGENCY_THERE:
                raise
            return f"ma_agency_{suffix}" if suffix else _PRESET
        return understood(lambda: str((sent.body or {})["agency_name"]))

    async def register(self, principal: Principal, agency: str) -> None:
        """Authorize a principal to use an agency (POST /v2/{project_id}/authorizations)."""
        body = {"type": "agency", "content": agency, "user_type": principal.kind, **_target(principal)}
        work = send("POST", self._path("authorizations"), body)
        name = principal.name or principal.id
        await self._clients.write(MODELARTS, "createAuthorization", work, name=name)

    async def remove(self, principal: Principal) -> None:
        """Delete one principal's authorization, as it was listed (DELETE …?user_id=).

        There `all` means every authorization of the account, so that of all users goes by its other name.
        """
        user = _EVERYBODY if principal.kind is PrincipalKind.ALL_USERS else principal.id or principal.name
        if user in ("", _EVERY_ROW):
            raise ValueError("this would delete every authorization")
        await self._delete(user, principal.name or principal.id)

    async def clear(self) -> None:
        """Delete every authorization (DELETE …?user_id=all)."""
        await self._delete(_EVERY_ROW, "")

    async def denied(self, actions: Sequence[str]) -> Sequence[str]:
        """Return what would be denied (POST /v1/{project_id}/workspaces/{workspace_id}/auth, which changes nothing)."""
        path = f"/v1/{part(self._clients.settings.project_id)}/workspaces/{_WORKSPACE}/auth"
        work = send("POST", path, {"requests": [{"action": action} for action in actions]})
        sent: Sent = await self._clients.read(MODELARTS, "validateAuthorization", work)
        return understood(_denied, sent.body or {})

    async def _delete(self, user: str, name: str) -> None:
        def work(caller: Caller) -> Sent:
            return caller.send("DELETE", self._path("authorizations"), {"user_id": user})

        await self._clients.write(MODELARTS, "deleteAuthorizations", work, name=name)

    async def _from(self, offset: int) -> tuple[list[Authorization], float]:
        """Return one page; the documents name the list `auth`, some answers carry it as `content`."""
        query = {"sort_by": "create_time", "order": "ASC", "limit": self._page, "offset": offset}
        path = self._path("authorizations")
        sent: Sent = await self._clients.read(
            MODELARTS, "getAuthorizations", lambda caller: caller.send("GET", path, query)
        )
        return understood(_listed, sent.body or {})

    def _path(self, rest: str) -> str:
        return f"/v2/{part(self._clients.settings.project_id)}/{rest}"


def _target(principal: Principal) -> Json:
    if principal.kind is PrincipalKind.FEDERATED:
        return {"user_name": principal.name}
    return {"user_id": _EVERY_ROW if principal.kind is PrincipalKind.ALL_USERS else principal.id}


def _denied(body: Json) -> list[str]:
    return [str(row["action"]) for row in body["results"] if row["verdict"] == "deny"]


def _listed(body: Json) -> tuple[list[Authorization], float]:
    given = body["auth"] if "auth" in body else body["content"]
    return [_authorization(row) for row in given or ()], total_of(body)


def _authorization(row: Json) -> Authorization:
    kind = AuthorizationType(row.get("type") or "agency")
    agency = str(row["content"]) if kind is AuthorizationType.AGENCY else ""
    return Authorization(_principal(row), kind, agency, float(row.get("create_time") or 0) / 1000)


def _principal(row: Json) -> Principal:
    identity, name = str(row.get("user_id") or ""), str(row.get("user_name") or "")
    if identity in (_EVERY_ROW, _EVERYBODY) or row.get("user_type") == PrincipalKind.ALL_USERS:
        return EVERYBODY
    return Principal(PrincipalKind(row.get("user_type") or PrincipalKind.IAM_USER), identity, name)
