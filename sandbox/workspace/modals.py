"""Views: how they are made, replaced and shown, and what their fields hold (`state.values`)."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.clock import machine_now
from sandbox.workspace import limits
from sandbox.workspace.blocks import completed, elements_of, flat
from sandbox.workspace.records import View
from sandbox.workspace.state import Workspace, new_id

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]

MODAL_DEFAULTS: Json = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "close": None,
    "submit": None,
}
HOME_DEFAULTS: Json = {"private_metadata": "", "callback_id": "", "external_id": ""}

# Which key of `state.values` an element type fills, and from which initial field.
FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "checkboxes": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}


def new_hash() -> str:
    """Return a view hash: machine time and noise."""
    return f"{int(machine_now())}.{secrets.token_hex(4)}"


def make_view(person: str, body: Json, previous: View | None = None) -> View:
    """Build a view from what the app sent (already checked); `previous` is the one it is pushed onto."""
    view_id = new_id("V")
    defaults = MODAL_DEFAULTS if body["type"] == "modal" else HOME_DEFAULTS
    whole = defaults | body | {"blocks": completed(body["blocks"])}
    root = previous.root_id if previous else view_id
    view = View(view_id, body["type"], person, whole, new_hash(), root, previous.id if previous else None)
    view.values = initial_values(view.blocks)
    return view


def replace_view(view: View, body: Json) -> None:
    """Put a new body into an open view; fields with the same block_id and action_id keep what was entered."""
    entered = view.values
    defaults = MODAL_DEFAULTS if body["type"] == "modal" else HOME_DEFAULTS
    view.body = defaults | body | {"blocks": completed(body["blocks"])}
    view.hash, view.errors, view.trouble = new_hash(), {}, None
    view.values = initial_values(view.blocks)
    for block_id, actions in view.values.items():
        for action_id, held in actions.items():
            before = entered.get(block_id, {}).get(action_id)
            if before and before["type"] == held["type"]:
                actions[action_id] = before


def initial_values(blocks: list[Json]) -> Values:
    """Return `state.values` of fresh blocks: every field, with its initial value or nothing."""
    values: Values = {}
    for block, _ in flat(blocks):
        for element in elements_of(block):
            if element["type"] in limits.STATEFUL:
                held = blank(element)
                values.setdefault(block["block_id"], {})[element["action_id"]] = held
    return values


def blank(element: Json) -> Json:
    """Return the state of one untouched field."""
    kind = element["type"]
    key, initial = FIELDS[kind]
    many = key in ("selected_options", "files") or kind.startswith("multi_")
    return {"type": kind, key: element.get(initial, [] if many else None)}


def view_json(workspace: Workspace, view: View) -> Json:
    """Return the view object of payloads and of views.* answers."""
    return {
        "id": view.id,
        "team_id": workspace.team,
        "type": view.type,
        **{key: value for key, value in view.body.items() if key != "type"},
        "state": {"values": view.values},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": workspace.app.id,
        "app_installed_team_id": workspace.team,
        "bot_id": workspace.app.bot_id,
    }


def find_field(blocks: list[Json], name: str) -> tuple[Json, Json] | None:
    """Find the (block, element) of a field by its action_id, or else by its block_id."""
    pairs = [(block, element) for block, _ in flat(blocks) for element in elements_of(block)]
    by_action = [pair for pair in pairs if pair[1]["action_id"] == name]
    by_block = [pair for pair in pairs if pair[0]["block_id"] == name]
    return next(iter(by_action + by_block), None)
