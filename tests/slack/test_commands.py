from __future__ import annotations

import pytest

from bot.records import Form, InboundKind, SurfaceKind
from tests.slack.conftest import House
from tests.slack.given import command

KEY = "sk=" + "aB3" * 13 + "x"


async def test_a_whole_command_is_taken_in_once_and_acked_in_words(house: House) -> None:
    body = command("bucket show c-flowers", response_url="http://127.0.0.1:9/response/none")
    ack = await house.acked(body)
    assert ack["response_type"] == "ephemeral"
    assert "bucket show" in ack["text"]
    assert await house.acked(body) == ack
    (inbound,) = await house.taken()
    assert (inbound.what, inbound.command, inbound.values) == (InboundKind.ASK, "bucket show", {"name": "c-flowers"})
    assert inbound.surface.kind is SurfaceKind.COMMAND
    assert inbound.surface.response_url
    assert len(inbound.correlation) == 16


async def test_the_ack_is_in_the_askers_language(house: House) -> None:
    assert "正在处理" in (await house.say("li", "/modelarts 桶 列表"))["response"]["text"]
    assert "Working on" in (await house.say("wang", "/modelarts bucket list"))["response"]["text"]


async def test_help_and_mistakes_are_answered_in_the_ack(house: House) -> None:
    assert "bucket" in str(await house.acked(command("help")))
    assert "bucket create" in str(await house.acked(command("bucket create?")))
    assert "bucket" in (await house.acked(command("bukcet list")))["text"]
    assert await house.taken() == []


async def test_a_guest_is_refused_before_anything_is_stored(house: House) -> None:
    assert "full members" in (await house.say("guest", "/modelarts bucket list"))["response"]["text"]
    assert await house.taken() == []


@pytest.mark.rule("R3.17")
async def test_a_key_is_neither_stored_nor_taken_in(house: House) -> None:
    ack = await house.acked(command(f"bucket create {KEY}"))
    assert "looks like a secret key" in ack["text"] or "密钥" in ack["text"]
    assert await house.taken() == []
    assert KEY not in repr(house.store.__dict__)


async def test_missing_values_open_the_form_with_what_was_said(house: House) -> None:
    said = await house.say("wang", "/modelarts bucket create folder=flowers")
    assert said["ok"]
    view = await house.view("wang")
    assert view is not None
    assert "flowers" in str(view["blocks"])
    (opened,) = house.site.workspace.stack("U0WANG0001")
    stored = await house.store.load(Form, opened.body["private_metadata"])
    assert stored is not None
    assert stored.record.surface.channel == "C0MODELART"
    assert await house.taken() == []


async def test_a_repeated_command_opens_one_form(house: House) -> None:
    body = command("bucket create", trigger_id=house.site.tickets.new_trigger("U0LI000001"))
    assert await house.acked(body) == await house.acked(body) == {}
    assert len(house.site.workspace.stack("U0LI000001")) == 1
    assert await house.messages("li") == []


async def test_a_stale_trigger_leaves_a_button_that_opens_the_form(house: House) -> None:
    house.site.tickets.now = lambda: 0.0
    await house.say("wang", "/modelarts bucket create folder=flowers")
    assert await house.view("wang") is not None
    later = iter([0.0, *([10.0] * 99)])
    house.site.tickets.now = lambda: next(later)
    await house.say("mei", "/modelarts bucket create folder=roses")
    house.site.tickets.now = lambda: 10.0
    assert await house.view("mei") is None
    await house.press("mei", "open_form")
    view = await house.view("mei")
    assert view is not None
    assert "roses" in str(view["blocks"])


async def test_an_unanswered_open_counts_as_done_when_the_trigger_is_used_up(house: House) -> None:
    house.site.faults.add("timeout_after", "views.open", 1)
    await house.say("wang", "/modelarts bucket create")
    assert await house.view("wang") is not None
    assert "open_form" not in str(await house.messages("wang", "#modelarts"))


async def test_a_wrong_value_is_answered_with_a_filled_form_behind_a_button(house: House) -> None:
    said = await house.say("wang", "/modelarts bucket create C_Flowers")
    assert "c-flowers" in said["response"]["text"]
    await house.press("wang", "open_form")
    view = await house.view("wang")
    assert view is not None
    assert "C_Flowers" in str(view["blocks"])


async def test_a_form_opened_by_its_button_belongs_to_one_person(house: House) -> None:
    ack = await house.acked(command("bucket create C_Flowers", user="U0WANG0001"))
    identity = ack["blocks"][-1]["elements"][0]["value"]
    stored = await house.store.load(Form, identity)
    assert stored is not None
    assert stored.record.surface.user == "U0WANG0001"


async def test_a_plan_stays_a_plan_through_the_form(house: House) -> None:
    await house.say("wang", "/modelarts bucket create plan")
    assert (await house.submit("wang", name="c-flowers"))["ok"]
    (inbound,) = await house.taken()
    assert inbound.plan_only


async def test_without_redis_the_ack_says_so(house: House) -> None:
    house.store.down = True
    assert "Redis" in (await house.acked(command("bucket list", user="U0WANG0001")))["text"]
    assert "c-flowers" in (await house.acked(command("bucket create C_Flowers")))["text"]


async def test_a_slack_that_does_not_know_the_asker_in_time_does_not_hold_the_ack(house: House) -> None:
    house.site.faults.add("server_error", "users.info", 4)
    ack = await house.acked(command("bucket list", user="U0CHEN0001"))
    assert "Working on" in ack["text"]
    assert len(await house.taken()) == 1


@pytest.mark.rule("R1.01")
@pytest.mark.parametrize("text", ["help", "bucket cuont", "bucket create", "bucket create NOT_A_NAME"])
async def test_whoever_is_answered_in_the_ack_is_welcomed_behind_it_once(house: House, text: str) -> None:
    for _ in range(2):
        await house.say("wang", f"/modelarts {text}")
    woken = [(entry.kind, entry.id) for entry in await house.store.read("work", 9)]
    assert woken.count(("welcome", "U0WANG0001")) == 1
