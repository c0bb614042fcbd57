"""Every kind of control, used as a person uses it: by pointer or by keyboard, in messages and in a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.sandbox.page.conftest import Visitor

Json = dict[str, Any]


def overflow(visitor: Visitor) -> None:
    visitor.one("#list1 summary[data-action=more]").click()
    next(item for item in visitor.all("#list1 [role=menuitem]") if "Why am I asked" in item.text).click()
    visitor.until(lambda: not visitor.all("#list1 details[open].menu"))
    visitor.one("#list1 summary[data-action=more]").send_keys(Keys.ARROW_DOWN)
    visitor.keys(Keys.ARROW_DOWN, Keys.ENTER)


def day(visitor: Visitor) -> None:
    visitor.one("#list1 input[data-action=day]").send_keys("01152027")


def hour(visitor: Visitor) -> None:
    visitor.one("#list1 input[data-action=hour]").send_keys("0745AM", Keys.TAB)


def person(visitor: Visitor) -> None:
    visitor.one("#list1 .combo[data-action=whom] .combo-input").click()
    visitor.keys("li n", Keys.ENTER)


def radio(visitor: Visitor) -> None:
    visitor.one("#list1 [data-action=one] input[value='0']").click()
    visitor.one("#list1 [data-action=one] input[value='1']").click()


USES: dict[str, tuple[str, Callable[[Visitor], None], Callable[[Json], object], object]] = {
    "overflow": ("card", overflow, lambda action: action["selected_option"]["value"], "withdraw"),
    "date": ("gallery", day, lambda action: action["selected_date"], "2027-01-15"),
    "time": ("gallery", hour, lambda action: action["selected_time"], "07:45"),
    "person": ("gallery", person, lambda action: action["selected_user"], "U0LI000001"),
    "radio": ("gallery", radio, lambda action: action["selected_option"]["value"], "1"),
}


@pytest.mark.parametrize("name", USES)
def test_a_control_in_a_message_tells_the_app_what_was_chosen(visitor: Visitor, name: str) -> None:
    shown, use, chosen, wanted = USES[name]
    visitor.open(**{"as": "mei", "in": "@bot"})
    visitor.types(f"/modelarts {shown}")
    visitor.one("#list1 [data-action]")
    use(visitor)
    visitor.until(lambda: any(chosen(body["actions"][0]) == wanted for body in _told(visitor, chosen)))


def _told(visitor: Visitor, chosen: Callable[[Json], object]) -> list[Json]:
    """Return what the app heard of that kind of control."""
    found = []
    for body in visitor.scene.heard.actions:
        try:
            chosen(body["actions"][0])
        except (KeyError, TypeError):
            continue
        found.append(body)
    return found


def test_a_list_that_one_chooses_from_stays_as_it_is_while_others_talk(visitor: Visitor) -> None:
    visitor.open(**{"as": "mei", "in": "@bot"})
    visitor.types("/modelarts gallery")
    box = visitor.one("#list1 .combo[data-action=flavor] .combo-input")
    box.click()
    visitor.keys("CPU", Keys.ARROW_DOWN)
    visitor.until(lambda: visitor.read("#list1 .combo-list .marked") == "CPU 8 cores")
    visitor.scene.do(lambda: visitor.scene.command("mei", "news"))
    visitor.sees("You said news", "#list1")
    assert visitor.read("#list1 .combo-list .marked") == "CPU 8 cores"
    assert box.get_attribute("aria-expanded") == "true"
    visitor.keys(Keys.ENTER)
    visitor.until(
        lambda: [b["actions"][0].get("selected_option", {}).get("value") for b in visitor.scene.heard.actions] == ["c8"]
    )


def test_several_choices_are_chips_that_can_be_taken_back(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.types("/modelarts form")
    visitor.one("dialog.modal[open]")
    box = "dialog.modal .combo[data-action=tags]"
    visitor.one(f"{box} .combo-input").click()
    visitor.keys("sou", Keys.ENTER)
    visitor.until(lambda: len(visitor.all(f"{box} .chip")) == 1)
    visitor.keys("vis", Keys.ENTER)
    visitor.until(lambda: len(visitor.all(f"{box} .chip")) == 2)
    visitor.keys(Keys.ESCAPE)
    next(chip for chip in visitor.all(f"{box} .chip") if "sound" in chip.text).click()
    visitor.until(lambda: len(visitor.all(f"{box} .chip")) == 1)
    visitor.one("dialog.modal [name='f:name']").send_keys("c-flowers")
    visitor.one("dialog.modal [data-action=agree] input").click()
    visitor.one("dialog.modal button[type=submit]").click()
    visitor.until(lambda: visitor.scene.heard.values)
    values = visitor.scene.heard.values[-1]
    assert [option["value"] for option in values["tags"]["tags"]["selected_options"]] == ["vision"]
    assert [option["value"] for option in values["agree"]["agree"]["selected_options"]] == ["d30"]


def rows(visitor: Visitor) -> list[str]:
    return [row.text.split()[0] for row in visitor.all(".data-table tbody tr") if row.is_displayed()]


def test_a_data_table_is_paged_sorted_and_searched_and_stays_so(visitor: Visitor) -> None:
    visitor.open(**{"as": "mei", "in": "@bot"})
    visitor.types("/modelarts newer")
    visitor.until(lambda: rows(visitor) == [f"service-{n:02d}" for n in range(1, 6)])
    assert visitor.read(".pager span") == "1–5 / 12"
    visitor.one("[data-turn='1']").send_keys(Keys.ENTER)
    visitor.one("[data-turn='1']").send_keys(Keys.ENTER)
    visitor.until(lambda: rows(visitor) == ["service-11", "service-12"])
    visitor.one("[data-sort='1']").send_keys(Keys.ENTER, Keys.ENTER)
    visitor.one("[data-turn='-1']").send_keys(Keys.ENTER)
    visitor.one("[data-turn='-1']").send_keys(Keys.ENTER)
    visitor.until(lambda: rows(visitor) == [f"service-{n:02d}" for n in range(12, 7, -1)])
    assert visitor.one(".data-table th:nth-child(2)").get_attribute("aria-sort") == "descending"
    visitor.one("[data-find-rows]").send_keys("stopped")
    visitor.until(lambda: rows(visitor) == [f"service-{n:02d}" for n in range(5, 0, -1)])
    visitor.scene.do(lambda: visitor.scene.command("mei", "news"))
    visitor.sees("You said news", "#list1")
    visitor.until(lambda: rows(visitor) == [f"service-{n:02d}" for n in range(5, 0, -1)])
