"""The page of a scenario file's tables, drawn from the models that check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from sandbox.cloud.seed import Seed
from sandbox.workspace.tables import Tables

Schema = Mapping[str, Any]
Row = tuple[str, str, str]
WORDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "whole number",
    "span": "time: `8d`, `2h`, `5m`, `40s`",
    "object": "table of names and values",
    "null": "",
}


def sections() -> Iterator[tuple[str, str, list[Row]]]:
    """Yield heading, description and fields of every table of a scenario, in the order of the file."""
    yield from _walk("", Tables)
    yield from _walk("cloud", Seed)


def _walk(path: str, model: type[BaseModel]) -> Iterator[tuple[str, str, list[Row]]]:
    schema = model.model_json_schema()
    yield from _table(path, schema, schema.get("$defs", {}), many=False)


def _table(path: str, node: Schema, known: Mapping[str, Schema], *, many: bool) -> Iterator[tuple[str, str, list[Row]]]:
    needed = set(node.get("required", ()))
    rows, inner = [], []
    for name, field in node["properties"].items():
        rows.append((f"`{name}`", _said(field, known), "needed" if name in needed else _default(field)))
        inner += [(f"{path}.{name}".removeprefix("."), *found) for found in _tables(field, known)]
    heading = f"[[{path}]]" if many else f"[{path}]"
    yield (f"`{heading}`" if path else "The file", str(node.get("description", "")), rows)
    for deeper, row, listed in inner:
        yield from _table(deeper, row, known, many=listed)


def _tables(field: Schema, known: Mapping[str, Schema], *, listed: bool = False) -> Iterator[tuple[Schema, bool]]:
    """Yield the tables that a field holds, and whether it holds many."""
    if "$ref" in field:
        yield known[field["$ref"].rpartition("/")[2]], listed
    for one in field.get("anyOf", ()):
        yield from _tables(one, known, listed=listed)
    if "items" in field:
        yield from _tables(field["items"], known, listed=True)


def _said(field: Schema, known: Mapping[str, Schema]) -> str:
    """Return what a field takes."""
    if "$ref" in field:
        return "a table"
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(filter(None, (_said(one, known) for one in field["anyOf"]))))
    if field.get("type") == "array":
        return f"list of {_said(field['items'], known)}" if "items" in field else "list"
    words = [f"`{word}`" for word in field.get("enum", [field["const"]] if "const" in field else [])]
    return ", ".join(words) if words else WORDS.get(field.get("type", ""), "number")


def _default(field: Schema) -> str:
    value = field.get("default")
    if value in (None, "", [], {}) or isinstance(value, dict):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
