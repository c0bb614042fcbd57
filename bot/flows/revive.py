"""Give an entry that was given up another start: an administrator's press (decision 3)."""

from __future__ import annotations

from bot.errors import Refusal
from bot.flows.world import World
from bot.ports import Change
from bot.records import Inbound
from bot.reply import Reply
from bot.say import say

PREFIX = "dead:"
"""What the value of a retry button begins with where it is not an operation's."""


async def revive(world: World, inbound: Inbound) -> Reply:
    """Put the entry back on its stream, once however often it is pressed. Raises `Refusal`."""
    user, token = inbound.surface.user, inbound.value.removeprefix(PREFIX)
    if user not in await world.chat.administrators():
        await world.store.commit(Change().audit("press.refused", who=user, action="retry", entry=token))
        raise Refusal("doctor.not_yours")
    if world.doctor is None or not await world.doctor.revive(token):
        return Reply(say("doctor.revived_before"))
    await world.store.commit(Change().audit("dead.retried", who=user, entry=token, correlation=inbound.correlation))
    return Reply(say("doctor.revived"))
