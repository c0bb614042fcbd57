"""Check blocks and views as Slack does, and complete what Slack completes.

Complaints read as Slack's: `must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]`.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from sandbox.workspace import limits
from sandbox.workspace.limits import Flag, Many, Number, OneOf, Part, Rule, Shape, Str, Text

Json = dict[str, Any]
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _say(text: str, at: str) -> str:
    return f"{text} [json-pointer:{at}]"


def check_blocks(blocks: object, surface: str, at: str = "/blocks") -> list[str]:
    """Return what Slack would complain about in the blocks of a "message", "modal" or "home"."""
    if not isinstance(blocks, list):
        return [_say("must provide an array", at)]
    most = limits.SURFACE_BLOCKS[surface]
    faults = [_say(f"no more than {most} items allowed", at)] if len(blocks) > most else []
    for index, block in enumerate(blocks):
        faults += _block(block, surface, f"{at}/{index}")
    if faults:
        return faults
    return [*_repeated(blocks, at), *_markdown_total(blocks, at)]


def check_view(view: object, kinds: tuple[str, ...]) -> list[str]:
    """Return what Slack would complain about in a view of one of these kinds."""
    if not isinstance(view, dict):
        return [_say("must provide an object", "/view")]
    kind = view.get("type")
    if kind not in kinds:
        return [_say(f"unsupported type: {kind}", "/view/type")]
    shape = limits.MODAL if kind == "modal" else limits.HOME
    faults = list(_shape({k: v for k, v in view.items() if k != "type"}, shape, "/view"))
    if "blocks" in view:
        faults += check_blocks(view["blocks"], kind, "/view/blocks")
    if not faults and kind == "modal" and _has_input(view["blocks"]) and "submit" not in view:
        faults.append(_say("missing required field: submit, needed with input blocks", "/view"))
    return faults


def _has_input(blocks: list[Json]) -> bool:
    return any(block["type"] == "input" for block in blocks)


def _block(block: object, surface: str, at: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield _say("must provide an object", at)
        return
    shape = limits.BLOCKS.get(str(block.get("type")))
    if shape is None or surface not in shape.surfaces:
        yield _say(f"unsupported type: {block.get('type')}", f"{at}/type")
        return
    wider = Shape(shape.required, shape.optional | limits.BLOCK_ID, shape.either)
    yield from _shape({k: v for k, v in block.items() if k != "type"}, wider, at)
    if block["type"] == "section" and not ("text" in block or "fields" in block):
        yield _say("missing required field: text or fields", at)


def _shape(given: Json, shape: Shape, at: str) -> Iterator[str]:
    for name in shape.required.keys() - given.keys():
        yield _say(f"missing required field: {name}", at)
    for group in shape.either:
        if sum(name in given for name in group) != 1:
            yield _say(f"must provide exactly one of: {', '.join(group)}", at)
    rules = shape.required | shape.optional
    for name, value in given.items():
        if name not in rules:
            yield _say(f"invalid additional property: {name}", at)
        else:
            yield from _value(value, rules[name], f"{at}/{name}")


def _value(value: object, rule: Rule, at: str) -> Iterator[str]:
    match rule:
        case Text():
            yield from _text(value, rule, at)
        case Str():
            yield from _string(value, rule.least, rule.most, at)
        case Part():
            yield from _part(value, rule, at)
        case Many():
            yield from _many(value, rule, at)
        case Number() | Flag() | OneOf():
            yield from _plain(value, rule, at)


def _plain(value: object, rule: Number | Flag | OneOf, at: str) -> Iterator[str]:
    if isinstance(rule, Flag):
        wrong = "" if isinstance(value, bool) else "must provide a boolean"
    elif isinstance(rule, OneOf):
        wrong = "" if value in rule.values else f"must be one of: {', '.join(rule.values)}"
    elif isinstance(value, bool) or not isinstance(value, int):
        wrong = "must provide a number"
    else:
        wrong = "" if rule.least <= value <= rule.most else f"must be between {rule.least} and {rule.most}"
    if wrong:
        yield _say(wrong, at)


def _string(value: object, least: int, most: int, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield _say("must provide a string", at)
    elif len(value) > most:
        yield _say(f"must be less than {most + 1} characters", at)
    elif len(value) < least:
        yield _say(f"must be more than {least - 1} characters", at)


def _text(value: object, rule: Text, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _say("must provide an object", at)
        return
    kind = value.get("type")
    if kind not in rule.kinds:
        yield _say(f"unsupported type: {kind}", f"{at}/type")
        return
    extra = "emoji" if kind == "plain_text" else "verbatim"
    for name in value.keys() - {"type", "text", extra}:
        yield _say(f"invalid additional property: {name}", at)
    yield from _string(value.get("text"), 1, rule.most, f"{at}/text")


def _many(value: object, rule: Many, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield _say("must provide an array", at)
        return
    if len(value) > rule.most:
        yield _say(f"no more than {rule.most} items allowed", at)
    if len(value) < rule.least:
        yield _say(f"no fewer than {rule.least} items allowed", at)
    for index, item in enumerate(value):
        yield from _value(item, rule.item, f"{at}/{index}")


def _part(value: object, rule: Part, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _say("must provide an object", at)
    elif rule.names[0] in limits.COMPOSITION:
        yield from _shape(value, limits.COMPOSITION[rule.names[0]], at)
    elif value.get("type") not in rule.names:
        yield _say(f"unsupported type: {value.get('type')}", f"{at}/type")
    elif value["type"] in limits.ANY_TEXT:
        yield from _text(value, Text(3_000), at)
    else:
        fields = {k: v for k, v in value.items() if k != "type"}
        yield from _shape(fields, limits.TYPED_PARTS[value["type"]], at)
        yield from _initials(value, at)


def options_of(element: Json) -> list[Json]:
    """Return the options an element carries itself, those of its groups too."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _initials(element: Json, at: str) -> Iterator[str]:
    """Yield complaints on initial values that the element does not offer, and on false dates."""
    if "initial_date" in element and not DATE.fullmatch(str(element["initial_date"])):
        yield _say("must be a date as YYYY-MM-DD", f"{at}/initial_date")
    if not ("options" in element or "option_groups" in element):
        return
    try:
        initial = [*element.get("initial_options", [])]
        if "initial_option" in element:
            initial.append(element["initial_option"])
        offered = {option["value"] for option in options_of(element)}
        strange = [option for option in initial if option["value"] not in offered]
    except (KeyError, TypeError):
        return
    if strange:
        yield _say("initial option is not one of the options", at)


def elements_of(block: Json) -> list[Json]:
    """Return the elements of a block that may have an action_id."""
    found = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
    active = limits.ELEMENTS.keys() - {"image"}
    return [item for item in found if isinstance(item, dict) and item.get("type") in active]


def _repeated(blocks: list[Json], at: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name in seen:
            yield _say(f"`block_id` {name!r} already exists", f"{at}/{index}/block_id")
        seen.add(name or f"\0{index}")
        actions = [e["action_id"] for e in elements_of(block) if "action_id" in e]
        for action in {a for a in actions if actions.count(a) > 1}:
            yield _say(f"`action_id` {action!r} already exists", f"{at}/{index}/elements")


def _markdown_total(blocks: list[Json], at: str) -> Iterator[str]:
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > limits.MARKDOWN_TOTAL:
        yield _say(f"markdown blocks must be less than {limits.MARKDOWN_TOTAL + 1} characters in total", at)


def too_big(blocks: list[Json]) -> bool:
    """Tell whether a message's blocks are over the size that Slack refuses with msg_blocks_too_long."""
    return len(json.dumps(blocks, ensure_ascii=False)) > limits.MESSAGE_BLOCKS_CHARS


def completed(blocks: list[Json]) -> list[Json]:
    """Return a copy with the ids and text flags that Slack adds: block_id, action_id, emoji, verbatim."""
    copy = deepcopy(blocks)
    for block in copy:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in elements_of(block):
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
        _flag_texts(block)
    return copy


def _flag_texts(node: object) -> None:
    if isinstance(node, list):
        for item in node:
            _flag_texts(item)
    elif isinstance(node, dict):
        if node.get("type") == "plain_text":
            node.setdefault("emoji", True)
        elif node.get("type") == "mrkdwn":
            node.setdefault("verbatim", False)
        for item in node.values():
            _flag_texts(item)
