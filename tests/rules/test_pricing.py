from __future__ import annotations

import pytest

from bot.records.provider import Rate
from bot.rules.pricing import compute_line
from bot.say import Language
from tests.fakes.words import words_of


@pytest.mark.rule("R5.42")
@pytest.mark.parametrize(
    ("rate", "nodes", "amount"),
    [
        ("7.2", 1, "7.20"),
        ("7.2", 3, "21.60"),
        ("0.8412345678", 2, "1.6824691356"),
        ("10", 1, "10.00"),
        ("1e1", 1, "10.00"),
    ],
)
def test_an_hour_costs_flavor_times_nodes(rate: str, nodes: int, amount: str) -> None:
    line = compute_line("gpu.p4", nodes, Rate(rate, "CNY"))
    assert (line.amount, line.currency, line.per) == (amount, "CNY", "h")
    for language in Language:
        assert f"{nodes} " in words_of(line.what, language)


@pytest.mark.rule("R5.43")
@pytest.mark.parametrize(("rate", "nodes"), [(Rate(), 1), (Rate("7.2", "CNY"), 0)])
def test_an_unknown_part_makes_the_price_unknown_never_zero(rate: Rate, nodes: int) -> None:
    line = compute_line("gpu.p4", nodes, rate)
    assert (line.amount, line.what.key) == ("", "service.price.compute")
