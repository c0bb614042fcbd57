"""What people typed arrives with Slack's entities and marks; what the bot itself did comes back as events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Change
from bot.records import ApprovalState, Audience, Card, Copy, Language, Thing
from tests.sandbox.conftest import until
from tests.slack.conftest import House
from tests.slack.given import approval, card, command, event, service
from tests.slack.test_outbox import said, send_all

LI = "U0LI000001"
TYPED = "a&b <c> &amp; é"
SENT = "a&amp;b &lt;c&gt; &amp;amp; é"


async def test_a_command_is_heard_as_it_was_typed(house: House) -> None:
    await house.acked(command(f"bucket create c-flowers folder='{SENT}'"))
    (inbound,) = await house.taken()
    assert inbound.values["folder"] == f"{TYPED}/"


async def test_a_command_over_the_wire_is_heard_as_it_was_typed(house: House) -> None:
    await house.say("wang", f"/modelarts bucket create c-flowers folder='{TYPED}'")
    (inbound,) = await house.taken()
    assert inbound.values["folder"] == f"{TYPED}/"


async def test_a_form_passes_on_what_was_typed_untouched(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    assert (await house.submit("wang", name="c-flowers", folder=TYPED))["ok"]
    (inbound,) = await house.taken()
    assert inbound.values["folder"] == f"{TYPED}/"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"bucket folder c-flowers '{SENT}'", f"bucket folder c-flowers '{TYPED}'"),
        ("bucket show <http://c.flowers|c.flowers>", "bucket show c.flowers"),
        ("bucket show <https://c.flowers>", "bucket show https://c.flowers"),
        ("<@U0BOT00001> bucket list of <@U0WANG0001|wang>", "bucket list of <@U0WANG0001>"),
        ("<@U0BOT00001|bot> bucket list", "bucket list"),
    ],
)
async def test_speech_is_heard_as_it_was_typed(house: House, text: str, words: str) -> None:
    for kind, place in (("message", "im"), ("app_mention", "")):
        await house.deliver(event(f"Ev-{kind}", text=text, type=kind, channel_type=place))
    assert [inbound.words for inbound in await house.taken()] == [words, words]


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted", "message_replied", "bot_message"])
async def test_the_echo_of_a_message_is_not_speech(house: House, subtype: str) -> None:
    inner = {"type": "message", "user": LI, "text": "bucket list", "ts": "1.1", "edited": {"user": LI, "ts": "2.2"}}
    whole = {"subtype": subtype, "message": inner, "previous_message": inner, "hidden": True}
    for user in (None, LI, house.web.identity.user):
        await house.deliver(event(f"Ev{user}", user=user, **whole))
    assert await house.taken() == []


async def test_what_the_bot_posts_redraws_and_deletes_wakes_nobody(house: House) -> None:
    await house.store.commit(Change().create(approval()).create(card()).redraw("request-req1"))
    thing = replace(service(), raised=1)
    owner = Copy(Audience.OWNER, LI, Language.EN)
    await house.store.commit(Change().create(thing).create(Card("thing-h1", f"thing:{thing.id}", (owner,))))
    await house.store.commit(Change().redraw("thing-h1"))
    await send_all(house)
    request, shown = await house.store.load(type(approval()), "req1"), await house.store.load(Thing, thing.id)
    assert request is not None
    assert shown is not None
    change = Change().replace(request, replace(request.record, state=ApprovalState.VOID)).redraw("request-req1")
    await house.store.commit(change.replace(shown, replace(thing, raised=2)).redraw("thing-h1"))
    await send_all(house)
    await until(lambda: house.site.deliverer.in_flight == 0)
    assert len(said(house, LI)) == 2
    assert await house.taken() == []
