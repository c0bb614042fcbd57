"""ModelArts' classic real-time services: the v1 calls, which no SDK has; times there are milliseconds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from bot.errors import CloudRefused
from bot.huawei.client import Clients
from bot.huawei.paging import by_offset
from bot.huawei.signed import Caller, Json, Sent, Signed, part, total_of, understood
from bot.ports import Flavor, Service
from bot.say import say

MODELARTS = Signed("modelarts", "https://modelarts.{region}.myhuaweicloud.com")
LARGEST_PAGE = 1000
_GONE = "ModelArts.3502"
_IDENTITY = re.compile(r"[A-Za-z0-9-]{1,64}")
_SOLD_OUT = "sellout"


class ModelartsServices:
    """`Services` on the real wire."""

    def __init__(self, clients: Clients, *, page: int = LARGEST_PAGE) -> None:
        self._clients = clients
        self._page = page

    async def listed(self) -> Sequence[Service]:
        """Return all real-time services of the region, oldest first (GET /v1/{project_id}/services).

        The provider's list tells no flavor, nodes, model and address: those are "" and 0 here, `show` has them.
        """
        query = {"infer_type": "real-time", "sort_by": "publish_at", "order": "asc"}
        rows = await self._rows("listServices", "/services", "services", "service_id", query)
        return await asyncio.to_thread(lambda: [understood(_service, row) for row in rows])  # thousands take 100 ms

    async def show(self, identity: str) -> Service | None:
        """Return one service by id, or None when it is gone: when ModelArts itself says so, not any 404."""
        if not _IDENTITY.fullmatch(identity):
            return None
        path = self._path(f"/services/{part(identity)}")
        sent: Sent = await self._clients.read(
            MODELARTS, "showService", lambda caller: caller.send("GET", path), name=identity, good=(_GONE,)
        )
        return None if sent.status >= 300 else understood(_service, sent.body or {})

    async def flavors(self) -> Sequence[Flavor]:
        """Return the flavors of the public pool (GET /v1/{project_id}/services/specifications)."""
        query = {"infer_type": "real-time"}
        rows = await self._rows(
            "listSpecifications", "/services/specifications", "specifications", "specification", query
        )
        return [understood(_flavor, row) for row in rows]

    async def start(self, identity: str) -> None:
        """Start a stopped service with the flavor it has: PUT its status (R5.78)."""
        await self._put("startService", identity, "running")

    async def stop(self, identity: str) -> None:
        """Stop a running service: PUT its status."""
        await self._put("stopService", identity, "stopped")

    async def _put(self, operation: str, identity: str, status: str) -> None:
        if not _IDENTITY.fullmatch(identity):
            raise CloudRefused(say("cloud.no_service", name=identity, code=_GONE), code=_GONE, status=404)
        path = self._path(f"/services/{part(identity)}")

        def work(caller: Caller) -> Sent:
            return caller.send("PUT", path, body={"status": status})

        await self._clients.write(MODELARTS, operation, work, name=identity)

    async def _rows(self, operation: str, path: str, name: str, key: str, query: Json) -> list[Json]:
        async def ask(offset: int) -> tuple[list[Json], float]:
            sent = await self._get(operation, path, {**query, "offset": offset, "limit": self._page})
            return understood(_listed, sent, name, key)

        return await by_offset(ask, lambda row: str(row[key]), self._page)

    async def _get(self, operation: str, path: str, query: Json) -> Sent:
        whole = self._path(path)
        sent: Sent = await self._clients.read(MODELARTS, operation, lambda caller: caller.send("GET", whole, query))
        return sent

    def _path(self, rest: str) -> str:
        return f"/v1/{part(self._clients.settings.project_id)}{rest}"


def _listed(sent: Sent, name: str, key: str) -> tuple[list[Json], float]:
    body = sent.body or {}
    return [{**row, key: str(row[key])} for row in body[name] or ()], total_of(body)


def _service(row: Json) -> Service:
    node: Json = next(iter(row.get("config") or ()), {})
    changed = row.get("transition_at") or row.get("update_time")
    return Service(
        id=str(row["service_id"]),
        name=str(row["service_name"]),
        state=str(row["status"]),
        flavor=_text(node, "specification"),
        free=row.get("is_free") is True,
        nodes=sum(_count(one, "instance_count") for one in row.get("config") or ()),
        model=":".join(filter(None, (_text(node, "model_name"), _text(node, "model_version")))),
        created=_seconds(row.get("publish_at")),
        changed=_seconds(changed),
        due=_seconds(row.get("due_time")),
        progress=_count(row, "progress"),
        url=_text(row, "access_address"),
        calls=_count(row, "invocation_times"),
        failed_calls=_count(row, "failed_times"),
        error=_text(row, "error_msg"),
        mixed=len({_text(one, "specification") for one in row.get("config") or ()}) > 1,
    )


def _flavor(row: Json) -> Flavor:
    identity = str(row["specification"])
    return Flavor(
        id=identity,
        name=_text(row, "display_en") or _text(row, "display_cn") or identity,
        free=row.get("is_free") is True,
        over_quota=row.get("over_quota") is True,
        sold_out=row.get("spec_status") == _SOLD_OUT,
        processor=_text(row, "category"),
        billing=_text(row, "billing_spec"),
    )


def _seconds(milliseconds: Any) -> float:
    return float(milliseconds or 0) / 1000


def _count(row: Json, name: str) -> int:
    return int(row.get(name) or 0)


def _text(row: Json, name: str) -> str:
    return str(row.get(name) or "")
