"""Tell those who look after the bot: in BOT_CHANNEL, else each administrator."""

from __future__ import annotations

import structlog

from bot.errors import ChatFault
from bot.flows.world import World
from bot.records import Surface, SurfaceKind
from bot.reply import Reply

log = structlog.get_logger(__name__)


async def tell_operators(world: World, reply: Reply) -> None:
    """Tell everybody who looks after the bot. Raises `ChatFault` when Slack does not take it in the channel."""
    if world.channel:
        await world.chat.answer(Surface(SurfaceKind.DIRECT, "", world.channel), reply, world.language)
        return
    for who in sorted(await world.chat.administrators()):
        await tell_one(world, who, reply)


async def tell_one(world: World, who: str, reply: Reply) -> None:
    """Tell one person in their direct messages, if Slack takes it."""
    try:
        person = await world.chat.person(who)
        await world.chat.answer(Surface(SurfaceKind.DIRECT, who), reply, person.language if person else world.language)
    except ChatFault as fault:
        log.error("not told", who=who, code=fault.code, what=reply.head.key)
