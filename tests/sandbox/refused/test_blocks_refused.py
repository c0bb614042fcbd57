"""Block Kit that Slack refuses, posted over the wire: the error's name, the complaint, and the page that documents it.

What `tests/sandbox/workspace/test_blocks.py` holds against the rules alone is not repeated here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.sandbox.conftest import Control
from tests.sandbox.workspace.test_blocks import actions, button, entry, modal, option, plain, section, select
from tests.sandbox.workspace.test_web_api import refusal, trigger

pytestmark = pytest.mark.asyncio(loop_scope="package")
Json = dict[str, Any]


class Case(NamedTuple):
    """A payload, what Slack complains of, and the page of Slack's documentation, or the section of the reference."""

    payload: Any
    complaint: str
    source: str


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def rich(*runs: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def table(*rows: list[Any]) -> Json:
    return {"type": "table", "rows": list(rows)}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def picker(kind: str, **fields: Any) -> Json:
    return actions({"type": kind, "action_id": "p", **fields})


def typed(**fields: Any) -> Json:
    return entry({"type": "plain_text_input", "action_id": "t", **fields})


CONFIRM = {"title": plain("Sure?"), "text": plain("x"), "confirm": plain("Yes"), "deny": plain("No")}
OPTION, SELECT = "Option object", "Select menu element"

MESSAGES: dict[str, Case] = {
    "option in mrkdwn": Case([actions(select(options=[{"text": marked("x"), "value": "v"}]))], "mrkdwn", OPTION),
    "option without value": Case([actions(select(options=[{"text": plain("x")}]))], "field: value", OPTION),
    "option with url in a select": Case(
        [actions(select(options=[option() | {"url": "https://x.example"}]))], "invalid additional property: url", OPTION
    ),
    "description of 76": Case(
        [actions(select(options=[option() | {"description": plain("x" * 76)}]))], "less than 76 characters", OPTION
    ),
    "option in mrkdwn in an overflow": Case(
        [actions({"type": "overflow", "action_id": "o", "options": [{"text": marked("x"), "value": "v"}]})],
        "unsupported type: mrkdwn",
        OPTION,
    ),
    "101 groups": Case(
        [
            actions(
                {
                    "type": "static_select",
                    "action_id": "s",
                    "option_groups": [{"label": plain("g"), "options": [option()]}] * 101,
                }
            )
        ],
        "no more than 100 items",
        SELECT,
    ),
    "group label of 76": Case(
        [
            actions(
                {
                    "type": "static_select",
                    "action_id": "s",
                    "option_groups": [{"label": plain("g" * 76), "options": [option()]}],
                }
            )
        ],
        "less than 76 characters",
        "Option group object",
    ),
    "options and groups": Case(
        [actions(select(option_groups=[{"label": plain("g"), "options": [option()]}]))], "exactly one of", SELECT
    ),
    "placeholder of 151": Case([actions(select(placeholder=plain("x" * 151)))], "less than 151 characters", SELECT),
    "query of -1": Case(
        [actions({"type": "external_select", "action_id": "s", "min_query_length": -1})], "between 0 and", SELECT
    ),
    "max of 0": Case(
        [
            section(
                accessory={
                    "type": "multi_static_select",
                    "action_id": "m",
                    "options": [option()],
                    "max_selected_items": 0,
                }
            )
        ],
        "between 1 and",
        "Multi-select menu element",
    ),
    "more initial than allowed": Case(
        [
            section(
                accessory={
                    "type": "multi_static_select",
                    "action_id": "m",
                    "options": [option("a"), option("b")],
                    "initial_options": [option("a"), option("b")],
                    "max_selected_items": 1,
                }
            )
        ],
        "max_selected_items",
        "Multi-select menu element",
    ),
    "number input in actions": Case(
        [actions({"type": "number_input", "action_id": "m", "is_decimal_allowed": False})],
        "unsupported type",
        "Number input element",
    ),
    "time of 24:00": Case([picker("timepicker", initial_time="24:00")], "HH:mm", "Time picker element"),
    "date of month 13": Case([picker("datepicker", initial_date="2026-13-01")], "YYYY-MM-DD", "Date picker element"),
    "moment of nine digits": Case(
        [picker("datetimepicker", initial_date_time=123_456_789)], "must be between", "Datetime picker element"
    ),
    "datetime with placeholder": Case(
        [picker("datetimepicker", placeholder=plain("x"))], "property: placeholder", "Datetime picker element"
    ),
    "button without scheme": Case([actions(button(url="example"))], "valid URL", "Button element"),
    "button url of 3001": Case([actions(button(url="https://" + "x" * 2993))], "less than 3001", "Button element"),
    "label of 76": Case([actions(button(accessibility_label="x" * 76))], "less than 76 characters", "Button element"),
    "button in mrkdwn": Case([actions(button(text=marked("x")))], "unsupported type: mrkdwn", "Button element"),
    "confirm without deny": Case(
        [actions(button(confirm={k: v for k, v in CONFIRM.items() if k != "deny"}))],
        "missing required field: deny",
        "Confirmation dialog object",
    ),
    "confirm text of 301": Case(
        [actions(button(confirm=CONFIRM | {"text": plain("x" * 301)}))], "less than 301", "Confirmation dialog object"
    ),
    "confirm button of 31": Case(
        [actions(button(confirm=CONFIRM | {"confirm": plain("x" * 31)}))], "less than 31", "Confirmation dialog object"
    ),
    "confirm style": Case(
        [actions(button(confirm=CONFIRM | {"style": "red"}))], "primary, danger", "Confirmation dialog object"
    ),
    "no overflow option": Case(
        [actions({"type": "overflow", "action_id": "o", "options": []})], "no fewer than 1", "Overflow menu element"
    ),
    "two with focus": Case(
        [actions(select(focus_on_load=True), {"type": "datepicker", "action_id": "d", "focus_on_load": True})],
        "only one element can have focus_on_load",
        "Date picker element",
    ),
    "emoji as text": Case(
        [{"type": "header", "text": plain("x") | {"emoji": "yes"}}], "must provide a boolean", "Text object"
    ),
    "emoji in mrkdwn": Case([section(text=marked("x") | {"emoji": True})], "property: emoji", "Text object"),
    "image of 3001": Case(
        [{"type": "image", "alt_text": "x", "image_url": "https://" + "x" * 2_993}], "less than 3001", "Image block"
    ),
    "alt of 2001": Case(
        [{"type": "image", "alt_text": "x" * 2_001, "image_url": "https://x.example"}], "less than 2001", "Image block"
    ),
    "empty context": Case([{"type": "context", "elements": []}], "no fewer than 1", "Context block"),
    "button in context": Case([{"type": "context", "elements": [button()]}], "unsupported type", "Context block"),
    "unknown run": Case([rich({"type": "blink", "text": "x"})], "unsupported type: blink", "Rich text block"),
    "strange style": Case(
        [rich({"type": "text", "text": "x", "style": {"big": True}})], "property: big", "Rich text block"
    ),
    "broadcast to all": Case([rich({"type": "broadcast", "range": "all"})], "must be one of: here", "Rich text block"),
    "list style": Case(
        [{"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "star", "elements": []}]}],
        "bullet, ordered",
        "Rich text block",
    ),
    "101 rows": Case([table(*[[cell("x")]] * 101)], "no more than 100 items", "Table block"),
    "21 cells": Case([table([cell("x")] * 21)], "no more than 20 items", "Table block"),
    "text as cell": Case([table(["x"])], "must provide an object", "Table block"),
    "table of 10001": Case([table([cell("x" * 5_001)], [cell("x" * 5_000)])], "less than 10001", "Table block"),
    "two tables": Case([table([cell("x")]), table([cell("x")])], "only_one_table_allowed", "Table block"),
    "alignment": Case(
        [table([cell("x")]) | {"column_settings": [{"align": "middle"}]}], "left, center, right", "Table block"
    ),
    "file input in a message": Case(
        [entry({"type": "file_input", "action_id": "f"})], "file_input", "File input element"
    ),
    "response url in a message": Case(
        [actions({"type": "channels_select", "action_id": "c", "response_url_enabled": True})],
        "response_url_enabled",
        SELECT,
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_message_with_such_blocks_is_refused(shared: Control, name: str) -> None:
    case = MESSAGES[name]
    answer = await refusal(shared.client().chat_postMessage(channel="C0MODELART", text="x", blocks=case.payload))
    assert answer["error"] == "invalid_blocks", case.source
    assert any(case.complaint in fault for fault in answer["response_metadata"]["messages"]), answer.data


VIEWS: dict[str, Case] = {
    "label of 2001": Case(modal(entry(label=plain("x" * 2_001))), "less than 2001", "Input block"),
    "hint of 2001": Case(modal(entry(hint=plain("x" * 2_001))), "less than 2001", "Input block"),
    "label in mrkdwn": Case(modal(entry(label=marked("x"))), "unsupported type: mrkdwn", "Input block"),
    "button as input": Case(modal(entry(button())), "unsupported type: button", "Input block"),
    "max_length of 3001": Case(
        modal(typed(max_length=3_001)), "must be between 1 and 3000", "Plain-text input element"
    ),
    "min over max": Case(
        modal(typed(min_length=9, max_length=3)), "min_length must not be more", "Plain-text input element"
    ),
    "initial over max": Case(
        modal(typed(initial_value="long", max_length=3)), "longer than max_length", "Plain-text input element"
    ),
    "number without decision": Case(
        modal(entry({"type": "number_input", "action_id": "n"})), "is_decimal_allowed", "Number input element"
    ),
    "number bounds crossed": Case(
        modal(
            entry(
                {
                    "type": "number_input",
                    "action_id": "n",
                    "is_decimal_allowed": False,
                    "min_value": "9",
                    "max_value": "3",
                }
            )
        ),
        "min_value must not be more",
        "Number input element",
    ),
    "11 files": Case(
        modal(entry({"type": "file_input", "action_id": "f", "max_files": 11})),
        "between 1 and 10",
        "File input element",
    ),
    "markdown in a modal": Case(
        modal({"type": "markdown", "text": "x"}), "unsupported type: markdown", "Markdown block"
    ),
    "alert as loud as it gets": Case(
        modal({"type": "alert", "text": plain("x"), "level": "loud"}), "default, info, warning", "Alert block"
    ),
    "alert of 201": Case(modal({"type": "alert", "text": plain("x" * 201)}), "less than 201", "reference B.4"),
    "workflow button": Case(
        modal(actions({"type": "workflow_button", "text": plain("x"), "workflow": {}})),
        "workflow_button",
        "Workflow button element",
    ),
    "title in mrkdwn": Case(modal() | {"title": marked("x")}, "unsupported type: mrkdwn", "View object"),
    "close of 25": Case(modal(close=plain("x" * 25)), "less than 25", "View object"),
    "external_id of 256": Case(modal(external_id="x" * 256), "less than 256", "View object"),
    "flag as text": Case(modal(notify_on_close="yes"), "must provide a boolean", "View object"),
    "unknown field": Case(modal(colour="red"), "invalid additional property: colour", "View object"),
}


@pytest.mark.parametrize("name", VIEWS)
async def test_such_a_view_is_refused_and_the_trigger_stays_good(shared: Control, name: str) -> None:
    case, pointer = VIEWS[name], trigger(shared)
    answer = await refusal(shared.client().views_open(trigger_id=pointer, view=case.payload))
    assert answer["error"] == "invalid_arguments", case.source
    assert any(case.complaint in fault for fault in answer["response_metadata"]["messages"]), answer.data
    assert (await shared.client().views_open(trigger_id=pointer, view=modal()))["ok"]
