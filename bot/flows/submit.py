"""Ask → facts → plan → an answer, an operation, or a request for approval (decision 6)."""

from __future__ import annotations

from bot.approvals.digest import digest
from bot.approvals.policy import approvers_for, ask_again_at, guard_lockout, single_applies
from bot.command import Adjust, Ask, Command, Plan
from bot.errors import ChatFault, CloudFault, Conflict, Refusal
from bot.flows.alter import alter, guard
from bot.flows.journal import KEPT_SECONDS, opened
from bot.flows.plans import plan_reply
from bot.flows.recall import StoredThings
from bot.flows.world import World
from bot.ports import Change
from bot.records import Approval, Audience, Card, Copy, Inbound, Need, Operation, Person, Record, Shown, Thing
from bot.reply import Reply
from bot.say import Moment, People, say


async def submit(world: World, inbound: Inbound, person: Person) -> Reply:
    """Return the answer to a checked command. Raises `Refusal`; a cloud or chat fault becomes one in words."""
    command = world.registry.named(inbound.command)
    ask = Ask(command.name, inbound.values, person, world.place, inbound.at)
    try:
        await guard_asker(world, inbound, person)
        return await _known(world, inbound) or await _carried(world, inbound, command, ask)
    except CloudFault as fault:
        raise Refusal("submit.cloud", why=fault.say) from fault
    except ChatFault as fault:
        raise Refusal("submit.chat", code=fault.code) from fault


async def guard_asker(world: World, inbound: Inbound, person: Person) -> None:
    """Refuse guests, outsiders and people without the right to ask, and record the attempt."""
    if await world.chat.may_ask(person):
        return
    await world.store.commit(
        Change().audit("refused", who=person.id, what_asked=inbound.command, correlation=inbound.correlation)
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
    facts = {**await command.recall(ask, StoredThings(world)), **await command.read(ask, world.cloud)}
    if command.answer is not None:
        return command.answer(ask, facts)
    if command.adjust is not None:
        return await _adjusted(world, ask, command.adjust, facts["thing"])
    if command.plan is None:
        raise TypeError(f"{command.name} neither answers nor plans")
    plan = command.plan(ask, facts)
    if inbound.plan_only:
        return plan_reply(plan, world.policy.need(plan.risk), world.clock.now())
    need = world.policy.need(plan.risk)
    if need.approvers:
        return await _requested(world, inbound, ask, plan, need)
    return await _started(world, inbound, ask, plan)


async def _adjusted(world: World, ask: Ask, adjust: Adjust, thing: Thing) -> Reply:
    await guard(world, thing, ask.person)
    return await alter(world, thing.id, ask.person, ask.command, lambda fresh: adjust(ask, fresh))


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


def shown_of(world: World, plan: Plan) -> Shown:
    """Return what the card shows beside the record."""
    return Shown(plan.title, plan.notes, plan.price, world.clock.now(), plan.links)


async def _requested(world: World, inbound: Inbound, ask: Ask, plan: Plan, need: Need) -> Reply:
    administrators = await world.chat.administrators()
    asker = ask.person.id
    guard_lockout(world.policy, need, asker, asker, administrators)
    approvers = approvers_for(need, asker, asker, administrators)
    single = single_applies(world.policy, need, asker, administrators)
    record, now = record_of(world, ask, plan), world.clock.now()
    approval = Approval(
        id=inbound.request,
        record=record,
        digest=digest(record),
        need=need,
        shown=shown_of(world, plan),
        correlation=inbound.correlation,
        created=now,
        expires=now + world.policy.expiry_seconds,
        single=plan.steps[0].target if single else "",
    )
    card = await _card(world, inbound.request, ask.person, approvers)
    change = Change().create(approval, lifetime=KEPT_SECONDS).create(card, lifetime=KEPT_SECONDS).redraw(card.id)
    change.due(f"work:expire:{approval.id}", approval.expires).index("approvals", approval.id, now)
    change.due(f"work:again:{approval.id}", ask_again_at(world.policy, now, 0))
    change.audit("requested", **_audit(approval))
    await _commit_once(world, change)
    return await _sent(world, inbound, approval, approvers)


async def _started(world: World, inbound: Inbound, ask: Ask, plan: Plan) -> Reply:
    record = record_of(world, ask, plan)
    operation = opened(inbound.request, record, shown_of(world, plan), inbound.correlation, world.clock.now())
    card = await _card(world, inbound.request, ask.person, frozenset())
    change = (
        Change()
        .create(operation, lifetime=KEPT_SECONDS)
        .create(card, lifetime=KEPT_SECONDS)
        .redraw(card.id)
        .work("operation", operation.id)
    )
    await _commit_once(world, change.audit("started", **_audit(operation)))
    return await _under_way(world, inbound)


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


async def _card(world: World, request: str, asker: Person, approvers: frozenset[str]) -> Card:
    copies = [Copy(Audience.ASKER, asker.id, asker.language)]
    for approver in sorted(approvers):
        person = await world.chat.person(approver)
        copies.append(Copy(Audience.APPROVER, approver, person.language if person else world.language))
    if world.channel and approvers:
        copies.append(Copy(Audience.CHANNEL, world.channel, world.language))
    return Card(id=card_id(request), subject=request, copies=tuple(copies))


def card_id(request: str) -> str:
    """Return the id of the card that shows a request and its operation."""
    return f"request-{request}"


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
