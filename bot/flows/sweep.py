"""Find what was made outside the bot, and what vanished: the reconciliation that re-arms itself (decision 8).

It also rebuilds the watched things after a loss of Redis: everything but snoozes and owners comes back from the cloud.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.errors import CloudFault, Conflict
from bot.flows.watch import arm, note, show, speak, thing_id
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Handle, Phase, Thing, ThingKind
from bot.rules.figures import FIGURES
from bot.rules.watch import GONE, Sighting, following, same_epoch, seen, sighting_of_package, sighting_of_service

log = structlog.get_logger(__name__)
INDEX = "things"
MOST = 100_000


async def sweep(world: World, kind: str) -> None:
    """Compare all things of a kind with the cloud, then put the next sweep on the clock."""
    try:
        await _compared(world, ThingKind(kind))
    except CloudFault as fault:
        log.warning("sweep failed", kind=kind, code=fault.code)
    await world.store.commit(Change().due(f"work:sweep:{kind}", world.clock.now() + FIGURES.watch.sweep_seconds))


async def _compared(world: World, kind: ThingKind) -> None:
    sightings = await (_services(world) if kind is ThingKind.SERVICE else _packages(world))
    prefix = thing_id(world.place.account, "", kind, "").partition("//")[0]
    known = [name for name in await world.store.members(INDEX, newest=MOST) if name.startswith(prefix)]
    for identity in known:
        if f"/{kind}/" in identity:
            await _known(world, identity, sightings.pop(identity, None))
    for identity, sighting in sightings.items():
        if sighting.phase is not Phase.GONE:
            await _found(world, identity, kind, sighting)


async def _services(world: World) -> dict[str, Sighting]:
    now, place = world.clock.now(), world.place
    return {
        thing_id(place.account, place.region, ThingKind.SERVICE, service.id): sighting_of_service(service, now)
        for service in await world.cloud.services.listed()
    }


async def _packages(world: World) -> dict[str, Sighting]:
    packages = list(await world.cloud.packages.listed())
    return {
        thing_id(world.place.account, package.region, ThingKind.PACKAGE, package.id): sighting_of_package(
            package, following(package, packages)
        )
        for package in packages
    }


async def _known(world: World, identity: str, fresh: Sighting | None) -> None:
    stored = await world.store.load(Thing, identity)
    if stored is None or stored.record.phase is Phase.GONE:
        return
    sighting = fresh or GONE
    if same_epoch(stored.record, sighting) and stored.record.facts == sighting.facts:
        return
    try:
        await note(world, stored, sighting)
    except Conflict:
        await world.store.commit(Change().work("watch", identity))


async def _found(world: World, identity: str, kind: ThingKind, sighting: Sighting) -> None:
    """Begin to watch a thing that nobody made here; services are announced, packages wait for their first reminder."""
    _, region, _, provider = identity.split("/", 3)
    thing = Thing(identity, kind, provider, sighting.name, region, world.chance.token(), zone=world.zone)
    await begin(world, thing, sighting, announced=kind is ThingKind.SERVICE)


async def begin(world: World, thing: Thing, sighting: Sighting, *, announced: bool) -> None:
    """Write a new watched thing with its reminders; somebody else's begin is left as it is."""
    now = world.clock.now()
    after, spoken = speak(seen(thing, sighting, now), now)
    change = Change()
    if announced or spoken:
        after = await show(world, change, after, loud=True)
    change.create(after).create(Handle(after.handle, after.id)).index(INDEX, after.id, now)
    arm(change, thing, after, now)
    change.audit("watched", thing=after.id, who=after.owner, announced=str(announced))
    try:
        await world.store.commit(change)
    except Conflict:
        log.info("watched already", thing=after.id)


async def adopt(world: World, identity: str) -> None:
    """Watch a thing that an operation of ours made or moved; `identity` is `<thing>:<who asked for it>`."""
    identity, _, owner = identity.rpartition(":")
    person = await world.chat.person(owner)
    zone = person.zone if person else world.zone
    stored: Stored[Thing] | None = await world.store.load(Thing, identity)
    if stored is None:
        _, region, kind, provider = identity.split("/", 3)
        thing = Thing(identity, ThingKind(kind), provider, provider, region, world.chance.token(), owner, zone, True)
        await world.store.commit(
            Change().create(thing).create(Handle(thing.handle, identity)).index(INDEX, identity, world.clock.now())
        )
    elif not stored.record.owner:
        await world.store.commit(Change().replace(stored, replace(stored.record, owner=owner, zone=zone, ours=True)))
    await world.store.commit(Change().work("watch", identity))
