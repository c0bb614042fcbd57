"""What an administrator would mend is asked for with one click, once, and each gets a form of their own."""

from __future__ import annotations

import pytest

from bot.approvals.digest import reference
from bot.errors import ChatUnknown, Refusal
from bot.flows.journal import ended
from bot.flows.offers import mending, with_forms
from bot.flows.respond import respond
from bot.ports import Change
from bot.records import Form, Inbound, Operation, OperationState
from bot.reply import Offer, Reply
from bot.rules.mending import mend_of
from bot.say import Say, say
from tests.flows.given import Given, approved, asks, given, presses

ASK = Offer("bucket create", {"name": "c-flowers"}, say("ask_admin.mend", command="bucket create"))


async def answered(found: Given, user: str) -> Reply:
    """Return an answer that asks administrators for something, as `user` gets it."""
    stored = await found.store.load(Inbound, await asks(found, "bucket list", user=user))
    assert stored is not None
    return await with_forms(found.world, stored.record.surface, "r1", Reply(say("form.title"), asks=(ASK,)))


async def pressed(found: Given, value: str, user: str = "LI") -> None:
    await respond(found.world, await presses(found, "ask_admin", value, user))


@pytest.mark.rule("R3.05")
async def test_an_administrator_opens_the_form_and_anybody_else_asks() -> None:
    found = given()
    assert [button.action for button in (await answered(found, "MEI")).buttons] == ["open_form"]
    assert [button.action for button in (await answered(found, "LI")).buttons] == ["ask_admin"]
    found.chat.faults["administrators"] = [ChatUnknown("no_answer")]
    assert [button.action for button in (await answered(found, "MEI")).buttons] == ["ask_admin"]


@pytest.mark.rule("R3.02")
@pytest.mark.rule("R3.05")
async def test_one_click_gives_every_administrator_the_filled_form() -> None:
    found = given()
    (button,) = (await answered(found, "LI")).buttons
    await pressed(found, button.value)
    assert [(who, what.key) for who, what in found.chat.said] == [
        ("CHEN", "ask_admin.asked"),
        ("MEI", "ask_admin.asked"),
        ("LI", "ask_admin.sent"),
    ]
    own = await found.store.load(Form, f"{button.value}-MEI")
    assert own is not None
    assert (own.record.command, own.record.values) == ("bucket create", {"name": "c-flowers"})
    assert own.record.surface.user == "MEI"
    assert "asked" in found.acts()


async def test_a_second_press_asks_nobody_again_and_is_answered() -> None:
    found = given()
    (button,) = (await answered(found, "LI")).buttons
    await pressed(found, button.value)
    await pressed(found, button.value)
    assert found.chat.keys == ["ask_admin.asked", "ask_admin.asked", "ask_admin.sent", "ask_admin.sent"]


async def test_where_slack_takes_none_of_them_that_is_said_and_a_press_tries_again() -> None:
    found = given()
    (button,) = (await answered(found, "LI")).buttons
    found.chat.faults["answer"] = [ChatUnknown("no_answer"), ChatUnknown("no_answer")]
    await pressed(found, button.value)
    assert found.chat.keys == ["ask_admin.failed"]
    await pressed(found, button.value)
    assert found.chat.keys[-1] == "ask_admin.sent"


async def test_nobody_else_asks_with_somebodys_button() -> None:
    found = given()
    (button,) = (await answered(found, "LI")).buttons
    await pressed(found, button.value, "WANG")
    await pressed(found, "invented", "WANG")
    assert found.chat.keys == ["form.not_yours", "form.gone"]


@pytest.mark.rule("R3.05")
@pytest.mark.parametrize(("admins", "key"), [({"LI", "MEI"}, "ask_admin.yours"), (set(), "ask_admin.nobody")])
async def test_an_administrator_gets_the_form_and_without_any_that_is_said(admins: set[str], key: str) -> None:
    found = given()
    (button,) = (await answered(found, "LI")).buttons
    found.chat.admins = frozenset(admins)
    await pressed(found, button.value)
    assert found.chat.keys == [key]


@pytest.mark.rule("R3.01")
@pytest.mark.rule("R3.19")
async def test_a_card_that_failed_for_a_missing_action_is_mended_from_itself() -> None:
    found = given()
    await approved(found)
    stored = await found.store.load(Operation, "R1")
    assert stored is not None
    lacks = say("cloud.needs", actions="obs:bucket:CreateBucket`, `obs:bucket:HeadBucket")
    why = say("cloud.forbidden", code="c", request_id="r", actions=lacks, link="l", path="p")
    failed = ended(stored.record, OperationState.FAILED, 0.0, say("execute.gave_up", why=why))
    await found.store.commit(Change().replace(stored, failed))
    await pressed(found, "R1")
    assert found.chat.keys == ["ask_admin.asked", "ask_admin.asked", "ask_admin.sent"]
    own = await found.store.load(Form, "R1-mend-LI-MEI")
    assert own is not None
    assert own.record.command == "auth diagnose"
    assert own.record.values == {"error": f"{reference('R1')} obs:bucket:CreateBucket, obs:bucket:HeadBucket"}


@pytest.mark.rule("R3.02")
@pytest.mark.parametrize(
    ("words", "command"),
    [
        (say("cloud.unauthorized", code="c"), "auth add"),
        (say("cloud.forbidden", actions=say("cloud.needs_unknown")), "account doctor"),
        (say("submit.cloud", why=say("cloud.arrears")), "account show"),
        (say("cloud.statement"), "console"),
        (say("cloud.explained", refusal=say("cloud.unauthorized"), why=say("cloud.busy")), "auth add"),
        (say("cloud.busy"), ""),
        (None, ""),
    ],
)
def test_what_mends_a_refusal_of_the_cloud(words: Say | None, command: str) -> None:
    mend = mend_of(words)
    assert (mend[0] if mend else "") == command


async def test_a_refusal_with_a_mend_keeps_what_was_typed() -> None:
    found = given()
    stored = await found.store.load(Inbound, await asks(found, "bucket list"))
    assert stored is not None
    refusal = Refusal("submit.not_a_member")
    assert await mending(found.world, stored.record, refusal) is refusal
    told = await mending(found.world, stored.record, refusal.mended_by("bucket create", name="c-flowers"))
    assert isinstance(told, Reply)
    assert (told.head.key, [button.action for button in told.buttons]) == ("submit.not_a_member", ["ask_admin"])


@pytest.mark.rule("R3.21")
async def test_what_the_asker_mends_is_offered_to_the_asker() -> None:
    found = given()
    stored = await found.store.load(Inbound, await asks(found, "bucket list"))
    assert stored is not None
    told = await mending(found.world, stored.record, Refusal("auth.link_first").offering("account link"))
    assert isinstance(told, Reply)
    (button,) = told.buttons
    assert button.action == "open_form"
    form = await found.store.load(Form, button.value)
    assert form is not None
    assert form.record.command == "account link"
