"""Who one is in the account, and the console: linked in Chinese and English, confirmed, signed in, taken away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stack import Stack


def answers(house: Stack, who: str, text: str, where: str = "@bot") -> str:
    """Return what somebody is answered, wherever it appears."""
    before = {m["ts"] for m in house.messages(who, where)}
    ack = house.say(who, text, where)
    fresh = [m for m in house.messages(who, where) if m["ts"] not in before]
    return json.dumps([ack.get("response"), *fresh], ensure_ascii=False)


@pytest.mark.rule("R1.01")
@pytest.mark.rule("R1.03")
def test_the_account_is_shown_in_both_languages(house: Stack) -> None:
    said = answers(house, "wang", "/modelarts account show", "#general")
    for part in ("flower-lab", "Real-name authentication: done", "Agencies: *3* of 50", "not linked", "cn-east-3"):
        assert part in said
    assert "实名认证：已完成" in answers(house, "li", "/modelarts 账号 查看", "#general")


@pytest.mark.rule("R2.02")
@pytest.mark.rule("R3.21")
def test_a_person_is_linked_by_an_administrator_and_signed_in_where_nothing_is_kept(house: Stack) -> None:
    assert "login" not in answers(house, "li", "/modelarts console notebook", "#general")
    house.say("li", "/modelarts 账号 关联 li")
    card = house.texts("mei")
    assert "IAM user `li`" in card
    assert "*li (U" in card
    house.press("mei", "approve")
    assert "IAM 子用户 `li`" in answers(house, "li", "/modelarts 账号 查看", "#general")

    said = answers(house, "li", "/modelarts console notebook", "#general")
    token = token_of(said)
    assert [s["session"] for s in house.cloud("iam")["sessions"]] == [f"slack-{house_id(house, 'li')}"]
    assert "logintoken" not in house.texts("wang", "#general") + house.texts("mei", "#general")
    kept = answers(house, "li", "console notebook")
    assert "logintoken" not in kept
    assert "不会保存的消息中提供" in kept
    assert token not in house.logs()
    audit = answers(house, "mei", "/modelarts audit list")
    assert token not in audit

    house.say("li", "/modelarts account link kind=none")
    house.press("mei", "approve")
    assert "logintoken" not in answers(house, "li", "/modelarts console notebook", "#general")


def token_of(said: str) -> str:
    """Return the login token of the sign-in link in an answer."""
    assert "logintoken=" in said
    return said.split("logintoken=")[1].split("|", maxsplit=1)[0].split(">", maxsplit=1)[0]


def house_id(house: Stack, name: str) -> str:
    """Return somebody's Slack id."""
    people: list[dict[str, Any]] = house.get("state")["people"]
    return next(str(one["id"]) for one in people if name in (one.get("name"), one.get("id"), one.get("handle")))


@pytest.mark.rule("R3.02")
def test_without_an_authorization_a_service_is_not_started_and_an_administrator_is_asked(house: Stack) -> None:
    house.say("mei", "/modelarts auth clear confirm=DELETE")
    house.press("chen", "approve")
    assert house.submit("chen", typed="DELETE")["ok"]
    assert house.cloud("modelarts")["authorizations"]["flower-lab"] == []
    said = answers(house, "wang", "/modelarts service start flowers-free agreed=yes")
    assert "is not authorized to act for you" in said
    assert "ask_admin" in said
    assert {s["service_name"]: s["status"] for s in house.cloud("modelarts")["services"]}["flowers-free"] == "stopped"
    house.press("wang", "ask_admin")
    assert "open_form" in house.texts("mei")
