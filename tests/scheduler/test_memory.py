"""A loss is told once, by whoever knew what was there; who starts on an empty server knows of none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.ports import Entry
from bot.records import Memory
from scheduler.jobs.memory import Witness
from tests.fakes.store import FakeStore
from tests.flows.given import Hands, Numbers


class Server:
    """A store that can be emptied below its users."""

    def __init__(self) -> None:
        self.clock, self.chance = Hands(), Numbers()
        self.store = FakeStore(self.clock)

    def witness(self) -> Witness:
        return Witness(self.store, self.clock, self.chance)

    async def empty(self) -> None:
        self.store.__init__(self.clock)  # type: ignore[misc]

    async def told(self) -> Sequence[Entry]:
        return await self.store.read("work", 100)


async def test_a_first_start_and_a_restart_tell_nothing() -> None:
    server = Server()
    for witness in (server.witness(), server.witness()):
        await witness.beat()
        await witness.beat()
    assert (await server.told(), server.store.audits) == ([], [])


async def test_of_several_who_notice_at_once_one_tells_and_the_next_loss_is_told_too() -> None:
    server = Server()
    crew = [server.witness() for _ in range(3)]
    for _ in range(2):
        await asyncio.gather(*(one.beat() for one in crew))
        await asyncio.gather(*(one.beat() for one in crew))
        assert not await server.told()
        await server.empty()
        await asyncio.gather(*(one.beat() for one in crew))
        for one in crew:
            await one.beat()
        assert [entry.kind for entry in await server.told()] == ["lost"]
        assert [entry["what"] for entry in server.store.audits] == ["memory.lost"]


async def test_one_that_starts_on_the_emptied_server_first_does_not_hide_the_loss() -> None:
    server = Server()
    knew = server.witness()
    await knew.beat()
    await server.empty()
    fresh = server.witness()
    await fresh.beat()
    assert not await server.told()
    await knew.beat()
    assert [entry.kind for entry in await server.told()] == ["lost"]
    await fresh.beat()
    await server.witness().beat()
    assert not await server.told()
    stored = await server.store.load(Memory, Memory().id)
    assert stored is not None
    assert stored.record.told
