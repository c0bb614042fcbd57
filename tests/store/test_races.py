"""Three real processes at the same instant. Starting them costs most, so one set of them has all contests."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.ports import Change
from tests.redis_server import Place
from tests.store.racer import TASKS, VERSIONS
from tests.store.samples import Note

pytest_plugins = ("tests.redis_fixtures",)

_PROCESSES = 3
_LIMIT = 30.0
_DUE = 400


async def test_three_processes_at_the_same_instant(place: Place) -> None:
    await place.store.commit(Change().create(Note("n")))
    async with asyncio.timeout(_LIMIT), _racers(place) as racers:
        won = await _contest(racers)
        assert sorted(won) == list(range(1, VERSIONS + 1)), "each version is written once"
        assert len(await _ids(place, "work")) == VERSIONS, "and wakes one worker"

        assert TASKS > 1
        assert await _contest(racers) == [1], "a press counts once"
        assert len(await _ids(place, "work")) == 1

        await place.store.commit(_much_due())
        assert sum(await _contest(racers)) == 2 * _DUE, "what is due moves once"
        everything = Counter(str(number) for number in range(_DUE))
        assert Counter(await _ids(place, "work")) == everything
        assert Counter(await _ids(place, "outbox")) == everything


def _much_due() -> Change:
    change = Change()
    for number in range(_DUE):
        change.due(f"work:due:{number}", number % 7).later(f"outbox:later:{number}", number % 5)
    return change


@asynccontextmanager
async def _racers(place: Place) -> AsyncIterator[list[Process]]:
    words = (sys.executable, "-m", "tests.store.racer", place.server.url, place.team)
    racers = [
        await asyncio.create_subprocess_exec(*words, f"p{number}", stdin=PIPE, stdout=PIPE)
        for number in range(_PROCESSES)
    ]
    try:
        assert [await _line(racer) for racer in racers] == ["ready"] * _PROCESSES
        yield racers
    finally:
        for racer in racers:
            if racer.returncode is None:
                racer.kill()
            await racer.communicate()


async def _contest(racers: list[Process]) -> list[int]:
    """Let all begin at once; return what they did, together."""
    for racer in racers:
        assert racer.stdin
        racer.stdin.write(b"go\n")
    return [each for racer in racers for each in json.loads(await _line(racer))]


async def _line(racer: Process) -> str:
    assert racer.stdout
    return (await racer.stdout.readline()).decode().strip()


async def _ids(place: Place, stream: str) -> list[str]:
    read: list[str] = []
    while entries := await place.streams.read(stream, count=1000, block_ms=0):
        read += [entry.id for entry in entries]
    return read
