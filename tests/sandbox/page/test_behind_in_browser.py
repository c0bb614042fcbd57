"""The drawer as a person uses it: the clock, what is due, the console and the faults."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from selenium.webdriver.common.keys import Keys

from tests.browser import NARROW, size
from tests.sandbox.page.conftest import Visitor
from tests.sandbox.page.due import waiting

THING = "d78cbac186b744899480f25bd022f468/cn-north-4/service/8da30673-1b2c-4d5e-8f90-a1b2c3d4e501"


def told(visitor: Visitor, over: AsyncExitStack) -> None:
    """Let the sandbox ask a bot that waits for one reminder in an hour and five minutes."""
    controls = visitor.scene.running.controls

    async def start() -> None:
        rows = [{"what": f"work:remind:{THING}:3:stop_15m", "at": controls.clock.now() + 3_929}]
        controls.probe.bots[:] = [(await over.enter_async_context(waiting(rows))).url]

    visitor.scene.do(start)


def clock(visitor: Visitor) -> Any:
    return visitor.scene.running.controls.clock


def test_move_the_clock_and_see_what_is_due(visitor: Visitor) -> None:
    over = AsyncExitStack()
    told(visitor, over)
    try:
        visitor.open(**{"as": "wang", "in": "@bot"})
        visitor.sees("flowers-free", "#due")
        visitor.sees("1 h 5 min", "#due")
        visitor.one("#plus_1h").click()
        visitor.until(lambda: visitor.read("#due time").startswith("5 min"))
        visitor.one("#speed600").click()
        visitor.until(lambda: visitor.read("#due time") == "now")
        visitor.until(lambda: visitor.one("#speed600").get_attribute("aria-pressed") == "true")
        visitor.one("#speed1").click()
        visitor.until(lambda: visitor.one("#speed1").get_attribute("aria-pressed") == "true")
        assert clock(visitor).speed == 1
        assert clock(visitor).offset > 3_900
    finally:
        visitor.scene.do(over.aclose)


def test_work_in_the_console_by_keyboard(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("#tab-due").send_keys(Keys.ARROW_RIGHT)
    visitor.until(lambda: visitor.driver.switch_to.active_element.get_attribute("id") == "tab-console")
    visitor.sees("Running", "#console .thing")
    visitor.one("#console .thing [data-confirm]").send_keys(Keys.ENTER)
    visitor.sees("Delete this?", "#ask-delete[open]")
    visitor.one("#ask-delete [data-answer=no]").send_keys(Keys.ENTER)
    visitor.until(lambda: not visitor.all("#ask-delete[open]"))
    visitor.one("#console .thing .button").send_keys(Keys.ENTER)
    visitor.sees("Stopping", "#console .thing")
    visitor.one("#plus_10m").send_keys(Keys.ENTER)
    visitor.sees("Stopped", "#console .thing")
    visitor.one("#console .thing [data-confirm]").send_keys(Keys.ENTER)
    visitor.one("#ask-delete[open] [data-answer=yes]").send_keys(Keys.ENTER)
    visitor.sees("Deleting", "#console .thing")
    visitor.one("#plus_10m").send_keys(Keys.ENTER)
    visitor.until(lambda: "flowers-gpu" not in visitor.read("#console"))


def test_a_refusal_is_shown_in_the_drawer(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("#tab-console").click()
    stale = """const button = document.querySelector('#console .thing .button');
        button.setAttribute('hx-vals', '{"service": "modelarts", "action": "start", "thing": "gone"}');
        button.click();"""
    visitor.one("#console .thing .button")
    visitor.driver.execute_script(stale)
    visitor.sees("no service 'gone'", ".drawer > .toast")
    visitor.one(".drawer > .toast").click()
    visitor.until(lambda: visitor.read(".drawer > .toast") == "")


def test_switch_a_fault_on_and_off_again_in_chinese(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("#tab-faults").click()
    visitor.one("#switches form:last-child select[name=kind]").send_keys("Server")
    visitor.one("#switches form:last-child button").click()
    visitor.sees("Server error", "#faults .fault")
    visitor.sees("1 left", "#faults .fault")
    visitor.one("#switch1 summary").click()
    next(link for link in visitor.all("#switch1 a") if "Li Na" in link.text).click()
    visitor.sees("服务端错误", "#faults .fault")
    visitor.sees("华为云", "#switches")
    assert visitor.one("#tab-faults").get_attribute("aria-selected") == "true"
    visitor.one("#faults h3 .button").click()
    visitor.sees("没有开启故障", "#faults")
    visitor.driver.execute_script("localStorage.clear()")


def test_deactivate_somebody_and_let_them_speak_chinese(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("#tab-people").click()
    visitor.until(lambda: "Wang Wei" in visitor.read("#person option:checked"))
    visitor.one("#person").send_keys("Chen")
    visitor.until(lambda: visitor.one("#person-form [name=id]").get_attribute("value") == "U0CHEN0001")
    visitor.one("#person-form [name=deleted]").send_keys(Keys.SPACE)
    visitor.until(lambda: visitor.scene.workspace.person("chen").deleted)
    visitor.sees("Chen Hao · Deactivated", "#person option:checked")
    visitor.one("#person").send_keys("Wang")
    visitor.until(lambda: visitor.one("#person-form [name=id]").get_attribute("value") == "U0WANG0001")
    visitor.one("#person-form [name=locale]").send_keys("zh")
    visitor.sees("中文", "#switch1 summary")
    visitor.driver.execute_script("localStorage.clear()")


def test_on_a_phone_the_drawer_fits(visitor: Visitor) -> None:
    size(visitor.driver, NARROW)
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one(".drawer-button").click()
    over = """return [...document.querySelectorAll('.drawer *')].filter(e => e.getClientRects().length
        && !e.closest('.unseen, .what') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)"""
    for tab in ("due", "console", "people", "faults", "requests", "audit"):
        visitor.one(f"#tab-{tab}").click()
        visitor.until(visitor.one(f"#panel-{tab}").is_displayed)
        assert visitor.driver.execute_script(over) == []
    visitor.one(".drawer-head button").click()
    visitor.until(lambda: not visitor.one("#drawer").is_displayed())
    visitor.driver.execute_script("localStorage.clear()")
