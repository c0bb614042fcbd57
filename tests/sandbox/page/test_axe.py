"""axe-core on the page's main states: nothing serious, nothing critical."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from axe_core_python.selenium import Axe

from tests.browser import NARROW, WIDE, scheme, size
from tests.sandbox.page.conftest import Visitor

WEIGHTY = ("serious", "critical")
TABS = ("due", "console", "people", "faults", "requests", "audit")


def found(visitor: Visitor, part: str = "html") -> list[str]:
    """Return what axe finds weighty in a part of the page as it is: rule, and the first three elements."""
    results: dict[str, Any] = Axe().run(visitor.driver, part, {"resultTypes": ["violations"]})
    return [
        f"{one['impact']} {one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
        for one in results["violations"]
        if one["impact"] in WEIGHTY
    ]


@pytest.fixture
def furnished(visitor: Visitor, who: str) -> Iterator[Visitor]:
    """Give a visitor whose conversation shows every kind of block, a thread and an ephemeral answer."""
    for text in ("card", "gallery", "newer", "help"):
        visitor.scene.do(partial(visitor.scene.command, who, text))
    yield visitor
    visitor.driver.execute_script("localStorage.clear()")


STATES = [("light", WIDE, "mei"), ("dark", WIDE, "li"), ("dark", NARROW, "mei"), ("light", NARROW, "li")]
NAMES = ["light-wide-english", "dark-wide-chinese", "dark-narrow-english", "light-narrow-chinese"]


@pytest.mark.parametrize(("shade", "shape", "who"), STATES, ids=NAMES)
def test_the_home_messages_a_thread_forms_and_the_drawer(
    furnished: Visitor, shade: str, shape: tuple[int, int], who: str
) -> None:
    scheme(furnished.driver, shade)
    size(furnished.driver, shape)
    furnished.open(**{"as": who, "in": "@home"})
    furnished.one(".home [data-action=approve]")
    assert found(furnished, "#pane1") == []
    furnished.open(**{"as": who, "in": "@bot"})
    furnished.one("[data-action=flavor]")
    furnished.driver.execute_script("document.querySelector('.reply-button').click()")
    furnished.until(furnished.one(".replying").is_displayed)
    assert found(furnished) == []
    furnished.one("[data-stop-reply]").click()
    furnished.types("/modelarts form")
    furnished.one("dialog.modal[open]")
    assert found(furnished, "dialog.modal") == []
    furnished.one("dialog.modal button[type=submit]").click()
    furnished.one("dialog.modal .error")
    assert found(furnished, "dialog.modal") == []
    furnished.one("dialog.modal [data-close]").click()
    furnished.until(lambda: not furnished.all("dialog.modal"))
    if not furnished.one("#drawer").is_displayed():
        furnished.one(".drawer-button").click()
    for tab in TABS:
        furnished.one(f"#tab-{tab}").click()
        furnished.until(furnished.one(f"#panel-{tab}").is_displayed)
        if tab == "requests":
            furnished.driver.execute_script("document.querySelector('#requests button.what').click()")
            furnished.one("#inspect-payload")
            furnished.driver.execute_script("document.querySelector('#inspect-payload').open = true")
        assert found(furnished, "#drawer") == []


@pytest.mark.parametrize("who", ["mei"])
def test_two_sides_a_question_and_suggestions(furnished: Visitor) -> None:
    furnished.open(**{"as": "li", "in": "#general", "as2": "mei", "in2": "@bot"})
    furnished.one("#composer1 textarea").send_keys("/mo")
    furnished.sees("/modelarts", ".suggest")
    assert found(furnished) == []
    furnished.one("#list2 [data-action=deny]").click()
    furnished.one("dialog.ask[open]")
    assert found(furnished, "dialog.ask[open]") == []


@pytest.mark.parametrize("who", ["mei"])
def test_axe_would_find_something(furnished: Visitor) -> None:
    furnished.open(**{"as": "mei", "in": "@bot"})
    spoil = """document.querySelector('.send').removeAttribute('aria-label');
        document.querySelector('#head1 h1').style.color = '#eee';"""
    furnished.driver.execute_script(spoil)
    assert [one.split(":")[0] for one in found(furnished)] == ["critical button-name", "serious color-contrast"]
