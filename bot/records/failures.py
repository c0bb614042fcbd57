"""What went wrong for somebody, so that it can be looked into afterwards without being pasted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.say import Say


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that the cloud refused before there was an operation; `at` is product time, its id the request's."""

    kind_name: ClassVar[str] = "failure"
    schema: ClassVar[int] = 1

    id: str
    who: str
    command: str
    why: Say
    at: float
