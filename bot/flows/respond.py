"""One accepted payload → what it asks for → its answer; no payload stays without one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.errors import ChatFault, ChatRefused, Conflict, Refusal, StoreDown, Unreadable
from bot.flows import converse
from bot.flows.ask_admin import ask_admin
from bot.flows.checklist import greeting, knows
from bot.flows.checklist import pressed as pressed_checklist
from bot.flows.decide import decide, explain
from bot.flows.offers import mending, said_so_far, with_forms
from bot.flows.questions import ANSWER, DROP
from bot.flows.steer import cancel, retry, undo
from bot.flows.submit import submit
from bot.flows.things import pressed_thing
from bot.flows.world import World
from bot.ports import Change
from bot.records import Inbound, InboundKind, Language, Person
from bot.reply import Offer, Reply
from bot.say import say

log = structlog.get_logger(__name__)
AGAIN = 10.0
TELLING = 1800.0
"""How long an answer is worth telling, in seconds of product time: as long as Slack keeps a response_url."""
Pressed = Callable[[World, Inbound], Awaitable[Reply]]
PRESSES: dict[str, Pressed] = {
    "approve": decide,
    "deny": decide,
    "withdraw": decide,
    "explain": explain,
    "retry": retry,
    "cancel": cancel,
    "ask_admin": ask_admin,
}
ON_THINGS = frozenset(
    {"start_again", "stop", "renew", "buy_again", "let_go", "keep_until", "snooze", "mute", "mine", "extend"}
)
ON_CHECKLISTS = frozenset({"tick", "look_again"})


async def respond(world: World, identity: str) -> None:
    """Answer the inbound record `identity`; a repeat answers again, from what became of the first time.

    Raises `StoreDown`, `Unreadable` and `Conflict`: the entry stays pending then, and another delivery answers.
    """
    stored = await world.store.load(Inbound, identity)
    if stored is None:
        return
    inbound = stored.record
    structlog.contextvars.bind_contextvars(correlation=inbound.correlation)
    person = await _person(world, inbound)
    said = await _said(world, inbound, person)
    await _told(world, inbound, said, person.language if person else world.language)
    await _greet(world, inbound)


async def _greet(world: World, inbound: Inbound) -> None:
    """Have the checklist shown, below the answer, to whoever asks the bot for something for the first time (R1.01)."""
    if inbound.what is not InboundKind.PRESS and not await knows(world, inbound.surface.user):
        await world.store.commit(greeting(inbound.surface.user))


async def _person(world: World, inbound: Inbound) -> Person | None:
    try:
        return await world.chat.person(inbound.surface.user, live=True)
    except ChatFault as fault:
        log.warning("person unknown", code=fault.code)
        return None


async def _said(world: World, inbound: Inbound, person: Person | None) -> Reply | Refusal:
    """Return what to answer, whatever happens: a fault of our own is said to be one, with the id that finds it."""
    try:
        return await with_forms(world, inbound.surface, inbound.request, await _answer(world, inbound, person))
    except Refusal as refusal:
        log.info("refused", why=refusal.say.key, user=inbound.surface.user)
        return await mending(world, inbound, refusal)
    except ChatFault as fault:
        log.warning("slack down", code=fault.code)
        return Refusal("submit.chat", code=fault.code)
    except (StoreDown, Unreadable, Conflict):
        raise
    except Exception:
        log.exception("answer broke", what=inbound.what.value, command=inbound.command, action=inbound.action)
        return broken(inbound)


def broken(inbound: Inbound) -> Reply:
    """Return the answer for a fault of our own, with the id under which the logs tell of it."""
    return Reply(say("respond.broken", reference=inbound.correlation))


async def _told(world: World, inbound: Inbound, said: Reply | Refusal, language: Language) -> None:
    """Answer now, or as soon as Slack takes answers again: what was done is stored, only the telling waits."""
    try:
        if isinstance(said, Refusal):
            await world.chat.refuse(inbound, said, language)
        else:
            await world.chat.answer(inbound.surface, said, language)
    except ChatRefused as fault:
        log.error("nobody can be told", code=fault.code, user=inbound.surface.user)
    except ChatFault as fault:
        if world.clock.now() - inbound.at > TELLING:
            log.error("given up telling", code=fault.code, user=inbound.surface.user)
            return
        again = world.clock.machine() + max(AGAIN, fault.retry_after)
        await world.store.commit(Change().later(f"work:{inbound.what}:{inbound.id}", again))


async def _answer(world: World, inbound: Inbound, person: Person | None) -> Reply:
    if person is None:
        raise Refusal("respond.nobody")
    if inbound.what is InboundKind.PRESS:
        return await _pressed(world, inbound, person)
    if inbound.what is InboundKind.SPEECH:
        return await converse.spoken(world, inbound, person)
    return await _submitted(world, inbound, person)


async def _pressed(world: World, inbound: Inbound, person: Person) -> Reply:
    """Return the answer to a press; one that does not count is recorded, whoever pressed what."""
    try:
        return await _acted(world, inbound, person)
    except Refusal as refusal:
        facts = {"action": inbound.action, "id": inbound.value[:64], "why": refusal.say.key}
        change = Change().audit("press.refused", who=person.id, **facts, correlation=inbound.correlation)
        await world.store.commit(change)
        raise


async def _acted(world: World, inbound: Inbound, person: Person) -> Reply:
    if inbound.action in ON_THINGS:
        return await pressed_thing(world, inbound, person)
    if inbound.action in (ANSWER, DROP):
        return await converse.pressed(world, inbound, person)
    if inbound.action in ON_CHECKLISTS:
        return await pressed_checklist(world, inbound, person)
    if inbound.action == "undo":
        return await undo(world, inbound, person)
    flow = PRESSES.get(inbound.action)
    if flow is None:
        raise Refusal("respond.unknown_button", action=inbound.action)
    return await flow(world, inbound)


async def _submitted(world: World, inbound: Inbound, person: Person) -> Reply:
    """Submit; where a value is at fault and no form is open, the form is offered with everything that was typed."""
    try:
        reply = await submit(world, inbound, person)
    except Refusal as refusal:
        if not refusal.argument or refusal.mend or inbound.surface.view:
            raise
        log.info("refused", why=refusal.say.key, user=inbound.surface.user)
        values = said_so_far(inbound.values, refusal.argument, plan_only=inbound.plan_only)
        return Reply(refusal.say, offers=(Offer(inbound.command, values, say("form.open")),))
    if inbound.value:
        await converse.filled(world, inbound)
    return reply
