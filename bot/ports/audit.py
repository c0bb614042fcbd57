"""What was recorded: read by administrators, sealed by a job, moved to files when it is old."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.audit.chain import Sealed, Verdict
from bot.ports.store import Stored
from bot.records import Chain, Values


class Recorded(Protocol):
    """What was recorded, to be read. Raises `StoreDown`."""

    async def earlier(self, token: str, most: int) -> Sequence[tuple[str, Values]]:
        """Return the newest entries before an id, "" for the newest of all, with their ids, the newest first.

        Each has at, what, who and correlation, beside its own facts.
        """
        ...


class Auditor(Protocol):
    """The check of the chain of seals, in the store and in the segments."""

    async def verify(self) -> Verdict:
        """Return what the chain says of itself. Raises `StoreDown`, OSError and ValueError."""
        ...


class Ledger(Recorded, Protocol):
    """The audit entries and their seals in the store. All methods raise `StoreDown`."""

    async def chain(self) -> Stored[Chain] | None:
        """Return how far the entries are sealed."""
        ...

    async def unsealed(self, last: str, most: int) -> Sequence[tuple[str, Values]]:
        """Return the oldest entries after the id `last`, with their ids."""
        ...

    async def kept(self, after: str = "", most: int = 1000) -> Sequence[Sealed]:
        """Return the oldest entries after an id, with their seals where they have one."""
        ...

    async def seal(self, old: Stored[Chain] | None, chain: Chain, entries: Sequence[Sealed]) -> None:
        """Write seals and the new end of the chain. Raises `Conflict` if somebody else did."""
        ...

    async def remove(self, old: Stored[Chain], chain: Chain, tokens: Sequence[str]) -> None:
        """Remove entries that stand elsewhere now. Raises `Conflict` if the chain changed."""
        ...


class Archive(Protocol):
    """The segments outside the store. Methods block, and raise OSError or ValueError."""

    def write(self, entries: Sequence[Sealed]) -> None:
        """Write a segment, and return only when it was read back as it is."""
        ...

    def read(self) -> Sequence[Sealed]:
        """Return the entries of all segments in order."""
        ...
