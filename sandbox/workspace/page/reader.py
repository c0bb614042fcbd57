"""Somebody looking at the page: texts, names and times as this person's client shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from sandbox.workspace.page import mrkdwn
from sandbox.workspace.page.emoji import EMOJI, draw
from sandbox.workspace.page.markdown import render_markdown
from sandbox.workspace.page.times import Times
from sandbox.workspace.page.words import Words, words_for
from sandbox.workspace.people import Person
from sandbox.workspace.state import Workspace

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """A person as a reader; templates call its methods."""

    workspace: Workspace
    me: Person
    times: Times
    words: Words

    def person(self, person_id: str) -> tuple[str, bool] | None:
        """Return a person's shown name and whether it is the reader."""
        found = self.workspace.people.get(person_id)
        return (found.real_name, found is self.me) if found else None

    def name(self, person_id: str) -> str:
        """Return somebody's name; an id that is nobody's stays as it is."""
        person = self.workspace.people.get(person_id)
        return person.real_name if person else person_id

    def channel(self, channel_id: str) -> str | None:
        """Return a channel's name."""
        found = self.workspace.conversations.get(channel_id)
        return found.shown_name if found else None

    def group(self, group_id: str) -> tuple[str, bool] | None:
        """Return a user group's handle and whether the reader is in it."""
        found = self.workspace.groups.get(group_id)
        return (found.handle, self.me.id in found.users) if found else None

    def date(self, pattern: str, seconds: float) -> str:
        """Fill a date pattern in the reader's zone and language."""
        return self.times.filled(pattern, seconds)

    def mrkdwn(self, text: str) -> Markup:
        """Return mrkdwn as HTML."""
        return mrkdwn.render(text, self)

    def markdown(self, text: str) -> Markup:
        """Return standard Markdown as HTML."""
        return render_markdown(text)

    def text(self, part: Json) -> Markup:
        """Return a text object as HTML."""
        if part["type"] == "mrkdwn":
            return self.mrkdwn(part["text"])
        return Markup("<br>").join(escape(line) for line in self.plain(part).split("\n"))

    def plain(self, part: Json) -> str:
        """Return a plain_text object's text with its emoji drawn."""
        return draw(part["text"]) if part.get("emoji", True) else str(part["text"])

    def link(self, url: str, label: str) -> Markup:
        """Return a link, or the label alone for an address that is not http(s)."""
        return mrkdwn.link(url, escape(label))

    def emoji(self, element: Json) -> str:
        """Return a rich text emoji."""
        return EMOJI.get(element["name"], f":{element['name']}:")

    def people_options(self) -> list[Json]:
        """Return everybody who can be chosen."""
        return [_option(p.real_name, p.id) for p in self.workspace.people.values() if not p.deleted]

    def channel_options(self) -> list[Json]:
        """Return the channels that can be chosen."""
        places = self.workspace.conversations.values()
        return [_option(f"#{c.name}", c.id) for c in places if c.kind != "im" and self.me.id in c.members]

    def local(self, seconds: int | None) -> str:
        """Return a moment as a datetime field holds it, empty for none."""
        return f"{self.times.at(seconds):%Y-%m-%dT%H:%M}" if seconds else ""

    def moment(self, local: str) -> int | None:
        """Return the seconds since the epoch that a datetime field means; None for an empty one."""
        zone = self.times.at(0).tzinfo
        return int(datetime.fromisoformat(local).replace(tzinfo=zone).timestamp()) if local else None


def _option(label: str, value: str) -> Json:
    return {"text": {"type": "plain_text", "text": label, "emoji": False}, "value": value}


def reader_of(workspace: Workspace, person: Person, now: Callable[[], float]) -> Reader:
    """Return somebody as a reader; `now` is product time, by which today is today."""
    words = words_for(person.locale)
    return Reader(workspace, person, Times(person.tz, words.language == "zh", now), words)
