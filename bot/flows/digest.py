"""Tell people and the channel once a day what runs, what ends next and what waits for them.

A digest is a record and a card: it is sent like every card, once, whatever dies meanwhile. The next day is on the clock
before anything else, so that none is the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.errors import ChatFault
from bot.flows.recall import StoredThings
from bot.flows.wishes import digest_member, next_digest, standing
from bot.flows.world import World
from bot.ports import Change
from bot.records import Approval, ApprovalState, Audience, Card, Copy, Digest, Person, Standing, Thing
from bot.rules.digest import digest_lines, overdue
from bot.rules.figures import FIGURES
from bot.say import Moment, say

log = structlog.get_logger(__name__)
DAY = 86400.0
KEPT_SECONDS = 7 * DAY
PATIENCE_SECONDS = 600.0
"""How long a digest waits for a look at what should have ended by now (product time)."""
PAUSE_SECONDS = 2.0
REQUESTS = 200
"""How many of the newest requests are looked at for those that wait."""


async def digest(world: World, who: str) -> None:
    """Post the digest of a person or the channel, and put the next one on the clock. Raises `Conflict`."""
    try:
        person = None if who == world.channel else await world.chat.person(who)
        found = await standing(world, who, person.zone if person else "")
        if not found.digest or not (person or who == world.channel):
            return
        now = world.clock.now()
        await world.store.commit(Change().due(digest_member(who), next_digest(found, now)))
        things = await _things(world, person)
        if overdue(things, now) and now - next_digest(found, now - DAY) < PATIENCE_SECONDS:
            await world.store.commit(Change().later(digest_member(who), world.clock.machine() + PAUSE_SECONDS))
        else:
            await _posted(world, found, person, things, now)
    except ChatFault as fault:
        log.warning("digest waits", code=fault.code)
        again = world.clock.machine() + max(FIGURES.watch.retry_seconds, fault.retry_after)
        await world.store.commit(Change().later(digest_member(who), again))


async def _posted(world: World, found: Standing, person: Person | None, things: Sequence[Thing], now: float) -> None:
    """Write the day's digest and its card, unless there is one or nothing to say."""
    who = found.wishes.id
    day = datetime.fromtimestamp(now, ZoneInfo(found.zone)).date()
    identity = f"{who}-{day}"
    if await world.store.load(Digest, identity) is not None:
        return
    decides, asked = await _waiting(world, person)
    lines = digest_lines(things, decides, asked, now)
    if not lines:
        return
    record = Digest(identity, say("digest.head", at=Moment(now)), tuple(lines))
    copy = Copy(Audience.OWNER if person else Audience.CHANNEL, who, person.language if person else world.language)
    card = Card(id=f"digest-{identity}", subject=f"digest:{identity}", copies=(copy,))
    change = Change().create(record, lifetime=KEPT_SECONDS).create(card, lifetime=KEPT_SECONDS).redraw(card.id)
    await world.store.commit(change)


async def _things(world: World, person: Person | None) -> list[Thing]:
    things = await StoredThings(world).all()
    return [one for one in things if person is None or one.owner == person.id]


async def _waiting(world: World, person: Person | None) -> tuple[list[Approval], list[Approval]]:
    """Return the waiting requests that somebody may decide, and their own; the channel is told of all."""
    found = await world.store.load_all(Approval, await world.store.members("approvals", newest=REQUESTS))
    waiting = [one.record for one in found if one and one.record.state is ApprovalState.WAITING]
    if person is None:
        return waiting, []
    mine = [one for one in waiting if person.id in (one.record.asker, one.record.beneficiary)]
    decides = person.id in await world.chat.administrators()
    return [one for one in waiting if decides and one not in mine], mine
