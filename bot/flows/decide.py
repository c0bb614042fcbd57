"""A press on a request's button → the table → one commit → an answer in words (decision 6).

The record decides, never the message: the value of a button is the opaque id of the approval, and everything else is
read from the store. A lost race is read again, so that the loser hears who was first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.approvals.digest import digest
from bot.approvals.machine import CLOCK, TABLE, Event, Press, explained, press, standing
from bot.approvals.policy import SINGLE_WAIT
from bot.approvals.price import raised
from bot.errors import ChatFault, Conflict, NotYetSafe, Refusal
from bot.flows.approvers import able_to_decide, left_behind, price_or_refusal
from bot.flows.journal import KEPT_SECONDS, opened
from bot.flows.request_cards import card_id
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Approval, ApprovalState, Inbound, VoteKind
from bot.reply import Offer, Reply
from bot.rules.figures import FIGURES
from bot.say import Moment, Say, say

RACES = 20
EVENTS = {"approve": Event.APPROVE, "deny": Event.DENY, "withdraw": Event.WITHDRAW}
CLOCKS = ("expire", "again", "escalate", "recount")
"""What waits for a request on the clock, by the kind of its entry."""


async def decide(world: World, inbound: Inbound) -> Reply:
    """Return the answer to a decision. Raises `Refusal` where it does not count."""
    return await raced(lambda: _decided(world, inbound))


async def raced(attempt: Callable[[], Awaitable[Reply]]) -> Reply:
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
    if stored.record.state is ApprovalState.WAITING and (why := await _left_behind(world, stored.record)):
        after = press(stored.record, Press(Event.VOID, "", world.clock.now(), stored.record.digest, reason=why))
        await _commit(world, stored, after, inbound)
        raise Refusal(why.key)
    if _counted(stored.record, inbound):
        return _answer(stored.record, EVENTS[inbound.action], world.clock.now())
    given = await _press(world, inbound, stored.record)
    after = press(stored.record, given)
    if given.event is Event.APPROVE:
        await _guard_price(world, stored, inbound)
    safe = await _commit(world, stored, after, inbound)
    answer = _answer(after, given.event, world.clock.now())
    return answer if safe else Reply(answer.head, (say("approval.not_yet_safe"),), offers=answer.offers)


async def _left_behind(world: World, approval: Approval) -> Say | None:
    try:
        return await left_behind(world, approval.record)
    except ChatFault as fault:
        raise Refusal("approval.cannot_check", code=fault.code) from fault


def _counted(approval: Approval, inbound: Inbound) -> bool:
    """Return whether this person's decision stands already: a second press, or a worker cut off before it answered."""
    after = TABLE[ApprovalState.WAITING, EVENTS[inbound.action]]
    return approval.state is after and approval.closed_by == inbound.surface.user


async def _press(world: World, inbound: Inbound, approval: Approval) -> Press:
    event = EVENTS[inbound.action]
    return Press(
        event=event,
        who=inbound.surface.user,
        at=world.clock.now(),
        digest=digest(approval.record),
        able=await able_to_decide(world, approval) if event is not Event.WITHDRAW else frozenset(),
        typed=inbound.words,
        words=inbound.reason,
    )


async def _guard_price(world: World, stored: Stored[Approval], inbound: Inbound) -> None:
    """Ask the price again; where it rose, show the new one and let the vote not count. Raises `Refusal`."""
    approval = stored.record
    price = await price_or_refusal(world, approval.record)
    if price is None or not raised(approval.shown.price, price, approval.need.tolerance):
        return
    given = Press(Event.REPRICE, CLOCK, world.clock.now(), approval.digest, price=price)
    change = Change().replace(stored, press(approval, given)).redraw(card_id(approval.id))
    facts = {"id": approval.id, "who": inbound.surface.user, "correlation": inbound.correlation}
    await world.store.commit(change.audit("approval.price_raised", **facts))
    raise Refusal("approval.price_raised")


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
        reason=inbound.reason,
        correlation=inbound.correlation,
    )
    if after.state is not ApprovalState.WAITING:
        off_the_clock(change, after.id)
    elif standing(after):
        change.due(recount_member(after.id), world.clock.now() + FIGURES.approval.recount_seconds)
    if after.state is ApprovalState.APPROVED:
        _open(world, after, change)
    world.reach("decide.before_commit")
    safe = await _recorded(world, change)
    world.reach("decide.committed")
    return safe


def recount_member(identity: str) -> str:
    """Return the due member that looks whether the voters of a request may still approve."""
    return f"work:recount:{identity}"


def off_the_clock(change: Change, identity: str) -> None:
    """Take an ended request off the clock."""
    for kind in CLOCKS:
        change.undue(f"work:{kind}:{identity}")


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
    operation = replace(operation, approved=True)
    change.create(operation, lifetime=KEPT_SECONDS)
    if begin > now:
        change.due(f"work:operation:{operation.id}", begin)
    else:
        change.work("operation", operation.id)


def _answer(approval: Approval, event: Event, now: float) -> Reply:
    title = approval.shown.title
    if event is Event.DENY and approval.reason is None:
        why = Offer(approval.record.command, {}, say("approval.say_why"), approval.id, "explain")
        return Reply(say("approval.done.deny", title=title), offers=(why,))
    if event is not Event.APPROVE:
        return Reply(say(f"approval.done.{event}", title=title))
    if approval.state is ApprovalState.WAITING:
        needed = approval.need.approvers
        return Reply(say("approval.done.vote", title=title, votes=standing(approval), needed=needed))
    begin = approval.created + SINGLE_WAIT
    if any(vote.kind is VoteKind.SINGLE for vote in approval.votes) and begin > now:
        return Reply(say("approval.done.single", title=title, begin=Moment(begin)))
    return Reply(say("approval.done.approve", title=title))


async def explain(world: World, inbound: Inbound) -> Reply:
    """Add to a denial the reason that its denier gave afterwards. Raises `Refusal`."""
    return await raced(lambda: _explained(world, inbound))


async def _explained(world: World, inbound: Inbound) -> Reply:
    stored = await world.store.load(Approval, inbound.value)
    if stored is None:
        raise Refusal("approval.unknown")
    after = explained(stored.record, inbound.surface.user, inbound.reason)
    change = Change().replace(stored, after).redraw(card_id(after.id))
    facts = {"who": inbound.surface.user, "reason": inbound.reason, "correlation": inbound.correlation}
    await world.store.commit(change.audit("approval.explained", id=after.id, **facts))
    return Reply(say("approval.done.explain", title=after.shown.title))


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
    change = Change().replace(stored, after).redraw(card_id(identity))
    off_the_clock(change, identity)
    await world.store.commit(change.audit("approval.expired", id=identity, who=CLOCK, correlation=after.correlation))
