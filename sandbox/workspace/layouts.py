"""Blocks that hold pictures, buttons or other blocks, as a table: cards, containers, plans, videos, context actions.

Figures: Slack's Block Kit reference. Where pages disagree (videos' shorter texts), the narrower one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.workspace.shapes import PLAIN, Flag, Many, OneOf, Part, Rule, Shape, Str, Text, say

Json = dict[str, Any]
HOLDS = {"carousel": "elements", "container": "child_blocks", "plan": "tasks"}
"""Blocks that hold blocks, and in which field."""
CHILDREN = (
    *("actions", "context", "divider", "header", "image", "input"),
    *("rich_text", "section", "table", "video"),
)
ICONS = (
    *("archive", "book", "bookmark", "bot", "bug", "calendar", "call", "caret-left", "caret-right", "check"),
    *("clipboard", "code", "comment", "compass", "copy", "cube", "download", "edit", "email", "eye-closed"),
    *("eye-open", "file", "flag", "folder", "gear", "globe", "heart", "help", "image", "info", "key", "lightbulb"),
    *("link", "map", "mobile", "new-window", "pin", "plus", "refine", "refresh", "rocket", "save", "screen", "share"),
    *("sparkle", "star", "star-filled", "tag", "thumbs-down", "thumbs-up", "trash", "upload", "user", "warning"),
)
EMBEDS = "links.embed:write"
"""The scope that an app needs to show a video."""
TASKS = 50
_URL, _ID = Str(3_000), Str(255)
_PICTURE = Part(("image",))
_RICH = Part(("rich_text",))

COMPOSITION = {
    "feedback_button": Shape({"text": Text(75, PLAIN), "value": Str(2_000)}, {"accessibility_label": Str(75)}),
}
ELEMENTS = {
    "feedback_buttons": Shape(
        {"positive_button": Part(("feedback_button",)), "negative_button": Part(("feedback_button",))},
        {"action_id": _ID},
    ),
    "icon_button": Shape(
        {"icon": OneOf(("trash",)), "text": Text(75, PLAIN)},
        {
            "action_id": _ID,
            "value": Str(2_000),
            "accessibility_label": Str(75),
            "visible_to_user_ids": Many(_ID, 10),
            "confirm": Part(("confirm",)),
        },
    ),
}
PARTS = {"icon": Shape({"name": OneOf(ICONS)}, {}), "url": Shape({"url": _URL, "text": Str(3_000)}, {})}
_CARD: dict[str, Rule] = {
    "hero_image": _PICTURE,
    "icon": _PICTURE,
    "slack_icon": Part(("icon",)),
    "title": Text(150),
    "subtitle": Text(150),
    "body": Text(200),
    "subtext": Text(200),
    "actions": Many(Part(("button",)), 3),
}
BLOCKS = {
    "card": Shape({}, _CARD),
    "carousel": Shape({"elements": Many(Part(("card",)), 10)}, {}, surfaces=("message", "home")),
    "container": Shape(
        {"child_blocks": Many(Part(CHILDREN), 10)},
        {
            "title": Text(150, PLAIN),
            "rich_text_title": _RICH,
            "subtitle": Text(150),
            "width": OneOf(("narrow", "standard", "wide", "full")),
            "icon": _PICTURE,
            "is_collapsible": Flag(),
            "default_collapsed": Flag(),
            "has_header_divider": Flag(),
        },
        surfaces=("message",),
    ),
    "context_actions": Shape(
        {"elements": Many(Part(("feedback_buttons", "icon_button")), 5)}, {}, surfaces=("message",)
    ),
    "plan": Shape({"title": Str(3_000)}, {"tasks": Many(Part(("task_card",)), TASKS, 0)}, surfaces=("message",)),
    "task_card": Shape(
        {
            "task_id": _ID,
            "title": Str(3_000),
            "status": OneOf(("pending", "in_progress", "complete", "error")),
        },
        {"details": _RICH, "output": _RICH, "sources": Many(Part(("url",)), 100, 0)},
        surfaces=("message",),
    ),
    "video": Shape(
        {"alt_text": Str(200), "video_url": _URL, "thumbnail_url": _URL, "title": Text(199, PLAIN)},
        {
            "title_url": _URL,
            "description": Text(200, PLAIN),
            "provider_icon_url": _URL,
            "provider_name": Str(50),
            "author_name": Str(49),
        },
    ),
}


def flat(blocks: list[Json], at: str = "/blocks") -> Iterator[tuple[Json, str]]:
    """Yield blocks and what they hold, each with its place; what is no block is left out."""
    for index, block in enumerate(blocks):
        if isinstance(block, dict):
            place = f"{at}/{index}"
            yield block, place
            if held := HOLDS.get(str(block.get("type"))):
                yield from flat(block.get(held) or [], f"{place}/{held}")


def complaints(block: Json, at: str) -> Iterator[str]:
    """Yield complaints on fields of one of these blocks that do not fit together; its shape is right already."""
    if found := FITS.get(block["type"]):
        yield from found(block, at)


def _card(block: Json, at: str) -> Iterator[str]:
    if not block.keys() & {"hero_image", "title", "actions", "body"}:
        yield say("must provide at least one of: hero_image, title, actions, body", at)
    if {"icon", "slack_icon"} <= block.keys():
        yield say("must provide only one of: icon, slack_icon", at)


def _container(block: Json, at: str) -> Iterator[str]:
    if not block.keys() & {"title", "rich_text_title"}:
        yield say("must provide one of: title, rich_text_title", at)
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield say("default_collapsed needs is_collapsible", f"{at}/default_collapsed")


def _video(block: Json, at: str) -> Iterator[str]:
    for name in ("video_url", "title_url"):
        if not block.get(name, "https://").startswith("https://"):
            yield say("must be an HTTPS URL", f"{at}/{name}")


FITS = {"card": _card, "container": _container, "video": _video}
