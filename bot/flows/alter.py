"""Change what we remember of a thing, for somebody who may."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import ChatFault, Conflict, Refusal
from bot.flows.thing_cards import card_of
from bot.flows.watch import arm
from bot.flows.wishes import quiet_of
from bot.flows.world import World
from bot.ports import Change
from bot.records import Person, Phase, Thing
from bot.reply import Reply
from bot.say import People

RACES = 20
Alter = Callable[[Thing], tuple[Thing, Reply]]


async def guard(world: World, thing: Thing, person: Person) -> None:
    """Let the owner and administrators act, and anybody who may ask where nobody owns it. Raises `Refusal`."""
    if not await world.chat.may_ask(person):
        raise Refusal("submit.not_a_member")
    if thing.owner in ("", person.id):
        return
    try:
        administrators = await world.chat.administrators()
    except ChatFault as fault:
        raise Refusal("approval.cannot_check", code=fault.code) from fault
    if person.id not in administrators:
        raise Refusal("thing.not_yours", owner=People((thing.owner,)))


async def alter(world: World, identity: str, person: Person, action: str, change_thing: Alter) -> Reply:
    """Apply a change to what we remember of a thing, against whatever version it is in. Raises `Refusal`."""
    for _ in range(RACES):
        stored = await world.store.load(Thing, identity)
        if stored is None:
            raise Refusal("thing.unknown")
        after, reply = change_thing(stored.record)
        change = Change().replace(stored, after).audit(f"thing.{action}", thing=identity, who=person.id)
        arm(change, stored.record, after, world.clock.now(), await quiet_of(world, after))
        if after.raised:
            change.redraw(card_of(after))
        elif after.owner:
            change.home(after.owner)
        if action == "keep_until" and after.free and after.phase is Phase.STOPPED:
            change.work("keep", identity)
        try:
            await world.store.commit(change)
        except Conflict:
            continue
        return reply
    raise Refusal("approval.busy")
