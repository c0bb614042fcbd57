"""A press on a request's button → the table → one commit → an answer in words (decision 6).

The record decides, never the message: the value of a button is the opaque id of the approval, and everything else is
read from the store. A lost race is read again, so that the loser hears who was first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.approvals.digest import digest
from bot.approvals.machine import CLOCK, TABLE, Event, Press, press
from bot.approvals.policy import SINGLE_WAIT
from bot.errors import ChatFault, Conflict, NotYetSafe, Refusal
from bot.flows.journal import KEPT_SECONDS, OPEN, opened, reopened
from bot.flows.submit import card_id
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Approval, ApprovalState, Inbound, Operation, OperationState, VoteKind
from bot.reply import Reply
from bot.say import Moment, Say, say

RACES = 20
EVENTS = {"approve": Event.APPROVE, "deny": Event.DENY, "withdraw": Event.WITHDRAW}


async def decide(world: World, inbound: Inbound) -> Reply:
    """Return the answer to a decision. Raises `Refusal` where it does not count; the attempt is then recorded."""
    try:
        return await _raced(lambda: _decided(world, inbound))
    except Refusal as refusal:
        await world.store.commit(
            Change().audit(
                "press.refused",
                who=inbound.surface.user,
                action=inbound.action,
                id=inbound.value[:64],
                why=refusal.say.key,
                correlation=inbound.correlation,
            )
        )
        raise


async def _raced(attempt: Callable[[], Awaitable[Reply]]) -> Reply:
    """Return the answer of an attempt that lost no race; a lost one reads again. Raises `Refusal`."""
    for _ in range(RACES):
        try:
            return await attempt()
        except Conflict:
            continue
    raise Refusal("approval.busy")


async def _decided(world: World, inbound: Inbound) -> Reply:
    stored = await world.store.load(Approval, inbound.value)
    if stored is None:
        raise Refusal("approval.unknown")
    if stored.record.record.policy != world.policy.version and stored.record.state is ApprovalState.WAITING:
        await _commit(world, stored, _void(world, stored.record, say("approval.policy_changed")), inbound)
        raise Refusal("approval.policy_changed")
    if _counted(stored.record, inbound):
        return Reply(_answer(stored.record, EVENTS[inbound.action], world.clock.now()))
    given = await _press(world, inbound, stored.record)
    after = press(stored.record, given)
    safe = await _commit(world, stored, after, inbound)
    answer = _answer(after, given.event, world.clock.now())
    return Reply(answer, () if safe else (say("approval.not_yet_safe"),))


def _counted(approval: Approval, inbound: Inbound) -> bool:
    """Return whether this person's decision stands already: a second press, or a worker cut off before it answered."""
    after = TABLE[ApprovalState.WAITING, EVENTS[inbound.action]]
    return approval.state is after and approval.closed_by == inbound.surface.user


async def _press(world: World, inbound: Inbound, approval: Approval) -> Press:
    event = EVENTS[inbound.action]
    who = inbound.surface.user
    return Press(
        event=event,
        who=who,
        at=world.clock.now(),
        digest=digest(approval.record),
        administrators=await _administrators(world) if event is not Event.WITHDRAW else frozenset(),
        typed=inbound.words,
    )


async def _administrators(world: World) -> frozenset[str]:
    """Return who may approve now; when Slack cannot say, nobody may (decision 6)."""
    try:
        return await world.chat.administrators()
    except ChatFault as fault:
        raise Refusal("approval.cannot_check", code=fault.code) from fault


def _void(world: World, approval: Approval, why: Say) -> Approval:
    return press(approval, Press(Event.VOID, "", world.clock.now(), approval.digest, reason=why))


async def _commit(world: World, stored: Stored[Approval], after: Approval, inbound: Inbound) -> bool:
    """Record a decision; return whether it would survive the loss of a Redis server (architecture, section 4)."""
    change = Change().replace(stored, after).redraw(card_id(after.id))
    change.audit(
        "approval.void" if after.state is ApprovalState.VOID else f"approval.{inbound.action}",
        id=after.id,
        who=inbound.surface.user,
        state=after.state.value,
        digest=after.digest,
        right=after.votes[-1].kind.value if after.votes and inbound.action == "approve" else "",
        correlation=inbound.correlation,
    )
    if after.state is not ApprovalState.WAITING:
        change.undue(f"work:expire:{after.id}").undue(f"work:again:{after.id}")
    if after.state is ApprovalState.APPROVED:
        _open(world, after, change)
    world.reach("decide.before_commit")
    safe = await _recorded(world, change)
    world.reach("decide.committed")
    return safe


async def _recorded(world: World, change: Change) -> bool:
    try:
        await world.store.commit(change.safe())
    except NotYetSafe:
        return False
    return True


def _open(world: World, approval: Approval, change: Change) -> None:
    """Add the operation to the change: a single administrator's begins a minute after the request at the earliest."""
    single = any(vote.kind is VoteKind.SINGLE for vote in approval.votes)
    now = world.clock.now()
    begin = approval.created + SINGLE_WAIT if single else 0.0
    operation = opened(approval.id, approval.record, approval.shown, approval.correlation, now, begin)
    change.create(operation, lifetime=KEPT_SECONDS)
    if begin > now:
        change.due(f"work:operation:{operation.id}", begin)
    else:
        change.work("operation", operation.id)


def _answer(approval: Approval, event: Event, now: float) -> Say:
    title = approval.shown.title
    if event is not Event.APPROVE:
        return say(f"approval.done.{event}", title=title)
    if approval.state is ApprovalState.WAITING:
        return say("approval.done.vote", title=title, votes=len(approval.votes), needed=approval.need.approvers)
    begin = approval.created + SINGLE_WAIT
    if any(vote.kind is VoteKind.SINGLE for vote in approval.votes) and begin > now:
        return say("approval.done.single", title=title, begin=Moment(begin))
    return say("approval.done.approve", title=title)


async def expire(world: World, identity: str) -> None:
    """Close a request that nobody answered in time; silence means no."""
    stored = await world.store.load(Approval, identity)
    if stored is None or stored.record.state is not ApprovalState.WAITING:
        return
    now = world.clock.now()
    if now < stored.record.expires:
        await world.store.commit(Change().due(f"work:expire:{identity}", stored.record.expires))
        return
    after = press(stored.record, Press(Event.EXPIRE, CLOCK, now, stored.record.digest))
    change = Change().replace(stored, after).redraw(card_id(identity)).undue(f"work:again:{identity}")
    await world.store.commit(change.audit("approval.expired", id=identity, who=CLOCK, correlation=after.correlation))


async def retry(world: World, inbound: Inbound) -> Reply:
    """Reopen a failed operation at its first unfinished step, for the asker or an administrator. Raises `Refusal`."""
    return await _raced(lambda: _reopened(world, inbound))


async def _reopened(world: World, inbound: Inbound) -> Reply:
    stored = await world.store.load(Operation, inbound.value)
    if stored is None:
        raise Refusal("approval.unknown")
    who, operation = inbound.surface.user, stored.record
    if who != operation.record.asker and who not in await _administrators(world):
        raise Refusal("operation.not_yours")
    if operation.state is not OperationState.FAILED:
        raise Refusal("operation.running" if operation.state in OPEN else "operation.over")
    change = Change().replace(stored, reopened(operation)).work("operation", operation.id)
    change.redraw(card_id(operation.id)).audit(
        "operation.retry", id=operation.id, who=who, correlation=inbound.correlation
    )
    await world.store.commit(change)
    return Reply(say("operation.again", title=operation.shown.title))
