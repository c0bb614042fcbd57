"""The first bucket on the demo's page, as a visitor makes it; its pictures stand in the README."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import chromium, complaints
from tests.stack import Stack
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def visitor(house: Stack) -> Iterator[Visitor]:
    with chromium() as driver:
        yield Visitor(driver, house.sandbox["url"])
        assert [line for line in complaints(driver) if "422" not in line] == []


@pytest.mark.rule("R4.04")
@pytest.mark.rule("R4.02")
def test_a_form_an_error_an_approval_a_bucket(house: Stack, visitor: Visitor) -> None:
    house.post("people", id="li", locale="en-US")
    visitor.open(**{"as": "li", "in": "#modelarts"})
    visitor.types("/modelarts bucket create")
    visitor.fills("name", "C_Flowers")
    visitor.submits()
    visitor.sees("c-flowers", "dialog.modal")
    visitor.picture("form-error")

    visitor.fills("name", "c-flowers")
    visitor.submits()
    visitor.sees("Your request was sent", "dialog.modal")
    visitor.closes()
    visitor.open(**{"as": "li", "in": "@bot", "as2": "mei", "in2": "@bot"})
    visitor.sees("Waiting for approval", "#list1")
    visitor.sees("Waiting for approval", "#list2")
    visitor.picture("approve")
    visitor.presses("approve", slot=2)
    visitor.sees("Done", "#list1")
    visitor.sees("OBS console", "#list1")
    visitor.picture("done")

    made = house.bucket("c-flowers")
    assert made is not None
    assert (made["region"], made["encryption"]) in (("cn-north-4", None), ("cn-north-4", ""))


def test_the_same_card_in_chinese(house: Stack, visitor: Visitor) -> None:
    house.post("people", id="li", locale="zh-CN")
    house.say("li", "/modelarts 桶 创建 c-huaduo 文件夹=flowers", "#modelarts")
    visitor.open(**{"as": "li", "in": "@bot"})
    visitor.sees("等待审批", "#list1")
    visitor.picture("chinese")
