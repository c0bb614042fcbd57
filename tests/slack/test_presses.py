from __future__ import annotations

import pytest

from bot.ports import Change
from bot.records import Audience, Card, Copy, Form, InboundKind, Language, Surface, SurfaceKind
from bot.reply import Button, Reply
from bot.say import say
from bot.slack.pressed import CONTRACT as TAKEN_IN
from tests.sandbox.conftest import until
from tests.slack.conftest import House
from tests.slack.given import card, event, interaction, press
from tests.slack.test_commands import KEY

CONTRACT = [
    *["approve", "deny", "withdraw", "renew", "start_again", "stop", "let_go", "keep_until", "snooze", "mute"],
    *["buy_again", "back_up", "use_paid", "extend", "mine", "retry", "undo", "cancel", "take_slot", "pass_slot"],
    "ask_admin",
]


async def test_every_button_of_the_contract_is_taken_in_once(house: House) -> None:
    assert set(CONTRACT) == TAKEN_IN
    for action in CONTRACT:
        body = press(action, "thing1")
        assert await house.acked(body) == await house.acked(body) == {}
    taken = await house.taken()
    assert [(i.what, i.action, i.value) for i in taken] == [(InboundKind.PRESS, a, "thing1") for a in CONTRACT]
    assert {i.surface.kind for i in taken} == {SurfaceKind.BUTTON}


async def test_presses_of_two_people_at_the_same_instant_both_count(house: House) -> None:
    await house.acked(press("deny", "req1", "U0MEI00001"))
    await house.acked(press("deny", "req1", "U0CHEN0001"))
    assert [i.surface.user for i in await house.taken()] == ["U0MEI00001", "U0CHEN0001"]


async def _message_with(house: House, action: str, value: str) -> None:
    where = Surface(SurfaceKind.MENTION, "U0WANG0001", "C0MODELART")
    button = Button(action, say("form.open"), value)
    await house.web.chat.answer(where, Reply(say("help.overview"), buttons=(button,)), Language.EN)


async def test_a_press_that_leads_nowhere_is_answered(house: House) -> None:
    for action, value, words in (("make_coffee", "x", "not known to this version"), ("open_form", "f404", "too old")):
        await _message_with(house, action, value)
        assert (await house.press("wang", action))["ok"]
        assert words in str((await house.messages("wang", "#modelarts"))[-1])
    assert await house.taken() == []


async def test_somebody_elses_form_stays_closed(house: House) -> None:
    surface = Surface(SurfaceKind.FORM, "U0MEI00001")
    await house.store.commit(Change().create(Form("f1", "bucket create", surface)))
    await _message_with(house, "open_form", "f1")
    await house.press("wang", "open_form")
    assert await house.view("wang") is None
    assert "Somebody else" in str((await house.messages("wang", "#modelarts"))[-1])


async def test_without_redis_a_press_is_answered_in_words(house: House) -> None:
    await _message_with(house, "deny", "req1")
    house.store.down = True
    assert (await house.press("wang", "deny"))["ok"]
    assert "Redis" in str((await house.messages("wang", "#modelarts"))[-1])


async def test_an_unknown_copy_of_a_card_is_adopted_at_its_first_press(house: House) -> None:
    known = Copy(Audience.APPROVER, "U0MEI00001", Language.EN, "D1", "1.0", "x")
    await house.store.commit(Change().create(card(known)))
    for at in ("1.5", "2.5"):
        acted = {"action_id": "deny", "value": "req1", "action_ts": at}
        place = {"channel": {"id": "D1"}, "message": {"ts": "2.0"}, "actions": [acted]}
        await house.acked(interaction("block_actions", "U0MEI00001", **place))
    found = await house.store.load(Card, "request-req1")
    assert found is not None
    assert [copy.ts for copy in found.record.copies] == ["1.0", "2.0"]
    assert [entry.id for entry in await house.outbox()] == ["request-req1"]


async def test_mentions_and_direct_messages_become_speech(house: House) -> None:
    await house.control.say("wang", "#general", "@bot bucket show `c-flowers`")
    await house.control.say("li", "@bot", "bucket list")
    await until(lambda: len(house.store._unread["work"]) == 2)
    mention, direct = sorted(await house.taken(), key=lambda inbound: inbound.surface.kind)[::-1]
    assert (mention.surface.kind, mention.words) == (SurfaceKind.MENTION, "bucket show `c-flowers`")
    assert (direct.surface.kind, direct.words) == (SurfaceKind.DIRECT, "bucket list")
    assert mention.what is InboundKind.SPEECH


async def test_what_nobody_said_to_us_is_acked_and_dropped(house: House) -> None:
    for fields in (
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"user": "U0BOT00001"},
        {"user": None},
        {"channel_type": "channel"},
        {"type": "app_home_opened"},
        {"type": "reaction_added"},
    ):
        assert (await house.deliver(event(text="bucket list", **fields))).status_code == 200
        assert await house.taken() == [], fields


async def test_an_event_delivered_again_counts_once_and_without_redis_comes_again(house: House) -> None:
    house.store.down = True
    assert (await house.deliver(event(text="bucket list"))).status_code == 503
    house.store.down = False
    for _ in range(2):
        assert (await house.deliver(event(text="bucket list", subtype="file_share"))).status_code == 200
    assert len(await house.taken()) == 1


@pytest.mark.rule("R3.17")
async def test_a_key_in_a_message_is_answered_with_a_warning_and_not_stored(house: House) -> None:
    await house.control.say("wang", "@bot", f"my key is {KEY}")
    await until(lambda: "secret key" in str(house.site.workspace.messages))
    assert await house.taken() == []
    assert KEY not in repr(house.store.__dict__)
