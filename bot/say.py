"""What is told to a person, before it is put into a language: a text's key and the facts it names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Language(StrEnum):
    """The languages every text exists in."""

    EN = "en"
    ZH = "zh"


class Text(msgspec.Struct, frozen=True, tag="text"):
    """A short text in both languages, for summaries and labels that stand in a handler's own file."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.zh if language is Language.ZH else self.en


class Moment(msgspec.Struct, frozen=True, tag="moment"):
    """A point in time, seconds since the epoch; drawn in the reader's own time zone."""

    at: float


class People(msgspec.Struct, frozen=True, tag="people"):
    """Members of the workspace by id; drawn as mentions."""

    ids: tuple[str, ...]


class Say(msgspec.Struct, frozen=True, tag="say"):
    """One text of `bot/texts` by key, with the facts that its placeholders name."""

    key: str
    facts: Mapping[str, Fact] = {}


Fact = str | int | float | Moment | People | Text | Say


def say(key: str, **facts: Fact) -> Say:
    """Return the text `key` with its facts."""
    return Say(key, facts)
