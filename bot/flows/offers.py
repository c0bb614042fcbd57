"""Forms that an answer offers: each is stored, filled in as far as is known, and opened by a button."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.world import World
from bot.ports import Change
from bot.records import Form, Inbound, SurfaceKind
from bot.reply import Button, Offer, Reply

FORM_LIFETIME = 24 * 3600.0


async def with_forms(world: World, inbound: Inbound, reply: Reply) -> Reply:
    """Return the answer with a button for each form it offers; a repeat finds the forms of the first time."""
    if not reply.offers:
        return reply
    buttons = [
        await form_button(world, inbound, f"{inbound.request}-{number}", offer)
        for number, offer in enumerate(reply.offers, start=1)
    ]
    return replace(reply, buttons=(*reply.buttons, *buttons), offers=())


async def form_button(world: World, inbound: Inbound, identity: str, offer: Offer) -> Button:
    """Store the form under `identity`, for who asked, and return the button that opens it."""
    surface = replace(inbound.surface, kind=SurfaceKind.FORM)
    form = Form(id=identity, command=offer.command, surface=surface, values=offer.values)
    if await world.store.load(Form, identity) is None:
        await world.store.commit(Change().create(form, lifetime=FORM_LIFETIME))
    return Button("open_form", offer.label, identity, "primary")
