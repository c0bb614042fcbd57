"""What a person enters into fields, turned into Slack's state, and what Slack's client itself refuses."""

from __future__ import annotations

import re
from typing import Any

from sandbox.workspace.blocks import options_of
from sandbox.workspace.modals import FIELDS, blank
from sandbox.workspace.records import View
from sandbox.workspace.state import Workspace

Json = dict[str, Any]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
REQUIRED = "Please complete this required field."


class EntryError(ValueError):
    """Raised for an entry that the field on the screen does not take; says what it takes."""


def enter(workspace: Workspace, element: Json, entry: object, offered: list[Json]) -> Json:
    """Return the field's state after a person entered or chose `entry`.

    Options are named by value or text, or given as option objects; people and channels by name or id. `offered` are
    the options an external select showed last. Raises EntryError.
    """
    kind = element["type"]
    if kind not in FIELDS:
        raise EntryError(f"a {kind} cannot be filled in")
    key = FIELDS[kind][0]
    if entry is None or entry in ("", []):
        return {"type": kind, key: blank(element | {FIELDS[kind][1]: None})[key] or _empty(kind)}
    many = isinstance(_empty(kind), list)
    entries = entry if isinstance(entry, list) else [entry]
    if not many and len(entries) > 1:
        raise EntryError(f"a {kind} takes one value")
    held = [_one(workspace, key, element, item, offered) for item in entries]
    return {"type": kind, key: held if many else held[0]}


def _empty(kind: str) -> list[Json] | None:
    return [] if kind.startswith("multi_") or kind in ("checkboxes", "file_input") else None


def _one(workspace: Workspace, key: str, element: Json, item: object, offered: list[Json]) -> object:
    if key.startswith("selected_option"):
        return choose(options_of(element) or offered, item)
    if key.startswith("selected_user"):
        return workspace.person(str(item)).id
    if key.startswith(("selected_conversation", "selected_channel")):
        names = {c.id: c.id for c in workspace.conversations.values()}
        names |= {f"#{c.name}": c.id for c in workspace.conversations.values() if c.name}
        if str(item) not in names:
            raise EntryError(f"no channel {item!r}")
        return names[str(item)]
    return item if key in ("selected_date_time", "rich_text_value", "files") else str(item)


def choose(options: list[Json], item: object) -> Json:
    """Return the option that `item` names by value or text, or is. Raises EntryError that lists them."""
    wanted = item.get("value") if isinstance(item, dict) else item
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return {key: value for key, value in option.items() if key != "url"}
    known = ", ".join(option["value"] for option in options) or "none"
    raise EntryError(f"no option {wanted!r}; there are: {known}")


def client_errors(view: View) -> dict[str, str]:
    """Return {block_id: text} of what Slack's client refuses before it sends a submission."""
    found = {}
    for block in view.blocks:
        if block["type"] == "input":
            element = block["element"]
            held = view.values[block["block_id"]][element["action_id"]]
            value = held[FIELDS[element["type"]][0]]
            error = _wrong(element, value) if value else "" if block.get("optional") else REQUIRED
            if error:
                found[block["block_id"]] = error
    return found


def _wrong(element: Json, value: Any) -> str:
    match element["type"]:
        case "plain_text_input":
            return _wrong_length(element, str(value))
        case "number_input":
            return _wrong_number(element, str(value))
        case "email_text_input":
            return "" if EMAIL.fullmatch(value) else "Please enter a valid email address."
        case "url_text_input":
            return "" if str(value).startswith(("http://", "https://")) else "Please enter a valid URL."
    most = element.get("max_selected_items")
    return f"Please choose at most {most}." if most and len(value) > most else ""


def _wrong_length(element: Json, value: str) -> str:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3_000):
        return f"Please enter at most {element.get('max_length', 3_000)} characters."
    return ""


def _wrong_number(element: Json, value: str) -> str:
    if not NUMBER.fullmatch(value) or ("." in value and not element["is_decimal_allowed"]):
        return "Please enter a valid number."
    if float(value) < float(element.get("min_value", "-inf")):
        return f"Please enter a number of at least {element['min_value']}."
    if float(value) > float(element.get("max_value", "inf")):
        return f"Please enter a number of at most {element['max_value']}."
    return ""
