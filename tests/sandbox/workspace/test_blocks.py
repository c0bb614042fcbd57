from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models import blocks as sdk

from sandbox.workspace.blocks import check_blocks, check_view, completed, too_big

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str = "v", text: str = "Text") -> Json:
    return {"text": plain(text), "value": value}


def section(**fields: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, **fields}


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(**fields: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **fields}


def entry(element: Json | None = None, **fields: Any) -> Json:
    element = element or {"type": "plain_text_input", "action_id": "t"}
    return {"type": "input", "label": plain("Name"), "element": element, **fields}


def without(block: Json, name: str) -> Json:
    return {key: value for key, value in block.items() if key != name}


BAD_MESSAGES: dict[str, tuple[list[Any], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "no block": (["x"], "must provide an object [json-pointer:/blocks/0]"),
    "unknown block": ([{"type": "nope"}], "unsupported type: nope [json-pointer:/blocks/0/type]"),
    "modal only": ([{"type": "alert", "text": plain("x")}], "unsupported type: alert"),
    "unknown key": ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    "section of 3001": ([section(text=plain("x" * 3001))], "must be less than 3001 characters"),
    "section with empty text": ([section(text=plain(""))], "must be more than 0 characters"),
    "section without text": ([{"type": "section"}], "missing required field: text or fields"),
    "text without type": ([section(text={"text": "x"})], "unsupported type: None"),
    "text as string": ([section(text="x")], "must provide an object [json-pointer:/blocks/0/text]"),
    "11 fields": ([section(fields=[plain("x")] * 11)], "no more than 10 items allowed"),
    "field of 2001": ([section(fields=[plain("x" * 2001)])], "must be less than 2001 characters"),
    "header of 151": ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    "header in mrkdwn": ([{"type": "header", "text": section()["text"]}], "unsupported type: mrkdwn"),
    "11 in context": ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed"),
    "26 actions": ([actions(*[button()] * 26)], "no more than 25 items allowed"),
    "no actions": ([actions()], "no fewer than 1 items allowed"),
    "button text of 76": ([actions(button(text=plain("x" * 76)))], "must be less than 76 characters"),
    "button value of 2001": ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    "button style": ([actions(button(style="red"))], "must be one of: primary, danger"),
    "button without text": ([actions(without(button(), "text"))], "missing required field: text"),
    "action_id of 256": ([actions(button(action_id="x" * 256))], "must be less than 256 characters"),
    "block_id of 256": ([section(block_id="x" * 256)], "must be less than 256 characters"),
    "same action_id": ([actions(button(), button())], "`action_id` 'go' already exists"),
    "same block_id": ([section(block_id="b"), section(block_id="b")], "`block_id` 'b' already exists"),
    "unknown element": ([actions({"type": "slider"})], "unsupported type: slider"),
    "input element in actions": ([actions(entry()["element"])], "unsupported type: plain_text_input"),
    "no options": ([actions(select(options=[]))], "no fewer than 1 items allowed"),
    "select without options": ([actions(without(select(), "options"))], "must provide exactly one of: options"),
    "101 options": ([actions(select(options=[option()] * 101))], "no more than 100 items allowed"),
    "option value of 151": ([actions(select(options=[option("x" * 151)]))], "must be less than 151 characters"),
    "option text of 76": ([actions(select(options=[option("v", "x" * 76)]))], "must be less than 76"),
    "strange initial": ([actions(select(initial_option=option("w")))], "initial option is not one of the options"),
    "6 in overflow": (
        [actions({"type": "overflow", "action_id": "o", "options": [option()] * 6})],
        "no more than 5 items allowed",
    ),
    "11 checkboxes": (
        [actions({"type": "checkboxes", "action_id": "c", "options": [option()] * 11})],
        "no more than 10 items allowed",
    ),
    "confirm title of 101": (
        [
            actions(
                button(
                    confirm={
                        "title": plain("x" * 101),
                        "text": plain("x"),
                        "confirm": plain("y"),
                        "deny": plain("n"),
                    }
                )
            )
        ],
        "must be less than 101 characters",
    ),
    "image without alt": ([{"type": "image", "image_url": "https://x.example/i.png"}], "alt_text"),
    "image without address": ([{"type": "image", "alt_text": "x"}], "must provide exactly one of: image_url"),
    "false date": (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "1.2.2026"})],
        "must be a date as YYYY-MM-DD",
    ),
    "markdown over 12000 in all": (
        [{"type": "markdown", "text": "x" * 7_000}] * 2,
        "markdown blocks must be less than 12001 characters",
    ),
}


@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_bad_blocks_are_named_with_their_place(name: str) -> None:
    blocks, complaint = BAD_MESSAGES[name]
    assert any(complaint in fault for fault in check_blocks(blocks, "message"))


def modal(*blocks: Json, **fields: Any) -> Json:
    return {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": list(blocks), **fields}


BAD_VIEWS: dict[str, tuple[Any, str]] = {
    "no object": ("x", "must provide an object [json-pointer:/view]"),
    "unknown type": ({"type": "sheet"}, "unsupported type: sheet"),
    "title of 25": (modal(title=plain("x" * 25)), "must be less than 25 characters"),
    "submit of 25": (modal(submit=plain("x" * 25)), "must be less than 25 characters"),
    "no title": (without(modal(), "title"), "missing required field: title"),
    "no blocks": (without(modal(), "blocks"), "missing required field: blocks"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed"),
    "metadata of 3001": (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
    "callback_id of 256": (modal(callback_id="x" * 256), "must be less than 256 characters"),
    "unknown key": (modal(colour="red"), "invalid additional property: colour"),
    "input without submit": (without(modal(entry()), "submit"), "missing required field: submit"),
    "message only block": (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    "label missing": (modal(without(entry(), "label")), "missing required field: label"),
    "max_length": (
        modal(entry({"type": "plain_text_input", "action_id": "t", "max_length": 3_001})),
        "must be between 1 and 3000",
    ),
    "title on a Home": ({"type": "home", "blocks": [], "title": plain("x")}, "invalid additional property: title"),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_bad_views_are_named_with_their_place(name: str) -> None:
    view, complaint = BAD_VIEWS[name]
    assert any(complaint in fault for fault in check_view(view, ("modal", "home")))


def test_what_slacks_own_models_build_is_taken() -> None:
    option_ = sdk.Option(value="v", label="Label")
    built = [
        sdk.HeaderBlock(text="Head"),
        sdk.SectionBlock(text="*x*", accessory=sdk.ImageElement(image_url="https://x.example", alt_text="x")),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x")]),
        sdk.DividerBlock(),
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(text="Go", action_id="a", value="1", style="primary"),
                sdk.StaticSelectElement(placeholder="Which", action_id="b", options=[option_]),
                sdk.ExternalDataSelectElement(placeholder="Which", action_id="c", min_query_length=0),
                sdk.OverflowMenuElement(action_id="d", options=[option_]),
                sdk.DatePickerElement(action_id="e", initial_date="2026-11-23"),
            ]
        ),
        sdk.RichTextBlock(elements=[{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]),
        sdk.InputBlock(label="Name", element=sdk.PlainTextInputElement(action_id="f"), optional=True),
    ]
    assert check_blocks([block.to_dict() for block in built], "message") == []
    assert check_view(modal(*[block.to_dict() for block in built]), ("modal",)) == []


def test_missing_ids_and_text_flags_are_completed_in_a_copy() -> None:
    given = [section(), actions(without(button(), "action_id"))]
    done = completed(given)
    assert "block_id" not in given[0]
    assert done[0]["text"]["verbatim"] is False
    assert done[0]["block_id"] != done[1]["block_id"]
    assert done[1]["elements"][0]["action_id"]
    assert done[1]["elements"][0]["text"]["emoji"] is True


def test_a_message_has_a_total_size() -> None:
    assert not too_big([section()] * 50)
    assert too_big([section(text=plain("x" * 2_900))] * 5)
