"""A card under the lease of one sender, written one copy at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.errors import Conflict
from bot.ports import Change, Clock, Entry, Store, Stored
from bot.records import Card, Copy, Lease
from bot.slack.adoption import adopt

HELD = 1.0


def member(card: str) -> str:
    """Return the due member that wakes a sender for a card."""
    return f"outbox:card:{card}"


class Held:
    """The card of one stream entry; `owner` names the turn of one sender, `seconds` how long its lease lasts."""

    def __init__(self, store: Store, clock: Clock, entry: Entry, owner: str, seconds: float) -> None:
        self._store, self._clock = store, clock
        self._entry, self._owner, self._seconds = entry, owner, seconds
        self._stored: Stored[Card]

    @property
    def card(self) -> Card:
        """Return the card as it was last read or written."""
        return self._stored.record

    @property
    def version(self) -> int:
        """Return the version of the card's document."""
        return self._stored.version

    async def load(self) -> Card | None:
        """Read the card. Raises `StoreDown`."""
        stored = await self._store.load(Card, self._entry.id)
        if stored is None:
            return None
        self._stored = stored
        return stored.record

    def taken(self) -> bool:
        """Return whether another sender holds the lease now."""
        lease = self.card.lease
        return bool(lease and lease.owner != self._owner and lease.until > self._clock.machine())

    async def lease(self) -> None:
        """Take the lease, or draw it out. Raises `Conflict`."""
        await self._write(self.card)

    async def save(
        self, index: int, became: Callable[[Copy], Copy], *, updated: float | None = None, wake: str = ""
    ) -> None:
        """Write what became of one copy. A write by somebody else in between is read again, never overwritten.

        The due member `wake`, if any, is woken a moment later, once for all that happens until then.
        """
        while True:
            copy = became(self.card.copies[index])
            copies = (*self.card.copies[:index], copy, *self.card.copies[index + 1 :])
            when = self.card.updated if updated is None else updated
            try:
                return await self._write(replace(self.card, copies=copies, updated=when), wake)
            except Conflict:
                await self._reread(copy)

    async def _reread(self, copy: Copy) -> None:
        """Read a card that moved. Raises `Conflict` if the lease is lost; a message just sent is not forgotten."""
        fresh = await self._store.load(Card, self._entry.id)
        if fresh and fresh.record.lease and fresh.record.lease.owner == self._owner:
            self._stored = fresh
            return
        if copy.ts:
            await adopt(self._store, self._entry.id, copy.address, copy.channel, copy.ts)
        raise Conflict(f"card:{self._entry.id}")

    async def _write(self, card: Card, wake: str = "") -> None:
        """Commit the card under our lease, drawn out from now."""
        leased = replace(card, lease=Lease(self._owner, self._clock.machine() + self._seconds))
        change = Change().replace(self._stored, leased)
        if wake:
            change.later(wake, self._clock.machine() + HELD)
        await self._store.commit(change)
        self._stored = Stored(leased, self._stored.version + 1)

    async def release(self, times: list[float]) -> bool:
        """Give the lease back, and come back at the earliest of `times`. Raises `Conflict`."""
        change = Change()
        if self.card.lease:
            change.replace(self._stored, replace(self.card, lease=None))
        if times:
            change.later(member(self._entry.id), min(times))
        return await self.finish(change)

    async def postpone(self) -> bool:
        """Leave the card to its holder and look again shortly."""
        return await self.finish(Change().later(member(self._entry.id), self._clock.machine() + HELD))

    async def finish(self, change: Change) -> bool:
        """Commit the change together with the end of the entry; always True."""
        await self._store.commit(change.finish(self._entry))
        return True
