"""Records for tests of the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from bot.records import Inbound, InboundKind, Surface, SurfaceKind, Values


@dataclass(frozen=True, slots=True)
class Note:
    """The least record there can be."""

    kind_name: ClassVar[str] = "note"
    schema: ClassVar[int] = 1

    id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoteOfTomorrow:
    """The same kind two releases later: schema 2 renamed `text`, schema 3 made it several lines."""

    kind_name: ClassVar[str] = "note"
    schema: ClassVar[int] = 3

    id: str
    lines: tuple[str, ...] = ()
    marks: Values = field(default_factory=dict)


def inbound(identity: str = "i1", words: str = "") -> Inbound:
    """Return something that somebody said."""
    surface = Surface(SurfaceKind.DIRECT, "U1", "D1")
    return Inbound(identity, InboundKind.SPEECH, "c1", surface, 1_700_000_000.25, "r1", words=words)
