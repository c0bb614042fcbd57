"""A price that rose is told from one that did not (decision 6, R5.43)."""

from __future__ import annotations

import pytest

from bot.approvals.price import raised
from bot.records import PriceLine
from bot.say import say


def line(amount: str = "", per: str = "hour", what: str = "compute", currency: str = "CNY") -> PriceLine:
    return PriceLine(say(what), amount, currency, per)


@pytest.mark.parametrize(
    ("shown", "now", "tolerance", "rose"),
    [
        ([line("1.00")], [line("1.00")], 0, False),
        ([line("1.00")], [line("1")], 0, False),
        ([line("1.00")], [line("0.50")], 0, False),
        ([line("1.00")], [line("1.01")], 0, True),
        ([line("1.00")], [line("1.05")], 0.05, False),
        ([line("1.00")], [line("1.06")], 0.05, True),
        ([line("0.1"), line("0.2")], [line("0.3")], 0, False),
        ([line("1.00")], [line("1.00", per="day")], 0, True),
        ([line("1.00")], [line("1.00", currency="USD")], 0, True),
        ([line("1.00")], [line("1.00"), line("0.01", per="GB")], 0, True),
        ([line("1.00")], [line("1.00"), line("0", per="GB")], 0, False),
        ([line("1.00"), line("2", per="GB")], [line("1.00")], 0, False),
        ([line()], [line()], 0, False),
        ([line()], [line("1.00")], 0, True),
        ([line("1.00")], [line()], 0, True),
        ([line("1.00")], [line("soon")], 0, True),
        ([], [], 0, False),
    ],
)
def test_what_counts_as_raised(shown: list[PriceLine], now: list[PriceLine], tolerance: float, rose: bool) -> None:
    assert raised(shown, now, tolerance) is rose
