"""Whoever comes too fast is told so on every way in, and keeps what was typed."""

from __future__ import annotations

import pytest

from bot.flows.accept import WINDOW
from tests.slack.conftest import House


@pytest.fixture
def house(house: House) -> House:
    """A web role that lets one thing a minute through."""
    house.web.__dict__["most"] = 1
    return house


async def test_a_form_stays_open_below_what_is_said_and_can_be_sent_in_a_minute(house: House) -> None:
    await house.say("wang", "/modelarts bucket create")
    held = await house.submit("wang", name="c-flowers")
    view = await house.view("wang")
    assert view is not None
    assert "more than 1 commands and presses" in str(view["blocks"]), held
    await house.control.post("close", {"as": "wang"})
    assert await house.taken() == []
    house.clock.ahead += WINDOW + 1
    await house.submit("wang", name="c-flowers")
    (inbound,) = await house.taken()
    assert inbound.values["name"] == "c-flowers"


async def test_a_message_is_answered_where_it_was_said_and_recorded_once_a_minute(house: House) -> None:
    for number in range(4):
        await house.say("wang", f"bucket show b-{number}", "@bot")
    assert len(await house.taken()) == 1
    said = [m["text"] for m in await house.messages("wang", "@bot") if "more than 1 commands" in m["text"]]
    assert len(said) == 3
    assert [entry["who"] for entry in house.store.audits if entry["what"] == "held_back"] == ["U0WANG0001"]


async def test_what_was_typed_is_given_back_beside_it_also_while_redis_is_down(house: House) -> None:
    for _ in range(2):
        answer = await house.say("wang", "/modelarts bucket list")
    assert "You typed: /modelarts bucket list" in answer["response"]["text"]
    house.store.down = True
    answer = await house.say("li", "/modelarts 桶 列表")
    assert "您输入的内容：/modelarts 桶 列表" in answer["response"]["text"]


async def test_others_and_zero_have_no_limit(house: House) -> None:
    for who in ("wang", "li", "mei"):
        await house.say(who, "/modelarts bucket list")
    assert len(await house.taken()) == 3
    house.web.__dict__["most"] = 0
    for _ in range(5):
        await house.say("wang", "/modelarts bucket list")
    assert len(await house.taken()) == 5
