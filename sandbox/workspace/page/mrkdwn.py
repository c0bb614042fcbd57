"""Slack's mrkdwn as safe HTML: every literal is escaped, every tag is one of ours, links are http(s) only.

Formatting holds within a line and at word boundaries, as in Slack's client. `<…>` sequences and code are taken
whole, so nothing inside them is read as formatting.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from markupsafe import Markup, escape

from sandbox.workspace.page.emoji import EMOJI, SHORTCODE, draw

FENCE = re.compile(r"```\n?(.+?)```\n?", re.DOTALL)
CONTROL = re.compile(r"<([^<>\n]+)>")
CODE = re.compile(r"`([^`\n]+)`")
URL = re.compile(r"https?://[^\s<>|`\"]+")
DATE = re.compile(r"!date\^(\d{1,12})\^([^^]*)(?:\^(.*))?", re.DOTALL)
QUOTE = re.compile(r"(?:>|&gt;) ?")
QUOTE_REST = re.compile(r"(?:>>>|&gt;&gt;&gt;) ?")
ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
ENTITY = re.compile("|".join(ENTITIES))
STYLES = {
    "*": Markup("<strong>{}</strong>"),
    "_": Markup("<em>{}</em>"),
    "~": Markup("<del>{}</del>"),
}
STYLED = {
    mark: re.compile(rf"\{mark}(?!\s)((?:<[^<>\n]*>|`[^`\n]*`|[^<`\n\{mark}])+)(?<!\s)\{mark}(?!\w)") for mark in STYLES
}
BROADCASTS = {"here", "channel", "everyone"}


class Names(Protocol):
    """What the parser asks about the reader and the workspace."""

    def person(self, person_id: str) -> tuple[str, bool] | None:
        """Return a person's shown name and whether it is the reader."""

    def channel(self, channel_id: str) -> str | None:
        """Return a channel's name without "#"."""

    def group(self, group_id: str) -> tuple[str, bool] | None:
        """Return a user group's handle and whether the reader is in it."""

    def date(self, pattern: str, seconds: float) -> str:
        """Fill the tokens of a date pattern."""


def decoded(text: str) -> str:
    """Undo the three entities that Slack's texts carry."""
    return ENTITY.sub(lambda found: ENTITIES[found[0]], text)


def literal(text: str) -> Markup:
    """Return text that was meant literally, with its emoji."""
    return escape(draw(decoded(text)))


def link(url: str, label: Markup) -> Markup:
    """Return a link that opens beside the page; anything but http(s) gives the label alone."""
    if not url.lower().startswith(("http://", "https://")):
        return label
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)


def mention(text: str, own: bool = False) -> Markup:
    """Return a mention; the reader's own stands out."""
    return Markup('<span class="mention{}">{}</span>').format(" own" if own else "", text)


def render(text: str, names: Names) -> Markup:
    """Return the HTML of a mrkdwn text."""
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts.append(_lines(text[end : fence.start()].removesuffix("\n"), names))
        parts.append(Markup("<pre>{}</pre>").format(_bare(fence[1].removesuffix("\n"), names)))
        end = fence.end()
    parts.append(_lines(text[end:], names))
    return Markup().join(parts)


def _lines(text: str, names: Names) -> Markup:
    """Return lines with their quotes."""
    if not text:
        return Markup()
    out: list[Markup] = []
    plain: list[Markup] = []
    quoted: list[Markup] = []

    def flush() -> None:
        if plain:
            out.append(Markup("<br>").join(plain))
        if quoted:
            out.append(Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(quoted)))
        plain.clear()
        quoted.clear()

    rest = False
    for line in text.split("\n"):
        opened = QUOTE_REST.match(line) if not rest else None
        rest = rest or opened is not None
        mark = opened or (None if rest else QUOTE.match(line))
        if bool(quoted) != (rest or mark is not None):
            flush()
        (quoted if rest or mark else plain).append(_inline(line[mark.end() if mark else 0 :], names))
    flush()
    return Markup().join(out)


def _bare(text: str, names: Names) -> Markup:
    """Return code: no formatting, `<…>` sequences by what they show."""
    parts, end = [], 0
    for found in CONTROL.finditer(text):
        parts.append(escape(decoded(text[end : found.start()])))
        parts.append(escape(_control(found[1], names).striptags()))
        end = found.end()
    parts.append(escape(decoded(text[end:])))
    return Markup().join(parts)


def _inline(text: str, names: Names, inside: str = "") -> Markup:
    """Return one line's formatting; `inside` are the marks already open around it."""
    parts: list[Markup] = []
    start = position = 0
    while position < len(text):
        found = _token(text, position, names, inside)
        if found is None:
            position += 1
            continue
        parts += [escape(decoded(text[start:position])), found[0]]
        start = position = found[1]
    parts.append(escape(decoded(text[start:])))
    return Markup().join(parts)


def _token(text: str, position: int, names: Names, inside: str) -> tuple[Markup, int] | None:
    """Return the HTML of what starts here and where it ends, or None for a plain character."""
    char = text[position]
    if char == "<" and (found := CONTROL.match(text, position)):
        return _control(found[1], names), found.end()
    if char == "`" and (found := CODE.match(text, position)):
        return Markup("<code>{}</code>").format(_bare(found[1], names)), found.end()
    if char == ":" and (found := SHORTCODE.match(text, position)) and found[1] in EMOJI:
        return escape(EMOJI[found[1]]), found.end()
    if position and (text[position - 1].isalnum() or text[position - 1] == char):
        return None
    if char in STYLES and char not in inside and (found := STYLED[char].match(text, position)):
        inner = _inline(found[1], names, inside + char)
        return STYLES[char].format(inner), found.end()
    if char == "h" and (found := URL.match(text, position)):
        url = found[0].rstrip(".,;:!?)*_~'")
        return link(decoded(url), escape(decoded(url))), position + len(url)
    return None


def _control(content: str, names: Names) -> Markup:
    """Return what a `<…>` sequence shows."""
    body, _, label = content.partition("|")
    for opening, show in SEQUENCES.items():
        if body.startswith(opening):
            return show(body.removeprefix(opening), label, names)
    if body.lower().startswith(("http://", "https://")):
        return link(decoded(body), literal(label or body))
    if body.lower().startswith("mailto:"):
        return literal(label or body[len("mailto:") :])
    return escape(decoded(f"<{content}>"))


def _person(body: str, label: str, names: Names) -> Markup:
    found = names.person(body)
    return mention(f"@{found[0]}", found[1]) if found else mention(f"@{decoded(label) or body}")


def _channel(body: str, label: str, names: Names) -> Markup:
    return mention(f"#{names.channel(body) or decoded(label) or body}")


def _group(body: str, label: str, names: Names) -> Markup:
    found = names.group(body)
    return mention(f"@{found[0]}", found[1]) if found else mention(f"@{decoded(label).removeprefix('@') or body}")


def _date(body: str, label: str, names: Names) -> Markup:
    found = DATE.fullmatch("!date" + body)
    if not found:
        return literal(label or "<!date" + body + ">")
    shown = escape(names.date(decoded(found[2]), float(found[1])))
    return link(decoded(found[3]), shown) if found[3] else shown


def _special(body: str, label: str, _: Names) -> Markup:
    return mention(f"@{body}") if body in BROADCASTS else literal(label or f"<!{body}>")


SEQUENCES: dict[str, Callable[[str, str, Names], Markup]] = {
    "@": _person,
    "#": _channel,
    "!subteam^": _group,
    "!date": _date,
    "!": _special,
}
