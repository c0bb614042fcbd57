"""Look at a thing, note what changed, say what is due: one flow for looks and for reminders (decision 8).

The cloud is asked first, always: a reminder that falls due for a lease that was renewed meanwhile is never said. What
is due together is said once, by its latest stage. A muted or snoozed thing is still looked at.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.command import Touched
from bot.errors import CloudFault
from bot.flows.owned import own
from bot.flows.priced import with_price
from bot.flows.thing_cards import INDEX, card_of, copies_for
from bot.flows.wishes import quiet_of
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Card, Phase, Record, Stage, StageState, Thing, ThingKind
from bot.rules.figures import FIGURES
from bot.rules.package import following
from bot.rules.quiet import Quiet, hushed, spoken_at
from bot.rules.reminder import carried, due_now, nights, said
from bot.rules.watch import (
    GONE,
    Sighting,
    next_look,
    seen,
    sighting_of_agency,
    sighting_of_package,
    sighting_of_service,
)

log = structlog.get_logger(__name__)
KEPT_SECONDS = 90 * 86400.0
"""How long a thing that is gone is remembered, in seconds of machine time."""


def thing_id(account: str, region: str, kind: ThingKind, provider: str) -> str:
    """Return the one name of a thing in every layer: `<account>/<region>/<service>/<id>` (decision 2)."""
    return f"{account}/{region}/{kind}/{provider}"


async def watch(world: World, identity: str) -> None:
    """Look at one thing now. `identity` is a thing's id, or `<thing>:<epoch>:<stage>` from a reminder that fell due.

    Raises `Conflict` when somebody else changed the thing meanwhile; the entry is then delivered again.
    """
    stored = await world.store.load(Thing, identity.partition(":")[0])
    if stored is None or stored.record.phase is Phase.GONE:
        return
    try:
        fresh = await with_price(world, stored.record, await sight(world, stored.record))
    except CloudFault as fault:
        log.warning("look failed", thing=stored.record.id, code=fault.code)
        again = world.clock.machine() + FIGURES.watch.retry_seconds
        await world.store.commit(Change().later(_member("watch", identity), again))
        return
    await note(world, stored, fresh)


async def sight(world: World, thing: Thing) -> Sighting:
    """Ask the cloud about one thing. Raises `CloudFault`."""
    if thing.kind is ThingKind.SERVICE:
        service = await world.cloud.services.show(thing.provider)
        return sighting_of_service(service, world.clock.now()) if service else GONE
    if thing.kind is ThingKind.AGENCY:
        return await _sight_agency(world, thing)
    packages = await world.cloud.packages.listed()
    package = next((package for package in packages if package.id == thing.provider), None)
    return sighting_of_package(package, following(package, packages)) if package else GONE


async def _sight_agency(world: World, thing: Thing) -> Sighting:
    agency, rows = await asyncio.gather(world.cloud.agencies.show(thing.provider), world.cloud.authorizations.listed())
    return sighting_of_agency(agency, rows, world.clock.now()) if agency else GONE


async def note(world: World, stored: Stored[Thing], fresh: Sighting) -> None:
    """Commit what a look showed, with the reminders it makes and the one that is due. Raises `Conflict`."""
    now, before = world.clock.now(), stored.record
    ahead = seen(before, fresh, now)
    quiet = await quiet_of(world, before)
    after, spoken = speak(ahead, now, quiet)
    loud = bool(spoken) or news(before, after)
    if loud and not spoken and (later := hushed(after, quiet, now)) is not None:
        after, loud = later, False
    change = Change()
    if loud or after.facts != before.facts or after.epoch != before.epoch:
        after = await show(world, change, after, loud=loud)
    if after.phase is Phase.GONE:
        change.replace(stored, after, lifetime=KEPT_SECONDS).unindex(INDEX, after.id)
    else:
        change.replace(stored, after)
    if before.phase is Phase.GONE is not after.phase:
        change.index(INDEX, after.id, now)
    if before.phase is not after.phase:
        own(change, before, after)
    arm(change, before, after, now, quiet)
    note_void(change, before, after)
    note_spoken(change, ahead, after, spoken)
    if after.free and after.phase is Phase.STOPPED and after.keep_until > now and after.epoch != before.epoch:
        change.work("keep", after.id)
    await commit(world, change)


async def commit(world: World, change: Change) -> None:
    """Commit what a look showed, between two fail points. Raises `Conflict`."""
    world.reach("watch.before_commit")
    await world.store.commit(change)
    world.reach("watch.committed")


def note_spoken(change: Change, before: Thing, after: Thing, stage: Stage | None) -> None:
    """Record that a reminder was said, to whom, in which epoch, and which of that epoch it overtook."""
    if stage is None:
        return
    pending = {earlier.name for earlier in _pending(before)}
    overtaken = [one.name for one in after.stages if one.state is StageState.SUPERSEDED and one.name in pending]
    facts = {"epoch": str(after.epoch), "stage": stage.name, "superseded": ",".join(overtaken)}
    change.audit("reminded", thing=after.id, who=after.owner, **facts)


def note_void(change: Change, before: Thing, after: Thing) -> None:
    """Record which reminders of an epoch that is over will never be said; its document forgets them."""
    if before.epoch == after.epoch:
        return
    goes_on = {stage.name for stage in carried(before.stages)} if after.phase is not Phase.GONE else set()
    if void := [stage.name for stage in _pending(before) if stage.name not in goes_on]:
        change.audit("reminders.void", thing=before.id, epoch=str(before.epoch), stages=",".join(void))


def speak(thing: Thing, now: float, quiet: Quiet | None) -> tuple[Thing, Stage | None]:
    """Return the thing with its due stage said, and the stage; None where nothing is due or it may not be said now."""
    due = due_now((replace(stage, at=spoken_at(thing, stage, quiet)) for stage in thing.stages), now)
    if due is None or thing.snoozed > now:
        return thing, None
    stage = next(stage for stage in thing.stages if stage.name == due.name)
    after = replace(thing, stages=nights(said(thing.stages, stage), thing.zone, now))
    if thing.muted or thing.quiet or (not thing.deadline and thing.keep_until > now):
        return after, None
    return replace(after, told=stage.name), stage


def news(before: Thing, after: Thing) -> bool:
    """Return whether a change must be noticed: what stops, starts, fails or vanishes; a prepared purchase now seen."""
    if before.epoch == 0 or after.muted:
        return False
    moved = before.phase is not after.phase and after.phase is not Phase.MOVING
    return moved or (bool(before.prepared) and not after.prepared)


def arm(change: Change, before: Thing, after: Thing, now: float, quiet: Quiet | None) -> None:
    """Put the clock's members in order: pending stages of this epoch, a snooze's end, the next look; nothing else."""
    old = _members(before)
    new = {_stage_member(after, stage): max(spoken_at(after, stage, quiet), after.snoozed) for stage in _pending(after)}
    for member in old - set(new):
        change.undue(member)
    for member, at in new.items():
        change.due(member, at)
    if look := next_look(after, now):
        change.due(_member("watch", after.id), look)


def _pending(thing: Thing) -> list[Stage]:
    return [stage for stage in thing.stages if stage.state is StageState.PENDING]


def _members(thing: Thing) -> set[str]:
    return {_stage_member(thing, stage) for stage in _pending(thing)}


def _stage_member(thing: Thing, stage: Stage) -> str:
    return _member("remind", f"{thing.id}:{thing.epoch}:{stage.name}")


def _member(kind: str, identity: str) -> str:
    return f"work:{kind}:{identity}"


async def show(world: World, change: Change, thing: Thing, *, loud: bool) -> Thing:
    """Add the card to the change and return the thing, raised if it must be noticed. The first raise makes the card."""
    if loud and not thing.raised:
        change.create(Card(id=card_of(thing), subject=f"thing:{thing.id}", copies=await copies_for(world, thing)))
    if loud:
        thing = replace(thing, raised=thing.raised + 1)
    if thing.raised:
        change.redraw(card_of(thing))
    return thing


def entry_of(record: Record, touched: Touched) -> tuple[str, str]:
    """Return the entry that has a thing looked at: adopted by who asked, or only watched."""
    identity = thing_id(record.account, touched.region or record.region, touched.kind, touched.provider)
    if touched.prepared:
        return "adopt", f"{identity}:{record.beneficiary}:{touched.prepared}"
    return ("adopt", f"{identity}:{record.beneficiary}") if touched.claimed else ("watch", identity)
