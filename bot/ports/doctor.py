"""The bot's own surroundings, examined by reading only; and what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.records import Dead, Finding


class Doctor(Protocol):
    """What an administrator asks when something does not work."""

    async def findings(self) -> Sequence[Finding]:
        """Return everything that was looked at, fine or not; never raises for what it looks at."""
        ...

    async def dead(self, newest: int) -> Sequence[Dead]:
        """Return the newest entries that were given up. Raises `StoreDown`."""
        ...

    async def revive(self, token: str) -> bool:
        """Give one of them another start; False where somebody did, or there is none. Raises `StoreDown`."""
        ...
