"""Ask what a paid thing that runs costs by the hour, so that its card says what it has cost so far (R5.43, R5.49)."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.errors import CloudFault, CloudRefused
from bot.flows.world import World
from bot.records import Phase, Thing, ThingKind, Values
from bot.records.provider import Rate
from bot.rules.spent import Unpriced, needs_price, priced
from bot.rules.watch import Sighting

log = structlog.get_logger(__name__)


async def with_price(world: World, thing: Thing, fresh: Sighting) -> Sighting:
    """Return the sighting with what an hour costs, where it costs and nobody knows; a cloud at fault spoils no look."""
    now = world.clock.now()
    if thing.kind is not ThingKind.SERVICE or fresh.free or fresh.phase is not Phase.RUNNING:
        return fresh
    if not needs_price(thing.facts, fresh.facts, fresh.since, now):
        return fresh
    return replace(fresh, facts={**fresh.facts, **await _asked(world, fresh.facts, now)})


async def _asked(world: World, facts: Values, now: float) -> Values:
    if facts.get("nodes") == "0":
        return priced(facts, Rate(), now, Unpriced.MIXED)
    try:
        flavors = await world.cloud.services.flavors()
        billing = next((one.billing for one in flavors if one.id == facts.get("flavor") and one.billing), "")
        rate = await world.cloud.prices.hourly(billing or facts.get("flavor", ""))
    except CloudRefused:
        return priced(facts, Rate(), now)
    except CloudFault as fault:
        log.info("price not asked", code=fault.code)
        return priced(facts, Rate(), now, Unpriced.UNREACHED)
    return priced(facts, rate, now)
