from __future__ import annotations

import time

import pytest

from bot.errors import StoreDown
from bot.store.clock import RedisClock
from bot.store.connect import connect
from tests.redis_server import Place

pytest_plugins = ("tests.redis_fixtures",)


async def test_machine_time_is_the_servers(place: Place) -> None:
    clock = await RedisClock.started(place.link, place.keys)
    before, (seconds, microseconds), after = clock.machine(), await place.link.call("TIME"), clock.machine()
    assert before - 0.05 <= seconds + microseconds / 1e6 <= after + 0.05
    assert clock.now() == pytest.approx(clock.machine(), abs=0.05)


async def test_product_time_moves_for_every_process_and_machine_time_for_none(place: Place) -> None:
    here = await RedisClock.started(place.link, place.keys, sandbox=True)
    there = await RedisClock.started(place.link, place.keys, sandbox=True)
    await here.advance(3600)
    await here.advance(0.5)
    await there.refresh()
    for clock in (here, there):
        assert clock.now() - clock.machine() == pytest.approx(3600.5, abs=0.05)
        assert clock.machine() == pytest.approx(time.time(), abs=0.5)


async def test_outside_the_sandbox_an_offset_has_no_effect(place: Place) -> None:
    await (await RedisClock.started(place.link, place.keys, sandbox=True)).advance(3600)
    clock = await RedisClock.started(place.link, place.keys)
    assert clock.now() == pytest.approx(clock.machine(), abs=0.05)
    with pytest.raises(ValueError, match="sandbox"):
        await clock.advance(1)


async def test_product_time_never_goes_back(place: Place) -> None:
    clock = await RedisClock.started(place.link, place.keys, sandbox=True)
    with pytest.raises(ValueError, match="forward"):
        await clock.advance(-1)


async def test_a_clock_that_cannot_ask_says_so_and_goes_on(place: Place) -> None:
    away = RedisClock(connect("unix:///nowhere/s"), place.keys, sandbox=True)
    with pytest.raises(StoreDown):
        await away.refresh()
    assert away.now() == pytest.approx(time.time(), abs=0.5)
