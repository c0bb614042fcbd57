"""The inquiry for pay-per-use prices: what one node of a flavor costs by the hour, in yuan.

In doubt, and so ours to choose: a product's id, that a free flavor is no product here, and that a project of somebody
else is a wrong parameter. Discounts are not simulated: the official price is the price.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from sandbox.cloud.bss.bodies import RatedProduct, RateOnDemand
from sandbox.cloud.bss.rows import RESOURCE_TYPE
from sandbox.cloud.bss.state import HOUR, MODELARTS
from sandbox.cloud.wire import Refusal

Json = dict[str, Any]
YUAN = 1
PIECES = 14
DURATION = "duration"
PLACES = {0: Decimal("1e-6"), 1: Decimal("1e-10")}
Tariffs = Mapping[tuple[str, str], Decimal]
"""The price of an hour by region and resource specification."""


def rated(body: RateOnDemand, tariffs: Tariffs) -> Json:
    """Return the prices of all products asked for. Raises Refusal for the first that has none."""
    ids = [product.id for product in body.product_infos]
    if len(set(ids)) < len(ids):
        raise Refusal(400, "CBC.0100", "Parameter error: the ids of product_infos must be distinct")
    places = PLACES[body.inquiry_precision or 0]
    amounts = [_amount(product, tariffs).quantize(places, ROUND_DOWN) for product in body.product_infos]
    rows = [
        {"id": product.id, "product_id": f"rated-{product.resource_spec}", "discount_rating_results": []}
        | _money(amount)
        for product, amount in zip(body.product_infos, amounts, strict=True)
    ]
    return _money(sum(amounts, Decimal(0))) | {"currency": "CNY", "product_rating_results": rows}


def _money(amount: Decimal) -> Json:
    official = float(amount)
    return {"amount": official, "official_website_amount": official, "discount_amount": 0.0, "measure_id": YUAN}


def _amount(product: RatedProduct, tariffs: Tariffs) -> Decimal:
    hourly = tariffs.get((product.region, product.resource_spec))
    if (product.cloud_service_type, product.resource_type) != (MODELARTS, RESOURCE_TYPE) or hourly is None:
        raise Refusal(400, "CBC.99006006", "The product does not exist")
    if product.usage_factor.lower() != DURATION or product.usage_measure_id != HOUR:
        raise Refusal(400, "CBC.99006050", "The usage unit does not fit the product")
    if (product.resource_size is None) != (product.size_measure_id is None) or product.size_measure_id not in (
        None,
        PIECES,
    ):
        raise Refusal(400, "CBC.0100", "Parameter error: resource_size or size_measure_id")
    return hourly * Decimal(str(product.usage_value)) * product.subscription_num * (product.resource_size or 1)
