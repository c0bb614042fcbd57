"""The `Store` on Redis, or on anything that speaks its protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.ports import Change, Clock, D, Stored
from bot.records import Values
from bot.store.commit import batch
from bot.store.documents import Codec
from bot.store.keys import Keys
from bot.store.link import Link, script

_PROMOTE = script("promote")

LOADED = 256
"""Documents that one command reads."""

BATCH = 500
"""Members of each clock that one script moves: about 2 ms of the server's time."""


def unheard(_facts: Values) -> None:
    """Tell nobody of what was recorded."""


class RedisStore:
    """Documents, indexes and due members of one workspace. Every method raises `StoreDown`.

    `recorded` is told of each audit entry that was committed.
    """

    def __init__(
        self,
        link: Link,
        keys: Keys,
        codec: Codec | None = None,
        clock: Clock | None = None,
        recorded: Callable[[Values], None] = unheard,
    ) -> None:
        self._recorded = recorded
        self._link = link
        self._keys = keys
        self._codec = codec or Codec()
        self._clock = clock

    async def load(self, kind: type[D], identity: str) -> Stored[D] | None:
        """Return a record with its version, or None. Raises `NewerSchema` and `Unreadable`."""
        stored = await self._link.call("GET", self._keys.document(kind.kind_name, identity))
        return None if stored is None else self._codec.decode(kind, identity, stored)

    async def load_all(self, kind: type[D], identities: Sequence[str]) -> list[Stored[D] | None]:
        """Return records with their versions in the order asked for, None for each that is not there.

        One round trip for `LOADED` of them, so a fraction of the CPU of as many `load`s. Raises `NewerSchema` and
        `Unreadable`.
        """
        found: list[Stored[D] | None] = []
        for start in range(0, len(identities), LOADED):
            names = identities[start : start + LOADED]
            texts = await self._link.call("MGET", *(self._keys.document(kind.kind_name, name) for name in names))
            found += [text and self._codec.decode(kind, name, text) for name, text in zip(names, texts, strict=True)]
        return found

    async def commit(self, change: Change) -> None:
        """Apply the change in one round trip, all or nothing.

        A document written without a lifetime keeps the one it has. Raises `Conflict` with `once:<token>` for a
        used token or `<kind>:<id>` for a document in another version; after `StoreDown` read again to know. A change
        that is to be safe raises `NotYetSafe` where there are replicas and none confirmed it: it stands all the same.
        """
        await batch(change, self._keys, self._codec, self._clock).send(self._link, safely=change.confirmed)
        for facts in change.audits:
            self._recorded(facts)

    async def members(self, index: str, *, newest: int = 100) -> list[str]:
        """Return the members of a sorted index, highest score first."""
        found = await self._link.call("ZREVRANGE", self._keys.index(index), 0, newest - 1)
        return [member.decode() for member in found]

    async def arm(self, member: str, at: float) -> None:
        """Let `member` be due at product time `at`, unless it waits already."""
        await self._link.call("ZADD", self._keys.due, "NX", repr(at), member)

    async def forget(self, index: str, before: float) -> int:
        """Drop the members of a sorted index scored below `before`; return how many."""
        gone: int = await self._link.call("ZREMRANGEBYSCORE", self._keys.index(index), "-inf", f"({before!r}")
        return gone

    async def coming(self, most: int = 100) -> list[tuple[str, float]]:
        """Return the members that wait for product time and when they are due, the next ones first."""
        found = await self._link.call("ZRANGE", self._keys.due, 0, most - 1, "WITHSCORES")
        pairs = found if found and isinstance(found[0], list | tuple) else zip(found[::2], found[1::2], strict=True)
        return [(member.decode(), float(at)) for member, at in pairs]

    async def promote(self, now: float, machine: float, batch: int = BATCH) -> int:
        """Move what is due by product time `now` and by `machine` time to its stream; return how many moved.

        It goes on until nothing is left, `batch` members (at most 1,000) of each clock at a time, so that a long
        outage's backlog holds up other commands by a millisecond or two.
        """
        keys, total = self._keys, 0
        streams = [keys.stream(name) for name in ("work", "outbox", "dead")]
        while True:
            words = (repr(now), repr(machine), batch)
            moved: int = await self._link.run(_PROMOTE, [keys.due, keys.later, *streams], words)
            total += moved
            if moved < batch:
                return total
