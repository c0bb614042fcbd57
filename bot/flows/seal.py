"""Tell once a day how far the audit is sealed, where nobody who holds Redis can take it back (decision 14)."""

from __future__ import annotations

import structlog

from bot.audit.chain import Head
from bot.errors import ChatFault
from bot.flows.world import World
from bot.ports import Change
from bot.records import Chain, Surface, SurfaceKind, Told
from bot.reply import Reply
from bot.say import Moment, say

log = structlog.get_logger(__name__)

DAY = 86_400.0
AGAIN = 600.0
MEMBER = "work:seal:audit"


async def tell_head(world: World, identity: str) -> None:
    """Post the head of the chain to the shared channel, if a day has passed; the next day is on the clock before.

    Who commits first tells: of several workers one. Raises `Conflict`.
    """
    told, now = await world.store.load(Told, identity), world.clock.now()
    if told and now < told.record.at + DAY:
        await world.store.commit(Change().due(MEMBER, told.record.at + DAY))
        return
    after = Told(identity, now)
    change = Change().due(MEMBER, now + DAY)
    await world.store.commit(change.replace(told, after) if told else change.create(after))
    await _post(world)


async def _post(world: World) -> None:
    chain = await world.store.load(Chain, Chain().id)
    if chain is None or not world.channel:
        return
    there = Surface(SurfaceKind.DIRECT, "", world.channel)
    head = Head(chain.record.number, chain.record.seal).told()
    reply = Reply(say("audit.head", at=Moment(world.clock.now()), head=head))
    try:
        await world.chat.answer(there, reply, world.language)
    except ChatFault as fault:
        log.warning("audit head not told", code=fault.code)
        await _again(world)


async def _again(world: World) -> None:
    told = await world.store.load(Told, Chain().id)
    if told:
        await world.store.commit(Change().remove(told).due(MEMBER, world.clock.now() + AGAIN))
