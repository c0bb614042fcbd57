"""People steer an operation: go on at the first unfinished step, begin no further one, take it back (decision 5)."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Refusal
from bot.flows.approvers import steers
from bot.flows.decide import raced
from bot.flows.journal import KEPT_SECONDS, OPEN, reopened
from bot.flows.request_cards import card_id
from bot.flows.revive import PREFIX, revive
from bot.flows.submit import submit
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Approval, ApprovalState, Halt, Inbound, InboundKind, Operation, OperationState, Person
from bot.reply import Reply
from bot.say import People, say


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
    if (halt := await world.store.load(Halt, operation.id)) is not None:
        change.remove(halt)
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


async def cancel(world: World, inbound: Inbound) -> Reply:
    """Have an operation begin no further step, for the asker or an administrator. Raises `Refusal`.

    A step that is on its way is finished first: no call can be called back.
    """
    return await raced(lambda: _halted(world, inbound))


async def _halted(world: World, inbound: Inbound) -> Reply:
    operation = (await steered(world, inbound)).record
    if operation.state not in OPEN:
        raise Refusal("operation.ended_already")
    if await world.store.load(Halt, operation.id) is None:
        halt = Halt(operation.id, inbound.surface.user, world.clock.now())
        change = Change().create(halt, lifetime=KEPT_SECONDS)
        change.undue(f"work:operation:{operation.id}").work("operation", operation.id)
        facts = {"who": halt.who, "correlation": inbound.correlation}
        await world.store.commit(change.audit("operation.cancel", id=operation.id, **facts))
        world.reach("cancel.committed")
    return Reply(say("operation.halting", title=operation.shown.title))


async def undo(world: World, inbound: Inbound, person: Person) -> Reply:
    """Ask for what takes an operation back, as its asker or an administrator. Raises `Refusal`.

    It is a request of its own: planned from what is there now, and approved like the opposite command.
    """
    stored = await steered(world, inbound)
    offer, title = stored.record.undo, stored.record.shown.title
    if offer is None or world.clock.now() >= offer.until:
        raise Refusal("operation.undo_over", title=title)
    if offer.asked not in ("", inbound.request) and await _goes_on(world, offer.asked):
        raise Refusal("operation.undo_asked", who=People((offer.who,)))
    asked = replace(inbound, what=InboundKind.ASK, action="", value="", command=offer.command, values=offer.values)
    reply = await submit(world, asked, person)
    await raced(lambda: _undone(world, inbound, reply))
    return reply


async def _undone(world: World, inbound: Inbound, reply: Reply) -> Reply:
    """Note on the operation that its undoing was asked for, so that its card says so."""
    stored = await world.store.load(Operation, inbound.value)
    if stored is not None and stored.record.undo is not None and stored.record.undo.asked != inbound.request:
        offer = replace(stored.record.undo, asked=inbound.request, who=inbound.surface.user)
        change = Change().replace(stored, replace(stored.record, undo=offer)).redraw(card_id(stored.record.id))
        facts = {"who": offer.who, "by": offer.asked, "correlation": inbound.correlation}
        await world.store.commit(change.audit("operation.undo", id=stored.record.id, **facts))
        world.reach("undo.committed")
    return reply


async def _goes_on(world: World, request: str) -> bool:
    """Return whether a request still waits, or is being carried out, or was."""
    approval = await world.store.load(Approval, request)
    if approval is not None and approval.record.state is not ApprovalState.APPROVED:
        return approval.record.state is ApprovalState.WAITING
    operation = await world.store.load(Operation, request)
    return operation is not None and operation.record.state in (*OPEN, OperationState.DONE)


async def undone(world: World, identity: str) -> None:
    """Take the offer to undo off the card, once its time is over."""
    stored = await world.store.load(Operation, identity)
    if stored is None or stored.record.undo is None:
        return
    until, change = stored.record.undo.until, Change()
    if world.clock.now() < until:
        await world.store.commit(change.due(f"work:undone:{identity}", until))
        return
    await world.store.commit(change.replace(stored, replace(stored.record, undo=None)).redraw(card_id(identity)))
