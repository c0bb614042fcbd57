"""Seal what was recorded, and move what is old out of the store (decision 14). Every worker does; one of them wins."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

import structlog

from bot.audit.chain import Head, Sealed, linked
from bot.errors import Conflict
from bot.ports import Archive, Clock, Ledger, Stored
from bot.records import Chain, Values

log = structlog.get_logger(__name__)

SEAL_SECONDS = 2.0
KEPT_SECONDS = 90 * 86_400.0
AT_ONCE = 500


class Sealer:
    """Call `beat` every SEAL_SECONDS. The chain's version is the fence: who comes second writes nothing.

    Without an archive nothing is moved.
    """

    def __init__(self, ledger: Ledger, clock: Clock, key: bytes, archive: Archive | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._key = key
        self._archive = archive

    async def beat(self) -> None:
        """Seal everything that is not sealed, then move what is older than 90 days. Raises `StoreDown`."""
        try:
            while await self._sealed() == AT_ONCE:
                continue
            while await self._moved() == AT_ONCE:
                continue
        except Conflict:
            return

    async def _sealed(self) -> int:
        """Seal the oldest entries that are not; return how many. Raises `Conflict`."""
        stored = await self._ledger.chain()
        chain = stored.record if stored else Chain()
        entries = await self._ledger.unsealed(chain.last, AT_ONCE)
        if entries:
            sealed = linked(self._key, Head(chain.number, chain.seal), entries)
            end = sealed[-1]
            after = replace(chain, number=end.number, seal=end.seal, last=end.token)
            await self._ledger.seal(stored, after, sealed)
        return len(entries)

    async def _moved(self) -> int:
        """Move the oldest entries if they are old enough; return how many. Raises `Conflict`."""
        stored = await self._ledger.chain() if self._archive else None
        old = self._old(await self._ledger.kept(most=AT_ONCE)) if stored else []
        if old and stored and self._archive:
            await self._away(stored, old, self._archive)
        return len(old)

    def _old(self, entries: Sequence[Sealed]) -> list[Sealed]:
        since = self._clock.now() - KEPT_SECONDS
        return list(takewhile(lambda entry: entry.seal and _at(entry.token, entry.facts) < since, entries))

    async def _away(self, stored: Stored[Chain], old: Sequence[Sealed], archive: Archive) -> None:
        """Move entries to a segment: they leave the store only after they were read back."""
        try:
            await asyncio.to_thread(archive.write, old)
        except (OSError, ValueError) as fault:
            log.error("audit segment not written", fault=str(fault))
            raise Conflict("segment") from fault
        after = replace(stored.record, moved=old[-1].number)
        await self._ledger.remove(stored, after, [entry.token for entry in old])
        log.info("audit entries moved", first=old[0].number, last=old[-1].number)


def _at(token: str, facts: Values) -> float:
    """Return when an entry was made: by itself, else by its id, which begins with milliseconds."""
    return float(facts.get("at") or int(token.partition("-")[0]) / 1000)
