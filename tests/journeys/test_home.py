"""The Home tab and the shortcuts: what waits, what is theirs, and forms that are opened without a word typed."""

from __future__ import annotations

import json
from typing import Any

from tests.journeys.cards import pass_time
from tests.stack import Stack, eventually

FREE = "flowers-free"
MINUTE = 60


def home(house: Stack, who: str) -> list[dict[str, Any]]:
    """Open somebody's Home and wait until it is drawn."""
    house.get("home", **{"as": who})
    house.settle()
    return shown(house, who)


def shown(house: Stack, who: str) -> list[dict[str, Any]]:
    """Return the blocks of a Home as it stands a moment after it was opened."""
    found: list[dict[str, Any]] = house.get("home", **{"as": who})["blocks"]
    return found


def words(blocks: list[dict[str, Any]]) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def published(house: Stack) -> int:
    """Return how often a Home was published."""
    return sum(call["path"] == "/api/views.publish" for call in house.get("calls", service="slack"))


def press_home(house: Stack, who: str, action: str, value: str | None = None, **more: str) -> None:
    """Press a button in a Home."""
    named = {"value": value} if value else {}
    assert house.post("press", as_=who, action_id=action, surface="home", **named, **more)["ok"]
    house.settle()


def test_a_home_that_nobody_filled_yet_says_so_in_the_readers_language(house: Stack) -> None:
    assert "Nothing here is yours yet." in words(home(house, "wang"))
    chinese = words(home(house, "li"))
    assert "您暂无资源" in chinese
    assert "快速开始" in chinese


def test_a_form_opened_from_the_home_ends_in_a_request_that_the_approver_finds_at_home(house: Stack) -> None:
    assert "Waiting for your decision" not in words(home(house, "mei"))
    press_home(house, "wang", "open_form", "new:bucket create")
    assert house.submit("wang", name="from-the-home")["ok"]
    assert "Your requests" in words(eventually(lambda: _with(house, "wang", "from-the-home")))
    waiting = eventually(lambda: _with(house, "mei", "from-the-home"))
    assert "Waiting for your decision" in words(waiting)
    press_home(house, "mei", "approve")
    assert house.bucket("from-the-home") is not None
    eventually(lambda: "from-the-home" not in words(shown(house, "mei")))
    eventually(lambda: "from-the-home" not in words(shown(house, "wang")))


def _with(house: Stack, who: str, name: str) -> list[dict[str, Any]]:
    """Return a Home once it names something, else nothing."""
    found = shown(house, who)
    return found if name in words(found) else []


def test_a_free_service_stands_in_its_owners_home_with_its_clock_and_buttons(house: Stack) -> None:
    house.say("li", f"/modelarts 服务 启动 {FREE}")
    house.press("li", "open_form")
    assert house.submit("li", service=FREE, agreed="yes")["ok"]
    eventually(lambda: '"stop"' in words(_with(house, "li", FREE)), 60)
    before = published(house)
    pass_time(house, 50 * MINUTE)
    eventually(lambda: published(house) > before)
    assert "10 分钟内自动停止" in words(shown(house, "li"))
    told = len(house.messages("li"))
    press_home(house, "li", "mute")
    assert len(house.messages("li")) > told, "a press is answered where the reader finds it: directly"
    assert '"mute"' not in words(shown(house, "li"))


def test_what_runs_is_told_without_a_form(house: Stack) -> None:
    home(house, "wang")
    press_home(house, "wang", "open_form", "new:running")
    assert FREE in house.texts("wang")


def test_the_global_shortcut_opens_the_menu_and_from_it_a_form(house: Stack) -> None:
    assert house.post("shortcut", as_="wang", callback_id="modelarts")["ok"]
    house.settle()
    menu = house.view("wang")
    assert menu
    assert "bucket create" in words(menu["blocks"])
    assert house.post("press", as_="wang", action_id="open_form", value="new:bucket check", surface="modal")["ok"]
    house.settle()
    form = house.view("wang")
    assert form
    assert form["callback_id"] == "ask"


def test_the_shortcut_on_a_message_checks_the_path_in_it(house: Stack) -> None:
    said = house.say("wang", "it says: no access to obs://lab-datasets/roses/, help!", "#general")
    chosen = {"as_": "wang", "in_": "#general", "ts": said["ts"], "callback_id": "diagnose"}
    assert house.post("shortcut", **chosen)["ok"]
    house.settle()
    form = house.view("wang")
    assert form
    assert "obs://lab-datasets/roses/" in words(form["blocks"])


def test_the_shortcut_on_an_error_looks_it_up(house: Stack) -> None:
    said = house.say("wang", "ModelArts.2764: access denied", "#general")
    assert house.post("shortcut", as_="wang", in_="#general", ts=said["ts"], callback_id="diagnose")["ok"]
    house.settle()
    form = house.view("wang")
    assert form
    assert form["title"]["text"] == "auth diagnose"
    assert "ModelArts.2764" in words(form["blocks"])


def test_a_message_without_words_is_answered_in_words(house: Stack) -> None:
    ts = house.post("file", as_="wang", in_="#general", name="a.png", content="x")["ts"]
    assert house.post("shortcut", as_="wang", in_="#general", ts=ts, callback_id="diagnose")["ok"]
    house.settle()
    assert "no words" in house.texts("wang", "#general")


def test_a_guest_is_told_that_shortcuts_are_not_for_them(house: Stack) -> None:
    assert house.post("shortcut", as_="guest", callback_id="modelarts")["ok"]
    house.settle()
    assert house.view("guest") is None
    assert "full members" in house.texts("guest")
