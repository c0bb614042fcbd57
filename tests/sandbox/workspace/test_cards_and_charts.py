"""Cards, containers, plans, videos, data tables and charts: what Slack's own models build passes, each limit holds."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks import basic_components as parts
from slack_sdk.models.blocks import block_elements as elements

from sandbox.workspace.blocks import check_blocks, check_view, completed, elements_of, flat
from tests.sandbox.workspace.test_blocks import actions, button, modal, plain, section

Json = dict[str, Any]
PICTURE = {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x"}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]}
CARD = {"type": "card", "title": plain("Flowers"), "actions": [button()]}
TASK = {"type": "task_card", "task_id": "1", "title": "Look", "status": "complete"}
VIDEO = {
    "type": "video",
    "alt_text": "x",
    "title": plain("x"),
    "video_url": "https://example.com/v",
    "thumbnail_url": "https://example.com/t.png",
}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float) -> Json:
    return {"type": "raw_number", "value": value, "text": f"{value:g}"}


def data(*rows: list[Json], **more: Any) -> Json:
    return {"type": "data_table", "caption": "Buckets", "rows": list(rows), **more}


def pie(*values: float, **more: Any) -> Json:
    segments = [{"label": f"s{at}", "value": value} for at, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Hours", "chart": {"type": "pie", "segments": segments}, **more}


def chart(kind: str = "line", labels: str = "ab", names: str = "x", **axis: Any) -> Json:
    series = [{"name": name, "data": [{"label": label, "value": 1.5} for label in labels]} for name in names]
    body = {"type": kind, "series": series, "axis_config": {"categories": ["a", "b"], **axis}}
    return {"type": "data_visualization", "title": "Hours", "chart": body}


def container(*blocks: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain("More"), "child_blocks": list(blocks), **more}


def feedback(**more: Any) -> Json:
    one = {"text": plain("Good"), "value": "good"}
    return {"type": "feedback_buttons", "positive_button": one, "negative_button": one | {"value": "bad"}, **more}


def icon(**more: Any) -> Json:
    return {"type": "icon_button", "icon": "trash", "text": plain("Delete"), **more}


def context(*inner: Json) -> Json:
    return {"type": "context_actions", "elements": list(inner)}


GOOD: list[Json] = [
    CARD | {"icon": PICTURE, "hero_image": PICTURE, "subtitle": plain("x"), "body": plain("x"), "subtext": plain("x")},
    CARD | {"slack_icon": {"type": "icon", "name": "rocket"}},
    {"type": "carousel", "elements": [CARD] * 10},
    container(section(), actions(button()), {"type": "divider"}, RICH, is_collapsible=True, default_collapsed=True),
    context(feedback(), icon(visible_to_user_ids=["U1"])),
    {"type": "plan", "title": "Plan", "tasks": [TASK | {"details": RICH, "output": RICH}]},
    TASK | {"sources": [{"type": "url", "url": "https://example.com", "text": "x"}]},
    VIDEO | {"author_name": "x", "title_url": "https://example.com"},
    data([cell("Bucket"), cell("Size")], [cell("flowers"), number(1.5)], page_size=5, row_header_column_index=0),
    pie(1, 2.5),
    chart("bar", names="xy", x_label="Day"),
]


def test_the_newer_blocks_are_taken_and_completed() -> None:
    assert check_blocks([*GOOD[:-1]], "message") == []
    assert check_blocks([GOOD[-1], chart("area")], "message") == []
    done = completed(GOOD)
    names = [block["block_id"] for block, _ in flat(done)]
    assert len(set(names)) == len(names)
    assert all(element["action_id"] for block, _ in flat(done) for element in elements_of(block))


def test_what_slacks_own_models_build_is_taken() -> None:
    card = sdk.CardBlock(title="Title", body="Body", actions=[sdk.ButtonElement(text="Go", action_id="a")])
    text = sdk.RichTextBlock(elements=[{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}])
    task = sdk.TaskCardBlock(task_id="1", title="x", status="pending", details=text)
    two = elements.FeedbackButtonsElement(
        action_id="f",
        positive_button=parts.FeedbackButtonObject(text="+", value="good"),
        negative_button=parts.FeedbackButtonObject(text="-", value="bad"),
    )
    built: list[sdk.Block] = [
        card,
        sdk.CarouselBlock(elements=[card, card]),
        sdk.ContainerBlock(title="Title", child_blocks=[sdk.DividerBlock()]),
        sdk.ContextActionsBlock(elements=[two]),
        sdk.PlanBlock(title="Plan", tasks=[task]),
        task,
        sdk.VideoBlock(alt_text="x", video_url="https://x.example", thumbnail_url="https://x.example", title="x"),
        sdk.TableBlock(rows=[[{"type": "raw_text", "text": "x"}, {"type": "raw_number", "value": 1, "text": "1"}]]),
    ]
    assert check_blocks([block.to_dict() for block in built], "message") == []
    assert check_view(modal(sdk.AlertBlock(text="x", level="warning").to_dict()), ("modal",)) == []


BAD: dict[str, tuple[Json, str]] = {
    "card without content": ({"type": "card", "subtitle": plain("x")}, "at least one of: hero_image, title"),
    "card title of 151": (CARD | {"title": plain("x" * 151)}, "less than 151"),
    "card subtitle of 151": (CARD | {"subtitle": plain("x" * 151)}, "less than 151"),
    "card body of 201": (CARD | {"body": plain("x" * 201)}, "less than 201"),
    "card of 4 buttons": (CARD | {"actions": [button(action_id=str(n)) for n in range(4)]}, "no more than 3 items"),
    "card with a select": (CARD | {"actions": [{"type": "users_select"}]}, "unsupported type: users_select"),
    "card of two icons": (CARD | {"icon": PICTURE, "slack_icon": {"type": "icon", "name": "bot"}}, "only one of: icon"),
    "unknown icon": (CARD | {"slack_icon": {"type": "icon", "name": "cat"}}, "must be one of: archive"),
    "empty carousel": ({"type": "carousel", "elements": []}, "no fewer than 1"),
    "11 cards": ({"type": "carousel", "elements": [CARD] * 11}, "no more than 10"),
    "carousel of sections": ({"type": "carousel", "elements": [section()]}, "unsupported type: section"),
    "fault in a card": (
        {"type": "carousel", "elements": [CARD | {"colour": 1}]},
        "colour [json-pointer:/blocks/0/elem",
    ),
    "11 children": (container(*[{"type": "divider"}] * 11), "no more than 10"),
    "container in a container": (container(container({"type": "divider"})), "unsupported type: container"),
    "fault in a child": (container({"type": "section"}), "text or fields [json-pointer:/blocks/0/child_blocks/0]"),
    "same action twice in a child": (container(actions(button(), button())), "`action_id` 'go' already exists"),
    "container without title": ({"type": "container", "child_blocks": [{"type": "divider"}]}, "title, rich_text_title"),
    "collapsed for good": (container({"type": "divider"}, default_collapsed=True), "needs is_collapsible"),
    "container width": (container({"type": "divider"}, width="huge"), "narrow, standard"),
    "6 context actions": (context(*[icon(action_id=str(n)) for n in range(6)]), "no more than 5"),
    "button among them": (context(button()), "unsupported type: button"),
    "feedback without a no": (context({"type": "feedback_buttons"}), "missing required field: negative_button"),
    "icon of a cat": (context(icon(icon="cat")), "must be one of: trash"),
    "icon for 11": (context(icon(visible_to_user_ids=["U1"] * 11)), "no more than 10"),
    "task half done": (TASK | {"status": "half"}, "pending, in_progress"),
    "task with mrkdwn": (TASK | {"details": plain("x")}, "unsupported type: plain_text"),
    "plan of sections": ({"type": "plan", "title": "x", "tasks": [section()]}, "unsupported type: section"),
    "video without picture": ({k: v for k, v in VIDEO.items() if k != "thumbnail_url"}, "field: thumbnail_url"),
    "video title of 200": (VIDEO | {"title": plain("x" * 200)}, "less than 200"),
    "video author of 50": (VIDEO | {"author_name": "x" * 50}, "less than 50"),
    "video over http": (VIDEO | {"video_url": "http://example.com"}, "must be an HTTPS URL"),
    "header alone": (data([cell("x")]), "no fewer than 2"),
    "202 rows": (data(*[[cell("x")]] * 202), "no more than 201"),
    "21 columns": (data(*[[cell("x")] * 21] * 2), "no more than 20"),
    "no columns": (data([], []), "no fewer than 1"),
    "ragged rows": (data([cell("x")], [cell("x"), cell("y")]), "must have 1 cells"),
    "rich header": (data([RICH], [cell("x")]), "rich_text in the header row"),
    "pages of 101": (data([cell("x")], [cell("x")], page_size=101), "between 1 and 100"),
    "no such column": (data([cell("x")], [cell("x")], row_header_column_index=1), "no such column"),
    "20001 characters": (data([cell("x")], *[[cell("x" * 10_000)]] * 2), "less than 20001"),
    "number as text": (data([cell("x")], [number(1) | {"value": "1"}]), "must provide a number"),
    "chart title of 51": (pie(1, title="x" * 51), "less than 51"),
    "13 segments": (pie(*[1] * 13), "no more than 12"),
    "segment of nothing": (pie(1, 0), "must be more than 0"),
    "13 series": (chart(names="abcdefghijklm"), "no more than 12"),
    "21 points": (chart(labels="a" * 21), "no more than 20"),
    "same series twice": (chart(names="xx"), "'x' already exists"),
    "points beside the axis": (chart(labels="ac"), "labels must be the categories"),
    "category of 21": (chart(categories=["x" * 21, "b"]), "less than 21"),
    "axis label of 51": (chart(y_label="x" * 51), "less than 51"),
    "unknown chart": (pie() | {"chart": {"type": "radar"}}, "unsupported type: radar"),
    "file block": ({"type": "file", "external_id": "x", "source": "remote"}, "unsupported type: file"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_limit_of_the_newer_blocks_holds(name: str) -> None:
    block, complaint = BAD[name]
    faults = check_blocks([block], "message")
    assert any(complaint in fault for fault in faults), faults


def test_a_message_has_two_charts_at_most() -> None:
    assert check_blocks([pie(1), chart()], "message") == []
    (fault,) = check_blocks([pie(1), chart(), chart("bar")], "message")
    assert "no more than 2 data_visualization" in fault


SURFACES: dict[str, tuple[Json, tuple[str, ...]]] = {
    "card": (CARD, ("message", "modal", "home")),
    "carousel": ({"type": "carousel", "elements": [CARD]}, ("message", "home")),
    "container": (container({"type": "divider"}), ("message",)),
    "context_actions": (context(icon()), ("message",)),
    "data_table": (data([cell("x")], [cell("x")]), ("message",)),
    "data_visualization": (pie(1), ("message",)),
    "plan": ({"type": "plan", "title": "x"}, ("message",)),
    "video": (VIDEO, ("message", "modal", "home")),
}


@pytest.mark.parametrize("name", SURFACES)
def test_each_stands_only_where_slack_shows_it(name: str) -> None:
    block, surfaces = SURFACES[name]
    assert tuple(one for one in ("message", "modal", "home") if not check_blocks([block], one)) == surfaces
