"""What a paid thing has cost since it was started, as far as anybody can say: pure (R5.43, R5.49).

Known is what an hour costs by the provider's inquiry, times the hours that it runs. What is not known is unknown, with
the reason, never zero. Packages and discounts are the bill's matter, and the bill decides (R5.46).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from bot.records.people import Values
from bot.records.provider import Rate
from bot.records.things import Phase, Thing
from bot.rules.figures import FIGURES
from bot.rules.pricing import money
from bot.say import Moment, Say, say

CENTS = Decimal("0.01")
HOUR = 3600


class Unpriced(StrEnum):
    """Why nobody knows what an hour costs."""

    NOT_SOLD = "not_sold"
    MIXED = "mixed"
    UNREACHED = "unreached"


def needs_price(known: Values, fresh: Values, since: float, at: float) -> bool:
    """Return whether the price is to be asked: never asked, of other nodes, of before the start, or last in vain."""
    if known.get("priced_for") != priced_for(fresh) or known.get("unpriced") == Unpriced.UNREACHED:
        return True
    asked = float(known.get("priced") or 0.0)
    return asked < since or at - asked >= FIGURES.spent.price_seconds


def priced_for(facts: Values) -> str:
    """Return what a price depends on: flavor and nodes, 0 for nodes of several flavors."""
    return f"{facts.get('flavor', '')}×{facts.get('nodes', '')}"


def priced(facts: Values, rate: Rate, at: float, why: Unpriced = Unpriced.NOT_SOLD) -> Values:
    """Return what is remembered of an answer: what an hour of all nodes costs, or `why` nobody knows."""
    hourly = f"{Decimal(rate.amount) * int(facts['nodes']):f}" if rate.amount else ""
    known = {"hourly": hourly, "currency": rate.currency if hourly else "", "unpriced": "" if hourly else why.value}
    return {**known, "priced_for": priced_for(facts), "priced": repr(at)}


def spent(thing: Thing, at: float) -> Decimal | None:
    """Return the cost of a running paid thing from its start until `at`, None for unknown."""
    if not thing.facts.get("hourly") or not thing.exact or thing.phase is not Phase.RUNNING:
        return None
    return (Decimal(thing.facts["hourly"]) * Decimal(max(0.0, at - thing.since)) / HOUR).quantize(CENTS)


def cost_so_far(thing: Thing, at: float) -> Say:
    """Return the cost until `at` in words, or why it is unknown (R5.43)."""
    amount, known = spent(thing, at), thing.facts
    if amount is None:
        return say("spent.unknown", why=say(f"spent.why.{_why(thing)}"))
    asked = Moment(float(known["priced"]))
    return say(
        "spent.known", amount=f"{amount:f}", currency=known["currency"], hourly=money(known["hourly"]), asked=asked
    )


def _why(thing: Thing) -> str:
    if thing.phase is not Phase.RUNNING:
        return "moving"
    return thing.facts.get("unpriced") or ("not_asked" if thing.exact else "start")


def total_so_far(things: Iterable[Thing], at: float) -> Say | None:
    """Return the sum of what is known, by currency, and how many are unknown; None where nothing is known (R5.43)."""
    sums: dict[str, Decimal] = {}
    unknown = 0
    for thing in things:
        amount = spent(thing, at)
        if amount is None:
            unknown += 1
        else:
            sums[thing.facts["currency"]] = sums.get(thing.facts["currency"], Decimal(0)) + amount
    if not sums:
        return None
    known = " + ".join(f"{amount:f} {currency}" for currency, amount in sorted(sums.items()))
    return say("spent.total_and_unknown", known=known, unknown=unknown) if unknown else say("spent.total", known=known)
