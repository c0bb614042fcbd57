"""Keep the names that forms offer: read by workers from the cloud, looked up by the web role in Redis alone."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.errors import CloudFault, Conflict
from bot.flows.world import World
from bot.ports import Change, Store
from bot.records import Named, Names, names_id
from bot.registry import Registry
from bot.rules.figures import FIGURES

log = structlog.get_logger(__name__)
WORK = "names"


def members(registry: Registry) -> list[str]:
    """Return the due members that have every index read which is read again and again."""
    return [f"work:{WORK}:{index.name}" for index in registry.indexes if not index.within]


async def refresh(world: World, identity: str) -> None:
    """Read the index `<name>` or `<name>/<within>` from the cloud; an outer one is on the clock again before.

    What the cloud refuses leaves the names as they were: they are an offer, and the worker checks what is chosen.
    """
    name, _, within = identity.partition("/")
    index = world.registry.index(name)
    if index is None or bool(index.within) is not bool(within):
        return
    if not index.within:
        again = world.clock.now() + FIGURES.watch.sweep_seconds
        await world.store.commit(Change().due(f"work:{WORK}:{name}", again))
    try:
        entries = await index.read(world.cloud, within)
        await keep(world, name, entries, within)
        await _ahead(world, name, entries)
    except CloudFault as fault:
        log.warning("names not read", index=identity, code=fault.code)


async def _ahead(world: World, name: str, entries: Sequence[Named]) -> None:
    """Have what lies within a few of the things read, the next few at the next reading: a day goes round thousands."""
    turn = int(world.clock.now() // FIGURES.watch.sweep_seconds)
    few = [
        entries[(turn * FIGURES.names.ahead + n) % len(entries)] for n in range(min(FIGURES.names.ahead, len(entries)))
    ]
    for index in world.registry.indexes:
        for one in few if index.within == name else ():
            await wake(world.store, index.name, one.value)


async def keep(world: World, name: str, entries: Sequence[Named], within: str = "") -> None:
    """Store the names of an index, the first 5,000 of them, for a day. Somebody else's newer reading stands."""
    identity = names_id(world.place.region, name, within)
    kept = tuple(entries[: FIGURES.names.most])
    names = Names(identity, world.place.account, kept, len(entries), world.clock.machine())
    stored = await world.store.load(Names, identity)
    change, lifetime = Change(), FIGURES.names.kept_seconds
    change.replace(stored, names, lifetime=lifetime) if stored else change.create(names, lifetime=lifetime)
    try:
        await world.store.commit(change)
    except Conflict:
        log.info("names kept already", index=identity)


async def wake(store: Store, name: str, within: str = "") -> None:
    """Have a worker read an index that somebody looks at and that is old; once in a minute, however many look."""
    identity = "/".join(filter(None, (name, within)))
    try:
        await store.commit(Change().once(f"{WORK}:{identity}", FIGURES.names.old_seconds).work(WORK, identity))
    except Conflict:
        return
