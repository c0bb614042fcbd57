"""A press on a thing's card: act in the cloud, or change what we remember and say (contract, section 3)."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Conflict, Refusal
from bot.flows.alter import RACES, Alter, alter, guard
from bot.flows.owned import own
from bot.flows.submit import submit
from bot.flows.thing_cards import move_card
from bot.flows.watch import arm
from bot.flows.wishes import quiet_of
from bot.flows.world import World
from bot.ports import Change
from bot.records import Handle, Inbound, InboundKind, Person, Phase, Surface, SurfaceKind, Thing
from bot.reply import Reply
from bot.rules.attention import kept, let_go, muted, snoozed
from bot.rules.figures import FIGURES
from bot.rules.moments import check_point, moment_of
from bot.say import People, say

COMMANDS = {
    "start_again": "service start",
    "stop": "service stop",
    "renew": "package renew",
    "buy_again": "package buy_again",
    "extend": "agency duration",
}
UNHEARD = ("submit.cloud", "submit.chat")
"""Refusals that say nothing about the wish: somebody did not answer."""


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
    change = alteration(world, inbound.action, choice, person)
    return await alter(world, thing.record.id, person, inbound.action, change)


def asked(inbound: Inbound, thing: Thing) -> Inbound:
    """Return the press as the command it stands for; the card's notice was the tick of R5.71 (R5.78).

    An agency is extended by as many days as it was given before (R3.12).

    Raises `Refusal` for an action of another kind of thing.
    """
    command = COMMANDS[inbound.action]
    noun = command.partition(" ")[0]
    if noun != thing.kind:
        raise Refusal("thing.other_kind", name=thing.name)
    more = {"agreed": "yes"} if inbound.action == "start_again" else {}
    if inbound.action == "extend":
        more = {"days": thing.facts.get("days") or str(FIGURES.agency.extend_days)}
    return replace(inbound, command=command, values={noun: thing.provider, **more})


def alteration(world: World, action: str, choice: str, person: Person) -> Alter:
    """Return what a button does to what we remember. Raises `Refusal` for a choice that makes no sense."""
    now = world.clock.now()
    if action in ("snooze", "keep_until"):
        until = _until(choice, now, person)
        return (lambda thing: snoozed(thing, until)) if action == "snooze" else (lambda thing: kept(thing, until, now))
    return {"mute": muted, "let_go": let_go}[action]


def _until(choice: str, now: float, person: Person) -> float:
    """Return the moment that a choice means: seconds ahead, or the next time the presser's clock shows an hour."""
    if ":" in choice:
        return moment_of(check_point(choice), now, person.zone, "until")
    return now + _seconds(choice)


def _seconds(choice: str) -> float:
    if not choice.isdecimal() or not 0 < int(choice) <= FIGURES.remind.longest_days * 86400:
        raise Refusal("thing.choose_when")
    return float(choice)


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
        arm(change, stored.record, after, world.clock.now(), await quiet_of(world, after))
        own(change, stored.record, after)
        await move_card(world, change, after)
        try:
            await world.store.commit(change)
        except Conflict:
            continue
        return Reply(say("thing.yours", name=after.name, link=await world.chat.direct_link(person.id)))
    raise Refusal("approval.busy")


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
    inbound = asked_to_keep(world, thing, request)
    try:
        await submit(world, inbound, person)
    except Refusal as refusal:
        change = Change().work("watch", identity)
        if refusal.say.key in UNHEARD:
            change.later(f"work:keep:{identity}", world.clock.machine() + FIGURES.watch.retry_seconds)
        await world.store.commit(change)


def asked_to_keep(world: World, thing: Thing, request: str) -> Inbound:
    """Return what `keep` asks for, as if its owner had pressed: the request's id makes it happen once an epoch."""
    surface = Surface(SurfaceKind.BUTTON, thing.owner)
    values = {"service": thing.provider, "agreed": "yes"}
    return Inbound(request, InboundKind.PRESS, request, surface, world.clock.now(), request, "service start", values)
