"""A `Store` in memory. It keeps what Redis would keep: encoded documents, so that nothing is shared by accident."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from itertools import count

from bot.errors import Conflict
from bot.ports import Change, Clock, D, Entry, Stored
from bot.records import Values
from bot.store import due
from bot.store.documents import Codec


class FakeStore:
    """Documents, indexes, both clocks and both streams, with the promises of the real ones.

    `audits`, `indexes`, `waiting` and `dead` may be looked at. Lifetimes follow the clock's machine time.
    """

    def __init__(self, clock: Clock, codec: Codec | None = None) -> None:
        self._clock = clock
        self._codec = codec or Codec()
        self._documents: dict[tuple[str, str], tuple[bytes, int, float]] = {}
        self._onces: dict[str, float] = {}
        self._rates: dict[str, tuple[int, float]] = {}
        self._entries: dict[str, dict[str, Entry]] = {"work": {}, "outbox": {}}
        self._unread: dict[str, list[Entry]] = {"work": [], "outbox": []}
        self._tokens = count(1)
        self.waiting: dict[str, dict[str, float]] = {"due": {}, "later": {}}
        self.indexes: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.audits: list[Values] = []
        self.dead: list[tuple[Entry, str]] = []

    async def load(self, kind: type[D], identity: str) -> Stored[D] | None:
        """Return a record with its version, or None."""
        await asyncio.sleep(0)
        text = self._text(kind.kind_name, identity)
        return self._codec.decode(kind, identity, text) if text else None

    async def load_all(self, kind: type[D], identities: Sequence[str]) -> list[Stored[D] | None]:
        """Return records with their versions in the order asked for, None for each that is not there."""
        return [await self.load(kind, identity) for identity in identities]

    async def members(self, index: str, *, newest: int = 100) -> list[str]:
        """Return the members of a sorted index, highest score first."""
        scored = sorted(((score, member) for member, score in self.indexes[index].items()), reverse=True)
        return [member for _, member in scored[:newest]]

    async def commit(self, change: Change) -> None:
        """Apply the change, all or nothing."""
        await asyncio.sleep(0)  # a real commit lets others run first
        for _, member, _ in change.dues:
            due.decode(member)
        self._check(change)
        self._write(change)
        for which, member in change.undues:
            self.waiting[which].pop(member, None)
        for which, member, at in change.dues:
            self.waiting[which][member] = at
        for name, member in change.unindexed:
            self.indexes[name].pop(member, None)
        for name, member, score in change.indexed:
            self.indexes[name][member] = score
        for stream, kind, identity in change.entries:
            self._append(stream, kind, identity)
        for entry in change.finished:
            self._entries[entry.stream].pop(entry.token, None)
        self.audits.extend(change.audits)

    async def earlier(self, token: str, most: int) -> list[tuple[str, Values]]:
        """Return the newest audit entries before a token, newest first."""
        before = int(token) if token else len(self.audits)
        numbered = list(enumerate(self.audits))[:before][::-1][:most]
        return [(str(number), {"at": "0", "who": "", **facts}) for number, facts in numbered]

    async def promote(self, now: float, machine: float, batch: int = 500) -> int:
        """Move what is due to its stream, the most urgent first."""
        moved = 0
        for which, until in (("due", now), ("later", machine)):
            ready = sorted((at, member) for member, at in self.waiting[which].items() if at <= until)
            for _, member in ready:
                del self.waiting[which][member]
                self._append(*due.decode(member))
            moved += len(ready)
        return moved

    async def read(self, stream: str, count: int = 10, block_ms: int = 0) -> list[Entry]:
        """Return new entries, each once."""
        taken, self._unread[stream] = self._unread[stream][:count], self._unread[stream][count:]
        return taken

    async def finish(self, entry: Entry) -> None:
        """Finish an entry that needs no other change."""
        await self.commit(Change().finish(entry))

    async def bury(self, entry: Entry, why: str, change: Change | None = None) -> None:
        """Move an entry to dead, together with a change."""
        await self.commit((change or Change()).finish(entry))
        self.dead.append((entry, why))

    async def depths(self, now: float) -> dict[str, int]:
        """Return how much is unfinished, due, waiting and dead."""
        ready = sum(at <= now for at in self.waiting["due"].values())
        unfinished = {stream: len(entries) for stream, entries in self._entries.items()}
        return {**unfinished, "due": ready, "later": len(self.waiting["later"]), "dead": len(self.dead)}

    def _text(self, kind: str, identity: str) -> bytes:
        text, _, until = self._documents.get((kind, identity), (b"", 0, 0.0))
        return text if until > self._clock.machine() else b""

    def _check(self, change: Change) -> None:
        for token, _ in change.onces:
            if self._onces.get(token, 0.0) > self._clock.machine():
                raise Conflict(f"once:{token}")
        for name, most, _ in change.rates:
            if self._counted(name)[0] >= most:
                raise Conflict(f"rate:{name}")
        for kind, identity, version in change.expected:
            found = self._documents[kind, identity][1] if self._text(kind, identity) else 0
            if found != version:
                raise Conflict(f"{kind}:{identity}")

    def _counted(self, name: str) -> tuple[int, float]:
        """Return how often a name was counted, and until when its window lasts; zeros for no window."""
        count, until = self._rates.get(name, (0, 0.0))
        return (count, until) if until > self._clock.machine() else (0, 0.0)

    def _write(self, change: Change) -> None:
        now = self._clock.machine()
        for token, seconds in change.onces:
            self._onces[token] = now + seconds
        for name, _, seconds in change.rates:
            count, until = self._counted(name)
            self._rates[name] = count + 1, until or now + seconds
        for record, version, lifetime in change.written:
            place = (record.kind_name, record.id)
            kept = self._documents[place][2] if self._text(*place) else float("inf")
            until = kept if lifetime is None else now + lifetime
            self._documents[place] = (self._codec.encode(record, version), version, until)
        for kind, identity in change.removed:
            self._documents.pop((kind, identity), None)

    def _append(self, stream: str, kind: str, identity: str) -> None:
        entry = Entry(stream, f"{next(self._tokens)}-0", kind, identity)
        self._entries[stream][entry.token] = entry
        self._unread[stream].append(entry)
