"""A package before its end: the reminder says what fits, and a purchase in the console is seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.cards import offered, pass_time
from tests.stack import Stack

CPU, GPU = "6f0e3d2a71c84b0f9a5d4c3b2a190817", "b2c41d5e8f7a4960a1d3e5f708192a3b"
CPU_NAME, GPU_NAME = "CPU 100 hours", "GPU 500 hours"
DAY = 86400


def card(house: Stack, name: str, who: str = "mei") -> dict[str, Any]:
    """Return the newest card of a package in the shared channel."""
    return [m for m in house.messages(who, "#modelarts") if name in m["text"] and not m["ephemeral"]][-1]


@pytest.mark.rule("R5.62")
@pytest.mark.rule("R5.57")
@pytest.mark.rule("R5.54")
def test_a_reminder_says_what_fits_a_renewal_is_approved_bought_in_the_console_and_seen(house: Stack) -> None:
    pass_time(house, 2 * DAY)
    warning = card(house, CPU_NAME)
    assert "expires within" in warning["text"]
    assert "Renew fits" in warning["text"]
    assert "cannot be refunded" in warning["text"]
    assert {"renew", "buy_again", "snooze", "mute"} == offered(warning)

    house.press("li", "renew", "#modelarts")
    request = house.texts("mei")
    assert "only when the present period ends" in request
    assert "price unknown" in request
    house.press("mei", "approve")
    told = house.texts("li")
    assert "待您操作" in told
    assert "续费管理" in told
    assert "并经云服务确认" not in told
    assert "approved" in card(house, CPU_NAME)["text"]

    house.post("cloud/console", service="bss", action="renew", package=CPU)
    pass_time(house, 6 * 60)
    closed = card(house, CPU_NAME)
    assert offered(closed) == set()
    assert "expires within" not in closed["text"]


@pytest.mark.rule("R5.51")
def test_the_list_shows_the_following_package_as_not_yet_in_force(house: Stack) -> None:
    house.say("wang", "/modelarts package list")
    assert "renewed or bought, not yet in force" in house.texts("wang")
    house.say("li", "/modelarts 套餐包 列表")
    assert "尚未生效" in house.texts("li")


@pytest.mark.rule("R5.57")
def test_with_nothing_left_buying_again_fits_and_takes_effect_at_once(house: Stack) -> None:
    house.post("cloud/console", service="bss", action="use_up", package=GPU)
    house.say("wang", f"/modelarts package show {GPU}")
    assert "Buy again* fits" in house.texts("wang")
    house.say("wang", f"/modelarts package buy_again {GPU}")
    house.press("chen", "approve")
    assert "To be done by you" in house.texts("wang")
    house.post("cloud/console", service="bss", action="buy_again", package=GPU)
    pass_time(house, 6 * 60)
    closed = card(house, GPU_NAME)
    assert "is used up; another of its product was bought" in closed["text"]
    assert offered(closed) == set()
    house.say("wang", f"/modelarts package show {GPU}")
    assert "Nothing to do: another package takes over" in house.texts("wang")


@pytest.mark.rule("R5.60")
def test_where_was_it_bought(house: Stack) -> None:
    house.say("wang", f"/modelarts package show {CPU}")
    assert "bought in CN North-Beijing4" in house.texts("wang")
