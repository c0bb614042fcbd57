"""Ask → facts → plan → an answer, an operation, or a request for approval (decision 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.approvals.digest import digest
from bot.approvals.policy import approvers_for, ask_again_at, guard_lockout, single_applies
from bot.command import REASON, Adjust, Ask, Command, Facts, Plan, Risk
from bot.errors import ChatFault, CloudFault, Conflict, Refusal
from bot.flows import checklist
from bot.flows.alter import alter, guard
from bot.flows.approvers import able
from bot.flows.decide import decide
from bot.flows.dropped_files import with_shared
from bot.flows.failures import remember
from bot.flows.journal import KEPT_SECONDS, opened
from bot.flows.plans import plan_reply
from bot.flows.recall import StoredThings
from bot.flows.request_cards import card_for, card_id
from bot.flows.wishes import prefer
from bot.flows.world import World
from bot.ports import Change
from bot.records import Approval, Audience, Card, Inbound, Item, Need, Operation, Person, Record, Shown, Thing
from bot.reply import Reply
from bot.rules.mending import mend_of
from bot.say import Moment, People, say

WORDS = 100
"""How many characters are kept of what was said by somebody who may not ask."""


async def submit(world: World, inbound: Inbound, person: Person) -> Reply:
    """Return the answer to a checked command. Raises `Refusal`; a cloud or chat fault becomes one in words."""
    command = world.registry.named(inbound.command)
    values = {name: value for name, value in inbound.values.items() if name != REASON}
    ask = Ask(command.name, values, person, world.place, inbound.at)
    try:
        await guard_asker(world, inbound, person)
        return await _known(world, inbound) or await _carried(world, inbound, command, ask)
    except CloudFault as fault:
        await remember(world, inbound, fault)
        raise _of_the_cloud(fault) from fault
    except ChatFault as fault:
        raise Refusal("submit.chat", code=fault.code) from fault


def _of_the_cloud(fault: CloudFault) -> Refusal:
    """Return a fault of the cloud in words, with the command that mends it where one does (R3.02)."""
    refusal, mend = Refusal("submit.cloud", why=fault.say), mend_of(fault.say)
    return refusal.mended_by(mend[0], **mend[1]) if mend else refusal


async def guard_asker(world: World, inbound: Inbound, person: Person) -> None:
    """Refuse guests, outsiders and people without the right to ask, and record the attempt."""
    if await world.chat.may_ask(person):
        return
    asked = inbound.command or inbound.words[:WORDS]
    await world.store.commit(
        Change().audit("refused", who=person.id, what_asked=asked, correlation=inbound.correlation)
    )
    raise Refusal("submit.not_a_member" if not person.member else "submit.not_in_group")


async def _known(world: World, inbound: Inbound) -> Reply | None:
    """Return what this very ask led to before a worker was cut off: what is there now would plan differently."""
    if inbound.plan_only:
        return None
    if approval := await world.store.load(Approval, inbound.request):
        card = await world.store.load(Card, card_id(inbound.request))
        copies = card.record.copies if card else ()
        asked = frozenset(copy.address for copy in copies if copy.audience is Audience.APPROVER)
        return await _sent(world, inbound, approval.record, asked)
    if await world.store.load(Operation, inbound.request):
        return await _under_way(world, inbound)
    return None


async def _carried(world: World, inbound: Inbound, command: Command, ask: Ask) -> Reply:
    if command.plan is None:
        await _guard_circle(world, inbound, command, command.risk, person=ask.person)
    values, files = await with_shared(world, inbound, command, ask.values)
    ask = replace(ask, values=values, files=files)
    recalled = await command.recall(ask, StoredThings(world))
    facts = {**recalled, **await command.read(replace(ask, recalled=recalled), world.cloud)}
    if command.plan is not None:
        return await _planned(world, inbound, ask, command, command.plan(ask, facts))
    if command.checklist is not None:
        return await _checked(world, inbound, ask, command.checklist(ask, facts))
    if command.press is not None:
        return await _pressed(world, inbound, *command.press(ask, facts))
    if command.answer is None:
        return await _remembered(world, ask, command, facts)
    return command.answer(ask, facts)


async def _planned(world: World, inbound: Inbound, ask: Ask, command: Command, plan: Plan) -> Reply:
    await _guard_circle(world, inbound, command, plan.risk, person=ask.person)
    need = world.policy.need(command.name, plan.risk)
    if inbound.plan_only:
        return plan_reply(plan, need, world.clock.now())
    if "ask" in need.reasons and not inbound.values.get(REASON):
        raise Refusal("approval.ask_reason", argument=REASON)
    if need.approvers:
        return await _requested(world, inbound, ask, plan, need)
    return await _started(world, inbound, ask, plan)


async def _guard_circle(world: World, inbound: Inbound, command: Command, risk: Risk, *, person: Person) -> None:
    """Refuse whom the policy does not let ask for this, and record the attempt. Raises `ChatFault`, `Refusal`."""
    askers = world.policy.askers(command.name, risk)
    if not askers or person.id in await world.chat.circle(askers):
        return
    facts = {"what_asked": command.name, "correlation": inbound.correlation}
    await world.store.commit(Change().audit("refused", who=person.id, **facts))
    raise Refusal("submit.not_in_policy", command=command.name).mended_by(command.name, **inbound.values)


async def _remembered(world: World, ask: Ask, command: Command, facts: Facts) -> Reply:
    """Change what we remember: of a thing, or of what somebody wishes. Raises `Refusal`, `Conflict`."""
    if command.adjust is not None:
        return await _adjusted(world, ask, command.adjust, facts["thing"])
    if command.prefer is not None:
        return await prefer(world, ask.person, facts["standing"], *command.prefer(ask, facts))
    raise TypeError(f"{command.name} neither answers nor plans")


async def _pressed(world: World, inbound: Inbound, action: str, value: str) -> Reply:
    """Decide as the button would that a command stands for; what does not count is recorded like its press."""
    try:
        return await decide(world, replace(inbound, action=action, value=value, words="", reason=""))
    except Refusal as refusal:
        facts = {"action": action, "id": value, "why": refusal.say.key, "correlation": inbound.correlation}
        await world.store.commit(Change().audit("press.refused", who=inbound.surface.user, **facts))
        raise


async def _adjusted(world: World, ask: Ask, adjust: Adjust, thing: Thing) -> Reply:
    await guard(world, thing, ask.person)
    return await alter(world, thing.id, ask.person, ask.command, lambda fresh: adjust(ask, fresh))


async def _checked(world: World, inbound: Inbound, ask: Ask, fresh: Sequence[Item]) -> Reply:
    """Keep the account's checklist; tick a line of it where one is named (R1.01)."""
    reply = await checklist.keep(world, ask.person, fresh)
    return await checklist.tick(world, ask.person, ask["tick"], inbound.correlation) if ask["tick"] else reply


def record_of(world: World, ask: Ask, plan: Plan) -> Record:
    """Return everything that is hashed: who, what, on which things, in which account, under which policy."""
    return Record(
        command=ask.command,
        asker=ask.person.id,
        beneficiary=ask.person.id,
        arguments=ask.values,
        steps=plan.steps,
        charge=plan.charge,
        account=ask.place.account,
        region=ask.place.region,
        policy=world.policy.version,
    )


def shown_of(world: World, inbound: Inbound, plan: Plan) -> Shown:
    """Return what the card shows beside the record."""
    reason = inbound.values.get(REASON, "")
    return Shown(plan.title, plan.notes, plan.price, world.clock.now(), plan.links, reason)


async def _requested(world: World, inbound: Inbound, ask: Ask, plan: Plan, need: Need) -> Reply:
    may, asker = await able(world, need, late=False), ask.person.id
    more = await able(world, need, late=True) if need.late else may
    guard_lockout(world.policy, need, asker, asker, may, more)
    approvers = approvers_for(need, asker, asker, may)
    approval = _approval(world, inbound, record_of(world, ask, plan), shown_of(world, inbound, plan), need)
    if single_applies(world.policy, need, asker, may):
        approval = replace(approval, single=plan.steps[0].target)
    card = await card_for(world, inbound.request, ask.person, approvers, shared=True)
    change = Change().create(approval, lifetime=KEPT_SECONDS).create(card, lifetime=KEPT_SECONDS).redraw(card.id)
    _on_the_clock(change, approval)
    _note_agreed(change, plan, approval)
    await _commit_once(world, change.audit("requested", **_audit(approval)))
    return await _sent(world, inbound, approval, approvers)


def _approval(world: World, inbound: Inbound, record: Record, shown: Shown, need: Need) -> Approval:
    now = world.clock.now()
    return Approval(
        id=inbound.request,
        record=record,
        digest=digest(record),
        need=need,
        shown=shown,
        correlation=inbound.correlation,
        created=now,
        expires=now + need.expiry,
    )


def _on_the_clock(change: Change, approval: Approval) -> None:
    """Put on the clock when the request ends, when its approvers are asked again, when more people are asked."""
    need, identity, created = approval.need, approval.id, approval.created
    change.due(f"work:expire:{identity}", approval.expires).index("approvals", identity, created)
    if (again := ask_again_at(need, created, 0)) < approval.expires:
        change.due(f"work:again:{identity}", again)
    if need.late:
        change.due(f"work:escalate:{identity}", created + need.late.after)


async def _started(world: World, inbound: Inbound, ask: Ask, plan: Plan) -> Reply:
    record = record_of(world, ask, plan)
    operation = opened(inbound.request, record, shown_of(world, inbound, plan), inbound.correlation, world.clock.now())
    card = await card_for(world, inbound.request, ask.person, frozenset())
    change = (
        Change()
        .create(operation, lifetime=KEPT_SECONDS)
        .create(card, lifetime=KEPT_SECONDS)
        .redraw(card.id)
        .work("operation", operation.id)
    )
    _note_agreed(change, plan, operation)
    await _commit_once(world, change.audit("started", **_audit(operation)))
    return await _under_way(world, inbound)


def _note_agreed(change: Change, plan: Plan, document: Approval | Operation) -> None:
    """Record who agreed to which text by asking (R3.09); when is the entry's own time."""
    if plan.agreed:
        change.audit("agreed", id=document.id, who=document.record.asker, **plan.agreed)


async def _under_way(world: World, inbound: Inbound) -> Reply:
    return Reply(say("submit.started", link=await world.chat.direct_link(inbound.surface.user)))


async def _commit_once(world: World, change: Change) -> None:
    """Commit; a Conflict means that this very ask was carried out before a crash, so the answer stays true."""
    world.reach("submit.before_commit")
    try:
        await world.store.commit(change)
    except Conflict:
        return
    world.reach("submit.committed")


async def _sent(world: World, inbound: Inbound, approval: Approval, approvers: frozenset[str]) -> Reply:
    link = await world.chat.direct_link(inbound.surface.user)
    expires = Moment(approval.expires)
    if approval.single:
        return Reply(say("submit.single", name=approval.single, link=link, expires=expires))
    names = People(tuple(sorted(approvers)))
    return Reply(say("submit.requested", approvers=names, link=link, expires=expires))


def _audit(document: Approval | Operation) -> dict[str, str]:
    record = document.record
    return {
        "id": document.id,
        "who": record.asker,
        "command": record.command,
        "digest": document.digest,
        "policy": record.policy,
        "correlation": document.correlation,
    }
