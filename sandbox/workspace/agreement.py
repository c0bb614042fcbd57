"""What must agree within a payload: initial values with options, lengths with bounds, ids with each other.

The table in `limits.py` says what each field may be; here stands what no field can say alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.workspace import charts, layouts, limits
from sandbox.workspace.layouts import flat
from sandbox.workspace.shapes import say

Json = dict[str, Any]
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
WEB = ("http://", "https://")
BOUNDS = (("min_length", "max_length"), ("min_value", "max_value"))


def options_of(element: Json) -> list[Json]:
    """Return the options an element carries itself, those of its groups too."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def elements_of(block: Json) -> list[Json]:
    """Return the elements of a block that may have an action_id."""
    found = [block.get("element"), block.get("accessory"), *block.get("elements", []), *block.get("actions", [])]
    active = limits.ELEMENTS.keys() - {"image"}
    return [item for item in found if isinstance(item, dict) and item.get("type") in active]


def within(element: Json, at: str) -> Iterator[str]:
    """Yield complaints on fields of one element that do not fit together, or hold what their form forbids."""
    yield from _forms(element, at)
    yield from _bounds(element, at)
    yield from _initials(element, at)


def _forms(element: Json, at: str) -> Iterator[str]:
    if "initial_date" in element and not DATE.fullmatch(str(element["initial_date"])):
        yield say("must be a date as YYYY-MM-DD", f"{at}/initial_date")
    if "initial_time" in element and not TIME.fullmatch(str(element["initial_time"])):
        yield say("must be a time as HH:mm", f"{at}/initial_time")
    for name in ("url", "image_url"):
        if name in element and element.get("type") in ("button", "image") and not _web(element[name]):
            yield say("must be a valid URL", f"{at}/{name}")


def _web(address: object) -> bool:
    return str(address).startswith(WEB) or ":" in str(address).partition("/")[0]


def _bounds(element: Json, at: str) -> Iterator[str]:
    for least, most in BOUNDS:
        try:
            low, high = float(element[least]), float(element[most])
        except (KeyError, TypeError, ValueError):
            continue
        if low > high:
            yield say(f"{least} must not be more than {most}", f"{at}/{least}")
    held = element.get("initial_value", "")
    if isinstance(held, str) and len(held) > _longest(element):
        yield say("initial_value is longer than max_length", f"{at}/initial_value")
    chosen, most_chosen = element.get("initial_options"), element.get("max_selected_items")
    if isinstance(chosen, list) and isinstance(most_chosen, int) and len(chosen) > most_chosen:
        yield say("more initial options than max_selected_items", f"{at}/initial_options")


def _longest(element: Json) -> int:
    most = element.get("max_length")
    return most if isinstance(most, int) else limits.UPDATE_TEXT


def _initials(element: Json, at: str) -> Iterator[str]:
    if not ("options" in element or "option_groups" in element):
        return
    try:
        offered = [option["value"] for option in options_of(element)]
        initial = [*element.get("initial_options", [])]
        if "initial_option" in element:
            initial.append(element["initial_option"])
        strange = [option for option in initial if option["value"] not in offered]
    except (KeyError, TypeError):
        return
    if strange:
        yield say("initial option is not one of the options", at)


def across(blocks: list[Json], surface: str, at: str) -> list[str]:
    """Return complaints on blocks that are right each for itself, but not together or not on this surface."""
    placed = list(flat(blocks, at))
    found = [*_repeated(placed), *_misplaced(placed, surface), *_focus(blocks, at)]
    for block, where in placed:
        found += [*layouts.complaints(block, where), *charts.complaints(block, where)]
    return [*found, *_markdown_total(blocks, at), *_tables(placed, at)]


def _repeated(placed: list[tuple[Json, str]]) -> Iterator[str]:
    seen: set[str] = set()
    for block, where in placed:
        name = block.get("block_id")
        if name in seen:
            yield say(f"`block_id` {name!r} already exists", f"{where}/block_id")
        seen.add(name or f"\0{where}")
        actions = [e["action_id"] for e in elements_of(block) if "action_id" in e]
        for action in {a for a in actions if actions.count(a) > 1}:
            yield say(f"`action_id` {action!r} already exists", f"{where}/elements")


def _misplaced(placed: list[tuple[Json, str]], surface: str) -> Iterator[str]:
    for block, where in placed:
        for element in elements_of(block):
            if surface not in limits.ONLY_IN.get(element["type"], (surface,)):
                yield say(f"unsupported type: {element['type']}", where)
            if element.get("response_url_enabled") and (surface != "modal" or block["type"] != "input"):
                yield say("response_url_enabled is for input blocks of modals", where)


def _focus(blocks: list[Json], at: str) -> Iterator[str]:
    if sum(bool(element.get("focus_on_load")) for block in blocks for element in elements_of(block)) > 1:
        yield say("only one element can have focus_on_load", at)


def _markdown_total(blocks: list[Json], at: str) -> Iterator[str]:
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > limits.MARKDOWN_TOTAL:
        yield say(f"markdown blocks must be less than {limits.MARKDOWN_TOTAL + 1} characters in total", at)


def _tables(placed: list[tuple[Json, str]], at: str) -> Iterator[str]:
    tables = [block for block, _ in placed if block["type"] == "table"]
    if len(tables) > 1:
        yield say("only_one_table_allowed", at)
    if any(sum(map(charts.letters, table["rows"])) > limits.TABLE_CHARS for table in tables):
        yield say(f"table must be less than {limits.TABLE_CHARS + 1} characters", at)
    if sum(block["type"] == "data_visualization" for block, _ in placed) > charts.CHARTS:
        yield say(f"no more than {charts.CHARTS} data_visualization blocks allowed", at)
