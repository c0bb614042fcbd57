"""Every clock step in both languages, in one pass of time: wang reads English, li Chinese, the shared channel Chinese.

Then quiet hours, snoozing until an hour, and a digest, asked for in words and by form.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.cards import offered, pass_time
from tests.journeys.shapes import house_in
from tests.promises.clocks import SCENARIO, Given, packages
from tests.stack import Stack, eventually

MINUTE, HOUR, DAY = 60, 3600, 86400
ZONES = {"li": "Asia/Shanghai", "wang": "Europe/Berlin"}
ROSES = Given(1, "roses", "stopped", "1h")
TULIPS = Given(2, "tulips", "stopped", "1h", "modelarts.vm.gpu.free")
PACKAGE = f"{'hours':0<32}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("house")
    scenario = folder / "clocks.toml"
    things = ROSES.row() + TULIPS.row() + packages(hours="8d")
    scenario.write_text(SCENARIO.read_text("utf-8") + things, "utf-8")
    with house_in(folder, scenario=str(scenario), BOT_LANGUAGE="zh", BOT_CHANNEL="C0MODELART") as found:
        for who, locale in (("li", "zh-CN"), ("wang", "en-US")):
            found.post("people", id=who, locale=locale, tz=ZONES[who])
        found.settle()
        yield found


def state(house: Stack, name: str) -> str:
    return next(str(s["status"]) for s in house.cloud("modelarts")["services"] if s["service_name"] == name)


def card(house: Stack, who: str, name: str, where: str = "@bot") -> dict[str, Any]:
    """Return the newest card of a thing."""
    return next(
        m
        for m in reversed(house.messages(who, where))
        if f"*{name}*" in str(m["blocks"][0]) and not m["ephemeral"] and m["from"] == "bot"
    )


def head(house: Stack, who: str, name: str, where: str = "@bot") -> str:
    return str(card(house, who, name, where)["blocks"][0]["text"]["text"])


def both(house: Stack, english: str, chinese: str) -> None:
    """Fail unless wang's card and li's card say so."""
    eventually(lambda: english in head(house, "wang", "roses"))
    eventually(lambda: chinese in head(house, "li", "tulips"))


def begin_again(house: Stack) -> None:
    for who in ("wang", "li"):
        house.press(who, "start_again")
    for name in ("roses", "tulips"):
        eventually(lambda name=name: state(house, name) == "running", 60)  # type: ignore[misc]
    house.settle()


@pytest.mark.rule("R5.25")
@pytest.mark.rule("R5.26")
@pytest.mark.rule("R5.37")
@pytest.mark.rule("R5.78")
def test_the_free_hour_the_stop_the_release_and_starting_again_in_both_languages(house: Stack) -> None:
    house.say("wang", "/modelarts service start roses agreed=yes")
    house.say("li", "/modelarts 服务 启动 tulips 同意=yes")
    for name in ("roses", "tulips"):
        eventually(lambda name=name: state(house, name) == "running", 60)  # type: ignore[misc]
    house.settle()
    pass_time(house, 50 * MINUTE)
    both(house, "stops by itself within 10 minutes", "将在 10 分钟内自动停止")
    assert {"let_go", "keep_until", "snooze", "mute"} == offered(card(house, "wang", "roses"))
    pass_time(house, 11 * MINUTE)
    both(house, "has stopped", "已停止")
    assert "start_again" in offered(card(house, "li", "tulips"))
    assert (state(house, "roses"), state(house, "tulips")) == ("stopped", "stopped")
    pass_time(house, 70 * HOUR)
    both(house, "is released within 2 hours", "将在 2 小时内被释放")
    begin_again(house)
    both(house, "is running", "正在运行")
    pass_time(house, 30 * MINUTE)
    both(house, "is running", "正在运行")


def test_one_card_stands_however_often_it_spoke(house: Stack) -> None:
    for who, name in (("wang", "roses"), ("li", "tulips")):
        standing = [m for m in house.messages(who) if f"*{name}*" in str(m["blocks"][0]) and ":free:" in m["text"]]
        assert len(standing) == 1


@pytest.mark.rule("R5.57")
@pytest.mark.rule("R5.62")
def test_the_package_is_warned_about_in_the_channels_language_and_a_renewal_closes_the_card(house: Stack) -> None:
    assert "到期" in head(house, "li", "hours", "#modelarts")
    house.press("li", "renew", "#modelarts")
    house.press("mei", "approve")
    assert "续费管理" in house.texts("li")
    house.post("cloud/console", service="bss", action="renew", package=PACKAGE)
    pass_time(house, 6 * MINUTE)
    eventually(lambda: offered(card(house, "li", "hours", "#modelarts")) == set())
    assert "后续套餐包已就绪" in head(house, "li", "hours", "#modelarts")


def local(house: Stack, who: str, **ahead: int) -> str:
    """Return what the clock of somebody shows in a while."""
    now = datetime.fromtimestamp(house.get("state")["time"], ZoneInfo(ZONES[who]))
    return f"{now + timedelta(**ahead):%H:%M}"


@pytest.mark.rule("R5.37")
def test_quiet_hours_have_what_matters_said_before_and_what_can_wait_after_them(house: Stack) -> None:
    """Both services stop in about twenty minutes; li wants to be left alone from ten minutes from now."""
    hours = f"{local(house, 'li', minutes=10)}-{local(house, 'li', hours=9)}"
    house.say("li", f"/modelarts 设置 免打扰={hours}")
    assert hours in house.texts("li")
    house.say("li", "/modelarts 提醒 列表")
    assert "自动停止前的提醒（为避免在免打扰时段内造成损失而提前；原定" in house.texts("li")
    pass_time(house, 6 * MINUTE)
    eventually(lambda: "自动停止" in head(house, "li", "tulips") and "内" in head(house, "li", "tulips"))
    said = card(house, "li", "tulips")["ts"]
    pass_time(house, 40 * MINUTE)
    both(house, "has stopped", "已停止")
    assert card(house, "li", "tulips")["ts"] == said, "its card says so, but nothing makes a noise in the night"
    pass_time(house, 9 * HOUR)
    eventually(lambda: card(house, "li", "tulips")["ts"] != said)


@pytest.mark.rule("R5.37")
def test_a_warning_is_put_off_until_an_hour_of_ones_own_by_the_form_and_in_words(house: Stack) -> None:
    begin_again(house)
    pass_time(house, 50 * MINUTE)
    eventually(lambda: "snooze" in offered(card(house, "wang", "roses")))
    choice = next(
        e for b in card(house, "wang", "roses")["blocks"] for e in b.get("elements", ()) if e["action_id"] == "snooze"
    )
    house.press("wang", "snooze", selected=choice["options"][-1]["value"])
    view = house.view("wang")
    assert view
    picker = next(b["element"] for b in view["blocks"] if b.get("block_id") == "until")
    assert picker["type"] == "timepicker"
    assert house.submit("wang", until=local(house, "wang", hours=2))["ok"]
    assert "Put off, but not for so long" in str(house.view("wang"))
    house.post("close", as_="wang")
    house.say("li", "/modelarts 提醒 推迟 tulips 推迟到=09:00")
    assert "已推迟" in house.texts("li")


def test_a_digest_comes_at_the_hour_that_a_form_set(house: Stack) -> None:
    house.say("wang", "/modelarts settings")
    assert "Europe/Berlin, as in your Slack profile" in house.texts("wang")
    house.press("wang", "open_form")
    assert house.submit("wang", digest=local(house, "wang", minutes=30))["ok"]
    house.post("close", as_="wang")
    pass_time(house, 31 * MINUTE)
    eventually(lambda: "*Today*" in house.texts("wang"))
    assert "Is released with its files at" in house.texts("wang") or "Stops by itself at" in house.texts("wang")
    assert "*今日摘要*" not in house.texts("li")


def test_only_administrators_set_the_channels_hours(house: Stack) -> None:
    house.say("li", "/modelarts 设置 对象=channel 摘要=09:00")
    assert "只有管理员" in house.texts("li")
    house.say("mei", "/modelarts settings for=channel zone=Asia/Shanghai quiet=off digest=09:00")
    assert "Asia/Shanghai" in house.texts("mei")
    pass_time(house, DAY)
    eventually(lambda: "今日摘要" in house.texts("li", "#modelarts"))


def test_a_question_offers_names_while_one_types(house: Stack) -> None:
    """By direct message the name of a service is missing: the answer is looked up, chosen, and carried out."""
    house.say("wang", "service show")
    assert "`service show` needs" in house.texts("wang")
    found = eventually(lambda: house.get("options", **{"as": "wang", "action_id": "answer", "q": "ros"}))
    house.press("wang", "answer", selected=found[0]["value"])
    assert "calls failed / total" in house.cards("wang")[-1]["text"] or "roses" in house.cards("wang")[-1]["text"]
