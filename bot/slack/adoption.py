"""Messages of a card that its record does not know, left behind by a sender that was cut off."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Conflict
from bot.ports import Change, Store
from bot.records import Card, Copy

RACES = 20
UNKNOWN = "?"
"""What `Copy.drawn` says when nobody knows what stands there: never equal to a digest, so it is drawn anew."""


async def adopt(store: Store, card_id: str, address: str, channel: str, ts: str) -> bool:
    """Take a message into its card and have it redrawn; return whether it was unknown. Raises `StoreDown`.

    `address` is who pressed a button on it, or the copy's own address.
    """
    for _ in range(RACES):
        stored = await store.load(Card, card_id)
        if stored is None or any(copy.channel == channel and copy.ts == ts for copy in stored.record.copies):
            return False
        sibling = _sibling(stored.record, address, channel)
        if sibling is None:
            return False
        found = replace(sibling, channel=channel, ts=ts, drawn=UNKNOWN, dead="")
        card = replace(stored.record, copies=(*stored.record.copies, found))
        try:
            await store.commit(Change().replace(stored, card).redraw(card_id))
        except Conflict:
            continue
        return True
    return False


def _sibling(card: Card, address: str, channel: str) -> Copy | None:
    """Return the copy that an unknown message repeats: the one of this channel, else of this person."""
    in_channel = [copy for copy in card.copies if channel in (copy.channel, copy.address)]
    return next(iter([*in_channel, *(copy for copy in card.copies if copy.address == address)]), None)
