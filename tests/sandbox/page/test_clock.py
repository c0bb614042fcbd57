"""The clock that runs faster: by itself, by the control API and by the page."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisDownError

from sandbox.clock import FASTEST, STEP_S, Clock
from tests.sandbox.conftest import Control, until


async def test_it_runs_faster_and_tells_each_step() -> None:
    told: list[float] = []

    async def publish(offset: float) -> None:
        told.append(offset)

    clock = Clock(publish)
    clock.run_at(600)
    await until(lambda: len(told) >= 3)
    assert told == sorted(told)
    assert told[2] > 2 * STEP_S * 599
    clock.run_at(1)
    await until(lambda: len(told) >= 2 and told[-1] == told[-2])
    assert clock.offset == told[-1]


async def test_it_goes_on_after_the_bots_store_was_away() -> None:
    told: list[float] = []
    down = True

    async def publish(offset: float) -> None:
        if down:
            raise RedisDownError
        told.append(offset)

    clock = Clock(publish)
    clock.run_at(60)
    await until(lambda: clock.offset > 0)
    assert told == []
    down = False
    await until(lambda: bool(told))
    assert told[-1] == clock.offset > 2 * STEP_S * 59 * 0.9
    clock.run_at(1)


async def test_two_speeds_in_a_row_do_not_add_up() -> None:
    clock = Clock()
    for speed in (600, 1, 60, 60):
        clock.run_at(speed)
    started = asyncio.get_running_loop().time()
    await until(lambda: clock.offset > 0)
    assert clock.offset <= 59 * (asyncio.get_running_loop().time() - started) + 1
    clock.run_at(1)


@pytest.mark.parametrize("speed", [0, 0.5, -1, FASTEST + 1])
def test_it_refuses_to_run_slower_backwards_or_wildly(speed: float) -> None:
    with pytest.raises(ValueError, match="from 1 to 3600"):
        Clock().run_at(speed)


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "advance_s must be a number"),
    ({"speed": 0}, "speed must be from 1"),
    ({"speed": "fast"}, "speed must be a number"),
    ({"advance_s": 60, "speed": 0}, "speed must be from 1"),
]


async def test_the_control_call_refuses_and_moves_nothing(control: Control) -> None:
    for body, words in BAD:
        assert words in (await control.post("clock", body, status=400))["error"]
    assert control.running.controls.clock.offset == 0


async def test_the_control_call_moves_and_sets_the_speed(control: Control) -> None:
    moved = await control.post("clock", {"advance_s": 60})
    assert (moved["offset_s"], moved["speed"]) == (60, 1)
    assert (await control.post("clock", {"speed": 60}))["speed"] == 60
    await until(lambda: control.running.controls.clock.offset > 60)
    assert (await control.post("clock", {"advance_s": 3_600, "speed": 1}))["speed"] == 1
    assert control.running.controls.clock.offset > 3_660
