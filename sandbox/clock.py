"""The sandbox's two clocks: machine time for the wire, cloud time for everything that waits.

Signatures, trigger ids and rate limits follow machine time and are never moved. What a cloud or a person waits for
follows `Clock.now`, which a visitor may advance (decision 10).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

Publish = Callable[[float], Awaitable[None]]


def machine_now() -> float:
    """Return machine time in seconds since the epoch; it is never advanced."""
    return time.time()


async def _keep(_: float) -> None:
    """Publish the offset to nobody: the sandbox runs alone."""


class Clock:
    """Cloud time: machine time plus an offset in seconds that only grows."""

    def __init__(self, publish: Publish = _keep) -> None:
        self.offset = 0.0
        self._publish = publish

    def now(self) -> float:
        """Return cloud time in seconds since the epoch."""
        return machine_now() + self.offset

    async def advance(self, seconds: float) -> None:
        """Move cloud time forward by `seconds` and tell the product. Raises ValueError when asked to go back."""
        if seconds < 0:
            raise ValueError("the clock only goes forward: advance_s must be zero or more")
        self.offset += seconds
        await self._publish(self.offset)
