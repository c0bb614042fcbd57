"""A cloud service that gave no answer, as those who look after the bot are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Outage:
    """The newest outage of the service `id`: since when, and until when workers left it alone.

    `worker` noticed it first; `seen` is when one last found no answer, `until` when one got an answer, 0.0 before.
    """

    kind_name: ClassVar[str] = "outage"
    schema: ClassVar[int] = 1

    id: str
    region: str
    worker: str
    since: float
    seen: float
    until: float = 0.0

    @property
    def epoch(self) -> str:
        """Return what tells this outage of the service from others."""
        return f"{self.id}-{self.since:.0f}"
