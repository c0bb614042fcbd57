"""The tick: real time, one at a time, and nothing that a beat meets stops the next."""

from __future__ import annotations

import asyncio

from bot.errors import StoreDown
from scheduler.engine import Engine
from tests.redis_server import eventually

SECONDS = 0.02


async def test_beats_go_on_whatever_one_meets() -> None:
    beats: list[int] = []

    async def beat() -> None:
        beats.append(len(beats))
        if len(beats) == 1:
            raise StoreDown("no answer")
        if len(beats) == 2:
            raise ZeroDivisionError

    engine = Engine()
    engine.every(SECONDS, "beat", beat)
    engine.start()
    try:
        await eventually(lambda: _is(len(beats) > 3), "beats after both faults")
    finally:
        engine.stop()


async def test_a_beat_that_still_runs_is_not_started_twice() -> None:
    running, most, free = 0, 0, asyncio.Event()
    others: list[int] = []

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await free.wait()
        running -= 1

    async def other() -> None:
        others.append(1)

    engine = Engine()
    engine.every(SECONDS, "slow", slow)
    engine.every(SECONDS, "other", other)
    engine.start()
    try:
        await eventually(lambda: _is(len(others) > 4), "the other beat is not held up")
        assert most == 1
    finally:
        free.set()
        engine.stop()


async def test_stopping_twice_and_before_starting_does_no_harm() -> None:
    engine = Engine()
    engine.stop()
    engine.start()
    engine.stop()
    engine.stop()


async def _is(value: bool) -> bool:
    return value
