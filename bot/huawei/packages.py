"""Resource packages through billing (BSS)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.huawei.billing import Billing
from bot.huawei.client import Clients
from bot.huawei.paging import by_record
from bot.huawei.signed import Caller, Json, Sent, total_of, understood
from bot.ports import Package, Quota

LARGEST_PAGE = 1000
_PATH = "/v3/payments/free-resources/query"
_MODELARTS = "hws.service.type.modelarts"
_STATES = {0: "waiting", 1: "active", 2: "used_up", 3: "expired", 4: "refunded"}
_UNITS = {4: "h"}


class BssPackages:
    """`Packages` on the real wire."""

    def __init__(self, clients: Clients, *, page: int = LARGEST_PAGE) -> None:
        self._clients = clients
        self._page = page
        self._billing = Billing(clients)

    async def listed(self) -> Sequence[Package]:
        """Return the account's ModelArts packages, whatever their region (POST /v3/payments/free-resources/query).

        The provider leaves out those that expired 18 months ago, and those of enterprise projects (R5.51).
        """
        return await by_record(self._from, lambda package: package.id)

    async def _from(self, offset: int) -> tuple[list[Package], float]:
        body = {"service_type_code_list": [_MODELARTS], "offset": offset, "limit": self._page}

        def work(caller: Caller) -> Sent:
            return caller.send("POST", _PATH, body=body)

        sent = await self._billing.read("listFreeResourceInfos", work)
        return await asyncio.to_thread(understood, _read, sent)  # a full page holds up the loop for 20 ms


def _read(sent: Sent) -> tuple[list[Package], float]:
    body = sent.body or {}
    return [_package(row) for row in body["free_resource_packages"] or ()], total_of(body)


def _package(row: Json) -> Package:
    return Package(
        id=str(row["order_instance_id"]),
        order=str(row.get("order_id") or ""),
        product=str(row.get("product_id") or ""),
        name=str(row.get("product_name") or row["order_instance_id"]),
        region=str(row.get("region_code") or ""),
        state=_STATES[int(row["status"])],
        effective=_moment(row["effective_time"]),
        expires=_moment(row["expire_time"]),
        quotas=tuple(_quota(quota) for quota in row.get("free_resources") or ()),
    )


def _quota(row: Json) -> Quota:
    measure = int(row.get("measure_id") or 0)
    return Quota(
        id=str(row["free_resource_id"]),
        usage=str(row.get("usage_type_name") or ""),
        total=float(row.get("original_amount") or 0),
        left=float(row.get("amount") or 0),
        unit=_UNITS.get(measure, ""),
    )


def _moment(text: Any) -> float:
    """Return the provider's UTC time in seconds; it writes the zone as Z or not at all."""
    moment = datetime.fromisoformat(str(text))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
