"""Many scripts on one connection: each gets its own answer, and an end of the connection is told to all of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ResponseError

from bot.errors import StoreDown
from bot.store.connect import connect
from bot.store.link import Link, Script
from tests.redis_server import ENGINES, Place, eventually, running, workspace

pytest_plugins = ("tests.redis_fixtures",)


def script(text: str) -> Script:
    """Return a script under a digest that no server knows, so that it is sent whole."""
    return Script(text, "0" * 40)


ECHO, WRONG = script("return ARGV[1]"), script("return redis.error_reply('ODD ' .. ARGV[1])")


@contextlib.asynccontextmanager
async def alone(engine: str) -> AsyncIterator[Place]:
    """Open a workspace on a server that nobody else uses."""
    with running(engine) as server:
        async with workspace(server) as place:
            yield place


async def works(link: Link) -> bool:
    try:
        return bool(await link.run(ECHO, [], ["back"]) == b"back")
    except StoreDown:
        return False


async def connections(place: Place) -> int:
    """Return how many connections the server has."""
    listed: bytes = await place.blocking.call("CLIENT", "LIST")
    return listed.count(b" addr=")


@pytest.mark.parametrize("engine", ENGINES)
async def test_many_at_once_share_a_connection_and_get_their_own_answers(engine: str) -> None:
    async with alone(engine) as place:
        assert await works(place.link)
        before = await connections(place)
        answers = await asyncio.gather(*(place.link.run(ECHO, [], [str(n)]) for n in range(200)))
        assert answers == [str(n).encode() for n in range(200)]
        assert await connections(place) == before


async def test_an_error_is_for_whoever_asked(place: Place) -> None:
    answers = await asyncio.gather(
        *(place.link.run(WRONG if n % 3 == 0 else ECHO, [], [str(n)]) for n in range(30)), return_exceptions=True
    )
    for n, answer in enumerate(answers):
        if n % 3:
            assert answer == str(n).encode()
        else:
            assert isinstance(answer, ResponseError)
            assert str(answer).startswith(f"ODD {n}")


async def test_who_gives_up_shifts_nobody_elses_answer(place: Place) -> None:
    assert await works(place.link)
    asking = [asyncio.create_task(place.link.run(ECHO, [], [str(n)])) for n in range(20)]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()
    assert await asyncio.gather(*asking[1::2]) == [str(n).encode() for n in range(1, 20, 2)]


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_server_that_is_silent_is_down_for_all_who_ask_and_then_works_again(engine: str) -> None:
    async with alone(engine) as place:
        assert await works(place.link)
        os.kill(place.server.pid, signal.SIGSTOP)
        asking = [asyncio.create_task(place.link.run(ECHO, [], [str(n)])) for n in range(5)]
        said = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(answer) for answer in said] == [StoreDown] * 5
        os.kill(place.server.pid, signal.SIGCONT)
        await eventually(lambda: works(place.link), "the link works again")


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_connection_that_the_server_ends_is_opened_again(engine: str) -> None:
    async with alone(engine) as place:
        assert await works(place.link)
        await place.blocking.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await eventually(lambda: works(place.link), "the link works again")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "unix:///nowhere/socket"])
async def test_nobody_there_is_down(url: str) -> None:
    link = connect(url)
    with pytest.raises(StoreDown):
        await link.run(ECHO, [], ["0"])
    await link.close()
