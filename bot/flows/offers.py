"""Forms that an answer offers: each is stored, filled in as far as is known, and opened by a button."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import ChatFault, Refusal
from bot.flows.world import World
from bot.ports import Change
from bot.records import Form, Inbound, SurfaceKind
from bot.reply import Button, Offer, Reply
from bot.say import say

FORM_LIFETIME = 24 * 3600.0


async def with_forms(world: World, inbound: Inbound, reply: Reply) -> Reply:
    """Return the answer with a button for each form it offers; a repeat finds the forms of the first time."""
    if not (reply.offers or reply.asks):
        return reply
    buttons = [
        await form_button(world, inbound, f"{inbound.request}-{number}", offer)
        for number, offer in enumerate((*reply.offers, *reply.asks), start=1)
    ]
    first = len(reply.offers)
    if reply.asks and not await _administers(world, inbound.surface.user):
        buttons[first:] = [Button("ask_admin", say("ask_admin.button"), asked.value) for asked in buttons[first:]]
    return replace(reply, buttons=(*reply.buttons, *buttons), offers=(), asks=())


async def _administers(world: World, who: str) -> bool:
    """Return whether somebody is an administrator now; where Slack cannot say, asking one is right for everybody."""
    try:
        return who in await world.chat.administrators()
    except ChatFault:
        return False


async def mending(world: World, inbound: Inbound, refusal: Refusal) -> Reply | Refusal:
    """Return the refusal, as an answer with its mend where it has one; what was typed waits behind a button (R3.02)."""
    if refusal.mend is None:
        return refusal
    command, values = refusal.mend
    again = (Offer(inbound.command, inbound.values, say("form.open_again")),) if inbound.command else ()
    mend = Offer(command, values, say("ask_admin.mend", command=command))
    return await with_forms(world, inbound, Reply(refusal.say, offers=again, asks=(mend,)))


async def form_button(world: World, inbound: Inbound, identity: str, offer: Offer) -> Button:
    """Store the form under `identity`, for who asked, and return the button that opens it."""
    surface = replace(inbound.surface, kind=SurfaceKind.FORM)
    form = Form(identity, offer.command, surface, offer.values)
    if offer.approval:
        form = replace(form, approval=offer.approval, act=offer.act, reason=True)
    if await world.store.load(Form, identity) is None:
        await world.store.commit(Change().create(form, lifetime=FORM_LIFETIME))
    return Button("open_form", offer.label, identity, "primary")
