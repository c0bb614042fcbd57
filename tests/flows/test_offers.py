"""What an answer offers becomes a stored form behind a button, once."""

from __future__ import annotations

from bot.flows.offers import with_forms
from bot.ports import Stored
from bot.records import Form, Inbound, SurfaceKind
from bot.reply import Button, Offer, Reply
from bot.say import say
from tests.flows.given import Given, asks, given

OFFERS = (
    Offer("bucket create", {"name": "c-flowers"}, say("bucket.mend.create")),
    Offer("bucket folder", {"bucket": "c-flowers", "path": "flowers/"}, say("bucket.mend.folder")),
)
FIRST = Button("mine", say("form.yes"), "v-1")


async def offered(found: Given, identity: str) -> Reply:
    stored = await found.store.load(Inbound, identity)
    assert stored is not None
    asked, reply = stored.record, Reply(say("form.title"), buttons=(FIRST,), offers=OFFERS)
    return await with_forms(found.world, asked.surface, asked.request, reply)


async def form(found: Given, identity: str) -> Stored[Form]:
    stored = await found.store.load(Form, identity)
    assert stored is not None
    return stored


async def test_each_offer_is_a_form_for_who_asked_and_no_button_is_lost() -> None:
    found = given()
    reply = await offered(found, await asks(found, "bucket check c-flowers/flowers"))
    assert reply.offers == ()
    assert [button.action for button in reply.buttons] == ["mine", "open_form", "open_form"]
    for button, offer in zip(reply.buttons[1:], OFFERS, strict=True):
        record = (await form(found, button.value)).record
        assert (record.command, record.values, button.label) == (offer.command, offer.values, offer.label)
        assert (record.surface.user, record.surface.kind) == ("LI", SurfaceKind.FORM)


async def test_a_repeat_finds_the_forms_of_the_first_time() -> None:
    found = given()
    identity = await asks(found, "bucket check c-flowers/flowers")
    first = await offered(found, identity)
    assert await offered(found, identity) == first
    assert [(await form(found, button.value)).version for button in first.buttons[1:]] == [1, 1]
