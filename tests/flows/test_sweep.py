"""Reconciliation on fakes: what is found, what vanishes, what is ours, and what a loss of memory brings back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.flows.sweep import adopt
from bot.flows.watch import watch
from bot.ports import Change
from bot.records import Audience, Phase, Thing
from bot.records.provider import Service
from bot.rules.figures import FIGURES
from tests.fakes.services import FakeServices
from tests.flows.watching import DAY, HOUR, PACKAGE, SERVICE, House, package, service, stopped


async def test_a_service_made_in_the_console_is_announced_once() -> None:
    house = House([service()], channel="C1")
    await house.sweep()
    await house.sweep()
    found = await house.thing()
    card = await house.card()
    assert (found.owner, found.raised, found.ours) == ("", 1, False)
    assert card is not None
    assert [(copy.audience, copy.address) for copy in card.copies] == [(Audience.FINDER, "C1")]
    handle = await house.handle(found.handle)
    assert handle is not None
    assert handle.thing == SERVICE


async def test_a_stopped_service_that_nothing_takes_away_is_told_only_when_it_moves() -> None:
    house = House([stopped(free=False, due=0.0)], channel="C1")
    await house.sweep()
    assert ((await house.thing()).phase, (await house.thing()).raised) == (Phase.STOPPED, 0)
    assert await house.card() is None
    moved = service(free=False, due=0.0)
    house.services.kept[moved.id] = moved
    await house.sweep()
    assert ((await house.thing()).phase, (await house.thing()).raised) == (Phase.RUNNING, 1)
    assert await house.card() is not None


async def test_what_a_list_leaves_out_is_looked_up_at_once() -> None:
    house = House([service(url="https://x")])
    await house.sweep()
    assert (await house.thing()).facts["flavor"] == "cpu.free"
    assert (await house.thing()).facts["url"] == "https://x"
    await house.sweep()
    assert (await house.thing()).facts["url"] == "https://x"


async def test_a_package_is_watched_in_silence_until_its_first_reminder() -> None:
    house = House(packages=[package(expires=package().expires + 30 * DAY)])
    await house.sweep()
    assert (await house.thing(PACKAGE)).raised == 0
    assert await house.card(PACKAGE) is None


async def test_packages_of_other_regions_are_watched_too() -> None:
    house = House(packages=[package(region="cn-east-3")])
    await house.sweep()
    await house.sweep()
    assert (await house.thing("d1/cn-east-3/package/p1")).phase is Phase.RUNNING


async def test_the_sweep_comes_back_by_itself_even_when_the_cloud_refuses() -> None:
    house = House([service(free=False, due=0.0)])
    house.services.fault("listed", "server_error")
    await house.sweep()
    assert await house.store.members("things") == []
    await house.advance(FIGURES.watch.sweep_seconds + 1)
    assert (await house.thing()).phase is Phase.RUNNING


async def test_a_sweep_that_finds_nothing_new_writes_nothing() -> None:
    house = House([service(), service(id="s2")])
    await house.sweep()
    looked = (await house.thing()).looked
    house.clock.at += 100
    await house.sweep()
    assert (await house.thing()).looked == looked


class Forgetful(FakeServices):
    """A list that leaves everything out."""

    async def listed(self) -> list[Service]:
        return []


async def test_what_is_missing_from_a_list_is_looked_at_before_it_counts_as_gone() -> None:
    house = House([service()])
    await house.sweep()
    house.given.cloud.services = Forgetful(house.services.kept.values(), now=house.clock.now)
    await house.sweep()
    assert (await house.thing()).phase is Phase.RUNNING


async def test_what_vanished_is_gone_and_said_so_once() -> None:
    house = House([service()])
    await house.sweep()
    house.services.kept.clear()
    await house.sweep()
    gone = await house.thing()
    assert (gone.phase, gone.raised) == (Phase.GONE, 2)
    await house.sweep()
    assert (await house.thing()) == gone


async def test_what_comes_back_is_watched_again() -> None:
    house = House([service()])
    await house.sweep()
    house.services.kept.clear()
    await house.sweep()
    house.services.kept["s1"] = service()
    await house.sweep()
    assert (await house.thing()).phase is Phase.RUNNING
    assert await house.store.members("things") == [SERVICE]


async def test_a_record_that_was_lost_is_made_anew() -> None:
    house = House([service()])
    await house.sweep()
    stored = await house.store.load(Thing, SERVICE)
    assert stored is not None
    await house.store.commit(Change().remove(stored))
    await house.sweep()
    assert (await house.thing()).phase is Phase.RUNNING


async def test_services_of_another_region_or_account_are_left_alone() -> None:
    house = House([service()])
    await house.sweep()
    house.world = replace(house.world, place=replace(house.world.place, region="cn-north-1"))
    house.services.kept.clear()
    await house.sweep()
    assert (await house.thing()).phase is Phase.RUNNING


@pytest.mark.parametrize("announced", [True, False])
async def test_an_operation_makes_its_asker_the_owner_and_moves_the_card(announced: bool) -> None:
    house = House([service()], channel="C1")
    if announced:
        await house.sweep()
    await adopt(house.world, f"{SERVICE}:LI")
    await house.drain()
    mine = await house.thing()
    assert (mine.owner, mine.ours, mine.phase) == ("LI", True, Phase.RUNNING)
    card = await house.card()
    if announced:
        assert card is not None
        assert [(copy.audience, copy.address, copy.retired) for copy in card.copies] == [
            (Audience.FINDER, "C1", True),
            (Audience.OWNER, "LI", False),
        ]
    else:
        assert card is None
    await house.advance(HOUR - 14 * 60)
    assert house.said() == ["stop_15m"]
    assert (await house.card()) is not None


async def test_the_first_owner_stays_the_owner() -> None:
    house = House([service()])
    await adopt(house.world, f"{SERVICE}:LI")
    await adopt(house.world, f"{SERVICE}:WANG")
    assert (await house.thing()).owner == "LI"


async def test_a_prepared_purchase_is_remembered_whether_the_package_was_watched_or_not() -> None:
    house = House(packages=[package()])
    await adopt(house.world, f"{PACKAGE}:LI:renew")
    await house.drain()
    found = await house.thing(PACKAGE)
    assert (found.prepared, found.owner, found.phase) == ("renew", "", Phase.RUNNING)


async def test_after_a_total_loss_of_memory_the_sweep_rebuilds_clocks_and_warnings() -> None:
    house = House([service(), stopped(id="s2", flavor="gpu.free")], [package()])
    await house.sweep()
    before = house.pending()
    lost = House(house.services.kept.values(), house.packages.kept.values())
    lost.clock.at = house.clock.at
    await lost.sweep()
    assert lost.pending() == before
    await lost.advance(HOUR + 10)
    assert {"stop_15m", "stop_5m", "stopped"} <= set(lost.said())


async def test_a_look_at_what_nobody_watches_does_nothing() -> None:
    house = House([service()])
    await watch(house.world, "d1/cn-north-4/service/nothing")
    assert house.services.calls == []


async def test_a_change_that_was_made_meanwhile_is_not_overwritten() -> None:
    house = House([service()])
    await house.sweep()
    stored = await house.store.load(Thing, SERVICE)
    assert stored is not None
    await house.store.commit(Change().replace(stored, replace(stored.record, muted=True)))
    house.services.kept["s1"] = service(calls=9)
    await house.sweep()
    after = await house.thing()
    assert (after.muted, after.facts["calls"]) == (True, "9")
