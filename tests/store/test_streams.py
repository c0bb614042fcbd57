from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.errors import StoreDown
from bot.ports import Change, Entry
from bot.store.connect import connect
from bot.store.keys import Keys, Workspace
from bot.store.streams import Streams
from tests.redis_server import Place, eventually
from tests.store.samples import Note

pytest_plugins = ("tests.redis_fixtures",)


async def _given(place: Place, *identities: str) -> list[Entry]:
    change = Change()
    for identity in identities:
        change.work("ask", identity)
    await place.store.commit(change)
    return await place.streams.read("work", block_ms=0)


async def test_a_reader_is_woken_by_a_commit(place: Place) -> None:
    reading = asyncio.create_task(place.streams.read("work", block_ms=5000))
    await asyncio.sleep(0)  # let it ask first
    await place.store.commit(Change().work("ask", "1"))
    assert [entry.id for entry in await asyncio.wait_for(reading, 2)] == ["1"]


async def test_a_reader_may_wait_longer_than_a_command_may_take(place: Place) -> None:
    assert await place.streams.read("work", block_ms=700) == []


async def test_two_consumers_share_the_work(place: Place) -> None:
    await place.store.commit(Change().work("ask", "1").work("ask", "2"))
    first = await place.streams.read("work", count=1)
    second = await place.consumer("c2").read("work", count=5)
    assert [entry.id for entry in first + second] == ["1", "2"]


async def test_nothing_is_reclaimed_before_its_time(place: Place) -> None:
    await _given(place, "1")
    assert await place.consumer("c2").reclaim("work", 60) == []


async def test_what_nobody_renews_is_taken_over_and_counted(place: Place) -> None:
    read = await _given(place, "1", "2")
    other = place.consumer("c2")
    for tries in (2, 3, 4, 5):
        taken = await other.reclaim("work", 0)
        assert [(e.id, e.token, e.tries) for e in taken] == [(e.id, e.token, tries) for e in read]


async def test_reclaiming_goes_on_behind_the_ones_in_use(place: Place) -> None:
    read = await _given(place, *(str(number) for number in range(10)))
    assert len(read) == 10
    assert len(await place.consumer("c2").reclaim("work", 0, count=4)) == 4


async def test_renewing_keeps_an_entry_and_does_not_count(place: Place) -> None:
    entries, other = await _given(place, "1"), place.consumer("c2")
    await eventually(lambda: _idle(place, 500), "the entry is idle")
    await place.streams.renew(entries)
    assert await other.reclaim("work", 0.5) == []
    (taken,) = await other.reclaim("work", 0)
    assert taken.tries == 2


async def _idle(place: Place, milliseconds: int) -> bool:
    key = place.keys.stream("work")
    return bool(await place.link.call("XPENDING", key, "bot", "IDLE", milliseconds, "-", "+", 1, parse_detail=True))


async def test_finished_is_finished_for_everybody(place: Place) -> None:
    (entry,) = await _given(place, "1")
    await place.streams.finish(entry)
    await place.streams.finish(entry)
    await place.streams.renew([entry])
    assert await place.consumer("c2").reclaim("work", 0) == []
    assert (await place.streams.depths(0))["work"] == 0


async def test_the_dead_are_listed_and_one_revival_counts(place: Place) -> None:
    (entry,) = await _given(place, "1")
    await place.streams.bury(entry, "refused 世界")
    (dead,) = await place.streams.dead()
    assert (dead.stream, dead.kind, dead.id, dead.tries, dead.why) == ("work", "ask", "1", 1, "refused 世界")
    answers = await asyncio.gather(*(place.streams.revive(dead.token) for _ in range(5)))
    assert sorted(answers) == [False, False, False, False, True]
    assert [(e.kind, e.id, e.tries) for e in await place.streams.read("work")] == [("ask", "1", 1)]
    assert await place.streams.dead() == []
    assert not await place.streams.revive("1-1")


async def test_a_member_nobody_can_read_goes_to_the_dead_and_stays_there(place: Place) -> None:
    await place.link.call("ZADD", place.keys.due, 1, "from:elsewhere:1", 2, "garbage")
    await place.store.commit(Change().due("work:x:1", 3))
    assert await place.store.promote(9, 0) == 3
    assert [entry.id for entry in await place.streams.read("work")] == ["1"]
    buried = await place.streams.dead()
    assert sorted(dead.id for dead in buried) == ["from:elsewhere:1", "garbage"]
    assert not await place.streams.revive(buried[0].token)


async def test_only_idle_consumers_without_entries_are_forgotten(place: Place) -> None:
    await place.store.commit(Change().work("ask", "0"))
    (read,) = await place.consumer("idle").read("work")
    await place.streams.finish(read)
    await _given(place, "1")
    assert await place.streams.tidy(60) == 0
    assert await place.streams.tidy(0) == 1
    names = {row["name"] for row in await place.link.call("XINFO CONSUMERS", place.keys.stream("work"), "bot")}
    assert names == {b"c1"}
    assert len(await place.consumer("c2").reclaim("work", 0)) == 1


async def test_a_server_that_lost_everything_is_taken_up_again(place: Place) -> None:
    await place.link.call("DEL", place.keys.stream("work"))
    assert await place.consumer("c2").reclaim("work", 0) == []
    await place.link.call("DEL", place.keys.stream("work"))
    assert await place.streams.read("work", block_ms=0) == []
    await place.link.call("DEL", place.keys.stream("work"))
    await place.streams.renew([Entry("work", "1-1", "ask", "0")])
    await place.link.call("DEL", place.keys.stream("work"))
    assert await place.streams.tidy(0) == 0
    await place.store.commit(Change().work("ask", "1").create(Note("n")))
    assert [entry.id for entry in await place.streams.read("work")] == ["1"]


@pytest.mark.parametrize("stream", ["work", "outbox"])
async def test_opening_twice_loses_nothing(place: Place, stream: str) -> None:
    await place.store.commit(Change(entries=[(stream, "x", "1")]))
    await place.streams.open()
    assert [entry.id for entry in await place.streams.read(stream)] == ["1"]


async def test_workers_are_known_by_their_beat(place: Place) -> None:
    await place.streams.beat(1000.0)
    await place.consumer("c2").beat(1010.0)
    assert await place.streams.alive(1005.0) == ["c2"]
    await place.consumer("c2").beat(4700.0)
    assert await place.streams.alive(0.0) == ["c2"]


async def test_how_long_things_wait_is_told_for_due_items_and_for_each_stream(place: Place) -> None:
    streams = place.streams
    machine = time.time()
    assert (await streams.lag(100.0), await streams.ages(machine)) == (0.0, {"work": 0.0, "outbox": 0.0})
    await place.store.commit(Change().due("work:watch:a", 40.0).due("work:watch:b", 90.0).work("watch", "c"))
    assert await streams.lag(100.0) == 60.0
    assert await streams.lag(30.0) == 0.0, "nothing is due yet"
    ages = await streams.ages(machine + 50)
    assert 45 < ages["work"] < 60
    assert ages["outbox"] == 0.0


async def test_what_ends_together_goes_out_as_one_and_nothing_else_with_it(place: Place) -> None:
    read = await _given(place, *(str(number) for number in range(40)))
    read += await place.streams.read("work", count=40, block_ms=0)
    ended = read[:30]
    before = await _scripts(place)
    await asyncio.gather(*(place.streams.finish(entry) for entry in ended))
    assert await _scripts(place) - before == 1
    left = await place.consumer("c2").reclaim("work", 0, count=100)
    assert [entry.id for entry in left] == [entry.id for entry in read[30:]]
    await place.streams.finish(ended[0])
    assert (await place.streams.depths(0.0))["work"] == 10


async def test_entries_that_end_while_the_server_is_down_are_all_told_so(tmp_path: Path) -> None:
    link = connect(f"unix://{tmp_path}/nobody")
    streams = Streams(link, link, Keys(Workspace("T1")), "c1")
    ending = (streams.finish(Entry("work", f"{number}-0", "ask", "1")) for number in range(2))
    results = await asyncio.gather(*ending, return_exceptions=True)
    await link.close()
    assert [type(one) for one in results] == [StoreDown, StoreDown]


async def _scripts(place: Place) -> int:
    """Return how many scripts the server has run."""
    stats = await place.link.call("INFO", "commandstats")
    return int(stats.get("cmdstat_evalsha", {}).get("calls", 0)) + int(stats.get("cmdstat_eval", {}).get("calls", 0))
