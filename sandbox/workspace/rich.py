"""Rich text and table cells as a table: what a rich_text block is made of, by Slack's reference of that block."""

from __future__ import annotations

from sandbox.workspace.shapes import Flag, Many, Number, OneOf, Part, Rule, Shape, Str

STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
STYLE = Part(("style",))
_STYLED: dict[str, Rule] = {"style": STYLE}
RUNS = {
    "text": Shape({"text": Str(12_000)}, _STYLED),
    "link": Shape({"url": Str(3_000)}, _STYLED | {"text": Str(12_000), "unsafe": Flag()}),
    "emoji": Shape({"name": Str(100)}, _STYLED | {"unicode": Str(100), "skin_tone": Number(1, 6), "url": Str(3_000)}),
    "user": Shape({"user_id": Str(255)}, _STYLED),
    "usergroup": Shape({"usergroup_id": Str(255)}, _STYLED),
    "channel": Shape({"channel_id": Str(255)}, _STYLED),
    "broadcast": Shape({"range": OneOf(("here", "channel", "everyone"))}, _STYLED),
    "date": Shape(
        {"timestamp": Number(0, 10**10), "format": Str(500)}, _STYLED | {"url": Str(3_000), "fallback": Str(500)}
    ),
    "color": Shape({"value": Str(7)}, _STYLED),
}
_RUNS = Many(Part(tuple(RUNS)), 1_000, 0)
_CODE = Many(Part(("text", "link")), 1_000, 0)
_BORDER: dict[str, Rule] = {"border": Number(0, 1)}
TEXTS = Many(Part(("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")), 500)
PARTS = {
    "rich_text_section": Shape({"elements": _RUNS}, {}),
    "rich_text_quote": Shape({"elements": _RUNS}, _BORDER),
    "rich_text_preformatted": Shape({"elements": _CODE}, _BORDER | {"language": Str(100)}),
    "rich_text_list": Shape(
        {"elements": Many(Part(("rich_text_section",)), 1_000, 0), "style": OneOf(("bullet", "ordered"))},
        {"indent": Number(0, 8), "offset": Number(0, 10**6), **_BORDER},
    ),
    **RUNS,
    "raw_text": Shape({"text": Str(10_000)}, {}),
    "rich_text": Shape({"elements": TEXTS}, {"block_id": Str(255)}),
}
STYLE_SHAPE = Shape({}, {name: Flag() for name in STYLES})
