"""Interactive elements as the templates draw them: kind, choices, what is entered."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2s
from itertools import groupby
from typing import Any

from markupsafe import Markup

from sandbox.workspace.act import LEAST_QUERY
from sandbox.workspace.limits import STATEFUL
from sandbox.workspace.modals import FIELDS, blank
from sandbox.workspace.page.reader import Reader

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]

FAMILIES = {
    "checkboxes": "checks",
    "radio_buttons": "radios",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime",
    "plain_text_input": "text",
    "number_input": "number",
    "email_text_input": "email",
    "url_text_input": "url",
    "rich_text_input": "rich",
    "file_input": "file",
    "button": "button",
    "workflow_button": "button",
    "overflow": "overflow",
    "image": "image",
    "feedback_buttons": "feedback",
    "icon_button": "icon",
}


PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Files that are shown as pictures; SVG is not among them, it may carry scripts."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds an element on the page: a message (by its ts) or a view; `id` is its own on the page."""

    surface: str
    ts: str
    id: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option."""

    value: str
    label: str
    shown: Markup
    description: Markup | None = None
    group: str | None = None
    chosen: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One element; `entered` is the text of a typed or picked field, `name` the form field of an input block."""

    family: str
    dom_id: str
    element: Json
    name: str
    holder: Holder
    multi: bool = False
    external: bool = False
    least_query: int = 0
    placeholder: str = ""
    entered: str = ""
    choices: list[Choice] = field(default_factory=list)
    dispatch: str = ""
    files: list[Json] = field(default_factory=list)

    @property
    def most(self) -> int:
        """Return how many files the element takes."""
        return most_files(self.element)

    @property
    def accept(self) -> str:
        """Return the file types that the element takes, as a browser reads them."""
        return ",".join(f".{kind}" for kind in self.element.get("filetypes", []))

    @property
    def groups(self) -> list[tuple[str | None, list[Choice]]]:
        """Return the options under the names of their groups, in the order given."""
        return [(name, list(found)) for name, found in groupby(self.choices, key=lambda choice: choice.group)]

    @property
    def chosen(self) -> list[Choice]:
        """Return the chosen options."""
        return [choice for choice in self.choices if choice.chosen]


def most_files(element: Json) -> int:
    """Return how many files a file input takes; Slack's own default is 10."""
    return int(element.get("max_files", 10))


def shown_file(file: Json) -> Json:
    """Return a file as drawn: `shown` is its size in words, `picture` whether a browser shows it as one."""
    size = file.get("size", 0)
    shown = f"{size} B" if size < 1_024 else f"{size / 1_024:.1f} KB"
    picture = file.get("mimetype") in PICTURES
    return {"id": file.get("id", ""), "name": file.get("name", ""), "shown": shown, "picture": picture}


def dom_id(*parts: object) -> str:
    """Return a stable id for something named by these parts, which may hold any characters."""
    return "e" + blake2s("\0".join(map(str, parts)).encode(), digest_size=6).hexdigest()


def holder(surface: str, ts: str, *parts: object) -> Holder:
    """Return a holder with an id made of `parts`."""
    return Holder(surface, ts, dom_id(*parts))


def control(reader: Reader, where: Holder, block: Json, element: Json, values: Values) -> Control:
    """Return an element as drawn; `where` is the message or view it stands in, `values` is its state."""
    kind, action = element["type"], element.get("action_id", "")
    held = values.get(block["block_id"], {}).get(action)
    if kind in STATEFUL and (held is None or held["type"] != kind):
        held = blank(element)
    state = held[FIELDS[kind][0]] if held else None
    family = FAMILIES.get(kind, "select")
    return Control(
        family=family,
        dom_id=dom_id(where.id, block["block_id"], action, element.get("value", "")),
        element=element,
        name=f"f:{block['block_id']}" if block["type"] == "input" else "selected",
        holder=where,
        multi=kind.startswith("multi_"),
        external=kind.endswith("external_select"),
        least_query=element.get("min_query_length", LEAST_QUERY),
        placeholder=reader.plain(element["placeholder"]) if "placeholder" in element else "",
        entered=_entered(reader, family, state),
        choices=_choices(reader, element, state) if family in ("select", "checks", "radios", "overflow") else [],
        dispatch=_dispatch(block, element),
        files=[shown_file(one) for one in state] if family == "file" and isinstance(state, list) else [],
    )


def _dispatch(block: Json, element: Json) -> str:
    """Return what makes a typed field act at once: "enter", "character", or nothing."""
    if not block.get("dispatch_action"):
        return ""
    on = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return "character" if "on_character_entered" in on else "enter"


def _entered(reader: Reader, family: str, state: Any) -> str:
    if state is None or family in ("select", "checks", "radios", "overflow", "file"):
        return ""
    if family == "datetime":
        return reader.local(state)
    return rich_to_text(state) if family == "rich" else str(state)


def rich_to_text(rich: Json) -> str:
    """Return the plain text of a rich text value."""
    lines = ["".join(part.get("text", "") for part in section["elements"]) for section in rich["elements"]]
    return "\n".join(lines)


def text_to_rich(text: str) -> Json | None:
    """Return typed text as a rich text value, None for nothing."""
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [inner]} if text else None


def _choices(reader: Reader, element: Json, state: Any) -> list[Choice]:
    chosen = state if isinstance(state, list) else [] if state is None else [state]
    picked = [item["value"] if isinstance(item, dict) else item for item in chosen]
    offered = [_choice(reader, option, group, picked) for group, option in _offered(reader, element)]
    there = {choice.value for choice in offered}
    held = [item for item in chosen if isinstance(item, dict) and item["value"] not in there]
    return [*offered, *(_choice(reader, option, None, picked) for option in held)]


def _offered(reader: Reader, element: Json) -> list[tuple[str | None, Json]]:
    """Return (group, option) pairs that the element shows by itself."""
    kind = element["type"]
    if kind.endswith("users_select"):
        return [(None, option) for option in reader.people_options()]
    if kind.endswith(("channels_select", "conversations_select")):
        return [(None, option) for option in reader.channel_options()]
    grouped = [
        (reader.plain(group["label"]), option)
        for group in element.get("option_groups", [])
        for option in group["options"]
    ]
    return [*((None, option) for option in element.get("options", [])), *grouped]


def _choice(reader: Reader, option: Json, group: str | None, picked: list[str]) -> Choice:
    return Choice(
        value=option["value"],
        label=reader.plain(option["text"]),
        shown=reader.text(option["text"]),
        description=reader.text(option["description"]) if "description" in option else None,
        group=group,
        chosen=option["value"] in picked,
        url=option.get("url"),
    )


def offered_choices(reader: Reader, options: list[Json]) -> list[Choice]:
    """Return the options an app just offered."""
    return [_choice(reader, option, None, []) for option in options]
