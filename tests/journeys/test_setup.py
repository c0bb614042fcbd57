"""A new account's checklist: verified, ticked, and followed by everybody on one card."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stack import Stack


def card(house: Stack, who: str) -> dict[str, Any]:
    """Return the newest checklist that somebody sees."""
    return [m for m in house.messages(who) if '"look_again"' in json.dumps(m["blocks"])][-1]


@pytest.mark.rule("R1.01")
@pytest.mark.rule("R1.03")
def test_the_checklist_verifies_what_it_can_and_takes_ticks_for_the_rest(house: Stack) -> None:
    house.say("wang", "/modelarts setup")
    shown = card(house, "wang")["text"]
    assert "Real-name authentication: done" in shown
    assert "free flavors exist in cn-north-4" in shown
    assert "only what is used is paid for" in shown

    house.say("li", "/modelarts 准备")
    assert "实名认证：已完成" in card(house, "li")["text"]

    house.say("wang", "/modelarts setup tick=console")
    assert "Ticked – Console" in card(house, "wang")["text"]
    assert "已勾选 – 管理控制台" in card(house, "li")["text"], "one card, redrawn for everybody who follows it"


def test_what_the_cloud_answers_itself_cannot_be_ticked(house: Stack) -> None:
    said = house.say("wang", "/modelarts setup tick=real_name")
    assert said["ok"]
    assert "there is nothing to tick" in house.texts("wang")
