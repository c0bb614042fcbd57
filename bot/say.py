"""What is told to a person, before it is put into a language: a text's key and the facts it names."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Moment(msgspec.Struct, frozen=True, tag="moment"):
    """A point in time, seconds since the epoch; drawn in the reader's own time zone."""

    at: float


class Say(msgspec.Struct, frozen=True, tag="say"):
    """One text of `bot/texts` by key, with the facts that its placeholders name."""

    key: str
    facts: Mapping[str, Fact] = {}


Fact = str | int | float | Moment | Say


def say(key: str, **facts: Fact) -> Say:
    """Return the text `key` with its facts."""
    return Say(key, facts)
