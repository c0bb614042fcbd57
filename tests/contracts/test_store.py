"""What every `Store` promises: the fake, and Redis on each engine and in each shape."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

import pytest

from bot.errors import Conflict
from bot.ports import Change, Entry, Store, Stored
from bot.store.redis_store import LOADED
from tests.fakes.store import FakeStore
from tests.redis_fixtures import GROUPS
from tests.redis_server import ENGINES, Server, eventually, workspace
from tests.store.samples import Note, inbound

pytest_plugins = ("tests.redis_fixtures",)


class Due(Store, Protocol):
    async def promote(self, now: float, machine: float, batch: int = 500) -> int: ...


class Reader(Protocol):
    async def read(self, stream: str, count: int = 10, block_ms: int = 0) -> list[Entry]: ...

    async def bury(self, entry: Entry, why: str, change: Change | None = None) -> None: ...

    async def depths(self, now: float) -> dict[str, int]: ...


@dataclass
class House:
    store: Due
    streams: Reader


class _RealTime:
    def now(self) -> float:
        return time.time()

    machine = now


@pytest.fixture(params=["fake", *ENGINES, *GROUPS])
async def house(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> AsyncIterator[House]:
    if request.param == "fake":
        fake = FakeStore(_RealTime())
        yield House(fake, fake)
        return
    async with workspace(servers(request.param)) as place:
        yield House(place.store, place.streams)


@pytest.fixture
def store(house: House) -> Due:
    return house.store


async def _stored(store: Store, record: Note) -> Stored[Note]:
    found = await store.load(Note, record.id)
    assert found is not None
    return found


async def test_a_record_comes_back_as_it_went_in(store: Due) -> None:
    said = inbound(words='[] {} "\n" 世界 12345678901234567890')
    await store.commit(Change().create(said))
    assert await store.load(type(said), said.id) == Stored(said, 1)


async def test_what_is_not_there_is_none(store: Due) -> None:
    assert await store.load(Note, "nobody") is None
    assert await store.members("nothing") == []


async def test_many_records_come_in_the_order_asked_for(store: Due) -> None:
    """More of them than one command reads."""
    names = [str(number) for number in range(LOADED + 3)]
    for name in names[1:]:
        await store.commit(Change().create(Note(name)))
    asked = [*reversed(names), names[1]]
    expected = [Stored(Note(name), 1) if name != names[0] else None for name in asked]
    assert await store.load_all(Note, asked) == expected
    assert await store.load_all(Note, []) == []


async def test_each_change_counts_one_version_further(store: Due) -> None:
    note = Note("n", "0")
    await store.commit(Change().create(note))
    for number in range(1, 12):
        await store.commit(Change().replace(await _stored(store, note), Note("n", str(number))))
    assert await _stored(store, note) == Stored(Note("n", "11"), 12)
    with pytest.raises(Conflict):  # 12 begins like 1
        await store.commit(Change().replace(Stored(note, 1), note))


@pytest.mark.parametrize("version", [1, 3, 20, 22])
async def test_another_version_is_a_conflict(store: Due, version: int) -> None:
    note = Note("n")
    await store.commit(Change().create(note))
    await store.commit(Change().replace(Stored(note, 1), note))
    with pytest.raises(Conflict) as caught:
        await store.commit(Change().replace(Stored(note, version), note))
    assert caught.value.document == "note:n"


async def test_creating_again_is_a_conflict(store: Due) -> None:
    await store.commit(Change().create(Note("n")))
    with pytest.raises(Conflict, match="note:n"):
        await store.commit(Change().create(Note("n", "other")))


async def test_removed_is_gone_and_may_be_made_anew(store: Due) -> None:
    note = Note("n")
    await store.commit(Change().create(note))
    await store.commit(Change().remove(Stored(note, 1)))
    assert await store.load(Note, "n") is None
    with pytest.raises(Conflict):
        await store.commit(Change().remove(Stored(note, 1)))
    await store.commit(Change().create(note))


async def test_a_conflict_leaves_nothing_behind(house: House) -> None:
    await house.store.commit(Change().create(Note("taken")).due("work:x:kept", 5).index("all", "kept"))
    change = Change().create(Note("new")).create(Note("taken")).once("token", 60).due("work:x:1", 0)
    change.undue("work:x:kept").later("work:x:2", 0).work("x", "3").redraw("4").index("all", "5")
    with pytest.raises(Conflict, match="note:taken"):
        await house.store.commit(change.unindex("all", "kept"))
    assert await house.store.load(Note, "new") is None
    assert await house.store.members("all") == ["kept"]
    assert await house.streams.depths(9) == {"work": 0, "outbox": 0, "due": 1, "later": 0, "dead": 0}
    await house.store.commit(Change().once("token", 60))


async def test_a_token_counts_once_and_is_told_before_a_version(store: Due) -> None:
    await store.commit(Change().create(Note("n")).once("press", 60))
    with pytest.raises(Conflict) as caught:
        await store.commit(Change().create(Note("n")).once("press", 60))
    assert caught.value.document == "once:press"


async def test_a_token_is_free_after_its_time(store: Due) -> None:
    await store.commit(Change().once("press", 0.05))

    async def free() -> bool:
        try:
            await store.commit(Change().once("press", 60))
        except Conflict:
            return False
        return True

    await eventually(free, "the token is free")


async def test_what_shall_be_safe_is_written_like_anything_else(store: Due) -> None:
    await store.commit(Change().create(Note("n")).safe())
    with pytest.raises(Conflict, match="note:n"):
        await store.commit(Change().create(Note("n")).safe())


async def test_a_lifetime_ends_and_a_change_without_one_keeps_it(store: Due) -> None:
    note = Note("n")
    await store.commit(Change().create(note, lifetime=0.3).create(Note("stays")))
    await store.commit(Change().replace(Stored(note, 1), note))

    async def gone() -> bool:
        return await store.load(Note, "n") is None

    await eventually(gone, "the note is gone")
    assert await store.load(Note, "stays")
    await store.commit(Change().create(note))


async def test_a_rate_lets_so_many_through_in_a_window_and_counts_nothing_that_failed(store: Due) -> None:
    for number in range(3):
        with pytest.raises(Conflict, match="note:n"):
            await store.commit(Change().within("U1", 2, 0.5).replace(Stored(Note("n"), 7), Note("n")))
        if number:
            await store.commit(Change().within("U1", 2, 0.5).create(Note(f"{number}")))
    with pytest.raises(Conflict, match="rate:U1"):
        await store.commit(Change().within("U1", 2, 0.5).create(Note("third")))
    assert await store.load(Note, "third") is None
    await store.commit(Change().within("U2", 2, 0.5).once("said", 60))
    with pytest.raises(Conflict, match="once:said"):
        await store.commit(Change().within("U1", 2, 0.5).once("said", 60))

    async def again() -> bool:
        try:
            await store.commit(Change().within("U1", 2, 0.5))
        except Conflict:
            return False
        return True

    await eventually(again, "the next window")


async def test_an_index_gives_the_highest_scores_first(store: Due) -> None:
    await store.commit(Change().index("all", "a", 1.5).index("all", "c", 3).index("all", "b", 2))
    assert await store.members("all") == ["c", "b", "a"]
    await store.commit(Change().unindex("all", "c").index("all", "a", 9))
    assert await store.members("all", newest=1) == ["a"]


async def test_work_and_cards_arrive_in_order_and_once(house: House) -> None:
    await house.store.commit(Change().work("ask", "1").redraw("card").work("press", "2"))
    read = [(e.stream, e.kind, e.id, e.tries) for e in await house.streams.read("work", block_ms=0)]
    assert read == [("work", "ask", "1", 1), ("work", "press", "2", 1)]
    assert [(e.kind, e.id) for e in await house.streams.read("outbox", block_ms=0)] == [("card", "card")]
    assert await house.streams.read("work", block_ms=0) == []


async def test_an_entry_is_finished_with_the_change_or_not_at_all(house: House) -> None:
    await house.store.commit(Change().work("ask", "1").create(Note("n")))
    (entry,) = await house.streams.read("work", block_ms=0)
    with pytest.raises(Conflict):
        await house.store.commit(Change().create(Note("n")).finish(entry))
    assert (await house.streams.depths(0))["work"] == 1
    await house.store.commit(Change().replace(Stored(Note("n"), 1), Note("n")).finish(entry))
    await house.store.commit(Change().finish(entry))
    assert (await house.streams.depths(0))["work"] == 0


async def test_each_clock_promotes_what_is_due_on_it(house: House) -> None:
    change = Change().due("work:expire:a:b:c", 100.5).due("work:expire:late", 100.75)
    await house.store.commit(change.later("outbox:card:x", 50).later("work:look:y", 51))
    assert await house.store.promote(100.25, 49.5) == 0
    assert await house.store.promote(100.5, 50) == 2
    assert [(e.kind, e.id) for e in await house.streams.read("work", block_ms=0)] == [("expire", "a:b:c")]
    assert [(e.kind, e.id) for e in await house.streams.read("outbox", block_ms=0)] == [("card", "x")]
    assert await house.store.promote(1e12, 1e12) == 2
    assert await house.store.promote(1e12, 1e12) == 0


async def test_a_member_waits_once_and_can_be_moved_and_forgotten(house: House) -> None:
    await house.store.commit(Change().due("work:x:1", 10).later("work:x:2", 10))
    await house.store.commit(Change().undue("work:x:1").due("work:x:1", 20).undue("work:x:2"))
    assert await house.store.promote(15, 15) == 0
    assert await house.store.promote(20, 20) == 1


async def test_the_most_urgent_go_first(house: House) -> None:
    await house.store.commit(Change().due("work:x:late", 3).due("work:x:early", 1).due("work:x:middle", 2))
    assert await house.store.promote(9, 9, batch=1) == 3
    assert [e.id for e in await house.streams.read("work", block_ms=0)] == ["early", "middle", "late"]


@pytest.mark.parametrize("member", ["expire:1", "later:x:1", "work::1", "work:x:", "", "dead:x:1"])
async def test_a_member_that_names_no_stream_is_refused(store: Due, member: str) -> None:
    with pytest.raises(ValueError, match="due member"):
        await store.commit(Change().due(member, 1).create(Note("n")))
    assert await store.load(Note, "n") is None


async def test_burying_counts_as_finishing_and_takes_a_change_along(house: House) -> None:
    await house.store.commit(Change().work("ask", "1").create(Note("n")))
    (entry,) = await house.streams.read("work", block_ms=0)
    with pytest.raises(Conflict):
        await house.streams.bury(entry, "tried 5 times", Change().create(Note("n")))
    assert (await house.streams.depths(0))["dead"] == 0
    await house.streams.bury(entry, "tried 5 times", Change().remove(Stored(Note("n"), 1)))
    assert await house.streams.depths(0) == {"work": 0, "outbox": 0, "due": 0, "later": 0, "dead": 1}
    assert await house.store.load(Note, "n") is None


async def test_of_many_at_once_one_wins(store: Due) -> None:
    note = Note("n")
    await store.commit(Change().create(note))
    tries = (store.commit(Change().replace(Stored(note, 1), Note("n", str(i)))) for i in range(20))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(answer) for answer in answers].count(type(None)) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 19
