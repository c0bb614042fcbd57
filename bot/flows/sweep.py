"""Find what was made outside the bot, and what vanished: the reconciliation that re-arms itself (decision 8).

It also rebuilds the watched things after a loss of Redis: everything but snoozes and owners comes back from the cloud.
What takes tens of milliseconds with thousands of things is done in a thread: acks may come from this very process.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.command import Place
from bot.errors import CloudFault, Conflict
from bot.flows.names import keep
from bot.flows.owned import own
from bot.flows.thing_cards import INDEX, card_of, move_card
from bot.flows.watch import arm, commit, note, note_spoken, show, speak, thing_id
from bot.flows.wishes import quiet_of
from bot.flows.world import World
from bot.ports import Change, Package, Service, Stored
from bot.records import Handle, Named, Phase, Thing, ThingKind
from bot.rules.agency import trusts_modelarts
from bot.rules.figures import FIGURES
from bot.rules.package import followers
from bot.rules.reminder import waits
from bot.rules.watch import (
    Sighting,
    seen,
    sighting_of_agency,
    sighting_of_package,
    sighting_of_service,
    tells_nothing,
)

log = structlog.get_logger(__name__)
MOST = 100_000
AT_ONCE = 64
"""Known things compared without letting others run: about 2 ms."""


async def sweep(world: World, kind: str) -> None:
    """Compare all things of a kind with the cloud; the next sweep is on the clock before, so that none is the last."""
    await world.store.commit(Change().due(f"work:sweep:{kind}", world.clock.now() + FIGURES.watch.sweep_seconds))
    try:
        await _compared(world, ThingKind(kind))
    except CloudFault as fault:
        log.warning("sweep failed", kind=kind, code=fault.code)


async def _compared(world: World, kind: ThingKind) -> None:
    sightings = await LISTINGS[kind](world)
    names = await asyncio.to_thread(names_of, sightings)
    known = [name for name in await world.store.members(INDEX, newest=MOST) if _swept(world, kind, name)]
    for start in range(0, len(known), AT_ONCE):
        await _known(world, known[start : start + AT_ONCE], sightings)
    for identity, sighting in sightings.items():
        if sighting.phase is not Phase.GONE:
            await _found(world, identity, kind, sighting)
    if kind is not ThingKind.AGENCY:  # whose index offers more of them than are watched
        await keep(world, kind.value, names)


def names_of(sightings: Mapping[str, Sighting]) -> list[Named]:
    """Return what a form offers of the things seen: by name, and by id as well where a name is there twice."""
    seen_names = Counter(one.name for one in sightings.values() if one.phase is not Phase.GONE)
    named = []
    for identity, one in sightings.items():
        _, region, _, provider = identity.split("/", 3)
        if one.phase is not Phase.GONE:
            value = one.name if seen_names[one.name] == 1 else provider
            named.append(Named(value, one.name, region if value == one.name else f"{region} · {provider}"))
    return sorted(named, key=lambda one: (one.label, one.value))


def _swept(world: World, kind: ThingKind, identity: str) -> bool:
    """Return whether a listing of this kind ought to show the thing: services by region, the others of all regions."""
    account, region, service, _ = identity.split("/", 3)
    here = (world.place.account, world.place.region if kind is ThingKind.SERVICE else region, kind)
    return (account, region, service) == here


async def _services(world: World) -> dict[str, Sighting]:
    services = await world.cloud.services.listed()
    return await asyncio.to_thread(_services_seen, world.place, services, world.clock.now())


def _services_seen(place: Place, services: Sequence[Service], now: float) -> dict[str, Sighting]:
    return {
        thing_id(place.account, place.region, ThingKind.SERVICE, one.id): sighting_of_service(one, now)
        for one in services
    }


async def _packages(world: World) -> dict[str, Sighting]:
    packages = await world.cloud.packages.listed()
    return await asyncio.to_thread(_packages_seen, world.place.account, packages)


def _packages_seen(account: str, packages: Sequence[Package]) -> dict[str, Sighting]:
    after = followers(packages)
    return {
        thing_id(account, one.region, ThingKind.PACKAGE, one.id): sighting_of_package(one, after.get(one.id))
        for one in packages
    }


async def _agencies(world: World) -> dict[str, Sighting]:
    """Return the agencies that ModelArts acts by: limited ones are watched, and those that were (R3.12)."""
    agencies, rows = await asyncio.gather(world.cloud.agencies.listed(), world.cloud.authorizations.listed())
    now, place = world.clock.now(), world.place
    return {
        thing_id(place.account, place.region, ThingKind.AGENCY, one.id): sighting_of_agency(one, rows, now)
        for one in agencies
        if trusts_modelarts(one)
    }


LISTINGS: Mapping[ThingKind, Callable[[World], Awaitable[dict[str, Sighting]]]] = {
    ThingKind.SERVICE: _services,
    ThingKind.PACKAGE: _packages,
    ThingKind.AGENCY: _agencies,
}


async def _known(world: World, names: Sequence[str], sightings: dict[str, Sighting]) -> None:
    """Note what changed about known things, and take them out of the sightings, but one whose record is gone.

    Nearly all of thousands are as they were: those cost neither a task nor a copy.
    """
    since = world.clock.now() - FIGURES.watch.sweep_seconds
    moved: list[tuple[Stored[Thing], Sighting | None]] = []
    for name, stored in zip(names, await world.store.load_all(Thing, names), strict=True):
        if stored is None:
            await world.store.commit(Change().unindex(INDEX, name))
            continue
        fresh = sightings.pop(name, None)
        if fresh is None or not tells_nothing(stored.record, fresh) or waits(stored.record, since):
            moved.append((stored, fresh))
    await asyncio.gather(*(_moved(world, stored, fresh, since) for stored, fresh in moved))


async def _moved(world: World, stored: Stored[Thing], fresh: Sighting | None, since: float) -> None:
    """Note what changed about one thing.

    One that the list leaves out is looked at by itself before it counts as gone, and so is one with a reminder that has
    been due and unsaid since the last sweep: its entry was given up, or the look for it failed.
    """
    before, now = stored.record, world.clock.now()
    if fresh is None or await _overdue(world, before, since):
        await world.store.commit(Change().work("watch", before.id))
        return
    if replace(seen(before, fresh, now), looked=before.looked) == before:
        return
    try:
        await note(world, stored, fresh)
    except Conflict:
        await world.store.commit(Change().work("watch", before.id))


async def _overdue(world: World, thing: Thing, since: float) -> bool:
    """Return whether a reminder ought to have been said by then; whose quiet hours hold is asked only if it may."""
    return speak(thing, since, None)[0] != thing and speak(thing, since, await quiet_of(world, thing))[0] != thing


async def _found(world: World, identity: str, kind: ThingKind, sighting: Sighting) -> None:
    """Begin to watch a thing that nobody made here.

    Services are announced, packages wait for their first reminder. A service at rest that nothing takes away costs
    nothing and waits for nobody: told only when it moves, or an old account's first day would be a thousand cards.
    A permanent agency has no clock, so it is no thing (R3.12).
    """
    if (stored := await world.store.load(Thing, identity)) is not None:
        await note(world, stored, sighting)
        return
    if kind is ThingKind.AGENCY and not sighting.deadline:
        return
    _, region, _, provider = identity.split("/", 3)
    thing = Thing(identity, kind, provider, sighting.name, region, world.chance.token(), zone=world.zone)
    at_rest = sighting.phase is Phase.STOPPED and not sighting.deadline
    await begin(world, thing, sighting, announced=kind is ThingKind.SERVICE and not at_rest)


async def begin(world: World, thing: Thing, sighting: Sighting, *, announced: bool) -> None:
    """Write a new watched thing with its reminders; somebody else's begin is left as it is."""
    now = world.clock.now()
    ahead = seen(thing, sighting, now)
    quiet = await quiet_of(world, thing)
    after, spoken = speak(ahead, now, quiet)
    change = Change()
    if announced or spoken:
        after = await show(world, change, after, loud=True)
        change.work("watch", after.id)
    change.create(after).create(Handle(after.handle, after.id)).index(INDEX, after.id, now)
    arm(change, thing, after, now, quiet)
    note_spoken(change, ahead, after, spoken)
    change.audit("watched", thing=after.id, who=after.owner, announced=str(announced))
    try:
        await commit(world, change)
    except Conflict:
        log.info("watched already", thing=after.id)


async def adopt(world: World, identity: str) -> None:
    """Watch a thing that an operation of ours made or moved.

    `identity` is `<thing>:<who asked for it>`, or `<thing>:<who>:<what>` for a purchase that was prepared: it is looked
    for from now on, until a package is listed that was not there before. Raises `Conflict`.
    """
    identity, owner, *prepared = identity.split(":")
    stored = await world.store.load(Thing, identity)
    before = stored.record if stored else _fresh(world, identity)
    after = replace(before, prepared=prepared[0]) if prepared else await _owned(world, before, owner)
    change = Change().work("watch", identity)
    if stored is None:
        change.create(after).create(Handle(after.handle, identity)).index(INDEX, identity, world.clock.now())
    elif after != before:
        change.replace(stored, after)
    own(change, before, after)
    if after.raised != before.raised:
        await move_card(world, change, after)
    elif after.raised:
        change.redraw(card_of(after))
    await world.store.commit(change)


def _fresh(world: World, identity: str) -> Thing:
    """Return a thing nobody looked at yet."""
    _, region, kind, provider = identity.split("/", 3)
    return Thing(identity, ThingKind(kind), provider, provider, region, world.chance.token(), zone=world.zone)


async def _owned(world: World, thing: Thing, owner: str) -> Thing:
    """Return the thing as its first starter's own; one that was announced moves to the owner's messages."""
    if thing.owner:
        return thing
    person = await world.chat.person(owner)
    zone = person.zone if person else world.zone
    return replace(thing, owner=owner, zone=zone, ours=True, raised=thing.raised + 1 if thing.raised else 0)
