"""The hands on a stream: several at once, kept while they run, five tries, and a clean end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.errors import StoreDown
from bot.flows.work import DELIVERIES, Crew
from bot.ports import Change, Entry
from tests.redis_server import eventually

IDLE = 0.12


@dataclass
class Queue:
    """A queue with memory: what is unread, what was left behind, what was renewed, finished, buried."""

    unread: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    buried: list[tuple[str, str, Change | None]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    down: int = 0

    async def read(self, stream: str, count: int = 10, block_ms: int = 1000) -> list[Entry]:
        if self.down:
            self.down -= 1
            raise StoreDown("no answer")
        self.asked.append(count)
        if not self.unread:
            await asyncio.sleep(0.01)
        taken, self.unread = self.unread[:count], self.unread[count:]
        return taken

    async def reclaim(self, stream: str, min_idle_s: float = 60.0, count: int = 10) -> list[Entry]:
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    async def renew(self, entries: Sequence[Entry]) -> None:
        self.renewed += [entry.id for entry in entries]

    async def finish(self, entry: Entry) -> None:
        self.finished.append(entry.id)

    async def bury(self, entry: Entry, why: str, change: Change | None = None) -> None:
        self.buried.append((entry.id, why, change))


def entries(count: int) -> list[Entry]:
    return [Entry("work", f"{n}-0", "ask", f"e{n}") for n in range(count)]


@asynccontextmanager
async def at_work(crew: Crew) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(crew.work(stop))
    try:
        yield stop
    finally:
        stop.set()
        await task
        await crew.drain(0)


async def test_never_more_than_its_hands_and_all_in_the_end() -> None:
    queue, most = Queue(entries(20)), 0

    async def run(entry: Entry) -> None:
        nonlocal most
        most = max(most, crew.busy)
        await asyncio.sleep(0.005)

    crew = Crew(queue, "work", run, hands=3, idle_seconds=IDLE)
    async with at_work(crew):
        await eventually(lambda: _is(len(queue.finished) == 20), "all finished")
    assert most == 3
    assert max(queue.asked) == 3
    assert sorted(queue.finished) == sorted(entry.id for entry in entries(20))


async def _is(value: bool) -> bool:
    return value


async def test_what_runs_long_is_renewed_and_what_others_left_is_taken() -> None:
    queue, free = Queue(entries(1), left=[Entry("work", "9-0", "ask", "left", 2)]), asyncio.Event()

    async def run(entry: Entry) -> None:
        if entry.id == "e0":
            await free.wait()

    crew = Crew(queue, "work", run, hands=2, idle_seconds=IDLE)
    async with at_work(crew):
        await eventually(lambda: _is(queue.renewed.count("e0") >= 3 and "left" in queue.finished), "renewed and taken")
        assert "e0" not in queue.finished
        free.set()
        await eventually(lambda: _is("e0" in queue.finished), "finished")


async def test_what_fails_stays_pending_and_the_fifth_delivery_is_buried() -> None:
    runs: list[int] = []

    async def run(entry: Entry) -> None:
        runs.append(entry.tries)
        raise RuntimeError("broken")

    async def mourn(entry: Entry) -> Change:
        return Change().audit("mourned")

    [entry] = entries(1)
    queue = Queue(left=[replace(entry, tries=tries) for tries in range(1, DELIVERIES + 1)])
    crew = Crew(queue, "work", run, hands=1, idle_seconds=IDLE, mourn=mourn)
    async with at_work(crew):
        await eventually(lambda: _is(bool(queue.buried)), "buried")
    assert runs == [1, 2, 3, 4]
    assert queue.finished == []
    [(buried, why, change)] = queue.buried
    assert (buried, why) == ("e0", "failed 5 times")
    assert change is not None
    assert change.audits == [{"what": "mourned"}]


async def test_a_store_that_is_down_is_waited_for() -> None:
    queue = Queue(entries(1), down=1)

    async def run(entry: Entry) -> None:
        return

    async with at_work(Crew(queue, "work", run, hands=1, idle_seconds=IDLE)):
        await eventually(lambda: _is(queue.finished == ["e0"]), "finished after the store came back")


async def test_stopping_drains_what_is_quick_and_leaves_the_rest_pending() -> None:
    queue, cancelled, begun = Queue(entries(2)), [], asyncio.Event()

    async def run(entry: Entry) -> None:
        begun.set()
        try:
            await asyncio.sleep(0.05 if entry.id == "e0" else 60)
        except asyncio.CancelledError:
            cancelled.append(entry.id)
            raise

    crew, stop = Crew(queue, "work", run, hands=2, idle_seconds=IDLE), asyncio.Event()
    task = asyncio.create_task(crew.work(stop))
    await begun.wait()
    stop.set()
    await task
    await crew.drain(0.5)
    await eventually(lambda: _is(bool(cancelled)), "let go of")
    assert (queue.finished, cancelled) == (["e0"], ["e1"])
