"""The rules a payload's fields are held against: texts, numbers, choices, parts and lists of them."""

from __future__ import annotations

from dataclasses import dataclass

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class Text:
    """A text object of at most `most` characters."""

    most: int
    kinds: tuple[str, ...] = ANY_TEXT


@dataclass(frozen=True, slots=True)
class Str:
    """A string of `least` to `most` characters."""

    most: int
    least: int = 1


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds: a whole one, unless said otherwise."""

    least: int
    most: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these strings."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """An object: of one of these `type`s, or, if a single untyped composition object, of that shape."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """An array of `least` to `most` things."""

    item: Rule
    most: int
    least: int = 1


@dataclass(frozen=True, slots=True)
class Free:
    """Anything: not looked into."""


def say(text: str, at: str) -> str:
    """Return a complaint as Slack words it, with its place."""
    return f"{text} [json-pointer:{at}]"


Rule = Text | Str | Number | Flag | OneOf | Part | Many | Free


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one object; `either` lists groups of which exactly one field must be there."""

    required: dict[str, Rule]
    optional: dict[str, Rule]
    either: tuple[tuple[str, ...], ...] = ()
    surfaces: tuple[str, ...] = ("message", "modal", "home")
