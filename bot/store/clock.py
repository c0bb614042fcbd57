"""Product time and machine time on Redis (decision 10)."""

from __future__ import annotations

import time
from typing import Self

from bot.store.keys import Keys
from bot.store.link import Link


class RedisClock:
    """Machine time is Redis TIME, carried on between refreshes by the local monotonic clock.

    All processes so agree on it whatever their own clocks say. Product time is machine time plus an offset
    that is read only in the sandbox; anywhere else a stray offset in Redis has no effect.
    """

    def __init__(self, link: Link, keys: Keys, *, sandbox: bool) -> None:
        self._link = link
        self._key = keys.clock
        self._sandbox = sandbox
        self._ahead_of_monotonic = time.time() - time.monotonic()
        self._offset = 0.0

    @classmethod
    async def started(cls, link: Link, keys: Keys, *, sandbox: bool = False) -> Self:
        """Return a clock that has asked Redis once. Raises `StoreDown`."""
        clock = cls(link, keys, sandbox=sandbox)
        await clock.refresh()
        return clock

    def now(self) -> float:
        """Return product time."""
        return self.machine() + self._offset

    def machine(self) -> float:
        """Return machine time."""
        return time.monotonic() + self._ahead_of_monotonic

    def host(self) -> float:
        """Return the time of this machine's own clock, which signs and is not corrected by anybody."""
        return time.time()

    async def refresh(self) -> None:
        """Ask Redis for its time and the offset; each tick does. Raises `StoreDown`, and the clock goes on as it was.

        Half the round trip is what the answer may be off by.
        """
        before = time.monotonic()
        (seconds, microseconds), offset = await self._link.together(("TIME",), ("GET", self._key))
        middle = (before + time.monotonic()) / 2
        self._ahead_of_monotonic = seconds + microseconds / 1e6 - middle
        self._offset = float(offset or 0) if self._sandbox else 0.0

    async def advance(self, seconds: float) -> None:
        """Move product time forward for every process. Raises ValueError outside the sandbox, or for a step back."""
        if not self._sandbox or seconds < 0:
            raise ValueError("product time moves forward, and only in the sandbox")
        await self._link.call("INCRBYFLOAT", self._key, repr(seconds))
        await self.refresh()
