"""Somebody at a real browser in front of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import WIDE, chromium, complaints, scheme, size, wait
from tests.sandbox.page.stage import Stage, stage


class Visitor:
    """Somebody at the browser; waits for what must come."""

    def __init__(self, driver: Chrome, scene: Stage) -> None:
        self.driver, self.scene = driver, scene

    def open(self, **query: str) -> None:
        self.driver.get(f"{self.scene.url}/?{urlencode(query)}")
        self.until(lambda: self.driver.execute_script("return document.readyState === 'complete' && !!window.htmx"))

    def until(self, true: Callable[[], object]) -> None:
        wait(self.driver).until(lambda _: true())

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        self.until(lambda: self.all(selector))
        return self.all(selector)[0]

    def read(self, selector: str) -> str:
        return str(self.driver.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", selector))

    def sees(self, text: str, selector: str = "body") -> None:
        self.until(lambda: text in self.read(selector))

    def types(self, text: str, slot: int = 1) -> None:
        self.one(f"#composer{slot} textarea").send_keys(text, Keys.ENTER)

    def keys(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def focus(self) -> str:
        script = "const e = document.activeElement; return e.name || e.dataset.action || e.className || e.tagName"
        return str(self.driver.execute_script(script))


@pytest.fixture(scope="package")
def driver() -> Iterator[Chrome]:
    with chromium() as found:
        yield found


@pytest.fixture
def visitor(driver: Chrome) -> Iterator[Visitor]:
    size(driver, WIDE)
    scheme(driver, "light")
    with stage() as scene:
        complaints(driver)
        yield Visitor(driver, scene)
        driver.get("about:blank")
        found = [line for line in complaints(driver) if "example.invalid" not in line and "422" not in line]
        assert found == []
