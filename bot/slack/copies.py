"""The life of one copy of a card: what it needs next, and what becomes of it; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from bot.records import Copy
from bot.slack.blocks import Message
from bot.slack.cards import digest


class Act(Enum):
    """What a copy needs next."""

    POST = "post"
    SEEK = "seek"
    UPDATE = "update"
    DELETE = "delete"


def needs(copy: Copy, message: Message, raised: int) -> Act | None:
    """Return what a copy needs next, or None. A raise comes before a redrawing, and a redrawing before tidying."""
    if not copy.dead and not copy.retired and (not copy.ts or copy.raised < raised):
        return Act.POST
    if not copy.dead and copy.retired and not copy.ts and copy.drawn:
        return Act.SEEK
    if not copy.dead and copy.ts and copy.drawn != digest(message):
        return Act.UPDATE
    return Act.DELETE if copy.old else None


def unsent(copy: Copy) -> Copy:
    """Return the copy as one that is to be sent, with its message, if any, among the old ones."""
    return replace(copy, ts="", old=tuple(dict.fromkeys((*copy.old, *filter(None, (copy.ts,))))))


def posted(copy: Copy, channel: str, ts: str) -> Copy:
    """Return the copy with a new message; one that was adopted meanwhile is old now."""
    before = unsent(copy)
    return replace(before, channel=channel, ts=ts, old=tuple(one for one in before.old if one != ts))


def without(ts: str) -> Callable[[Copy], Copy]:
    """Return what forgets an old message."""
    return lambda copy: replace(copy, old=tuple(one for one in copy.old if one != ts))
