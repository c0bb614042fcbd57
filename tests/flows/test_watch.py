"""Looks and reminders on fakes: what is said, when, once, and what is never said (decision 8)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.flows.watch import KEPT_SECONDS, watch
from bot.records import Audience, Phase, StageState, Thing
from bot.rules.figures import FIGURES
from tests.flows.watching import DAY, HOUR, PACKAGE, SERVICE, House, package, service, stopped


async def watched(*services: object, owner: str = "LI") -> House:
    """Return a house that watches its services, which belong to somebody."""
    house = House(services)  # type: ignore[arg-type]
    await house.sweep()
    for one in services:
        await house.change(f"d1/cn-north-4/service/{one.id}", owner=owner)  # type: ignore[attr-defined]
    return house


@pytest.mark.rule("R5.37")
@pytest.mark.rule("R5.25")
@pytest.mark.rule("R5.26")
async def test_the_free_hour_and_the_72_hours_after_it_each_stage_once_and_in_order() -> None:
    house = await watched(service())
    await house.advance(HOUR - 1)
    assert house.said() == ["stop_15m", "stop_5m"]
    await house.advance(10)
    assert (await house.thing()).phase is Phase.STOPPED
    assert house.said()[2:] == ["stopped"]
    await house.advance(72 * HOUR)
    assert house.said()[3:] == ["release_24h", "release_6h", "release_1h"]
    assert (await house.thing()).phase is Phase.GONE
    assert house.pending() == set()


async def test_a_warning_makes_the_card_be_noticed_anew() -> None:
    house = await watched(service())
    before = (await house.thing()).raised
    await house.advance(HOUR - 14 * 60)
    after = await house.thing()
    assert (after.told, after.raised) == ("stop_15m", before + 1)


@pytest.mark.rule("R5.25")
async def test_a_service_that_was_started_again_meanwhile_is_not_warned_about() -> None:
    house = await watched(service())
    await house.advance(HOUR - 20 * 60)
    now = house.clock.at
    house.services.kept["s1"] = service(changed=now, due=now + HOUR)
    await house.advance(30 * 60)
    assert house.said() == []
    assert (await house.thing()).epoch == 2
    await house.advance(20 * 60)
    assert house.said() == ["stop_15m"]


@pytest.mark.rule("R5.78")
async def test_a_stop_by_a_clock_that_is_ahead_of_ours_is_one_message() -> None:
    house = House([service()])
    await house.sweep()
    house.services.kept["s1"] = stopped(changed=house.clock.now() + 40)
    await house.sweep()
    before = (await house.thing()).raised
    await house.advance(120)
    assert house.said() == ["stopped"]
    assert (await house.thing()).raised == before


async def test_starting_again_at_the_release_warning_voids_it_and_opens_the_next_hour() -> None:
    house = await watched(stopped())
    await house.advance(67 * HOUR)
    assert house.said()[-1] == "release_6h"
    now = house.clock.at
    house.services.kept["s1"] = service(changed=now, due=now + HOUR)
    await house.advance(10 * 60)
    assert (await house.thing()).told == ""
    assert house.pending() == {"stop_15m", "stop_5m"}


async def test_after_an_outage_only_the_latest_is_said_and_the_rest_is_recorded() -> None:
    house = await watched(stopped())
    house.clock.at += 71.5 * HOUR
    await house.drain()
    assert house.said() == ["stopped", "release_1h"]
    states = {stage.name: stage.state for stage in (await house.thing()).stages}
    assert states["release_24h"] is states["release_6h"] is StageState.SUPERSEDED


async def test_a_cloud_that_does_not_answer_delays_a_warning_and_loses_none() -> None:
    house = await watched(service())
    house.services.fault("show", "server_error", 3)
    await house.advance(46 * 60)
    assert house.said() == []
    await house.advance(4 * 60)
    assert house.said() == ["stop_15m"]


async def test_two_workers_at_the_same_instant_say_it_once() -> None:
    house = await watched(service())
    house.clock.at += 46 * 60
    due = f"{SERVICE}:1:stop_15m"
    done = await asyncio.gather(*(watch(house.world, due) for _ in range(5)), return_exceptions=True)
    assert house.said() == ["stop_15m"]
    assert len([one for one in done if one is None]) >= 1
    await house.drain()
    assert house.said() == ["stop_15m"]


@pytest.mark.parametrize("state", ["muted", "quiet"])
async def test_what_was_muted_or_let_go_is_watched_in_silence(state: str) -> None:
    house = await watched(service())
    await house.change(SERVICE, **{state: True})
    await house.advance(50 * 60)
    assert house.said() == []
    await house.advance(11 * 60)
    after = await house.thing()
    assert after.phase is Phase.STOPPED
    assert house.said() == ([] if state == "muted" else ["stopped"])


async def test_a_snooze_delays_and_the_next_look_does_not_forget_it() -> None:
    house = await watched(stopped())
    await house.advance(49 * HOUR)
    await house.press("snooze", str(int(3 * HOUR)))
    await house.advance(2 * HOUR)
    assert house.said()[-1] == "release_24h"
    assert house.said().count("release_24h") == 1
    await house.advance(1.1 * HOUR)
    assert house.said().count("release_24h") == 2


@pytest.mark.rule("R5.49")
async def test_a_paid_service_is_asked_about_after_eight_hours_and_each_evening() -> None:
    house = await watched(service(free=False, flavor="gpu.p4", due=0.0))
    await house.advance(3 * DAY)
    assert house.said().count("long") == 1
    assert house.said().count("evening") == 3


@pytest.mark.rule("R5.49")
async def test_a_paid_service_that_is_kept_is_asked_about_only_when_the_time_is_over() -> None:
    house = await watched(service(free=False, flavor="gpu.p4", due=0.0))
    await house.press("keep_until", str(int(8 * HOUR + 600)))
    await house.advance(8 * HOUR + 500)
    assert house.said() == []
    await house.advance(200)
    assert house.said() == ["kept"]


async def test_a_failed_service_is_news_and_its_card_shows_the_error() -> None:
    house = await watched(service(state="deploying"))
    house.services.kept["s1"] = service(state="failed", error="no image")
    before = (await house.thing()).raised
    await house.advance(30)
    after = await house.thing()
    assert (after.phase, after.raised, after.facts["error"]) == (Phase.FAILED, before + 1, "no image")


async def test_what_is_gone_is_forgotten_after_a_while_and_never_looked_at_again() -> None:
    house = await watched(service())
    house.services.kept.clear()
    await house.advance(HOUR)
    assert (await house.thing()).phase is Phase.GONE
    assert await house.store.members("things") == []
    looks = len(house.services.calls)
    await watch(house.world, SERVICE)
    assert len(house.services.calls) == looks
    house.clock.at += KEPT_SECONDS + 1
    assert await house.store.load(Thing, SERVICE) is None


# ---------------------------------------------------------------- packages


@pytest.mark.rule("R5.62")
async def test_a_package_is_reminded_of_at_each_rung_once_and_in_the_channel() -> None:
    house = House(packages=[package()], channel="C1")
    await house.sweep()
    assert house.said() == ["expiry_30d"]
    await house.advance(8 * DAY)
    assert house.said() == ["expiry_30d", "expiry_7d", "expiry_3d", "expiry_1d"]
    card = await house.card(PACKAGE)
    assert card is not None
    assert [(copy.audience, copy.address) for copy in card.copies] == [(Audience.FINDER, "C1")]


async def test_without_a_channel_every_administrator_is_told_about_a_package() -> None:
    house = House(packages=[package()])
    await house.sweep()
    card = await house.card(PACKAGE)
    assert card is not None
    assert [copy.address for copy in card.copies] == ["CHEN", "MEI"]


@pytest.mark.rule("R5.57")
async def test_a_prepared_renewal_that_is_listed_is_news_and_ends_the_reminders() -> None:
    house = House(packages=[package()])
    await house.sweep()
    await house.change(PACKAGE, prepared="renew")
    house.packages.kept["p2"] = replace(
        package(), id="p2", effective=package().expires, expires=package().expires + DAY
    )
    before = (await house.thing(PACKAGE)).raised
    await house.advance(FIGURES.watch.sweep_seconds + 1)
    after = await house.thing(PACKAGE)
    assert (after.prepared, after.raised) == ("", before + 1)
    assert float(after.facts["next"]) == package().expires
    assert house.pending() == set()


async def test_a_renewal_that_nobody_prepared_ends_the_reminders_without_a_noise() -> None:
    house = House(packages=[package()])
    await house.sweep()
    house.packages.kept["p2"] = replace(
        package(), id="p2", effective=package().expires, expires=package().expires + DAY
    )
    before = (await house.thing(PACKAGE)).raised
    await house.advance(FIGURES.watch.sweep_seconds + 1)
    assert (await house.thing(PACKAGE)).raised == before
    assert house.pending() == set()
