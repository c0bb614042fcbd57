"""A primary that hangs, then one that dies, while two processes commit and a third reads (architecture, section 4)."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise

import pytest

from bot.errors import NotYetSafe, StoreDown
from bot.ports import Change
from bot.store.connect import connect
from tests.redis_fixtures import GROUPS
from tests.redis_groups import Group, sentinels
from tests.redis_server import Place, eventually, workspace
from tests.store.samples import Note

pytest_plugins = ("tests.redis_fixtures",)

CONTINUES = 10.0
"""Seconds in which the product must go on after the loss of a primary."""


@pytest.fixture(params=GROUPS)
def group(request: pytest.FixtureRequest) -> Iterator[Group]:
    with GROUPS[request.param]() as found:
        yield found


async def test_nothing_that_was_safe_is_lost(group: Group) -> None:
    async with workspace(group) as place, _reading(place) as read, _committing(place) as committers:
        for lose in (_hang, _die):
            before = len(read)
            lost = group.primary(place.keys.clock)
            lose(group, lost)
            await eventually(lambda n=before: _more(read, n), "readers go on", CONTINUES + 2)  # type: ignore[misc]
            group.send(lost, signal.SIGCONT) if lose is _hang else None
            await eventually(lambda: _whole(group), "the replicas have copied", 20)
        safe = await _safe(committers)
        assert _longest_pause(safe) < CONTINUES
        await eventually(lambda: _all(safe, read), "every safe entry is delivered")
        for identity, _ in safe:
            assert await place.store.load(Note, identity), f"{identity} was acknowledged as safe"


def _hang(group: Group, port: int) -> None:
    group.send(port, signal.SIGSTOP)


def _die(group: Group, port: int) -> None:
    group.kill(port)


async def _more(read: set[str], before: int) -> bool:
    return len(read) > before + 20


async def _whole(group: Group) -> bool:
    return await asyncio.to_thread(group.whole)


async def _all(safe: list[tuple[str, float]], read: set[str]) -> bool:
    return {identity for identity, _ in safe} <= read


def _longest_pause(safe: list[tuple[str, float]]) -> float:
    times = sorted(at for _, at in safe)
    return max(later - earlier for earlier, later in pairwise(times))


@asynccontextmanager
async def _committing(place: Place) -> AsyncIterator[list[Process]]:
    words = (sys.executable, "-m", "tests.store.committer", place.server.url, place.team)
    found = [await asyncio.create_subprocess_exec(*words, name, stdin=PIPE, stdout=PIPE) for name in ("a", "b")]
    try:
        for process in found:
            assert process.stdout
            assert await asyncio.wait_for(process.stdout.readline(), 20) == b"ready\n"
        yield found
    finally:
        for process in found:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def _safe(committers: list[Process]) -> list[tuple[str, float]]:
    """Stop the committers; return what they were told is safe, and when."""
    outputs = [(await asyncio.wait_for(process.communicate(b"stop\n"), 20))[0] for process in committers]
    lines = [line.split() for output in outputs for line in output.decode().splitlines()]
    return [(identity, float(at)) for identity, at in lines]


@asynccontextmanager
async def _reading(place: Place) -> AsyncIterator[set[str]]:
    """Read work as a crew does, over a link of its own, in one task that must never fall."""
    read: set[str] = set()
    reader = asyncio.create_task(_read(place, read))
    try:
        yield read
        assert not reader.done(), reader.exception()
    finally:
        reader.cancel()


async def _read(place: Place, read: set[str]) -> None:
    while True:
        try:
            entries = await place.streams.read("work", 100, 500)
            entries += await place.streams.reclaim("work", 1.0, 100)
            for entry in entries:
                await place.streams.finish(entry)
                read.add(entry.id)
        except StoreDown:
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def watched() -> Iterator[Group]:
    with sentinels(replicas=1, watchers=1) as found:
        yield found


@pytest.fixture(params=["by sentinels", "by its own address"])
async def place(request: pytest.FixtureRequest, watched: Group) -> AsyncIterator[Place]:
    own = f"redis://127.0.0.1:{next(iter(watched.nodes))}"
    server = watched if request.param == "by sentinels" else Group("redis", own, watched.pid, watched.folder)
    async with workspace(server) as found:
        yield found


async def test_a_replica_that_does_not_answer_makes_a_change_unsafe_but_not_undone(
    place: Place, watched: Group
) -> None:
    await place.store.commit(Change().create(Note("before")).safe())
    with _silent_replicas(watched), pytest.raises(NotYetSafe):
        await place.store.commit(Change().create(Note("during")).safe())
    assert await place.store.load(Note, "during")


@contextmanager
def _silent_replicas(group: Group) -> Iterator[None]:
    """Hold the replicas still, for less time than the sentinels wait."""
    _, *replicas = group.nodes
    for port in replicas:
        group.send(port, signal.SIGSTOP)
    try:
        yield
    finally:
        for port in replicas:
            group.send(port, signal.SIGCONT)


async def test_sentinels_without_replicas_are_not_safe_and_say_so_at_once() -> None:
    with sentinels(replicas=0, watchers=1) as group:
        async with workspace(group) as place:
            with pytest.raises(NotYetSafe):
                await place.store.commit(Change().create(Note("n")).safe())
            assert await place.store.load(Note, "n")


async def test_a_plain_address_of_a_cluster_is_told_what_to_write(servers: Callable[[str], Group]) -> None:
    port = next(iter(servers("cluster").nodes))
    link = connect(f"redis://127.0.0.1:{port}")
    answers = await asyncio.gather(*(link.call("GET", letter) for letter in "abcdefgh"), return_exceptions=True)
    told = {str(answer) for answer in answers if isinstance(answer, StoreDown)}
    assert told == {"Redis: a node of a cluster: write redis+cluster:// in REDIS_URL"}
    await link.close()
