"""Whose wishes hold for what, and what a change of them changes: quiet hours, the hour of the digest (decision 8)."""

from __future__ import annotations

from bot.errors import Refusal
from bot.flows.thing_cards import INDEX, SHARED
from bot.flows.world import World
from bot.ports import Change
from bot.records import Person, Standing, Thing, Wishes
from bot.reply import Reply
from bot.rules.moments import moment_of
from bot.rules.quiet import Quiet, quiet_from

MOST = 100_000


def digest_member(who: str) -> str:
    """Return the due member of somebody's next digest."""
    return f"work:digest:{who}"


def next_digest(standing_: Standing, now: float) -> float:
    """Return when the next digest is told (product time)."""
    return moment_of(standing_.digest, now, standing_.zone, "digest")


async def standing(world: World, who: str, zone: str = "") -> Standing:
    """Return what holds for a person, whose zone Slack knows, or for the channel: wishes, else the defaults."""
    stored = await world.store.load(Wishes, who)
    wishes, channel = stored.record if stored else Wishes(who), who == world.channel
    return Standing(wishes, zone or world.zone, world.quiet, world.digest if channel else "", channel)


async def quiet_of(world: World, thing: Thing) -> Quiet | None:
    """Return the quiet hours of who is told about a thing: its owner's, the channel's, else the default ones."""
    found = await standing_of(world, thing)
    return quiet_from(found.quiet, found.zone)


async def standing_of(world: World, thing: Thing) -> Standing:
    """Return what holds for whoever is told about a thing: its owner, else the channel."""
    if _personal(thing):
        return await standing(world, thing.owner, thing.zone)
    return await standing(world, world.channel or "-")


async def prefer(world: World, person: Person, before: Standing, wishes: Wishes, reply: Reply) -> Reply:
    """Store somebody's wishes, and put everything of theirs on the clock anew. Raises `Conflict`, `Refusal`."""
    if wishes == before.wishes:
        return reply
    if before.channel and person.id not in await world.chat.administrators():
        raise Refusal("settings.not_yours")
    stored = await world.store.load(Wishes, wishes.id)
    change = Change().replace(stored, wishes) if stored else Change().create(wishes)
    facts = {"of": wishes.id, "quiet": wishes.quiet, "digest": wishes.digest, "zone": wishes.zone}
    await world.store.commit(change.audit("settings", who=person.id, **facts).work("rearm", wishes.id))
    return reply


async def rearm(world: World, who: str) -> None:
    """Put somebody's digest and the reminders of their things on the clock by what they wish now."""
    person = None if who == world.channel else await world.chat.person(who)
    found = await standing(world, who, person.zone if person else "")
    change = Change().undue(digest_member(who))
    if found.digest:
        change.due(digest_member(who), next_digest(found, world.clock.now()))
    names = await world.store.members(INDEX, newest=MOST)
    for stored in await world.store.load_all(Thing, names):
        if stored and (stored.record.owner == who or (found.channel and not _personal(stored.record))):
            change.work("watch", stored.record.id)
    await world.store.commit(change)


def _personal(thing: Thing) -> bool:
    return bool(thing.owner) and thing.kind not in SHARED
