"""Prices by billing specification; what has none is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.ports import Rate
from tests.fakes.faults import Spoilable


class FakePrices(Spoilable):
    """`Prices` in memory, in yuan: `kept` may be changed between calls."""

    def __init__(self, kept: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.kept = dict(kept or {})

    async def hourly(self, spec: str) -> Rate:
        self.note("hourly", spec)
        amount = self.kept.get(spec, "")
        return Rate(amount, "CNY") if amount and Decimal(amount) else Rate()
