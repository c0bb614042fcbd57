"""What an examination of the bot's own surroundings found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.say import Say


class Level(StrEnum):
    """How bad it is: nothing to do, something works worse, something does not work."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what mends it where it is not fine."""

    level: Level
    what: Say
    mend: Say | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """An entry that was given up: `at` in machine seconds, `why` in words for `doctor`."""

    token: str
    stream: str
    kind: str
    id: str
    tries: int
    why: str
    at: float
