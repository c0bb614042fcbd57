"""Three real processes at the same instant."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter

from bot.ports import Change
from tests.redis_server import Place
from tests.store.racer import TASKS, VERSIONS
from tests.store.samples import Note

pytest_plugins = ("tests.redis_fixtures",)

_PROCESSES = 3
_LIMIT = 30.0


async def _race(what: str, place: Place) -> list[list[int]]:
    """Run the race in three processes and return what each did."""
    words = (sys.executable, "-m", "tests.store.racer", what, place.server.url, place.team)
    racers = [
        await asyncio.create_subprocess_exec(*words, f"p{number}", stdin=PIPE, stdout=PIPE)
        for number in range(_PROCESSES)
    ]
    try:
        async with asyncio.timeout(_LIMIT):
            for racer in racers:
                assert await _line(racer) == "ready"
            for racer in racers:
                assert racer.stdin
                racer.stdin.write(b"go\n")
            return [json.loads(await _line(racer)) for racer in racers]
    finally:
        for racer in racers:
            if racer.returncode is None:
                racer.kill()
            await racer.communicate()


async def _line(racer: Process) -> str:
    assert racer.stdout
    return (await racer.stdout.readline()).decode().strip()


async def _ids(place: Place, stream: str) -> list[str]:
    read: list[str] = []
    while entries := await place.streams.read(stream, count=1000, block_ms=0):
        read += [entry.id for entry in entries]
    return read


async def test_each_version_is_written_once(place: Place) -> None:
    await place.store.commit(Change().create(Note("n")))
    won = await _race("commit", place)
    assert sorted(version for each in won for version in each) == list(range(1, VERSIONS + 1))
    assert len(await _ids(place, "work")) == VERSIONS


async def test_a_press_counts_once(place: Place) -> None:
    assert TASKS > 1
    through = await _race("press", place)
    assert sum(len(each) for each in through) == 1
    assert len(await _ids(place, "work")) == 1


async def test_nothing_due_is_lost_or_doubled(place: Place) -> None:
    change = Change()
    for number in range(400):
        change.due(f"work:due:{number}", number % 7).later(f"outbox:later:{number}", number % 5)
    await place.store.commit(change)
    moved = await _race("promote", place)
    assert sum(sum(each) for each in moved) == 800
    everything = Counter(str(number) for number in range(400))
    assert Counter(await _ids(place, "work")) == everything
    assert Counter(await _ids(place, "outbox")) == everything
