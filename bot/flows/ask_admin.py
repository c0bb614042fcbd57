"""One click asks the administrators: each gets the command, filled in, behind a button of their own (R3.02, R3.05)."""

from __future__ import annotations

import structlog

from bot.approvals.digest import reference
from bot.errors import ChatFault, Refusal
from bot.flows.offers import FORM_LIFETIME
from bot.flows.world import World
from bot.ports import Change
from bot.records import Form, Inbound, Operation, Surface, SurfaceKind
from bot.reply import Button, Offer, Reply
from bot.rules.mending import mend_of
from bot.say import People, say

log = structlog.get_logger(__name__)
ANEW = "new:"
"""How the value of a button begins that asks for a command with nothing filled in; others name a stored form."""


async def ask_admin(world: World, inbound: Inbound) -> Reply:
    """Send the form that the answer offered to every administrator. Raises `Refusal`.

    A second press asks nobody again; a worker killed between the messages asks again those who were asked. An
    administrator who presses gets the form at once.
    """
    asker = inbound.surface.user
    form = await _form(world, inbound.value, asker)
    asked = sorted(await world.chat.administrators())
    if asker in asked:
        mend = Offer(form.command, form.values, say("ask_admin.mend", command=form.command))
        return Reply(say("ask_admin.yours"), offers=(mend,))
    if not asked:
        raise Refusal("ask_admin.nobody")
    if await world.store.load(Form, _mark(form)) is None:
        if not [who for who in asked if await _told(world, form, asker, who)]:
            raise Refusal("ask_admin.failed")
        mark = Form(_mark(form), form.command, form.surface, form.values)
        change = Change().create(mark, lifetime=FORM_LIFETIME)
        await world.store.commit(
            change.audit("asked", who=asker, command=form.command, correlation=inbound.correlation)
        )
    return Reply(say("ask_admin.sent", who=People(tuple(asked))))


def _mark(form: Form) -> str:
    """Return the id of the record that says that administrators were asked with this form."""
    return f"{form.id}-asked"


def anew(command: str) -> str:
    """Return the value of a button that asks for a command with nothing filled in."""
    return f"{ANEW}{command}"


async def _form(world: World, identity: str, asker: str) -> Form:
    if identity.startswith(ANEW):
        return await _empty(world, identity.removeprefix(ANEW), asker)
    stored = await world.store.load(Form, identity)
    if stored is None:
        return await _of_card(world, identity, asker)
    if stored.record.surface.user != asker:
        raise Refusal("form.not_yours")
    return stored.record


async def _empty(world: World, command: str, asker: str) -> Form:
    """Return the asker's own empty form of a command, one a day. Raises `Refusal`."""
    if world.registry.find(command) is None:
        raise Refusal("form.gone")
    day = int(world.clock.now() // FORM_LIFETIME)
    form = Form(f"ask-{command.replace(' ', '-')}-{asker}-{day}", command, Surface(SurfaceKind.FORM, asker))
    if await world.store.load(Form, form.id) is None:
        await world.store.commit(Change().create(form, lifetime=FORM_LIFETIME))
    return form


async def _of_card(world: World, identity: str, asker: str) -> Form:
    """Return the form that mends a failed operation, by its card's button; each presser has one. Raises `Refusal`.

    What is looked into carries the request's reference: so it is looked into for whom it was, whoever presses (R3.19).
    """
    operation = await world.store.load(Operation, identity)
    mend = mend_of(operation.record.failure) if operation else None
    if mend is None:
        raise Refusal("form.gone")
    command, values = mend
    if error := values.get("error"):
        values = {**values, "error": f"{reference(identity)} {error}"}
    form = Form(f"{identity}-mend-{asker}", command, Surface(SurfaceKind.FORM, asker), values)
    if await world.store.load(Form, form.id) is None:
        await world.store.commit(Change().create(form, lifetime=FORM_LIFETIME))
    return form


async def _told(world: World, form: Form, asker: str, administrator: str) -> bool:
    """Send one administrator the form as their own; return whether Slack took it."""
    own = Form(f"{form.id}-{administrator}", form.command, Surface(SurfaceKind.FORM, administrator), form.values)
    if await world.store.load(Form, own.id) is None:
        await world.store.commit(Change().create(own, lifetime=FORM_LIFETIME))
    typed = " ".join([form.command, *(f"{name}={value}" for name, value in form.values.items() if value)])
    told = Reply(
        say("ask_admin.asked", who=People((asker,)), typed=typed),
        buttons=(Button("open_form", say("form.open"), own.id, "primary"),),
    )
    person = await world.chat.person(administrator)
    try:
        surface = Surface(SurfaceKind.DIRECT, administrator)
        await world.chat.answer(surface, told, person.language if person else world.language)
    except ChatFault as fault:
        log.warning("administrator not asked", who=administrator, code=fault.code)
        return False
    return True
