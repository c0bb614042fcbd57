"""The free tier of real-time services: where it exists, who holds its flavor, when it ends (R5.21 to R5.29)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.errors import Refusal
from bot.records.provider import Flavor, Service
from bot.rules.figures import FIGURES
from bot.say import Say, say

HOURS = f"{FIGURES.free.run_seconds / 3600:g}"
DAYS = f"{FIGURES.free.release_seconds / 3600:g}"


class Slot(StrEnum):
    """Whether a free flavor can be used now; the text is `service.slot.<value>` (R5.80)."""

    FREE = "free"
    HELD = "held"
    TAKEN = "taken"
    SOLD_OUT = "sold_out"


def check_region(service: Service, region: str) -> None:
    """Refuse a free flavor where the provider has none (R5.21)."""
    if service.free and region not in FIGURES.free.regions:
        where = ", ".join(FIGURES.free.regions)
        raise Refusal("service.free.region", argument="service", name=service.name, region=region, where=where)


def holder(flavor: str, services: Sequence[Service], *, but: str = "") -> Service | None:
    """Return the service that uses a free flavor, running or stopped: the cautious reading of R5.29."""
    return next((one for one in services if one.free and one.flavor == flavor and one.id != but), None)


def slot(flavor: Flavor, services: Sequence[Service], *, but: str = "") -> Slot:
    """Return whether a free flavor can be used by the service `but` or by a new one; the provider decides (R5.29).

    It says itself whether the flavor is over its quota; where it is not, nobody holds it, whatever we make of its list.
    """
    if flavor.sold_out:
        return Slot.SOLD_OUT
    if not flavor.over_quota:
        return Slot.FREE
    if holder(flavor.id, services, but=but):
        return Slot.HELD
    return Slot.FREE if holder(flavor.id, services) else Slot.TAKEN


def check_slot(service: Service, flavors: Sequence[Flavor], services: Sequence[Service]) -> None:
    """Refuse to start on a free flavor that another service holds, naming it (R5.29).

    A flavor the provider does not list any more has no answer of its own: then only our reading is left.
    """
    other = holder(service.flavor, services, but=service.id)
    flavor = next((one for one in flavors if one.id == service.flavor), None)
    if other and (flavor is None or flavor.over_quota):
        raise Refusal("service.free.held", argument="service", name=service.name, holder=other.name, state=other.state)


def check_agreed(service: Service, agreed: str) -> None:
    """Refuse to start on a free flavor before the notice was ticked (R5.71)."""
    if service.free and not agreed:
        raise Refusal("service.free.agree", argument="agreed", name=service.name, hours=HOURS, kept=DAYS)


def notice() -> Say:
    """Return what the free tier means: the hour, the limit, and what it does not include (R5.71, R5.23)."""
    return say("service.free.notice", hours=HOURS, kept=DAYS)
