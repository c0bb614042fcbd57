"""The page as a person uses it, in a real browser."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from sandbox.workspace.modals import replace_view
from sandbox.workspace.page.messages import PAGE
from sandbox.workspace.records import Message
from tests.browser import NARROW, WIDE, size
from tests.sandbox.page.conftest import Visitor
from tests.sandbox.page.gallery import form, plain


def test_talk_with_the_bot(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("#composer1 textarea").send_keys("first" + Keys.SHIFT + Keys.ENTER)
    visitor.one("#composer1 textarea").send_keys("second", Keys.ENTER)
    visitor.sees("Heard: first\nsecond", "#list1")
    assert visitor.one("#composer1 textarea").get_attribute("value") == ""
    visitor.types("  ")
    visitor.one("#composer1 textarea").send_keys("third", Keys.ENTER)
    visitor.sees("Heard:", "#list1 .message:last-child")
    rows = visitor.scene.workspace.messages[visitor.scene.workspace.direct("U0WANG0001").id]
    assert [row.text.strip() for row in rows if not row.by_bot] == ["first\nsecond", "third"]


def test_complete_a_command_by_keyboard(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "#general"})
    visitor.one("#composer1 textarea").send_keys("/mo")
    visitor.sees("/modelarts <noun> <verb> [values]", ".suggest")
    visitor.sees("Ask for ModelArts resources", ".suggest")
    visitor.keys(Keys.TAB)
    assert visitor.one("#composer1 textarea").get_attribute("value") == "/modelarts "
    visitor.keys("help", Keys.ENTER)
    visitor.sees("You said help", "#list1")
    visitor.sees("Only visible to you", "#list1")
    visitor.sees("slash_commands", "#requests")


def test_a_command_that_gets_no_ack(visitor: Visitor) -> None:
    visitor.open(**{"as": "li", "in": "@bot"})
    visitor.types("/modelarts slow")
    visitor.sees("/modelarts 失败：应用没有响应。", "#list1")
    visitor.sees("无应答", "#requests")


def test_fill_in_a_form(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.types("/modelarts form")
    visitor.one("dialog.modal[open]")
    visitor.until(lambda: visitor.focus() == "f:name")
    visitor.keys("C_Flowers", Keys.ENTER)
    visitor.sees("Try c-flowers", "dialog.modal .error")
    visitor.until(lambda: visitor.focus() == "f:name")
    visitor.one("dialog.modal [name='f:name']").send_keys(Keys.CONTROL + "a")
    visitor.keys("c-flowers", Keys.TAB, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    visitor.keys(Keys.TAB, "lab", Keys.ARROW_DOWN, Keys.ENTER)  # all of it before the app can have answered
    visitor.one("dialog.modal [name='f:project']")
    visitor.one("dialog.modal button[type=submit]").click()
    visitor.until(lambda: not visitor.all("dialog.modal"))
    values = visitor.scene.heard.values[-1]
    assert values["name"]["name"]["value"] == "c-flowers"
    assert values["region"]["region"]["selected_option"]["value"] == "cn-east-3"
    assert values["project"]["project"]["selected_option"]["value"] == "speech-lab"
    visitor.until(lambda: visitor.focus() == "text")


def test_escape_closes_a_form_and_tells_the_bot(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.types("/modelarts form")
    visitor.one("dialog.modal[open]")
    visitor.until(lambda: visitor.focus() == "f:name")
    visitor.keys(Keys.ESCAPE)
    visitor.until(lambda: not visitor.all("dialog.modal"))
    visitor.until(lambda: len(visitor.scene.heard.closed) == 1)


def test_a_form_keeps_what_is_typed_while_the_bot_redraws_it(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("#composer1 textarea").send_keys("a draft")
    visitor.scene.do(lambda: visitor.scene.command("wang", "form"))
    visitor.one("dialog.modal[open]")
    visitor.until(lambda: visitor.focus() == "f:name")
    visitor.keys("half")

    def redraw() -> None:
        view = visitor.scene.workspace.stack("U0WANG0001")[-1]
        replace_view(view, form() | {"title": plain("New title")})
        visitor.scene.workspace.tell("modal", "U0WANG0001")

    visitor.scene.call(redraw)
    visitor.sees("New title", "dialog.modal")
    assert visitor.one("dialog.modal [name='f:name']").get_attribute("value") == "half"
    assert visitor.focus() == "f:name"
    visitor.keys(Keys.ESCAPE)
    visitor.until(lambda: not visitor.all("dialog.modal"))
    assert visitor.one("#composer1 textarea").get_attribute("value") == "a draft"


def test_press_with_a_question_first(visitor: Visitor) -> None:
    visitor.open(**{"as": "mei", "in": "@bot"})
    visitor.types("/modelarts card")
    visitor.one("[data-action=deny]").click()
    visitor.sees("Deny this?", "dialog.ask[open]")
    visitor.one("dialog.ask[open] [data-answer=no]").click()
    assert visitor.scene.heard.actions == []
    visitor.one("[data-action=approve]").click()
    visitor.sees("Approved by @Mei Lin", "#list1")
    assert [body["actions"][0]["action_id"] for body in visitor.scene.heard.actions] == ["approve"]


def test_choose_in_a_message(visitor: Visitor) -> None:
    visitor.open(**{"as": "mei", "in": "@bot"})
    visitor.types("/modelarts gallery")
    visitor.one(".combo[data-action=flavor] .combo-input").click()
    visitor.keys("8 co", Keys.ENTER)
    visitor.until(lambda: visitor.scene.heard.actions)
    action = visitor.scene.heard.actions[0]["actions"][0]
    assert (action["action_id"], action["selected_option"]["value"]) == ("flavor", "c8")
    visitor.one("[data-action=ticks] input").click()
    visitor.until(lambda: len(visitor.scene.heard.actions) == 2)
    chosen = visitor.scene.heard.actions[1]["actions"][0]["selected_options"]
    assert [item["value"] for item in chosen] == ["logs"]


def test_two_people_see_each_other(visitor: Visitor) -> None:
    visitor.open(**{"as": "li", "in": "#general", "as2": "mei", "in2": "@bot"})
    visitor.types("大家好")
    visitor.until(lambda: visitor.all("#side2 .count"))
    visitor.one("#composer2 textarea").send_keys("mei's draft")
    visitor.driver.find_element(By.PARTIAL_LINK_TEXT, "modelarts").click()
    visitor.sees("#modelarts", "#head1")
    assert visitor.one("#composer2 textarea").get_attribute("value") == "mei's draft"
    next(room for room in visitor.all("#side2 .rooms a") if "general" in room.text).click()
    visitor.sees("大家好", "#list2")
    visitor.types("/modelarts form", 2)
    visitor.one("#modal2 dialog[open]")
    visitor.types("still here", 1)
    visitor.sees("still here", "#list1")


def test_reply_in_a_thread(visitor: Visitor) -> None:
    visitor.open(**{"as": "li", "in": "#general", "as2": "mei", "in2": "#general"})
    visitor.types("who has a card free?")
    visitor.sees("who has", "#list2")
    visitor.driver.execute_script("document.querySelector('#list2 .reply-button').click()")
    visitor.sees("Replying in thread to Li Na", "#composer2")
    visitor.types("I do", 2)
    visitor.sees("1 条回复", "#list1")
    visitor.sees("I do", "#list1 .replies")


def test_move_the_clock(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("#plus_3d").click()
    visitor.sees("3 d ahead", "#clock")


def test_switch_the_theme_and_remember_it(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.one("[data-theme-switch]").click()
    assert visitor.driver.execute_script("return document.documentElement.dataset.theme") == "dark"
    visitor.open(**{"as": "mei", "in": "@bot"})
    assert visitor.driver.execute_script("return document.documentElement.dataset.theme") == "dark"
    visitor.driver.execute_script("localStorage.clear()")


@pytest.mark.parametrize("shape", [WIDE, NARROW])
def test_nothing_runs_over_the_edge(visitor: Visitor, shape: tuple[int, int]) -> None:
    size(visitor.driver, shape)
    visitor.open(**{"as": "mei", "in": "@bot"})
    visitor.types("/modelarts card")
    visitor.types("/modelarts gallery")
    visitor.one("[data-action=flavor]")
    script = "const e = document.documentElement; return [e.scrollWidth - innerWidth, e.scrollHeight - innerHeight]"
    assert visitor.driver.execute_script(script) == [0, 0]
    over = """return [...document.querySelectorAll('.messages .block, .composer, .head')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"""
    assert visitor.driver.execute_script(over) == 0


def test_on_a_phone_the_sidebar_comes_on_demand(visitor: Visitor) -> None:
    size(visitor.driver, NARROW)
    visitor.open(**{"as": "mei", "in": "@bot"})
    assert not visitor.one("#side1").is_displayed()
    visitor.one(".side-button").click()
    visitor.until(lambda: visitor.one("#side1").rect["x"] == 0)
    next(room for room in visitor.all("#side1 .rooms a") if "general" in room.text).click()
    visitor.sees("#general", "#head1")
    visitor.until(lambda: not visitor.one("#side1").is_displayed())


def test_run_a_shortcut_on_a_message_by_keyboard(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "#general"})
    visitor.types("the run failed again")
    button = visitor.one("#list1 .shortcut-button")
    button.send_keys(Keys.ENTER)
    visitor.until(lambda: visitor.scene.heard.shortcuts)
    (body,) = visitor.scene.heard.shortcuts
    assert (body["type"], body["callback_id"]) == ("message_action", "diagnose")
    assert body["message"]["text"] == "the run failed again"
    visitor.until(lambda: float(visitor.one("#list1 .tools").value_of_css_property("opacity")) == 1)
    assert visitor.read("#list1 .message .text") == "the run failed again", "the answer takes nothing away"


def test_drop_a_file_into_a_thread(visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "#general"})
    visitor.types("the log, please")
    visitor.one("#list1 .reply-button").send_keys(Keys.ENTER)
    visitor.sees("Replying in thread to Wang Wei", ".replying")
    drop = """const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["loss 0.31"], "run.log", { type: "text/plain" }));
        document.querySelector("#list1 .message").dispatchEvent(
            new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));"""
    visitor.driver.execute_script(drop)
    visitor.sees("run.log", "#composer1 .attached")
    visitor.keys("here", Keys.ENTER)
    visitor.sees("run.log", "#list1 .replies .file")
    root, reply = visitor.scene.workspace.messages["C0GENERAL1"]
    assert (reply.thread_ts, reply.text, [file["name"] for file in reply.files]) == (root.ts, "here", ["run.log"])


def test_mention_somebody_by_keyboard(visitor: Visitor) -> None:
    visitor.open(**{"as": "mei", "in": "#general"})
    visitor.one("#composer1 textarea").send_keys("over to @wei")
    visitor.sees("Wang Wei", ".suggest")
    visitor.keys(Keys.TAB, "and @mod")
    visitor.until(lambda: "modelarts-admins" in visitor.read(".suggest"))
    visitor.keys(Keys.ARROW_DOWN, Keys.ENTER, Keys.ENTER)
    visitor.sees("@Wang Wei", "#list1 .mention")
    (said,) = visitor.scene.workspace.messages["C0GENERAL1"]
    assert said.text.strip() == "over to <@U0WANG0001> and <!subteam^S0ADMINS01>"


def test_a_home_is_read_from_its_top_and_messages_from_their_end(visitor: Visitor) -> None:
    size(visitor.driver, (900, 420))
    visitor.scene.do(lambda: visitor.scene.command("wang", "gallery"))
    scrolled = "const b = document.querySelector('.scroll'); return [b.scrollTop, b.scrollHeight - b.clientHeight]"
    visitor.open(**{"as": "wang", "in": "@home"})
    visitor.one(".home [data-action=approve]")
    top, most = visitor.driver.execute_script(scrolled)
    assert (top, most > 0) == (0, True)
    visitor.open(**{"as": "wang", "in": "@bot"})
    visitor.scene.do(lambda: visitor.scene.command("wang", "news"))
    visitor.sees("You said news", "#list1")
    visitor.until(
        lambda: abs(visitor.driver.execute_script(scrolled)[0] - visitor.driver.execute_script(scrolled)[1]) < 2
    )


def test_a_long_conversation_is_drawn_from_its_end_and_opened_backwards(visitor: Visitor) -> None:
    """Five hundred messages must not make each new one slow: what is far back is drawn when somebody asks for it."""
    workspace = visitor.scene.workspace

    def fill() -> None:
        for number in range(500):
            workspace.post(Message(workspace.next_ts(), "C0GENERAL1", "U0MEI00001", f"note {number}"))

    visitor.scene.call(fill)
    visitor.open(**{"as": "wang", "in": "#general"})
    assert [len(visitor.all("#list1 .message")), visitor.read("#list1 .earlier")] == [
        PAGE,
        "Show earlier messages (420)",
    ]
    visitor.one("#list1 .earlier button").send_keys(Keys.ENTER)
    visitor.until(lambda: len(visitor.all("#list1 .message")) == 2 * PAGE)
    assert visitor.driver.execute_script("return document.querySelector('.scroll').scrollTop") > 100, "one stays there"
    visitor.types("one more")
    visitor.sees("one more", "#list1 .message:last-child")
    assert len(visitor.all("#list1 .message")) == 2 * PAGE
    assert visitor.read("#list1 .earlier") == "Show earlier messages (341)"
    visitor.sees("Wang Wei: one more", ".news")  # said to screen readers, once
