"""Whether a price rose between the card and the act (decision 6)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from bot.records import PriceLine


def raised(shown: Iterable[PriceLine], now: Iterable[PriceLine], tolerance: float) -> bool:
    """Return whether `now` is dearer than `shown` by more than the tolerance, a share of what was shown.

    Compared by currency and unit: one CNY an hour is no cheaper than two CNY a day. A part whose price was known and is
    not any more, and one that was unknown and is known now, count as raised: nobody could have approved it (R5.43).
    """
    before, after = _totals(shown), _totals(now)
    return any(
        total != 0 if unit not in before else _rose(before[unit], total, tolerance) for unit, total in after.items()
    )


def _rose(before: Decimal | None, after: Decimal | None, tolerance: float) -> bool:
    return before is not None and after is not None and after > before * (1 + Decimal(str(tolerance)))


def _totals(lines: Iterable[PriceLine]) -> dict[tuple[str, ...], Decimal | None]:
    """Return the sum for each (currency, unit); each part without a price stands for itself, as unknown."""
    totals: dict[tuple[str, ...], Decimal | None] = {}
    for line in lines:
        amount = _amount(line)
        if amount is None:
            totals["unknown", line.what.key] = None
        else:
            unit = (line.currency, line.per)
            totals[unit] = (totals.get(unit) or Decimal(0)) + amount
    return totals


def _amount(line: PriceLine) -> Decimal | None:
    try:
        return Decimal(line.amount) if line.amount else None
    except InvalidOperation:
        return None
