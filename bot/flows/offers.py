"""Forms that an answer offers: each is stored, filled in as far as is known, and opened by a button."""

from __future__ import annotations

from dataclasses import replace

from bot.command import REASON
from bot.errors import ChatFault, Refusal
from bot.flows.world import World
from bot.ports import Change
from bot.records import PLAN, Form, Inbound, Surface, SurfaceKind, Values
from bot.reply import Button, Offer, Reply
from bot.say import say

FORM_LIFETIME = 24 * 3600.0


async def with_forms(world: World, surface: Surface, request: str, reply: Reply) -> Reply:
    """Return the answer with a button for each form it offers; a repeat of `request` finds the forms of the first."""
    if not (reply.offers or reply.asks):
        return reply
    buttons = [
        await form_button(world, surface, f"{request}-{number}", offer)
        for number, offer in enumerate((*reply.offers, *reply.asks), start=1)
    ]
    first = len(reply.offers)
    if reply.asks and not await _administers(world, surface.user):
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
    if refusal.by_admin:
        reply = Reply(refusal.say, offers=again, asks=(mend,))
    else:
        reply = Reply(refusal.say, offers=(mend, *again))
    return await with_forms(world, inbound.surface, inbound.request, reply)


async def form_button(world: World, surface: Surface, identity: str, offer: Offer) -> Button:
    """Store the form under `identity`, for who asked, and return the button that opens it."""
    form = Form(identity, offer.command, replace(surface, kind=SurfaceKind.FORM), offer.values)
    if offer.approval:
        form = replace(form, approval=offer.approval, act=offer.act, reason=True)
    if await world.store.load(Form, identity) is None:
        await world.store.commit(Change().create(form, lifetime=FORM_LIFETIME))
    return Button("open_form", offer.label, identity, "primary")


def said_so_far(values: Values, asked: str, *, plan_only: bool) -> dict[str, str]:
    """Return what a form is filled with: all that was said, the word `plan`, and room for a reason if that is asked."""
    room = {REASON: ""} if asked == REASON else {}
    return {**room, **values, **({PLAN: "yes"} if plan_only else {})}
