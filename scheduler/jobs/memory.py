"""Notice while the bot runs that Redis lost what it held (decision 21). Every worker looks; one of them tells."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Conflict
from bot.ports import Chance, Change, Clock, Store
from bot.records import Memory

WITNESS_SECONDS = 2.0


class Witness:
    """Call `beat` every WITNESS_SECONDS. A worker that starts on an empty server cannot know of any loss."""

    def __init__(self, store: Store, clock: Clock, chance: Chance) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance
        self._known = ""

    async def beat(self) -> None:
        """Look for the sign; where the one that was seen before is gone, have it told, once. Raises `StoreDown`."""
        try:
            await self._look()
        except Conflict:
            return  # another worker was first; the next beat sees what it wrote

    async def _look(self) -> None:
        stored = await self._store.load(Memory, Memory().id)
        lost = bool(self._known) and (stored is None or stored.record.token != self._known)
        if stored is None:
            fresh = Memory(token=self._chance.token(), since=self._clock.now(), told=lost)
            change = Change().create(fresh)
        else:
            fresh = replace(stored.record, told=stored.record.told or lost)
            change = Change().replace(stored, fresh)
        if lost and not (stored and stored.record.told):
            change.work("lost", fresh.token).audit("memory.lost", since=repr(fresh.since))
        if stored is None or fresh != stored.record:
            await self._store.commit(change)
        self._known = fresh.token
