"""Tell people once that a cloud service does not answer, who noticed and since when, and when it answers again.

Each worker judges the cloud for itself (decision 10). What one of them finds is noted in the store; the first note of
an outage puts one card before the shared channel or the administrators, and the card is redrawn when it is over.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.errors import ChatFault, Conflict
from bot.flows.thing_cards import copies_for_all
from bot.flows.world import World
from bot.ports import Change, Clock, Store, Stored
from bot.records import Card, Outage

log = structlog.get_logger(__name__)

INDEX = "outages"
"""The index of services whose newest outage is not over."""
FORGOTTEN = 600.0
"""Seconds after which an outage that nobody sees any more is over: the workers that saw it may be gone."""
KEPT_SECONDS = 7 * 86400.0
AGAIN = 10.0
RACES = 20


async def note(store: Store, clock: Clock, region: str, worker: str, service: str, since: float) -> None:
    """Note that `worker` leaves a service alone which gave no answer `since` then; 0.0: that it answers again.

    Raises `StoreDown`.
    """
    for _ in range(RACES):
        stored = await store.load(Outage, service)
        change = _noted(stored, clock.now(), Outage(service, region, worker, since, clock.now()))
        try:
            await store.commit(change)
        except Conflict:
            continue
        return


def _noted(stored: Stored[Outage] | None, now: float, found: Outage) -> Change:
    """Return what a finding changes: it an outage begins, is seen again, or ends: then `found.since` is 0.0."""
    change = Change()
    if stored is None or not is_open(stored.record, now):
        return _begun(change, stored, found) if found.since else change
    outage = stored.record
    if found.since:
        return change.replace(stored, replace(outage, seen=now), lifetime=KEPT_SECONDS)
    change.replace(stored, replace(outage, until=now), lifetime=KEPT_SECONDS).unindex(INDEX, outage.id)
    return change.redraw(card_of(outage.epoch)).audit("cloud.answers", service=outage.id)


def _begun(change: Change, stored: Stored[Outage] | None, outage: Outage) -> Change:
    if stored is None:
        change.create(outage, lifetime=KEPT_SECONDS)
    else:
        change.replace(stored, outage, lifetime=KEPT_SECONDS)
    change.index(INDEX, outage.id, outage.since).work("outage", outage.id)
    return change.audit("cloud.left_alone", service=outage.id, worker=outage.worker)


def is_open(outage: Outage, now: float) -> bool:
    """Return whether an outage goes on, and a worker saw it lately."""
    return not outage.until and now - outage.seen < FORGOTTEN


async def open_outages(store: Store, now: float) -> list[Outage]:
    """Return the outages that go on, the newest first. Raises `StoreDown`."""
    found = [await store.load(Outage, one) for one in await store.members(INDEX)]
    return [one.record for one in found if one and is_open(one.record, now)]


def card_of(epoch: str) -> str:
    """Return the id of the card of one outage."""
    return f"outage-{epoch}"


async def tell(world: World, service: str) -> None:
    """Post the card of a service's newest outage to BOT_CHANNEL, else to every administrator. Raises `Conflict`."""
    stored = await world.store.load(Outage, service)
    if stored is None or await world.store.load(Card, card_of(stored.record.epoch)) is not None:
        return
    try:
        copies = await copies_for_all(world)
    except ChatFault as fault:
        log.warning("outage not told yet", code=fault.code)
        again = world.clock.machine() + max(AGAIN, fault.retry_after)
        await world.store.commit(Change().later(f"work:outage:{service}", again))
        return
    card = Card(id=card_of(stored.record.epoch), subject=f"outage:{stored.record.epoch}", copies=copies)
    await world.store.commit(Change().create(card, lifetime=KEPT_SECONDS).redraw(card.id))
