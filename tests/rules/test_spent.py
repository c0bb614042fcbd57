"""What a paid thing has cost: known by price and start, else unknown with its reason, never zero."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.records import Phase
from bot.records.provider import Rate
from bot.rules.spent import Unpriced, cost_so_far, needs_price, priced, spent, total_so_far
from bot.say import Say
from tests.rules.things import HOUR, NOON, thing

FACTS = {"flavor": "gpu.p4", "nodes": "2"}
KNOWN = priced(FACTS, Rate("4.10", "CNY"), NOON)


@pytest.mark.rule("R5.43")
@pytest.mark.rule("R5.49")
@pytest.mark.parametrize(("hours", "amount"), [(0.0, "0.00"), (0.5, "4.10"), (8.0, "65.60"), (100.0, "820.00")])
def test_the_price_of_all_nodes_times_the_hours(hours: float, amount: str) -> None:
    paid = thing(free=False, since=NOON, facts={**FACTS, **KNOWN})
    assert spent(paid, NOON + hours * HOUR) == Decimal(amount)


REASONS = {
    "not_sold": thing(free=False, facts=priced(FACTS, Rate(), NOON)),
    "mixed": thing(free=False, facts=priced({**FACTS, "nodes": "0"}, Rate(), NOON, Unpriced.MIXED)),
    "unreached": thing(free=False, facts=priced(FACTS, Rate(), NOON, Unpriced.UNREACHED)),
    "start": thing(free=False, exact=False, facts=KNOWN),
    "not_asked": thing(free=False),
    "moving": thing(free=False, phase=Phase.MOVING, facts=KNOWN),
}


@pytest.mark.rule("R5.43")
@pytest.mark.parametrize("why", REASONS)
def test_what_is_not_known_has_its_reason_and_is_never_zero(why: str) -> None:
    said = cost_so_far(REASONS[why], NOON)
    assert (said.key, said.facts["why"]) == ("spent.unknown", Say(f"spent.why.{why}"))
    assert total_so_far([REASONS[why]], NOON) is None


@pytest.mark.parametrize(
    ("known", "fresh", "later", "asks"),
    [
        ({}, FACTS, 0.0, True),
        (KNOWN, FACTS, 0.0, False),
        (KNOWN, FACTS, HOUR - 1, False),
        (KNOWN, FACTS, HOUR, True),
        (KNOWN, {**FACTS, "nodes": "3"}, 0.0, True),
        (KNOWN, {**FACTS, "flavor": "gpu.v100"}, 0.0, True),
        (priced(FACTS, Rate(), NOON), FACTS, 60.0, False),
        (priced(FACTS, Rate(), NOON, Unpriced.UNREACHED), FACTS, 60.0, True),
    ],
)
def test_the_price_is_asked_when_it_is_not_known_for_these_nodes_and_this_hour(
    known: dict[str, str], fresh: dict[str, str], later: float, asks: bool
) -> None:
    assert needs_price(known, fresh, NOON - HOUR, NOON + later) is asks


def test_a_start_after_the_price_was_asked_has_it_asked_again() -> None:
    assert needs_price(KNOWN, FACTS, NOON + 60, NOON + 120)


@pytest.mark.rule("R5.43")
def test_a_total_names_each_currency_and_counts_the_unknown() -> None:
    yuan = thing(free=False, since=NOON - HOUR, facts={**FACTS, **KNOWN})
    dollar = thing(free=False, since=NOON - HOUR, facts={**FACTS, **priced(FACTS, Rate("1.5", "USD"), NOON)})
    said = total_so_far([yuan, yuan, dollar, REASONS["mixed"]], NOON)
    assert said == Say("spent.total_and_unknown", {"known": "16.40 CNY + 3.00 USD", "unknown": 1})
