"""Somebody at the demo's page, in a real browser, with the real bot behind it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import wait

IMAGES = Path(__file__).parent.parent / "docs" / "images"
PATIENCE = 30.0


class Visitor:
    """Opens conversations, types, presses and submits; waits for what must come."""

    def __init__(self, driver: Chrome, url: str) -> None:
        self._driver, self._url = driver, url

    def open(self, **query: str) -> None:
        """Show one or two conversations."""
        self._driver.get(f"{self._url}/?{urlencode(query)}")
        self._until(lambda: self._driver.execute_script("return document.readyState === 'complete' && !!window.htmx"))

    def types(self, text: str, slot: int = 1) -> None:
        """Type into a conversation and send it."""
        self._one(f"#composer{slot} textarea").send_keys(text, Keys.ENTER)

    def drags(self, name: str, content: str, slot: int = 1) -> None:
        """Hold a file over a conversation."""
        self._drag("dragover", name, content, f"#list{slot}")

    def drops_into_form(self, name: str, content: str) -> None:
        """Drop a file on the open form's field for files; the form then holds it."""
        self._one("dialog.modal .file-field")
        self._drag("drop", name, content, "dialog.modal .file-field")
        self.sees(name, "dialog.modal .held")

    def drops(self, name: str, content: str, slot: int = 1) -> None:
        """Drop a file on a conversation; its composer then has it."""
        self._drag("drop", name, content, f"#list{slot}")
        self.sees(name, f"#composer{slot} .attached")

    def _drag(self, event: str, name: str, content: str, place: str) -> None:
        script = (
            "const dataTransfer = new DataTransfer();"
            "dataTransfer.items.add(new File([arguments[3]], arguments[2], { type: 'text/csv' }));"
            "document.querySelector(arguments[0])"
            ".dispatchEvent(new DragEvent(arguments[1], { bubbles: true, cancelable: true, dataTransfer }));"
        )
        self._driver.execute_script(script, place, event, name, content)

    def takes_off(self, name: str, place: str = ".attached") -> None:
        """Take a file off again."""

        def clicked() -> bool:
            chip = next((chip for chip in self._all(f"{place} .chip") if name in chip.text), None)
            if chip:
                chip.click()
            return chip is not None

        self._until(clicked)

    def chooses(self, path: str, selector: str) -> None:
        """Choose a file of this machine in a field for files."""
        self._one(selector).send_keys(path)

    def fills(self, name: str, text: str) -> None:
        """Replace what stands in a field of the open form."""
        field = self._one(f"dialog.modal .field[data-action='{name}']")
        field.clear()
        field.send_keys(text)

    def seeks(self, name: str, text: str) -> None:
        """Type into a select that searches, and choose what is offered for just this."""
        combo = f"dialog.modal .combo[data-action='{name}']"
        self._one(f"{combo} input").send_keys(text)
        offered = f"{combo} [role=option][data-value='{text}']"
        self._until(lambda: [option for option in self._all(offered) if option.is_displayed()])
        self._one(offered).click()

    def submits(self) -> None:
        """Press the open form's main button."""
        self._one("dialog.modal button[type=submit]").click()

    def closes(self) -> None:
        """Close the open form."""
        self._one("dialog.modal .modal-foot button").click()
        self._until(lambda: not self._all("dialog.modal"))

    def follows(self, tab: str, slot: int = 1) -> None:
        """Choose a tab of the conversation with the bot."""
        self._until(lambda: [e for e in self._all(f"#pane{slot} .head-tabs a") if e.text == tab])
        next(e for e in self._all(f"#pane{slot} .head-tabs a") if e.text == tab).click()
        self._until(lambda: [e for e in self._all(f"#pane{slot} .head-tabs a[aria-current]") if e.text == tab])

    def runs(self, shortcut: str, slot: int = 1) -> None:
        """Run a global shortcut."""
        self._one(f"#composer{slot} button.shortcut[hx-vals*='{shortcut}']").click()

    def vanishes(self, text: str, selector: str) -> None:
        """Wait until a text can no longer be read."""
        self._until(lambda: text not in self._read(selector))

    def presses(self, action: str, slot: int = 1, value: str = "") -> None:
        """Press the newest button with this action id, and this value if several have it."""
        found = f"#list{slot} button[data-action='{action}']" + (f"[hx-vals*='{value}']" if value else "")
        self._one(found)
        self._all(found)[-1].click()

    def confirms(self) -> None:
        """Say yes to the question that a button asks."""
        self._until(lambda: [e for e in self._all("dialog.ask [data-answer='yes']") if e.is_displayed()])
        next(e for e in self._all("dialog.ask [data-answer='yes']") if e.is_displayed()).click()

    def sees(self, text: str, selector: str = "body") -> None:
        """Wait until a text can be read."""
        self._until(lambda: text in self._read(selector))

    def picture(self, name: str) -> Path:
        """Take a picture; with UPDATE_IMAGES=1 it becomes the one in docs/images."""
        taken = Path(self._driver.capabilities["chrome"]["userDataDir"]) / f"{name}.png"
        if os.environ.get("UPDATE_IMAGES") == "1":
            taken = IMAGES / f"{name}.png"
        assert self._driver.save_screenshot(str(taken))
        return taken

    def _one(self, selector: str) -> WebElement:
        self._until(lambda: self._all(selector))
        return self._all(selector)[0]

    def _all(self, selector: str) -> list[WebElement]:
        return self._driver.find_elements(By.CSS_SELECTOR, selector)

    def _read(self, selector: str) -> str:
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText).join('\\n')"
        return str(self._driver.execute_script(script, selector))

    def _until(self, true: Callable[[], object]) -> None:
        wait(self._driver, PATIENCE).until(lambda _: true())
