"""Work and outbox as one consumer sees them: read, keep, finish, bury (decision 3).

Entries are delivered at least once. What is read and not finished stays pending under the consumer's name, and goes
to whoever asks for it after `min_idle` seconds. Nothing is ever trimmed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from redis.exceptions import ResponseError

from bot.errors import Conflict
from bot.ports import Change, Clock, Entry
from bot.records import Dead
from bot.store.commit import batch, finish
from bot.store.documents import Codec
from bot.store.keys import GROUP, STREAMS, Keys
from bot.store.link import Link, script

_FINISH = script("finish")
_RECLAIM = script("reclaim")
_TIDY = script("tidy")
_REVIVED_FOR = 86_400.0

MIN_IDLE = 60.0
"""Seconds without renewal after which an entry is somebody else's."""

CONSUMER_IDLE = 3600.0
"""Seconds after which a consumer that holds nothing is forgotten."""


class Streams:
    """The streams of a workspace, for one consumer. Every method raises `StoreDown`.

    `blocking` is a link of its own for reads that wait, so that they hold up no other command.
    """

    def __init__(
        self,
        link: Link,
        blocking: Link,
        keys: Keys,
        consumer: str,
        codec: Codec | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._link = link
        self._blocking = blocking
        self._keys = keys
        self._consumer = consumer
        self._codec = codec or Codec()
        self._clock = clock
        self._ended: list[Entry] = []
        self._ending: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Make sure that both streams and their group exist."""
        for stream in STREAMS:
            await self._ensure(stream)

    async def _ensure(self, stream: str) -> None:
        try:
            await self._link.call("XGROUP", "CREATE", self._keys.stream(stream), GROUP, 0, "MKSTREAM")
        except ResponseError as fault:
            if not str(fault).startswith("BUSYGROUP"):
                raise

    async def read(self, stream: str, count: int = 10, block_ms: int = 1000) -> list[Entry]:
        """Return up to `count` new entries, waiting up to `block_ms` for the first; 0 does not wait.

        To stop, let it return: an entry that arrives while it is cancelled waits for `reclaim`.
        A group that is gone (a restart without data) is made anew, and the answer is empty.
        """
        waiting = ("BLOCK", block_ms) if block_ms else ()
        words = ("GROUP", GROUP, self._consumer, "COUNT", count, *waiting, "STREAMS", self._keys.stream(stream), ">")
        try:
            answer = await self._blocking.call("XREADGROUP", *words, patience=block_ms / 1000)
        except ResponseError as fault:
            await self._regroup(stream, fault)
            return []
        return [entry for _, found in answer or () for entry in _entries(stream, found)]

    async def _regroup(self, stream: str, fault: ResponseError) -> None:
        if "NOGROUP" not in str(fault) and "no such key" not in str(fault):
            raise fault
        await self._ensure(stream)

    async def reclaim(self, stream: str, min_idle_s: float = MIN_IDLE, count: int = 10) -> list[Entry]:
        """Take over up to `count` entries that nobody renewed for `min_idle_s`; `tries` counts this delivery too."""
        words = (GROUP, self._consumer, round(min_idle_s * 1000), count)
        try:
            flat = await self._link.run(_RECLAIM, [self._keys.stream(stream)], words)
        except ResponseError as fault:
            await self._regroup(stream, fault)
            return []
        return [
            Entry(stream, token.decode(), kind.decode(), identity.decode(), tries)
            for token, kind, identity, tries in zip(*[iter(flat)] * 4, strict=True)
        ]

    async def renew(self, entries: Sequence[Entry]) -> None:
        """Say that these entries are still being worked on; their delivery count stays as it is.

        It guards against needless repeats only. What may be done is decided by the lease in the document.
        """
        for stream in STREAMS:
            tokens = [entry.token for entry in entries if entry.stream == stream]
            if tokens:
                await self._claim(stream, tokens)

    async def _claim(self, stream: str, tokens: Sequence[str]) -> None:
        words = (GROUP, self._consumer, "0", *tokens, "JUSTID")
        try:
            await self._link.call("XCLAIM", self._keys.stream(stream), *words, parse_justid=True)
        except ResponseError as fault:
            await self._regroup(stream, fault)

    async def finish(self, entry: Entry) -> None:
        """Acknowledge and delete an entry that needs no other change; finishing twice does nothing.

        What ends in one turn of the loop goes out as one script, and fails or succeeds as one.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._finish_all())
        self._ended.append(entry)
        await asyncio.shield(self._ending)

    async def _finish_all(self) -> None:
        ended, self._ended, self._ending = self._ended, [], None
        for stream in {entry.stream for entry in ended}:
            tokens = [entry.token for entry in ended if entry.stream == stream]
            await self._link.run(_FINISH, [self._keys.stream(stream)], (GROUP, *tokens))

    async def bury(self, entry: Entry, why: str, change: Change | None = None) -> None:
        """Move an entry to dead, together with `change` if there is one. Raises `Conflict` as a commit does."""
        made = batch(change or Change(), self._keys, self._codec, self._clock)
        finish(made, self._keys, entry)
        facts = {"stream": entry.stream, "kind": entry.kind, "id": entry.id, "tries": str(entry.tries), "why": why}
        made.append(self._keys.stream("dead"), facts)
        await made.send(self._link)

    async def dead(self, newest: int = 100) -> list[Dead]:
        """Return the newest dead entries, newest first."""
        found = await self._link.call("XREVRANGE", self._keys.stream("dead"), "+", "-", "COUNT", newest)
        return [_dead(token, fields) for token, fields in found]

    async def revive(self, token: str) -> bool:
        """Give a dead entry another start; False if somebody did, or there is none."""
        found = await self._link.call("XRANGE", self._keys.stream("dead"), token, token)
        if not found or not (dead := _dead(*found[0])).stream:
            return False
        again = Change(entries=[(dead.stream, dead.kind, dead.id)]).once(f"revive:{token}", _REVIVED_FOR)
        made = batch(again, self._keys, self._codec)
        made.write("f", self._keys.stream("dead"), GROUP, token)
        try:
            await made.send(self._link)
        except Conflict:
            return False
        return True

    async def depths(self, now: float) -> dict[str, int]:
        """Return how many entries are unfinished in work and outbox, due by product time `now`, in later, and dead."""
        keys = self._keys
        work, outbox, due, later, dead = await self._link.together(
            ("XLEN", keys.stream("work")),
            ("XLEN", keys.stream("outbox")),
            ("ZCOUNT", keys.due, "-inf", repr(now)),
            ("ZCARD", keys.later),
            ("XLEN", keys.stream("dead")),
        )
        return {"work": work, "outbox": outbox, "due": due, "later": later, "dead": dead}

    async def lag(self, now: float) -> float:
        """Return for how long the earliest due item has been due at product time `now`, in seconds."""
        first = await self._link.call("ZRANGE", self._keys.due, 0, 0, "WITHSCORES")
        if not first:
            return 0.0
        at = first[0][1] if isinstance(first[0], list | tuple) else first[1]
        return max(0.0, now - float(at))

    async def ages(self, machine: float) -> dict[str, float]:
        """Return how long the oldest unfinished entry of each stream has been there, in seconds of machine time."""
        oldest = await self._link.together(*(("XRANGE", self._keys.stream(s), "-", "+", "COUNT", 1) for s in STREAMS))
        return {s: _age(found, machine) for s, found in zip(STREAMS, oldest, strict=True)}

    async def tidy(self, idle_s: float = CONSUMER_IDLE) -> int:
        """Forget consumers that were idle for `idle_s` and hold nothing; return how many."""
        return sum([await self._tidied(stream, round(idle_s * 1000)) for stream in STREAMS])

    async def _tidied(self, stream: str, idle_ms: int) -> int:
        try:
            return int(await self._link.run(_TIDY, [self._keys.stream(stream)], (GROUP, idle_ms)))
        except ResponseError as fault:
            await self._regroup(stream, fault)
            return 0

    async def beat(self, machine: float) -> None:
        """Note that this consumer is alive at `machine` time, and forget those silent for `CONSUMER_IDLE`."""
        await self._link.together(
            ("ZADD", self._keys.workers, repr(machine), self._consumer),
            ("ZREMRANGEBYSCORE", self._keys.workers, "-inf", repr(machine - CONSUMER_IDLE)),
        )

    async def alive(self, since: float) -> list[str]:
        """Return the consumers that beat at or after machine time `since`."""
        found = await self._link.call("ZRANGEBYSCORE", self._keys.workers, repr(since), "+inf")
        return [name.decode() for name in found]


def _age(found: Sequence[tuple[bytes, object]], machine: float) -> float:
    return max(0.0, machine - int(found[0][0].partition(b"-")[0]) / 1000) if found else 0.0


def _entries(stream: str, found: Sequence[tuple[bytes, dict[bytes, bytes]]]) -> list[Entry]:
    return [
        Entry(stream, token.decode(), fields[b"kind"].decode(), fields[b"id"].decode())
        for token, fields in found
        if fields
    ]


def _dead(token: bytes, fields: dict[bytes, bytes]) -> Dead:
    facts = {name.decode(): value.decode() for name, value in fields.items()}
    at = int(token.partition(b"-")[0]) / 1000
    return Dead(token.decode(), facts["stream"], facts["kind"], facts["id"], int(facts["tries"]), facts["why"], at)
