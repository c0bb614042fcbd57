"""People steer an operation: go on at the first unfinished step."""

from __future__ import annotations

from bot.errors import Refusal
from bot.flows.approvers import steers
from bot.flows.decide import raced
from bot.flows.journal import OPEN, reopened
from bot.flows.request_cards import card_id
from bot.flows.revive import PREFIX, revive
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Inbound, Operation, OperationState
from bot.reply import Reply
from bot.say import say


async def retry(world: World, inbound: Inbound) -> Reply:
    """Reopen a failed operation at its first unfinished step, for the asker or an administrator. Raises `Refusal`.

    On what was given up, of whatever kind, the same button gives another start.
    """
    if inbound.value.startswith(PREFIX):
        return await revive(world, inbound)
    return await raced(lambda: _reopened(world, inbound))


async def _reopened(world: World, inbound: Inbound) -> Reply:
    stored = await steered(world, inbound)
    operation = stored.record
    if operation.state is not OperationState.FAILED:
        raise Refusal("operation.running" if operation.state in OPEN else "operation.over")
    change = Change().replace(stored, reopened(operation)).work("operation", operation.id)
    change.redraw(card_id(operation.id)).audit(
        "operation.retry", id=operation.id, who=inbound.surface.user, correlation=inbound.correlation
    )
    await world.store.commit(change)
    return Reply(say("operation.again", title=operation.shown.title))


async def steered(world: World, inbound: Inbound) -> Stored[Operation]:
    """Return the operation that a button stands for, to whoever may steer it. Raises `Refusal`."""
    stored = await world.store.load(Operation, inbound.value)
    if stored is None:
        raise Refusal("approval.unknown")
    if not await steers(world, stored.record.record, inbound.surface.user):
        raise Refusal("operation.not_yours")
    return stored
