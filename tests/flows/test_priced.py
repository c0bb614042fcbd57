"""The price of what runs and costs is asked at a look, kept for an hour, and no look fails for want of it."""

from __future__ import annotations

import pytest

from bot.flows.watch import watch
from bot.records import Thing
from tests.fakes.prices import FakePrices
from tests.flows.given import START
from tests.flows.watching import HOUR, SERVICE, House, service

PAID = service(flavor="gpu.p4", free=False, nodes=2, due=0.0)


async def looked(house: House) -> Thing:
    """Have the service looked at by itself, and return it."""
    await watch(house.world, SERVICE)
    return await house.thing()


async def watched() -> tuple[House, FakePrices]:
    house = House([PAID])
    house.given.cloud.prices = FakePrices({"gpu.p4": "4.10"})
    await house.sweep()
    return house, house.given.cloud.prices


@pytest.mark.rule("R5.43")
@pytest.mark.rule("R5.49")
async def test_it_is_asked_once_an_hour_for_all_nodes() -> None:
    house, prices = await watched()
    thing = await looked(house)
    assert (thing.facts["hourly"], thing.facts["currency"], thing.since) == ("8.20", "CNY", START)
    await looked(house)
    assert len(prices.calls) == 1
    house.clock.at += HOUR
    prices.kept["gpu.p4"] = "5.00"
    assert (await looked(house)).facts["hourly"] == "10.00"


@pytest.mark.rule("R5.43")
async def test_billing_that_is_busy_spoils_no_look_and_is_asked_at_the_next() -> None:
    house = House([PAID])
    house.given.cloud.prices = FakePrices({"gpu.p4": "4.10"})
    house.given.cloud.prices.fault("hourly", "throttled")
    await house.sweep()
    assert (await house.thing()).facts["unpriced"] == "unreached"
    assert (await looked(house)).facts["hourly"] == "8.20"
    house.given.cloud.prices.fault("hourly", "forbidden")
    house.clock.at += HOUR
    thing = await looked(house)
    assert (thing.facts["hourly"], thing.facts["unpriced"]) == ("", "not_sold")


@pytest.mark.rule("R5.43")
async def test_nodes_of_several_flavors_and_free_ones_are_not_asked_about() -> None:
    for other in (service(flavor="gpu.p4", free=False, mixed=True, due=0.0), service()):
        house = House([other])
        await house.sweep()
        thing = await looked(house)
        assert thing.id == SERVICE
        assert not house.given.cloud.prices.calls
        assert thing.facts.get("unpriced", "") == ("" if other.free else "mixed")
