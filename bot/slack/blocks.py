"""Block Kit as data, always within Slack's limits: what is too long is cut with "…", never refused by Slack.

Figures: https://docs.slack.dev/reference/block-kit; the total size of a message's blocks is not documented and was
seen to fail at about 13,200 characters, so we stay well below.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

SECTION = 3000
CONTEXT = 2000
HEADER = 150
BUTTON = 75
VALUE = 2000
OPTION = 75
CHOICE = 150
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
LABEL = 2000
PLACEHOLDER = 150
TITLE = 24
FALLBACK = 3000
MESSAGE_BLOCKS = 50
MODAL_BLOCKS = 100
MENU_OPTIONS = 100
MESSAGE_SIZE = 12_000
MODAL_SIZE = 60_000
BUTTONS = 25
STYLES = ("primary", "danger")


@dataclass(frozen=True, slots=True)
class Message:
    """A message: `text` says all of it in words for notifications and screen readers, `blocks` draw it."""

    text: str
    blocks: tuple[Block, ...] = ()

    def body(self) -> dict[str, Any]:
        """Return the fields that every way of posting takes."""
        return {"text": self.text, "blocks": list(self.blocks)}


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters of mrkdwn, cut with "…" and never inside an entity or a <…> token.

    >>> cut("see <https://a.example|a>", 12), cut("a &amp; b", 6)
    ('see …', 'a …')
    """
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    if kept.rfind("&") > kept.rfind(";"):
        kept = kept[: kept.rfind("&")]
    return f"{kept}…"


def shortened(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text without markup."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def plain(text: str, limit: int) -> Block:
    """Return a plain_text object; Slack refuses empty ones, so nothing becomes a dash."""
    return {"type": "plain_text", "text": shortened(text.strip(), limit) or "–", "emoji": False}


def mrkdwn(text: str, limit: int = SECTION) -> Block:
    """Return a mrkdwn object that turns no bare words into links or mentions."""
    return {"type": "mrkdwn", "text": cut(text.strip(), limit) or "–", "verbatim": True}


def section(text: str) -> Block:
    """Return a section of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text)}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(text, HEADER)}


def context(text: str) -> Block:
    """Return a line of small print."""
    return {"type": "context", "elements": [mrkdwn(text, CONTEXT)]}


def divider() -> Block:
    """Return a thin line."""
    return {"type": "divider"}


def button(action: str, label: str, value: str, style: str = "") -> Block:
    """Return a button; the label is also what a screen reader says."""
    block = {"type": "button", "action_id": action, "text": plain(label, BUTTON), "value": value[:VALUE]}
    return block | ({"style": style} if style in STYLES else {})


def actions(buttons: Sequence[Block]) -> list[Block]:
    """Return the row of buttons as a list of blocks: empty without buttons, which Slack would refuse."""
    return [{"type": "actions", "elements": list(buttons[:BUTTONS])}] if buttons else []


def option(value: str, label: str) -> Block:
    """Return one option of a select or of checkboxes."""
    return {"text": plain(label, OPTION), "value": value}


def select(action: str, label: str, options: Sequence[tuple[str, str]]) -> Block:
    """Return a menu of (value, label) choices; `label` stands in it until one is chosen."""
    chosen = [option(value[:CHOICE], words) for value, words in options]
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(label, PLACEHOLDER),
        "options": chosen,
    }


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """Return a question that Slack asks before it passes a press on."""
    return {
        "title": plain(title, CONFIRM_TITLE),
        "text": plain(text, CONFIRM_TEXT),
        "confirm": plain(yes, CONFIRM_BUTTON),
        "deny": plain(no, CONFIRM_BUTTON),
    }


def fitted(
    blocks: Sequence[Block], tail: Sequence[Block] = (), *, most: int = MESSAGE_BLOCKS, size: int = MESSAGE_SIZE
) -> tuple[Block, ...]:
    """Return as many of `blocks` as fit together with `tail` (the buttons), with a "…" where some were left out."""
    more = context("…")
    room = size - size_of([*tail, more])
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        room -= size_of([block])
        last = index == len(blocks) - 1
        if room < 0 or len(kept) + len(tail) + (0 if last else 1) >= most:
            return (*kept, more, *tail)
        kept.append(block)
    return (*kept, *tail)


def size_of(blocks: Sequence[Block]) -> int:
    """Return the size that Slack counts: the characters of the blocks as JSON."""
    return len(json.dumps(list(blocks), ensure_ascii=False))
