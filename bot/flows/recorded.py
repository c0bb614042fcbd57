"""What was recorded, as an administrator looks for it: the newest first, as far back as is worth while."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.approvals.digest import reference
from bot.ports import Recorded
from bot.records import Sought, Values
from bot.rules.figures import FIGURES

AT_ONCE = 1000
PLACED = ("at", "what", "who")
"""What every entry has a place for; the others are its own facts."""


async def sought(recorded: Recorded, wanted: Sought) -> tuple[list[Values], bool]:
    """Return the entries that are wanted, the newest first, and whether all were looked at. Raises `StoreDown`."""
    found: list[Values] = []
    looked = 0
    async for entry in _backwards(recorded):
        if float(entry["at"]) < wanted.since:
            return found, True
        looked += 1
        if looked > FIGURES.audit.looked_at or len(found) >= FIGURES.audit.found:
            return found, False
        if matches(entry, wanted):
            found.append(entry)
    return found, True


async def _backwards(recorded: Recorded) -> AsyncIterator[Values]:
    token = ""
    while page := await recorded.earlier(token, AT_ONCE):
        for _, entry in page:
            yield entry
        token = page[-1][0]


def matches(entry: Values, wanted: Sought) -> bool:
    """Return whether an entry is one of those that are wanted; when it was is not asked."""
    if wanted.who and entry["who"] != wanted.who:
        return False
    if not entry["what"].casefold().startswith(wanted.what.casefold()):
        return False
    return not wanted.about or _is_about(entry, wanted.about)


def _is_about(entry: Values, word: str) -> bool:
    facts = [value for name, value in entry.items() if name not in PLACED]
    return any(word in value for value in facts) or reference(entry.get("id", "")) == word
