"""Figures in a message, as a table: data tables and charts, by Slack's reference of those two blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.workspace.shapes import Many, Number, Part, Shape, Str, say

Json = dict[str, Any]
DATA_TABLE_CHARS = 20_000
CHARTS = 2
"""How many charts a message may have."""
ANY_NUMBER = Number(-(10**15), 10**15, whole=False)
_LABEL, _AXIS = Str(20), Str(50)
_PLOTTED = Shape({"series": Many(Part(("series",)), 12), "axis_config": Part(("axis_config",))}, {})

COMPOSITION = {
    "segment": Shape({"label": _LABEL, "value": ANY_NUMBER}, {}),
    "series": Shape({"name": _LABEL, "data": Many(Part(("point",)), 20)}, {}),
    "point": Shape({"label": _LABEL, "value": ANY_NUMBER}, {}),
    "axis_config": Shape({"categories": Many(_LABEL, 20)}, {"x_label": _AXIS, "y_label": _AXIS}),
}
PARTS = {
    "pie": Shape({"segments": Many(Part(("segment",)), 12)}, {}),
    "bar": _PLOTTED,
    "area": _PLOTTED,
    "line": _PLOTTED,
    "raw_number": Shape({"value": ANY_NUMBER, "text": Str(10_000)}, {}),
}
CELLS = Part(("raw_text", "raw_number", "rich_text"))
BLOCKS = {
    "data_table": Shape(
        {"rows": Many(Many(CELLS, 20), 201, 2), "caption": Str(3_000)},
        {"page_size": Number(1, 100), "row_header_column_index": Number(0, 19)},
        surfaces=("message",),
    ),
    "data_visualization": Shape(
        {"title": Str(50), "chart": Part(("pie", "bar", "area", "line"))}, {}, surfaces=("message",)
    ),
}


def letters(node: Any) -> int:
    """Count the characters of all texts below a table's row."""
    if isinstance(node, list):
        return sum(map(letters, node))
    if not isinstance(node, dict):
        return 0
    own = len(node["text"]) if isinstance(node.get("text"), str) else 0
    return own + letters(node.get("elements", []))


def complaints(block: Json, at: str) -> Iterator[str]:
    """Yield complaints on figures that do not fit together; the block's shape is right already."""
    if block["type"] == "data_table":
        yield from _table(block, at)
    elif block["type"] == "data_visualization" and block["chart"]["type"] == "pie":
        for index, segment in enumerate(block["chart"]["segments"]):
            if segment["value"] <= 0:
                yield say("must be more than 0", f"{at}/chart/segments/{index}/value")
    elif block["type"] == "data_visualization":
        yield from _chart(block["chart"], f"{at}/chart")


def _table(block: Json, at: str) -> Iterator[str]:
    head, *rows = block["rows"]
    if any(cell["type"] == "rich_text" for cell in head):
        yield say("unsupported type: rich_text in the header row", f"{at}/rows/0")
    for index, row in enumerate(rows, start=1):
        if len(row) != len(head):
            yield say(f"must have {len(head)} cells as the header row has", f"{at}/rows/{index}")
    if block.get("row_header_column_index", 0) >= len(head):
        yield say("there is no such column", f"{at}/row_header_column_index")
    if letters(block["rows"]) > DATA_TABLE_CHARS:
        yield say(f"data_table must be less than {DATA_TABLE_CHARS + 1} characters", at)


def _chart(chart: Json, at: str) -> Iterator[str]:
    names = Counter(series["name"] for series in chart["series"])
    for name in (name for name, count in names.items() if count > 1):
        yield say(f"series {name!r} already exists", f"{at}/series")
    categories = chart["axis_config"]["categories"]
    for index, series in enumerate(chart["series"]):
        if Counter(point["label"] for point in series["data"]) != Counter(categories):
            yield say("labels must be the categories, each once", f"{at}/series/{index}/data")
