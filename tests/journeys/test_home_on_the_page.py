"""The Home tab and the shortcuts by hand, in a real browser."""

from __future__ import annotations

from tests.browser import chromium
from tests.stack import Stack
from tests.visitor import Visitor


def test_from_the_home_tab_to_a_request_and_its_decision(house: Stack) -> None:
    with chromium() as driver:
        visitor = Visitor(driver, house.sandbox["url"])
        visitor.open(**{"as": "wang", "in": "@bot", "as2": "mei", "in2": "@home"})
        visitor.follows("Home", slot=1)
        visitor.sees("Nothing here is yours yet.", "#list1")
        visitor.presses("open_form", value="new:bucket create")
        visitor.fills("name", "by-hand-at-home")
        visitor.submits()
        visitor.sees("Waiting for your decision", "#list2")
        visitor.closes()
        visitor.sees("by-hand-at-home", "#list1")
        visitor.picture("home")
        visitor.presses("approve", slot=2)
        visitor.vanishes("by-hand-at-home", "#list2")
        visitor.follows("Messages", slot=1)
        visitor.sees("confirmed by the cloud", "#list1")
        visitor.runs("modelarts")
        visitor.sees("bucket check", "dialog.modal")
