"""Whose messages show a thing: the owner's, or those of everybody who may say that it is theirs."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import ChatFault
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Audience, Card, Copy, Thing, ThingKind

SHARED = (ThingKind.PACKAGE, ThingKind.AGENCY)
"""Things of the whole account, told to everybody who looks after it."""
INDEX = "things"
"""The index of every thing that is not gone."""


def card_of(thing: Thing) -> str:
    """Return the id of a thing's card."""
    return f"thing-{thing.handle}"


async def copies_for(world: World, thing: Thing) -> tuple[Copy, ...]:
    """Return the copies of a thing's card (contract, section 3).

    Packages, agencies and things without an owner go to BOT_CHANNEL, else to every administrator. Raises `ChatFault`.
    """
    if thing.owner and thing.kind not in SHARED:
        return (await _personal(world, Audience.OWNER, thing.owner),)
    return await copies_for_all(world)


async def copies_for_all(world: World) -> tuple[Copy, ...]:
    """Return the copies of what concerns everybody: for BOT_CHANNEL, else every administrator. Raises `ChatFault`."""
    if world.channel:
        return (Copy(Audience.FINDER, world.channel, world.language),)
    administrators = sorted(await world.chat.administrators())
    return tuple([await _personal(world, Audience.FINDER, who) for who in administrators])


async def _personal(world: World, audience: Audience, who: str) -> Copy:
    try:
        person = await world.chat.person(who)
    except ChatFault:
        person = None
    return Copy(audience, who, person.language if person else world.language)


async def move_card(world: World, change: Change, thing: Thing) -> None:
    """Retire the copies that asked whose a thing is, and add those of its owner. Raises `ChatFault`."""
    card: Stored[Card] | None = await world.store.load(Card, card_of(thing))
    fresh = await copies_for(world, thing)
    if card is None:
        change.create(Card(id=card_of(thing), subject=f"thing:{thing.id}", copies=fresh))
    else:
        retired = tuple(replace(copy, retired=True) for copy in card.record.copies)
        change.replace(card, replace(card.record, copies=(*retired, *fresh)))
    change.redraw(card_of(thing))
