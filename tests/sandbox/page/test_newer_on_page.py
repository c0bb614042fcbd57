"""Cards, containers, plans, figures and attachments on the page: how they are drawn, and that what they hold works."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.workspace.blocks import completed
from sandbox.workspace.modals import make_view
from sandbox.workspace.page.plots import plot, scaled
from tests.sandbox.conftest import Company, Control
from tests.sandbox.page.bot import Heard, listen
from tests.sandbox.page.gallery import button, plain
from tests.sandbox.page.newer import ATTACHMENTS, MONTHS, NEWER, rich, series
from tests.sandbox.page.test_page import EVIL, general, post, send, workspace

Json = dict[str, Any]
WANTED: dict[str, list[str]] = {
    "carousel": ['aria-label="2 cards, side by side"', "<strong>flowers</strong>", "Stops at 18:30"],
    "container": ["<details", "Three services changed", "since <em>yesterday</em>", "stopped → running"],
    "plan": ["Create bucket c-flowers", 'class="unseen">Done: ', "c-flowers is free", "In progress", "To do", "Failed"],
    "data_table": ["<caption>Services</caption>", 'data-value="4"', ">4 h</td>", 'data-page-size="5"', "Next page"],
    "bar": ["GPU hours a month", "<title>Li Na, Jun: 120</title>", ">150</text>", "↑ Hours", "Month →"],
    "pie": ["<title>used: 30.5 (30%)</title>", ">69.5</td>"],
    "video": ["Lab · Mei Lin", 'href="https://example.invalid/v"', 'aria-label="Play: How a request goes"'],
    "context actions": ['aria-label="Helpful"', 'aria-label="Not helpful"', 'aria-label="Delete"'],
}


async def test_the_newer_blocks(control: Control) -> None:
    post(control, "fallback", NEWER)
    html = await general(control)
    for name, wanted in WANTED.items():
        assert [text for text in wanted if text not in html] == [], name
    assert "style=" not in html.partition("<body")[2]
    assert "查找行" in await general(control, "li")


async def test_alerts_say_their_level_and_not_by_colour_alone(control: Control) -> None:
    levels = {"info": "Note", "success": "Success", "warning": "Warning", "error": "Error"}
    blocks = [{"type": "alert", "level": level, "text": plain("x")} for level in levels]
    view = make_view("U0WANG0001", {"type": "modal", "title": plain("T"), "blocks": blocks})
    workspace(control).modals["U0WANG0001"] = [view]
    html = await general(control)
    for level, word in levels.items():
        assert f"is-{level}" in html
        assert f"{word}: </span>" in html


async def test_legacy_attachments_have_a_bar_in_their_colour(control: Control) -> None:
    post(control, "x", attachments=[one | {"blocks": completed(one.get("blocks", []))} for one in ATTACHMENTS])
    html = await general(control)
    for wanted in ('fill="#36a64f"', 'fill="#c0203c"', 'href="https://example.com/"', "Loss <strong>0.31</strong>"):
        assert wanted in html
    assert "<dt>Epochs</dt>" in html
    assert "trainer" in html
    post(control, "y", attachments=[{"color": EVIL, "text": EVIL, "title": EVIL, "fields": [{"title": EVIL}, EVIL]}])
    html = await general(control)
    assert "<script>alert" not in html
    assert html.count('class="bar"') == 2


async def test_hostile_texts_stay_texts_there_too(control: Control) -> None:
    card = {"type": "card", "title": plain(EVIL), "body": plain(EVIL), "actions": [button(EVIL[:70], EVIL[:60])]}
    chart = {"type": "pie", "segments": [{"label": EVIL[:20], "value": 1}]}
    cells = [[{"type": "raw_text", "text": EVIL}], [rich(EVIL)]]
    picture = {"video_url": "https://x.example", "thumbnail_url": "data:x", "alt_text": EVIL}
    post(
        control,
        "x",
        [
            {"type": "carousel", "elements": [card]},
            {"type": "container", "title": plain(EVIL), "child_blocks": [{"type": "header", "text": plain(EVIL)}]},
            {
                "type": "plan",
                "title": EVIL,
                "tasks": [{"type": "task_card", "task_id": "1", "title": EVIL, "status": "error"}],
            },
            {"type": "data_table", "caption": EVIL, "rows": cells},
            {"type": "data_visualization", "title": EVIL[:50], "chart": chart},
            {"type": "video", "title": plain(EVIL), "provider_name": EVIL[:50], **picture},
        ],
    )
    html = await general(control)
    for raw in ("<script>alert", "<img src=x", 'src="data:'):
        assert raw not in html


PRESSED = [
    ("open_card", "trees", "a card of a carousel"),
    ("look_again", "", "a child of a container"),
    ("helpful", "no", "one of two feedback buttons"),
    ("delete_it", "", "an icon"),
]


async def test_what_they_hold_is_pressed_like_anything_else(with_bot: Company) -> None:
    heard = Heard()
    control, _ = await with_bot(lambda app: listen(app, heard))
    message = post(control, "x", NEWER)
    for action, value, what in PRESSED:
        at = {"as": "wang", "in": "#general", "ts": message.ts, "surface": "message"}
        assert await send(control, "/page/press", at | {"action_id": action, "value": value}) == "", what
        told = heard.actions[-1]["actions"][0]
        assert (told["action_id"], told.get("value", "")) == (action, value), what
    unsaid = {"as": "wang", "in": "#general", "ts": message.ts, "action_id": "helpful"}
    assert "yes or no" in (await control.post("press", unsaid, 400))["error"]


async def test_a_button_in_an_attachment_reaches_the_app(with_bot: Company) -> None:
    heard = Heard()
    control, _ = await with_bot(lambda app: listen(app, heard))
    posted = await control.client().chat_postMessage(channel="C0GENERAL1", text="x", attachments=ATTACHMENTS)
    pressed = {"as": "wang", "in": "#general", "ts": posted["ts"], "action_id": "restart", "value": "run-7"}
    assert (await control.post("press", pressed))["ok"]
    assert heard.actions[-1]["message"]["attachments"][0]["title"] == "Run finished"


async def test_an_icon_is_there_for_those_it_names(control: Control) -> None:
    mine = {"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "d"}
    named = mine | {"visible_to_user_ids": ["U0LI000001"]}
    message = post(control, "x", [{"type": "context_actions", "elements": [named]}])
    assert 'aria-label="Delete"' in await general(control, "li")
    assert 'aria-label="Delete"' not in await general(control, "wang")
    pressed = {"as": "wang", "in": "#general", "ts": message.ts, "action_id": "d"}
    assert "not shown to wang" in (await control.post("press", pressed, 400))["error"]


async def test_a_growing_message_says_so(control: Control) -> None:
    message = post(control, "half of")
    message.streaming = True
    assert "Still writing" in await general(control)
    assert "正在输入" in await general(control, "li")
    workspace(control).remove(message)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([120, 80], [0, 50, 100, 150]),
        ([0, 0], [0, 0.5]),
        ([-3, 7], [-5, 0, 5, 10]),
        ([0.002], [0, 0.0005, 0.001, 0.0015, 0.002]),
        ([5], [0, 2, 4, 6]),
        ([1_000_000], [0, 500_000, 1_000_000]),
    ],
)
def test_an_axis_has_round_ticks_that_hold_all_values(values: list[float], ticks: list[float]) -> None:
    assert scaled(values).ticks == pytest.approx(ticks)


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
def test_each_kind_of_chart_draws_all_series(kind: str) -> None:
    body = {"type": kind, "series": [series("a", 1, 2, 3, 4, 5, 6), series("b", -1, 0, 1, 2, 3, 4)]}
    drawn = plot({"chart": body | {"axis_config": {"categories": list(MONTHS)}}})
    assert {mark.tone for mark in drawn.marks} == {0, 1}
    assert drawn.rows[0] == ["Jun", "1", "-1"]
    assert [tick.label for tick in drawn.across] == list(MONTHS)


def test_a_pie_of_one_segment_is_a_whole_turn() -> None:
    drawn = plot({"chart": {"type": "pie", "segments": [{"label": "all", "value": 3}]}})
    assert drawn.marks[0].d.count("A") == 2
    assert drawn.rows == [["all", "3", "100%"]]
