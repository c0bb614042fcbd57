"""What the cloud showed once and is not told otherwise: remembered as last seen, never hard-coded (R3.08)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.records.people import Values


@dataclass(frozen=True, slots=True)
class Learned:
    """What was last seen under a name; `at` is product time."""

    kind_name: ClassVar[str] = "learned"
    schema: ClassVar[int] = 1

    id: str
    facts: Values
    at: float
