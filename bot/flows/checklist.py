"""The checklist of the account: verified anew, ticked by people, one card for everybody who follows it (R1.01)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot.command import Ask, Command
from bot.errors import CloudFault, Conflict, Refusal
from bot.flows.world import World
from bot.ports import Change
from bot.records import Audience, Card, Copy, Inbound, Item, Person, Setup
from bot.reply import Reply
from bot.rules.figures import FIGURES
from bot.rules.setup import merged, ticked, unfinished
from bot.say import Language, say

log = structlog.get_logger(__name__)
RACES = 20
INDEX = "setups"
"""The index of the checklists: one an account."""
NAME = "setup"
"""The command whose `verify` says what the cloud shows."""

Altered = Callable[[Setup | None], Setup]


def card_id(account: str) -> str:
    """Return the id of the checklist's card."""
    return f"setup-{account}"


async def keep(world: World, person: Person, fresh: Sequence[Item]) -> Reply:
    """Write what was verified, put the card before the asker's eyes, and say where it stands (R1.01)."""
    setup = await _altered(world, lambda old: _asked(_verified(world, old, fresh), person.id), reader=person)
    link = await world.chat.direct_link(person.id)
    return Reply(say("setup.answer", link=link, **_progress(setup)))


async def pressed(world: World, inbound: Inbound, person: Person) -> Reply:
    """Return the answer to a press on the checklist: a line ticked, or everything looked at anew. Raises `Refusal`."""
    if not await world.chat.may_ask(person):
        raise Refusal("submit.not_a_member")
    handle, _, line = inbound.value.partition("|")
    stored = await world.store.load(Setup, world.place.account)
    if stored is None or stored.record.handle != handle:
        raise Refusal("setup.unknown")
    if inbound.action == "look_again" and not inbound.surface.channel:  # in a Home, where the card is not in sight
        return await keep(world, person, await _fresh(world, person))
    if inbound.action == "look_again":
        setup = await _looked(world)
        return Reply(say("setup.looked", **_progress(setup)))
    return await tick(world, person, line, inbound.correlation)


async def tick(world: World, person: Person, line: str, correlation: str) -> Reply:
    """Tick a line that no API answers, recorded with who and when. Raises `Refusal`."""
    now = world.clock.now()

    def by_hand(old: Setup | None) -> Setup:
        if old is None:
            raise Refusal("setup.unknown")
        return replace(old, items=ticked(old.items, line, person.id, now))

    setup = await _altered(world, by_hand, audit={"who": person.id, "line": line, "correlation": correlation})
    return Reply(say("setup.ticked", what=next(item.words for item in setup.items if item.name == line)))


async def verify(world: World, account: str) -> None:
    """Look again at what is unfinished, now and after a while, for as long as anybody follows the checklist."""
    stored = await world.store.load(Setup, account)
    if stored is None or not unfinished(stored.record.items):
        return
    await world.store.commit(Change().due(member(account), world.clock.now() + FIGURES.watch.setup_seconds))
    try:
        await _looked(world)
    except CloudFault as fault:
        log.warning("checklist not verified", code=fault.code)


async def welcome(world: World, user: str) -> None:
    """Show the checklist to somebody who never saw that of this account, unless it is finished (R1.01).

    Once a person and account, however often it is asked for: the checklist's record knows who saw it. Raises
    `ChatFault`.
    """
    if await knows(world, user):
        return
    person = await world.chat.person(user)
    if person is None or not await world.chat.may_ask(person):
        return
    fresh = await _fresh(world, person)
    stored = await world.store.load(Setup, world.place.account)
    if unfinished(merged(stored.record.items if stored else (), fresh)):
        await _altered(world, lambda old: _met(_verified(world, old, fresh), user), reader=person)


async def knows(world: World, user: str) -> bool:
    """Return whether somebody has nothing to see there: they were shown the checklist, or it is finished."""
    stored = await world.store.load(Setup, world.place.account)
    return stored is not None and (user in stored.record.asked or not unfinished(stored.record.items))


def greeting(user: str) -> Change:
    """Return the change that has a worker welcome somebody, after whatever is being answered to them."""
    return Change().work("welcome", user)


def member(account: str) -> str:
    """Return the clock's member for the next look at a checklist."""
    return f"work:setup:{account}"


async def _looked(world: World) -> Setup:
    fresh = await _fresh(world, Person("", "", "", Language.EN, "UTC", member=True, active=True))
    return await _altered(world, lambda old: _verified(world, old, fresh))


async def _fresh(world: World, person: Person) -> Sequence[Item]:
    command = world.registry.named(NAME)
    ask = Ask(NAME, {}, person, world.place, world.clock.now())
    return verified_by(command, ask, await command.read(ask, world.cloud))


def verified_by(command: Command, ask: Ask, facts: object) -> Sequence[Item]:
    """Return the lines of a command that keeps a checklist. Raises TypeError for any other."""
    if command.checklist is None:
        raise TypeError(f"{command.name} keeps no checklist")
    return command.checklist(ask, facts)  # type: ignore[arg-type]


def _verified(world: World, old: Setup | None, fresh: Sequence[Item]) -> Setup:
    now, place = world.clock.now(), world.place
    if old is None:
        return Setup(place.account, place.region, world.chance.token(), tuple(fresh), now)
    return replace(old, region=place.region, items=merged(old.items, fresh), looked=now)


def _asked(setup: Setup, user: str) -> Setup:
    """Return the checklist with the card to be posted anew for this person, who may have scrolled far from it."""
    return replace(setup, asked={**setup.asked, user: setup.asked.get(user, 0) + 1})


def _met(setup: Setup, user: str) -> Setup:
    """Return the checklist as seen by this person; of two first contacts at once only one posts a card."""
    return setup if user in setup.asked else _asked(setup, user)


def _progress(setup: Setup) -> dict[str, int]:
    return {"done": len(setup.items) - len(unfinished(setup.items)), "total": len(setup.items)}


async def _altered(
    world: World, alter: Altered, *, reader: Person | None = None, audit: dict[str, str] | None = None
) -> Setup:
    """Write the checklist and wake its card, against whatever version is there. Raises `Refusal`."""
    account = world.place.account
    for _ in range(RACES):
        stored = await world.store.load(Setup, account)
        after = alter(stored.record if stored else None)
        change = (
            Change().replace(stored, after) if stored else Change().create(after).index(INDEX, account, after.looked)
        )
        if unfinished(after.items):
            change.due(member(account), world.clock.now() + FIGURES.watch.setup_seconds)
        if audit:
            change.audit("setup.ticked", **audit)
        await _follow(world, change, reader)
        try:
            await world.store.commit(change.redraw(card_id(account)))
        except Conflict:
            continue
        return after
    raise Refusal("approval.busy")


async def _follow(world: World, change: Change, reader: Person | None) -> None:
    """Add a copy of the card for somebody who has none yet."""
    if reader is None:
        return
    identity = card_id(world.place.account)
    copy = Copy(Audience.ASKER, reader.id, reader.language)
    stored = await world.store.load(Card, identity)
    if stored is None:
        change.create(Card(identity, f"setup:{world.place.account}", (copy,)))
    elif reader.id not in {known.address for known in stored.record.copies}:
        change.replace(stored, replace(stored.record, copies=(*stored.record.copies, copy)))
