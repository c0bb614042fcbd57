"""Pay-per-use prices through billing's inquiry (BSS)."""

from __future__ import annotations

from decimal import Decimal

from bot.errors import CloudRefused
from bot.huawei.billing import BSS, Billing
from bot.huawei.client import Clients
from bot.huawei.signed import Caller, Json, Sent, understood
from bot.ports import Rate

_PATH = "/v2/bills/ratings/on-demand-resources"
_NOT_SOLD = "CBC.99006006"
_HOUR, _PIECES = 4, 14
_ITEM = "1"


class BssPrices:
    """`Prices` on the real wire."""

    def __init__(self, clients: Clients) -> None:
        self._settings = clients.settings
        self._billing = Billing(clients)

    async def hourly(self, spec: str) -> Rate:
        """Return what a node costs an hour after discounts (POST /v2/bills/ratings/on-demand-resources).

        A specification that billing does not sell is unknown; so is one it calls free, which is never asked (R5.43).
        """
        body = self._body(spec)

        def work(caller: Caller) -> Sent:
            return caller.send("POST", _PATH, body=body)

        try:
            sent = await self._billing.read("listOnDemandResourceRatings", work)
        except CloudRefused as refused:
            if refused.code == _NOT_SOLD:
                return Rate()
            raise
        return understood(_read, sent.body or {}, "CNY" if self._billing.site is BSS else "")

    def _body(self, spec: str) -> Json:
        product = {
            "id": _ITEM,
            "cloud_service_type": "hws.service.type.modelarts",
            "resource_type": "hws.resource.type.modelarts",
            "resource_spec": spec,
            "region": self._settings.region,
            "resource_size": 1,
            "size_measure_id": _PIECES,
            "usage_factor": "Duration",
            "usage_value": 1,
            "usage_measure_id": _HOUR,
            "subscription_num": 1,
        }
        return {"project_id": self._settings.project_id, "inquiry_precision": 1, "product_infos": [product]}


def _read(body: Json, otherwise: str) -> Rate:
    """Return the price; the China site may leave its currency empty."""
    row = {str(row["id"]): row for row in body["product_rating_results"]}[_ITEM]
    amount, currency = Decimal(str(row["amount"])), str(body.get("currency") or otherwise)
    if not amount.is_finite() or amount < 0 or not currency:
        raise ValueError(f"{amount} {currency}")
    return Rate(f"{amount:f}", currency) if amount else Rate()
