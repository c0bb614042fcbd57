"""The messages of a conversation as one person sees them: who, when, threads, what stands alone or follows on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from sandbox.workspace.page.controls import Values, shown_file
from sandbox.workspace.page.mrkdwn import link, literal
from sandbox.workspace.page.reader import Reader
from sandbox.workspace.people import Person
from sandbox.workspace.records import Conversation, Message
from sandbox.workspace.speak import SLACKBOT
from sandbox.workspace.state import Workspace

Json = dict[str, Any]
TOGETHER_S = 300
PAGE = 80
"""How many messages are drawn at first; as many more each time that one asks for earlier ones."""
COLOURS = 8
COLOUR = re.compile(r"#?[0-9A-Fa-f]{6}")
NAMED_COLOURS = {"good": "#2eb67d", "warning": "#daa038", "danger": "#c0203c"}
"""The three names that an attachment's bar may have for its colour."""


@dataclass(frozen=True, slots=True)
class Face:
    """An avatar: initials on a colour of its own, `kind` is person, bot or slackbot."""

    name: str
    initials: str
    colour: int
    kind: str = "person"


@dataclass(slots=True)
class Shown:
    """One message as drawn; `divider` is the heading of its day if it is the first one, `follows` hides the face.

    `fresh` marks the first one that was new when the reader came.
    """

    ts: str
    face: Face
    time: str
    full_time: str
    body: Markup
    blocks: list[Json]
    values: Values
    ephemeral: bool
    edited: bool
    files: list[Json]
    attachments: list[Json]
    thread: str
    growing: bool = False
    follows: bool = False
    divider: str | None = None
    fresh: bool = False
    replies: list[Shown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listed:
    """The messages that are drawn, how many may be at most, and how many earlier ones there are."""

    messages: list[Shown] = field(default_factory=list)
    most: int = PAGE
    earlier: int = 0


def face_of(workspace: Workspace, person: Person) -> Face:
    """Return somebody's face; neighbours in the workspace's list differ in colour."""
    if person.bot:
        return Face(person.real_name, "", 0, "bot")
    words = person.real_name.split() or [person.name]
    initials = "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()
    return Face(person.real_name, initials, list(workspace.people).index(person.id) % COLOURS)


def shown_messages(reader: Reader, place: Conversation, most: int) -> Listed:
    """Return the newest messages of the conversation, oldest first, replies under their roots.

    A reply whose root is hidden from the reader or gone stands in the list by itself.
    """
    visible = reader.workspace.visible(reader.me, place)
    there = {message.ts for message in visible}
    roots = [one for one in visible if one.thread_ts in (None, one.ts) or one.thread_ts not in there]
    kept = roots[-most:]
    shown = {message.ts: _shown(reader, message) for message in kept}
    for message in visible:
        root = shown.get(message.thread_ts or "")
        if root and message.ts != root.ts:
            root.replies.append(_shown(reader, message))
    _arrange(reader, list(shown.values()))
    _mark_fresh(list(shown.values()), reader.workspace.fresh.get((reader.me.id, place.id)))
    for root in shown.values():
        _follow_on(root.replies)
    return Listed(list(shown.values()), most, len(roots) - len(kept))


def _shown(reader: Reader, message: Message) -> Shown:
    workspace, at = reader.workspace, float(message.ts)
    author = workspace.people.get(message.author)
    face = face_of(workspace, author) if author else Face("Slackbot", "", 1, "slackbot")
    text = reader.words.slackbot(message.text) if message.author == SLACKBOT else message.text
    return Shown(
        ts=message.ts,
        face=face,
        time=reader.times.clock(at),
        full_time=reader.times.full(at),
        body=Markup() if message.blocks else reader.mrkdwn(text),
        blocks=message.blocks,
        values=workspace.message_values.get((reader.me.id, message.channel, message.ts), {}),
        ephemeral=message.ephemeral_for is not None,
        edited=message.edited is not None,
        files=[shown_file(file) for file in message.files],
        attachments=[_attachment(reader, attachment) for attachment in message.attachments],
        thread=message.thread_ts or message.ts,
        growing=message.streaming,
    )


def _attachment(reader: Reader, attachment: Json) -> Json:
    """Return a legacy attachment as drawn beside its bar, which may have a colour."""
    said = {name: str(attachment.get(name) or "") for name in ("text", "fallback", "title", "title_link", "footer")}
    bare = not (attachment.get("blocks") or said["title"])
    colour = str(attachment.get("color") or "")
    return {
        "colour": NAMED_COLOURS.get(colour, f"#{colour.lstrip('#')}" if COLOUR.fullmatch(colour) else ""),
        "pretext": reader.mrkdwn(str(attachment.get("pretext") or "")),
        "author": literal(str(attachment.get("author_name") or "")),
        "title": link(said["title_link"], literal(said["title"])),
        "body": reader.mrkdwn(said["text"] or (said["fallback"] if bare else "")),
        "fields": [_field(reader, one) for one in attachment.get("fields") or [] if isinstance(one, dict)],
        "blocks": attachment.get("blocks") or [],
        "footer": literal(said["footer"]),
    }


def _field(reader: Reader, field: Json) -> Json:
    shown = {"title": literal(str(field.get("title") or "")), "value": reader.mrkdwn(str(field.get("value") or ""))}
    return shown | {"short": field.get("short") is True}


def _arrange(reader: Reader, shown: list[Shown]) -> None:
    """Put a heading over each day, and let messages of one author within five minutes follow on."""
    _follow_on(shown)
    day = None
    for message in shown:
        date = reader.times.at(float(message.ts)).date()
        if date != day:
            message.divider, message.follows = reader.times.divider(float(message.ts)), False
        day = date


def _mark_fresh(shown: list[Shown], since: str | None) -> None:
    """Mark where a line says that from here on all was new; nothing needs it where nothing is older."""
    at = next((number for number, one in enumerate(shown) if since and one.ts >= since), 0)
    if at:
        shown[at].fresh, shown[at].follows = True, False


def _follow_on(shown: list[Shown]) -> None:
    for before, message in pairwise(shown):
        near = float(message.ts) - float(before.ts) < TOGETHER_S
        alike = before.face == message.face and before.ephemeral == message.ephemeral
        message.follows = near and alike and not before.replies
