"""Entries are sealed into one chain however many seal, and old ones leave Redis only for a file that reads well."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.audit.chain import Head, Sealed, linked, verify
from bot.errors import Conflict
from bot.ports import Change
from bot.records import Chain
from bot.store.audit import RedisLedger
from bot.store.redis_store import RedisStore
from bot.store.segments import Segments
from scheduler.jobs.seal import AT_ONCE, KEPT_SECONDS, Sealer
from tests.redis_server import Place
from tests.store.sealer import DEEDS

pytest_plugins = ("tests.redis_fixtures",)

KEY, OLD = b"k" * 32, b"o" * 32
NOW = 1_800_000_000.0


@dataclass
class Hands:
    at: float = NOW

    def now(self) -> float:
        return self.at

    machine = now


@dataclass
class Room:
    place: Place
    clock: Hands
    ledger: RedisLedger

    async def record(self, *whats: str) -> None:
        store = RedisStore(self.place.link, self.place.keys, clock=self.clock)
        for what in whats:
            await store.commit(Change().audit(what, who="U1", correlation="c1"))

    async def entries(self) -> list[Sealed]:
        return await self.ledger.kept(most=10_000)


@pytest.fixture
def room(place: Place) -> Room:
    return Room(place, Hands(), RedisLedger(place.link, place.keys))


async def test_entries_carry_when_what_who_and_correlation(room: Room) -> None:
    await room.record("first", "second")
    newest = {"at": repr(NOW), "what": "second", "who": "U1", "correlation": "c1"}
    assert (await room.ledger.newest(1))[0] == newest
    [(last, _)] = await room.ledger.earlier("", 1)
    [(_, first)] = await room.ledger.earlier(last, 5)
    assert first["what"] == "first"


async def test_what_is_recorded_is_sealed_in_order_and_goes_on_where_it_ended(room: Room) -> None:
    sealer = Sealer(room.ledger, room.clock, KEY)
    await sealer.beat()
    assert await room.ledger.chain() is None
    await room.record("a", "b")
    await sealer.beat()
    await room.record("c")
    assert [one.number for one in await room.entries()] == [1, 2, 0]
    await sealer.beat()
    verdict = verify([KEY], await room.entries())
    assert (verdict.held, verdict.findings) == (3, [])
    stored = await room.ledger.chain()
    assert stored
    assert (stored.record.number, stored.record.seal) == (3, verdict.head.seal)


async def test_more_than_one_batch_is_sealed_at_once(room: Room) -> None:
    store = RedisStore(room.place.link, room.place.keys)
    change = Change()
    for number in range(2 * AT_ONCE + 1):
        change.audit(f"deed {number}")
    await store.commit(change)
    await Sealer(room.ledger, room.clock, KEY).beat()
    assert verify([KEY], await room.entries()).held == 2 * AT_ONCE + 1


async def test_a_new_key_seals_from_now_on(room: Room) -> None:
    await room.record("a")
    await Sealer(room.ledger, room.clock, OLD).beat()
    await room.record("b")
    await Sealer(room.ledger, room.clock, KEY).beat()
    entries = await room.entries()
    assert verify([KEY, OLD], entries).findings == []
    assert [one.number for one in verify([KEY], entries).findings] == [1]


async def test_who_comes_second_writes_nothing(room: Room) -> None:
    await room.record("a")
    entries = linked(KEY, Head(), await room.ledger.unsealed("", 9))
    chain = Chain(number=1, seal=entries[0].seal, last=entries[0].token)
    await room.ledger.seal(None, chain, entries)
    stored = await room.ledger.chain()
    assert stored
    for old in (None, replace(stored, version=2)):
        with pytest.raises(Conflict):
            await room.ledger.seal(old, replace(chain, number=9), entries)
    with pytest.raises(Conflict):
        await room.ledger.remove(replace(stored, version=7), chain, [entries[0].token])
    assert await room.entries() == entries


async def test_three_processes_make_one_chain(room: Room) -> None:
    words = (sys.executable, "-m", "tests.store.sealer", room.place.server.url, room.place.team)
    sealers = [await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE) for _ in range(3)]
    try:
        outputs = await asyncio.wait_for(asyncio.gather(*(one.communicate() for one in sealers)), 30)
    finally:
        for one in sealers:
            if one.returncode is None:
                one.kill()
    assert [output for output, _ in outputs] == [b"done\n"] * 3
    verdict = verify([KEY], await room.entries())
    assert (verdict.held, verdict.waiting, verdict.findings) == (3 * DEEDS, 0, [])


async def test_what_is_older_than_ninety_days_moves_to_a_segment(room: Room, tmp_path: Path) -> None:
    segments = Segments(tmp_path / "audit")
    sealer = Sealer(room.ledger, room.clock, KEY, segments)
    await room.record("old", "older")
    await sealer.beat()
    room.clock.at += KEPT_SECONDS - 1
    await room.record("young")
    await sealer.beat()
    assert len(await room.entries()) == 3
    room.clock.at += 2
    await sealer.beat()
    moved, kept = segments.read(), await room.entries()
    assert ([one.facts["what"] for one in moved], [one.facts["what"] for one in kept]) == (["old", "older"], ["young"])
    assert verify([KEY], [*moved, *kept]).findings == []
    assert verify([KEY], kept).lines()[0] == "missing: 1 to 2"
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "audit").iterdir()] == [0o600]


class Liar(Segments):
    """A disk that forgets what it was given."""

    def write(self, entries: Sequence[Sealed]) -> None:
        raise ValueError("does not read as it was written")


async def test_nothing_leaves_redis_that_was_not_read_back(room: Room, tmp_path: Path) -> None:
    await room.record("old")
    room.clock.at += KEPT_SECONDS + 1
    await Sealer(room.ledger, room.clock, KEY, Liar(tmp_path)).beat()
    (tmp_path / "file").write_text("in the way")
    await Sealer(room.ledger, room.clock, KEY, Segments(tmp_path / "file")).beat()
    assert len(await room.entries()) == 1
    assert verify([KEY], await room.entries()).held == 1


async def test_without_a_folder_everything_stays(room: Room) -> None:
    await room.record("old")
    room.clock.at += KEPT_SECONDS * 2
    await Sealer(room.ledger, room.clock, KEY).beat()
    assert len(await room.entries()) == 1


def test_two_segments_with_the_same_entry_count_it_once(tmp_path: Path) -> None:
    entries = linked(KEY, Head(), [("1-0", {"what": "世界\n"}), ("2-0", {}), ("3-0", {})])
    segments = Segments(tmp_path)
    segments.write(entries[:2])
    segments.write(entries[:3])
    assert segments.read() == entries
