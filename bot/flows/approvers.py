"""Who may approve at this moment, asked of Slack (decision 6); and what is wrong with a request by now."""

from __future__ import annotations

from bot.approvals.digest import digest
from bot.approvals.machine import still_stands
from bot.approvals.price import raised
from bot.errors import ChatFault, CloudFault, Refusal
from bot.flows.world import World
from bot.records import Approval, Need, Operation, PriceLine, Record, StepState
from bot.say import Say, say


async def able(world: World, need: Need, *, late: bool) -> frozenset[str]:
    """Return who is able to approve now: whom the policy names, else the administrators; with `late`, those too.

    Raises `ChatFault`: when Slack cannot say, nobody may.
    """
    found = await (world.chat.circle(need.people) if need.people else world.chat.administrators())
    if late and need.late and need.late.people:
        found |= await world.chat.circle(need.late.people)
    return found


async def able_to_decide(world: World, approval: Approval) -> frozenset[str]:
    """Return who is able to approve this request now. Raises `Refusal` in the words of a press that does not count."""
    try:
        return await able(world, approval.need, late=bool(approval.escalated))
    except ChatFault as fault:
        raise Refusal("approval.cannot_check", code=fault.code) from fault


async def steers(world: World, record: Record, who: str) -> bool:
    """Return whether somebody may retry, cancel and undo: the asker and administrators. Raises `Refusal`."""
    if who in (record.asker, record.beneficiary):
        return True
    try:
        return who in await world.chat.administrators()
    except ChatFault as fault:
        raise Refusal("approval.cannot_check", code=fault.code) from fault


async def left_behind(world: World, record: Record) -> Say | None:
    """Return why nothing may be done in this record's name any more: its policy changed, its asker left.

    Raises `ChatFault`.
    """
    if record.policy != world.policy.version:
        return say("approval.policy_changed")
    for who in dict.fromkeys((record.asker, record.beneficiary)):
        person = await world.chat.person(who, live=True)
        if person is None or not person.active:
            return say("approval.asker_gone")
    return None


async def price_now(world: World, record: Record) -> tuple[PriceLine, ...] | None:
    """Return what the steps cost now, or None where the command has no way to ask again. Raises `CloudFault`."""
    price = world.registry.named(record.command).price
    return await price(record.steps, world.cloud) if price else None


def _differs(operation: Operation) -> bool:
    """Return whether what would be carried out is not what was approved: the record, or a line of the journal."""
    approved = operation.record.steps
    return digest(operation.record) != operation.digest or any(line.step not in approved for line in operation.lines)


async def no_longer_allowed(world: World, operation: Operation) -> Say | None:
    """Return why an approved plan may not run after all, checked live at execution (decision 6).

    Raises `ChatFault` and `CloudFault`: then nobody can say.
    """
    if _differs(operation):
        return say("execute.plan_changed")
    if operation.record.policy != world.policy.version:
        return say("execute.policy_changed")
    asker = await world.chat.person(operation.record.asker, live=True)
    if asker is None or not asker.active:
        return say("execute.asker_gone")
    approval = await world.store.load(Approval, operation.id)
    if approval is None:
        return say("execute.approval_lost") if operation.approved else None
    late = bool(approval.record.escalated)
    if not still_stands(approval.record, await able(world, approval.record.need, late=late)):
        return say("execute.approver_gone")
    return say("execute.price_raised") if await _dearer(world, operation, approval.record) else None


async def _dearer(world: World, operation: Operation, approval: Approval) -> bool:
    """Return whether the price rose since the approval; once a step is begun, it is not asked any more."""
    if any(line.state is not StepState.TODO for line in operation.lines):
        return False
    price = await price_now(world, approval.record)
    return price is not None and raised(approval.shown.price, price, approval.need.tolerance)


async def price_or_refusal(world: World, record: Record) -> tuple[PriceLine, ...] | None:
    """Return what the steps cost now. Raises `Refusal` where the cloud does not say: the press does not count then."""
    try:
        return await price_now(world, record)
    except CloudFault as fault:
        raise Refusal("approval.cannot_price", why=fault.say) from fault
