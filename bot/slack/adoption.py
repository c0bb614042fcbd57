"""Messages of a card that its record does not know, left behind by a sender that was cut off."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Conflict
from bot.flows.request_cards import card_id
from bot.flows.thing_cards import card_of
from bot.ports import Change, Store
from bot.records import Card, Handle, Thing

RACES = 20
THING = "thing:"
"""How the subject of a watched thing's card begins; any other is the id of a request and its operation."""
UNKNOWN = "?"
"""What `Copy.drawn` says when nobody knows what stands there: never equal to a digest, so it is drawn anew."""


async def adopt_thing(store: Store, value: str, address: str, channel: str, ts: str) -> bool:
    """Do the same for a button of a watched thing: its value is a handle, perhaps with a choice behind it."""
    handle = await store.load(Handle, value.partition("|")[0])
    thing = await store.load(Thing, handle.record.thing) if handle else None
    return thing is not None and await adopt(store, card_of(thing.record), address, channel, ts)


async def adopt_request(store: Store, value: str, address: str, channel: str, ts: str) -> bool:
    """Do the same for a button of a request, whose value is the request's id."""
    return await adopt(store, card_id(value), address, channel, ts)


async def adopt(store: Store, card: str, address: str, channel: str, ts: str) -> bool:
    """Take a message into its card and wake a sender; return whether it was unknown. Raises `StoreDown`.

    `address` is who pressed a button on it, or the copy's own address. It becomes the copy that was still to be sent;
    else a second message of a request is redrawn with the others, and one of a thing deleted: one card stands.
    """
    for _ in range(RACES):
        stored = await store.load(Card, card)
        if stored is None or any(
            copy.channel == channel and ts in (copy.ts, *copy.old) for copy in stored.record.copies
        ):
            return False
        index = _sibling(stored.record, address, channel)
        if index is None:
            return False
        change = Change().replace(stored, _with(stored.record, index, channel, ts)).redraw(card)
        try:
            await store.commit(change)
        except Conflict:
            continue
        return True
    return False


def _with(card: Card, index: int, channel: str, ts: str) -> Card:
    sibling = card.copies[index]
    found = replace(sibling, channel=channel, ts=ts, drawn=UNKNOWN, dead="")
    if sibling.ts and not card.subject.startswith(THING):
        return replace(card, copies=(*card.copies, replace(found, old=())))
    one = replace(sibling, old=(*sibling.old, ts)) if sibling.ts else found
    return replace(card, copies=(*card.copies[:index], one, *card.copies[index + 1 :]))


def _sibling(card: Card, address: str, channel: str) -> int | None:
    """Return which copy an unknown message repeats: the one of this channel, else of this person."""
    in_channel = [i for i, copy in enumerate(card.copies) if channel in (copy.channel, copy.address)]
    same = [i for i, copy in enumerate(card.copies) if copy.address == address and copy.channel in ("", channel)]
    return next(iter([*in_channel, *same]), None)
