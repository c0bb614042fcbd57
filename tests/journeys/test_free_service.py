"""Services started and found: a free one by form in Chinese, a forgotten paid one in English."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journeys.cards import offered, pass_time
from tests.stack import Stack, eventually

FREE, PAID = "flowers-free", "flowers-gpu"
MINUTE, HOUR = 60, 3600


def state_of(house: Stack, name: str) -> str:
    """Return a service's state in the simulated ModelArts."""
    return next((str(s["status"]) for s in house.cloud("modelarts")["services"] if s["service_name"] == name), "gone")


def card(house: Stack, who: str, name: str, where: str = "@bot") -> dict[str, Any]:
    """Return the newest card of a service that somebody sees; a moved one is not the service's any more."""
    signs = (":free:", "Paid flavor", "付费规格")
    found = [m for m in house.messages(who, where) if name in m["text"] and any(sign in m["text"] for sign in signs)]
    return found[-1]


@pytest.mark.rule("R5.71")
def test_a_free_start_is_agreed_to_in_its_form_and_confirmed_by_the_cloud(house: Stack) -> None:
    house.say("li", f"/modelarts 服务 启动 {FREE}")
    assert "不包含 OBS 存储费用" in house.texts("li")
    assert state_of(house, FREE) == "stopped"
    house.press("li", "open_form")
    view = house.view("li")
    assert view is not None
    assert house.submit("li", service=FREE, agreed="yes")["ok"]
    eventually(lambda: state_of(house, FREE) == "running", 60)
    house.settle()
    assert "并经云服务确认" in house.texts("li")


def spent(message: dict[str, Any]) -> float:
    """Return what a card says that something has cost until now."""
    found = re.search(r"cost until .*: about (\d+\.\d\d) CNY", message["text"].replace("*", ""))
    assert found, message["text"]
    return float(found.group(1))


@pytest.mark.rule("R5.49")
def test_a_paid_service_made_in_the_console_is_claimed_asked_about_and_stopped(house: Stack) -> None:
    assert "Is it yours?" in card(house, "wang", PAID, "#modelarts")["text"]
    house.press("wang", "mine", "#modelarts")
    before = spent(card(house, "wang", PAID))
    assert before >= 14.40, "two hours before this demo began, at 7.20 an hour"
    pass_time(house, 9 * HOUR)
    asked = card(house, "wang", PAID)
    assert "stop" in offered(asked)
    assert 9 * 7.20 - 7.20 < spent(asked) - before < 9 * 7.20 + 7.20
    house.say("li", "/modelarts 运行中")
    assert "每小时 7.20 CNY" in house.texts("li")
    house.press("wang", "stop")
    eventually(lambda: state_of(house, PAID) == "stopped", 60)
    house.settle()
    assert offered(card(house, "wang", PAID)) == set()


@pytest.mark.rule("R5.13")
@pytest.mark.rule("R5.43")
@pytest.mark.rule("R5.46")
def test_a_price_that_rises_before_the_approval_is_shown_and_the_vote_does_not_count(house: Stack) -> None:
    house.say("wang", f"/modelarts service start {PAID}")
    assert "1 × 7.20 CNY: 7.20 CNY per hour" in house.texts("mei")
    assert "Inquired of Huawei Cloud billing at" in house.texts("mei")
    assert "7.20 CNY 每小时" in house.texts("chen")
    house.post("cloud/console", service="bss", action="price", flavor="modelarts.vm.gpu.p4", hourly=9.3)
    pass_time(house, 11 * MINUTE)
    house.press("chen", "approve")
    assert "因此您的批准无效" in house.texts("chen")
    assert "9.30 CNY 每小时" in house.texts("chen")
    assert "9.30 CNY per hour" in house.texts("mei")
    assert "7.20 CNY per hour" not in house.texts("mei")
    assert state_of(house, PAID) == "stopped"
    house.press("mei", "approve")
    eventually(lambda: state_of(house, PAID) == "running", 60)
    house.settle()
    house.say("wang", "/modelarts running")
    assert "(9.30 CNY an hour, inquired at" in house.texts("wang")


@pytest.mark.rule("R5.34")
def test_the_list_says_the_same_in_both_languages(house: Stack) -> None:
    house.say("wang", "/modelarts service list")
    house.say("li", "/modelarts 服务 列表")
    assert "calls failed / total: 2 / 41" in house.texts("wang")
    assert "调用失败次数/总次数：2/41" in house.texts("li")


@pytest.mark.rule("R5.37")
def test_reminders_are_listed_put_off_added_and_muted_by_command(house: Stack) -> None:
    house.say("li", f"/modelarts 提醒 添加 {FREE} 多久=2h")
    house.say("li", "/modelarts 提醒 列表")
    assert "自定义提醒" in house.texts("li")
    house.say("li", f"/modelarts 提醒 静音 {FREE}")
    assert "已静音" in house.texts("li")
    house.say("wang", f"/modelarts remind unmute {FREE}")
    assert "only they or an administrator" in house.texts("wang")
