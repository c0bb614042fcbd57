"""What computing costs, from the provider's price inquiry (R5.42, R5.43)."""

from __future__ import annotations

from decimal import Decimal

from bot.records import PriceLine
from bot.records.provider import Rate
from bot.say import say

CENTS = Decimal("0.01")


def compute_line(flavor: str, nodes: int, rate: Rate) -> PriceLine:
    """Return the price of an hour: flavor × nodes (R5.42); an unknown rate is an unknown price, never zero (R5.43)."""
    if not rate.amount or nodes < 1:
        return PriceLine(say("service.price.compute", flavor=flavor))
    what = say("service.price.nodes", flavor=flavor, nodes=nodes, each=money(rate.amount), currency=rate.currency)
    return PriceLine(what, money(str(Decimal(rate.amount) * nodes)), rate.currency, "h")


def money(amount: str) -> str:
    """Return an amount with two decimals, or all it has where they are more."""
    value = Decimal(amount)
    return f"{value.quantize(CENTS) if value == value.quantize(CENTS) else value.normalize():f}"
