"""A press on a thing's card: act in the cloud, or change what we remember and say (contract, section 3)."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Conflict, Refusal
from bot.flows.alter import RACES, Alter, alter, guard
from bot.flows.submit import submit
from bot.flows.thing_cards import card_of, copies_for
from bot.flows.watch import arm
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Card, Copy, Handle, Inbound, InboundKind, Person, Phase, Surface, SurfaceKind, Thing, ThingKind
from bot.reply import Reply
from bot.rules.reminder import again, voided
from bot.say import Moment, People, say

COMMANDS = {
    "start_again": "service start",
    "stop": "service stop",
    "renew": "package renew",
    "buy_again": "package buy_again",
}


async def pressed_thing(world: World, inbound: Inbound, person: Person) -> Reply:
    """Return the answer to a press on a thing's card. Raises `Refusal`."""
    handle, _, choice = inbound.value.partition("|")
    stored = await world.store.load(Handle, handle)
    thing = await world.store.load(Thing, stored.record.thing) if stored else None
    if thing is None:
        raise Refusal("thing.unknown")
    if inbound.action == "mine":
        return await claim(world, thing.record.id, person)
    await guard(world, thing.record, person)
    if inbound.action in COMMANDS:
        return await submit(world, asked(inbound, thing.record), person)
    return await alter(world, thing.record.id, person, inbound.action, alteration(world, inbound.action, choice))


def asked(inbound: Inbound, thing: Thing) -> Inbound:
    """Return the press as the command it stands for; the card's notice was the tick of R5.71 (R5.78)."""
    noun = {ThingKind.SERVICE: "service", ThingKind.PACKAGE: "package"}[thing.kind]
    return replace(inbound, command=COMMANDS[inbound.action], values={noun: thing.provider, "agreed": "yes"})


def alteration(world: World, action: str, choice: str) -> Alter:
    """Return what a button does to what we remember. Raises `Refusal` for a choice that makes no sense."""
    now = world.clock.now()
    if action in ("snooze", "keep_until"):
        seconds = _seconds(choice)
        return (lambda thing: snoozed(thing, now + seconds)) if action == "snooze" else keeping(now + seconds)
    return {"mute": muted, "let_go": let_go}[action]


def _seconds(choice: str) -> float:
    if not choice.isdecimal():
        raise Refusal("thing.choose_when")
    return float(choice)


def snoozed(thing: Thing, until: float) -> tuple[Thing, Reply]:
    """Put the present warning off; it is said again then, unless the next stage comes first."""
    return replace(thing, snoozed=until, stages=again(thing.stages, thing.told, until)), Reply(
        say("thing.snoozed", name=thing.name, until=Moment(until))
    )


def muted(thing: Thing) -> tuple[Thing, Reply]:
    """Say nothing more about this thing until it is unmuted."""
    return replace(thing, muted=True), Reply(say("thing.muted", name=thing.name))


def unmuted(thing: Thing) -> tuple[Thing, Reply]:
    """Speak about this thing again."""
    return replace(thing, muted=False, quiet=False, snoozed=0.0), Reply(say("thing.unmuted", name=thing.name))


def let_go(thing: Thing) -> tuple[Thing, Reply]:
    """End this epoch's reminders; nothing is deleted (contract, section 3)."""
    return replace(thing, quiet=True, keep_until=0.0, stages=voided(thing.stages)), Reply(
        say("thing.let_go", name=thing.name)
    )


def keeping(until: float) -> Alter:
    """Keep a free thing running up to an hour, or be silent about a paid one until then (R5.84, R5.49)."""

    def keep(thing: Thing) -> tuple[Thing, Reply]:
        key = "thing.keeping_free" if thing.free else "thing.keeping_paid"
        return replace(thing, keep_until=until, quiet=False), Reply(say(key, name=thing.name, until=Moment(until)))

    return keep


async def claim(world: World, identity: str, person: Person) -> Reply:
    """Make the presser the owner of a thing nobody owns; its card moves to their direct messages."""
    if not await world.chat.may_ask(person):
        raise Refusal("submit.not_a_member")
    for _ in range(RACES):
        stored = await world.store.load(Thing, identity)
        if stored is None:
            raise Refusal("thing.unknown")
        if stored.record.owner:
            raise Refusal("thing.claimed_already", owner=People((stored.record.owner,)))
        after = replace(stored.record, owner=person.id, zone=person.zone, raised=stored.record.raised + 1)
        change = Change().replace(stored, after).audit("thing.mine", thing=identity, who=person.id)
        arm(change, stored.record, after, world.clock.now())
        await _move_card(world, change, after)
        try:
            await world.store.commit(change)
        except Conflict:
            continue
        return Reply(say("thing.yours", name=after.name, link=await world.chat.direct_link(person.id)))
    raise Refusal("approval.busy")


async def _move_card(world: World, change: Change, thing: Thing) -> None:
    """Retire the copies that asked whose it is, and add the owner's."""
    card: Stored[Card] | None = await world.store.load(Card, card_of(thing))
    fresh = await copies_for(world, thing)
    if card is None:
        change.create(Card(id=card_of(thing), subject=f"thing:{thing.id}", copies=fresh))
    else:
        change.replace(card, replace(card.record, copies=(*map(_retired, card.record.copies), *fresh)))
    change.redraw(card_of(thing))


def _retired(copy: Copy) -> Copy:
    return replace(copy, retired=True)


async def keep(world: World, identity: str) -> None:
    """Start a free thing again for the one who asked to keep it, once a stop, while the hour lasts (R5.84)."""
    stored = await world.store.load(Thing, identity)
    if stored is None or not stored.record.owner:
        return
    thing = stored.record
    if not (thing.free and thing.phase is Phase.STOPPED and thing.keep_until > world.clock.now()):
        return
    person = await world.chat.person(thing.owner)
    if person is None:
        return
    request = f"keep-{thing.handle}-{thing.epoch}"
    inbound = kept(world, thing, request)
    try:
        await submit(world, inbound, person)
    except Refusal:
        await world.store.commit(Change().work("watch", identity))


def kept(world: World, thing: Thing, request: str) -> Inbound:
    """Return what `keep` asks for, as if its owner had pressed: the request's id makes it happen once an epoch."""
    surface = Surface(SurfaceKind.BUTTON, thing.owner)
    values = {"service": thing.provider, "agreed": "yes"}
    return Inbound(request, InboundKind.PRESS, request, surface, world.clock.now(), request, "service start", values)
