"""Check blocks and views as Slack does, and complete what Slack completes.

Complaints read as Slack's: `must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any

from sandbox.workspace import agreement, limits
from sandbox.workspace.agreement import elements_of, options_of
from sandbox.workspace.layouts import flat
from sandbox.workspace.shapes import ANY_TEXT, Flag, Many, Number, OneOf, Part, Rule, Shape, Str, Text, say

Json = dict[str, Any]
__all__ = [
    "check_attachments",
    "check_blocks",
    "check_options",
    "check_view",
    "completed",
    "elements_of",
    "flat",
    "options_of",
    "too_big",
]


def check_blocks(blocks: object, surface: str, at: str = "/blocks") -> list[str]:
    """Return what Slack would complain about in the blocks of a "message", "modal" or "home"."""
    if not isinstance(blocks, list):
        return [say("must provide an array", at)]
    most = limits.SURFACE_BLOCKS[surface]
    faults = [say(f"no more than {most} items allowed", at)] if len(blocks) > most else []
    for index, block in enumerate(blocks):
        faults += _block(block, surface, f"{at}/{index}")
    if faults:
        return faults
    return agreement.across(blocks, surface, at)


def check_options(answer: object) -> list[str]:
    """Return what Slack would complain about in an app's answer with options for an external select."""
    if not isinstance(answer, dict):
        return [say("must provide an object", "")]
    return list(_shape(answer, limits.OFFER, ""))


def check_attachments(attachments: object) -> list[str]:
    """Return what Slack would complain about in a message's attachments; their blocks are held against the rules."""
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        return [say("must provide an array of objects", "/attachments")]
    found: list[str] = []
    for index, one in enumerate(attachments):
        if "blocks" in one:
            found += check_blocks(one["blocks"], "message", f"/attachments/{index}/blocks")
    return found


def check_view(view: object, kinds: tuple[str, ...]) -> list[str]:
    """Return what Slack would complain about in a view of one of these kinds."""
    if not isinstance(view, dict):
        return [say("must provide an object", "/view")]
    kind = view.get("type")
    if kind not in kinds:
        return [say(f"unsupported type: {kind}", "/view/type")]
    shape = limits.MODAL if kind == "modal" else limits.HOME
    faults = list(_shape({k: v for k, v in view.items() if k != "type"}, shape, "/view"))
    if "blocks" in view:
        faults += check_blocks(view["blocks"], kind, "/view/blocks")
    if not faults and kind == "modal" and _has_input(view["blocks"]) and "submit" not in view:
        faults.append(say("missing required field: submit, needed with input blocks", "/view"))
    return faults


def _has_input(blocks: list[Json]) -> bool:
    return any(block["type"] == "input" for block in blocks)


def _block(block: object, surface: str, at: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield say("must provide an object", at)
        return
    shape = limits.BLOCKS.get(str(block.get("type")))
    if shape is None or surface not in shape.surfaces:
        yield say(f"unsupported type: {block.get('type')}", f"{at}/type")
        return
    wider = Shape(shape.required, shape.optional | limits.BLOCK_ID, shape.either)
    yield from _shape({k: v for k, v in block.items() if k != "type"}, wider, at)
    if block["type"] == "section" and not ("text" in block or "fields" in block):
        yield say("missing required field: text or fields", at)


def _shape(given: Json, shape: Shape, at: str) -> Iterator[str]:
    for name in shape.required.keys() - given.keys():
        yield say(f"missing required field: {name}", at)
    for group in shape.either:
        if sum(name in given for name in group) != 1:
            yield say(f"must provide exactly one of: {', '.join(group)}", at)
    rules = shape.required | shape.optional
    for name, value in given.items():
        if name not in rules:
            yield say(f"invalid additional property: {name}", at)
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
    elif isinstance(value, bool) or not isinstance(value, int if rule.whole else int | float):
        wrong = "must provide a number"
    else:
        wrong = "" if rule.least <= value <= rule.most else f"must be between {rule.least} and {rule.most}"
    if wrong:
        yield say(wrong, at)


def _string(value: object, least: int, most: int, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield say("must provide a string", at)
    elif len(value) > most:
        yield say(f"must be less than {most + 1} characters", at)
    elif len(value) < least:
        yield say(f"must be more than {least - 1} characters", at)


def _text(value: object, rule: Text, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield say("must provide an object", at)
        return
    kind = value.get("type")
    if kind not in rule.kinds:
        yield say(f"unsupported type: {kind}", f"{at}/type")
        return
    extra = "emoji" if kind == "plain_text" else "verbatim"
    if not isinstance(value.get(extra, True), bool):
        yield say("must provide a boolean", f"{at}/{extra}")
    for name in value.keys() - {"type", "text", extra}:
        yield say(f"invalid additional property: {name}", at)
    yield from _string(value.get("text"), 1, rule.most, f"{at}/text")


def _many(value: object, rule: Many, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield say("must provide an array", at)
        return
    if len(value) > rule.most:
        yield say(f"no more than {rule.most} items allowed", at)
    if len(value) < rule.least:
        yield say(f"no fewer than {rule.least} items allowed", at)
    for index, item in enumerate(value):
        yield from _value(item, rule.item, f"{at}/{index}")


def _part(value: object, rule: Part, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield say("must provide an object", at)
    elif rule.names[0] in limits.COMPOSITION:
        yield from _shape(value, limits.COMPOSITION[rule.names[0]], at)
    elif value.get("type") not in rule.names:
        yield say(f"unsupported type: {value.get('type')}", f"{at}/type")
    elif value["type"] in ANY_TEXT:
        yield from _text(value, Text(3_000), at)
    elif value["type"] not in limits.TYPED_PARTS:
        yield from _block(value, "message", at)  # blocks are held by others in messages, and those on all surfaces
    else:
        fields = {k: v for k, v in value.items() if k != "type"}
        yield from _shape(fields, limits.TYPED_PARTS[value["type"]], at)
        yield from agreement.within(value, at)


def too_big(blocks: list[Json]) -> bool:
    """Tell whether a message's blocks are over the size that Slack refuses with msg_blocks_too_long."""
    return len(json.dumps(blocks, ensure_ascii=False)) > limits.MESSAGE_BLOCKS_CHARS


def completed(blocks: list[Json]) -> list[Json]:
    """Return a copy with the ids and text flags that Slack adds: block_id, action_id, emoji, verbatim."""
    copy: list[Json] = json.loads(json.dumps(blocks))
    for block, _ in flat(copy):
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in elements_of(block):
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    _flag_texts(copy)
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
