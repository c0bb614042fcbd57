"""The first day of an empty account: the Home says what is missing, and two people finish the checklist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.identity import choose
from tests.journeys.shapes import house_in
from tests.journeys.test_home import home, press_home, words
from tests.journeys.test_setup import card
from tests.stack import Stack, eventually


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("house")
    with house_in(folder, scenario="empty") as found:
        yield found


@pytest.mark.rule("R3.28")
def test_whoever_comes_first_is_shown_what_is_missing_and_asks_with_one_click(house: Stack) -> None:
    home(house, "li")
    house.settle()
    assert "尚未配置" in card(house, "li")["text"]
    shown = words(home(house, "li"))
    assert "*未授权*" in shown
    assert "已完成 5/9" in shown
    press_home(house, "li", "ask_admin")
    assert "auth add" in house.texts("mei")
    press_home(house, "li", "look_again")
    assert "5/9" in house.texts("li")


@pytest.mark.rule("R1.01")
@pytest.mark.rule("R4.10")
def test_two_people_finish_it_from_its_buttons(house: Stack) -> None:
    house.say("mei", "/modelarts setup")
    start(house, "li", "auth add")
    choose(house, "li", "kind", "all")
    assert house.submit("li", name="team", agreed="yes")["ok"]
    house.press("mei", "approve")
    eventually(lambda: "通过委托授权" in card(house, "li")["text"])

    start(house, "li", "bucket create")
    view = house.view("li")
    assert "c-flowers" in json.dumps(view)
    assert house.submit("li", name="c-flowers", folder="flowers")["ok"]
    house.press("mei", "approve")
    eventually(lambda: "c-flowers" in card(house, "mei")["text"])

    start(house, "li", "console")
    assert house.submit("li", page="home")["ok"]
    assert "console.huaweicloud.com" in house.texts("li")
    tick(house, "li", "console")
    tick(house, "mei", "charges")
    assert "Ready for ModelArts" in card(house, "mei")["text"]
    assert "准备就绪" in card(house, "li")["text"]
    assert "未授权" not in words(home(house, "li"))


def button(house: Stack, who: str, action: str, value: str = "") -> dict[str, str]:
    """Return a button of the newest checklist that somebody sees."""
    found = [element for block in card(house, who)["blocks"] for element in block.get("elements", ())]
    return next(one for one in found if one.get("action_id") == action and value in one.get("value", ""))


def tick(house: Stack, who: str, line: str) -> None:
    """Tick a line in the checklist's menu."""
    handle = button(house, who, "look_again")["value"]
    house.press(who, "tick", selected=f"{handle}|{line}")


def start(house: Stack, who: str, command: str) -> None:
    """Press the checklist's button that starts a command."""
    value = button(house, who, "open_form", command)["value"]
    ts = card(house, who)["ts"]
    house.post("press", as_=who, in_="@bot", ts=ts, action_id="open_form", value=value, surface="message")
    assert eventually(lambda: house.view(who))
