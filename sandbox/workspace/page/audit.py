"""What the bot recorded, as drawn: when, what, who, and the rest in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OWN = ("at", "what", "who")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit entry; `at` is product time, `who` a person's id or "" for the bot itself."""

    at: float
    what: str
    who: str
    facts: str


def entry(row: Mapping[str, str]) -> Entry:
    """Return a recorded row as it is drawn; long values are cut."""
    facts = " · ".join(f"{name} {value[:LONGEST]}" for name, value in row.items() if value and name not in OWN)
    return Entry(float(row["at"]), row["what"], row.get("who", ""), facts)
