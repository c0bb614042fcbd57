"""Whose messages show a request and its operation, and who more is shown them later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.flows.world import World
from bot.ports import Change
from bot.records import Audience, Card, Copy, Person


def card_id(request: str) -> str:
    """Return the id of the card that shows a request and its operation."""
    return f"request-{request}"


async def card_for(
    world: World, request: str, asker: Person, approvers: frozenset[str], *, shared: bool = False
) -> Card:
    """Return the card of a new request: for its asker, each approver, and BOT_CHANNEL if it is `shared`.

    What a single administrator approves alone is seen there too. Raises `ChatFault`.
    """
    copies = [Copy(Audience.ASKER, asker.id, asker.language)]
    copies += [await _copy(world, approver) for approver in sorted(approvers)]
    if world.channel and shared:
        copies.append(Copy(Audience.CHANNEL, world.channel, world.language))
    return Card(id=card_id(request), subject=request, copies=tuple(copies))


async def show_to(world: World, change: Change, request: str, people: Iterable[str], channel: str = "") -> None:
    """Show the card to more people, and in a channel: who has a copy already gets none. Raises `ChatFault`."""
    stored = await world.store.load(Card, card_id(request))
    if stored is None:
        return
    there = {copy.address for copy in stored.record.copies}
    fresh = [await _copy(world, who) for who in sorted(set(people) - there)]
    if channel and channel not in there:
        fresh.append(Copy(Audience.CHANNEL, channel, world.language))
    if fresh:
        change.replace(stored, replace(stored.record, copies=(*stored.record.copies, *fresh)))


async def _copy(world: World, who: str) -> Copy:
    person = await world.chat.person(who)
    return Copy(Audience.APPROVER, who, person.language if person else world.language)
