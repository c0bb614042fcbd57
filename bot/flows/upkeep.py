"""What the clock does for requests and cards: ask approvers again, and redraw cards that fell behind."""

from __future__ import annotations

from dataclasses import replace

from bot.approvals.machine import CLOCK, Event, Press, press, standing
from bot.approvals.policy import approvers_for, ask_again_at
from bot.errors import ChatFault
from bot.flows.approvers import able
from bot.flows.decide import recount_member
from bot.flows.request_cards import card_id, show_to
from bot.flows.thing_cards import INDEX, card_of
from bot.flows.world import World
from bot.ports import Change
from bot.records import Approval, ApprovalState, Thing
from bot.rules.figures import FIGURES

AGAIN = 10.0
"""Seconds until Slack is asked again who may approve."""
REPAIR = "work:repair:cards"
CARDS = 200
"""How many of the newest requests, and of the newest things, have their cards redrawn by one repair."""


async def ask_again(world: World, identity: str) -> None:
    """Put a waiting request before its approvers' eyes again, and arm the next time, until it ends.

    A jump of the clock over several times asks once.
    """
    stored = await world.store.load(Approval, identity)
    if stored is None or stored.record.state is not ApprovalState.WAITING:
        return
    now, after = world.clock.now(), replace(stored.record, raised=stored.record.raised + 1)
    change = Change().replace(stored, after).redraw(card_id(identity))
    change.audit("approval.asked_again", id=identity, who=after.record.asker, correlation=after.correlation)
    raised = after.raised
    while (at := ask_again_at(after.need, after.created, raised)) <= now:
        raised += 1
    if at < after.expires:
        change.due(again_member(identity), at)
    await world.store.commit(change)


async def escalate(world: World, identity: str) -> None:
    """Ask more people about a request that nobody decided in time: from now on they may approve too.

    Where Slack cannot say who they are, they are asked a little later.
    """
    stored = await world.store.load(Approval, identity)
    if stored is None or stored.record.state is not ApprovalState.WAITING or stored.record.escalated:
        return
    approval, now, late = stored.record, world.clock.now(), stored.record.need.late
    if late is None or now < approval.created + late.after:
        return
    change = Change()
    try:
        more = await able(world, approval.need, late=True)
        asked = approvers_for(approval.need, approval.record.asker, approval.record.beneficiary, more)
        await show_to(world, change, identity, asked, late.channel)
    except ChatFault as fault:
        at = world.clock.machine() + max(AGAIN, fault.retry_after)
        await world.store.commit(Change().later(f"work:escalate:{identity}", at))
        return
    given = Press(Event.ESCALATE, CLOCK, now, approval.digest)
    change.replace(stored, press(approval, given)).redraw(card_id(identity))
    facts = {"people": ",".join(sorted(asked)), "channel": late.channel, "correlation": approval.correlation}
    await world.store.commit(change.audit("approval.escalated", id=identity, who=CLOCK, **facts))


async def recount(world: World, identity: str) -> None:
    """Show on every copy which votes still count, while others are waited for: a voter may have left meanwhile."""
    stored = await world.store.load(Approval, identity)
    if stored is None or stored.record.state is not ApprovalState.WAITING:
        return
    before, change = stored.record, Change()
    try:
        may = await able(world, before.need, late=bool(before.escalated))
    except ChatFault as fault:
        at = world.clock.machine() + max(AGAIN, fault.retry_after)
        await world.store.commit(change.later(recount_member(identity), at))
        return
    after = press(before, Press(Event.RECOUNT, CLOCK, world.clock.now(), before.digest, may))
    if after != before:
        change.replace(stored, after).redraw(card_id(identity))
        lapsed = [vote.voter for vote in set(after.votes) - set(before.votes)]
        facts = {"voters": ",".join(sorted(lapsed)), "correlation": before.correlation}
        change.audit("approval.vote_lapsed", id=identity, who=CLOCK, **facts)
    if standing(after):
        change.due(recount_member(identity), world.clock.now() + FIGURES.approval.recount_seconds)
    await world.store.commit(change)


def again_member(identity: str) -> str:
    """Return the due member that asks a request's approvers again."""
    return f"work:again:{identity}"


async def repair(world: World, _which: str) -> None:
    """Have the newest cards drawn again from their records; one that shows them already costs nothing at Slack."""
    now = world.clock.now()
    await world.store.commit(Change().due(REPAIR, now + FIGURES.watch.repair_seconds))
    change = Change()
    for identity in await world.store.members("approvals", newest=CARDS):
        change.redraw(card_id(identity))
    for stored in await world.store.load_all(Thing, await world.store.members(INDEX, newest=CARDS)):
        if stored and stored.record.raised:
            change.redraw(card_of(stored.record))
    await world.store.commit(change)
