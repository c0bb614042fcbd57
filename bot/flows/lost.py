"""After a loss of Redis: rebuild what the cloud knows, and tell people what nobody knows any more (decision 21)."""

from __future__ import annotations

import structlog

from bot.flows import names
from bot.flows.operators import tell_one, tell_operators
from bot.flows.request_words import step_line
from bot.flows.seal import MEMBER
from bot.flows.upkeep import REPAIR
from bot.flows.world import World
from bot.ports import Change
from bot.records import Operation, ThingKind
from bot.registry import Registry
from bot.reply import Reply
from bot.say import Moment, say

log = structlog.get_logger(__name__)


def compared(registry: Registry) -> list[str]:
    """Return the due members that compare our records with the cloud, again and again: things, and names for forms."""
    return [*(f"work:sweep:{kind}" for kind in ThingKind), *names.members(registry)]


async def lost(world: World, _token: str) -> None:
    """Have everything read from the cloud again now, and say what is gone: to BOT_CHANNEL, else to administrators."""
    now = world.clock.now()
    change = Change().due(MEMBER, now).due(REPAIR, now)
    for member in compared(world.registry):
        change.due(member, now)
    await world.store.commit(change)
    told = (say("lost.rebuilt"), say("lost.gone"), say("lost.buttons"), say("lost.audit"))
    await tell_operators(world, Reply(say("lost.head", at=Moment(now)), told))


async def forgotten(world: World, operation: Operation) -> None:
    """Tell who asked how far an operation was whose record vanished under its worker; nobody goes on with it.

    What was approved is known to nobody any more, so nothing more may be done in its name (decision 6).
    """
    title = operation.shown.title
    lines = tuple(step_line(title.key, line, over=True) for line in operation.lines)
    log.error("operation forgotten", id=operation.id, who=operation.record.asker)
    change = Change().once(f"forgotten:{operation.id}", 86_400.0)
    facts = {"who": operation.record.asker, "correlation": operation.correlation}
    await world.store.commit(change.audit("operation.forgotten", id=operation.id, **facts))
    await tell_one(world, operation.record.asker, Reply(say("lost.operation", title=title), (*lines, say("lost.look"))))
