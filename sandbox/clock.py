"""The sandbox's two clocks: machine time for the wire, cloud time for everything that waits.

Signatures, trigger ids and rate limits follow machine time and are never moved. What a cloud or a person waits for
follows `Clock.now`, which a visitor may advance or let run faster (decision 10).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

Publish = Callable[[float], Awaitable[None]]
STEP_S = 0.25
FASTEST = 3_600.0


def machine_now() -> float:
    """Return machine time in seconds since the epoch; it is never advanced."""
    return time.time()


async def _keep(_: float) -> None:
    """Publish the offset to nobody: the sandbox runs alone."""


class Clock:
    """Cloud time: machine time plus an offset in seconds that only grows, by jumps or by running faster."""

    def __init__(self, publish: Publish = _keep) -> None:
        self.offset = 0.0
        self._publish = publish
        self._speed = 1.0
        self._pace: asyncio.Task[None] | None = None

    def now(self) -> float:
        """Return cloud time in seconds since the epoch."""
        return machine_now() + self.offset

    async def advance(self, seconds: float) -> None:
        """Move cloud time forward by `seconds` and tell the product. Raises ValueError when asked to go back."""
        if seconds < 0:
            raise ValueError("the clock only goes forward: advance_s must be zero or more")
        self.offset += seconds
        await self._publish(self.offset)

    @property
    def speed(self) -> float:
        """Return how many seconds of cloud time pass in one second of machine time."""
        return self._speed

    def run_at(self, speed: float) -> None:
        """Let cloud time pass `speed` times as fast from now on, 1 for as it is. Raises ValueError out of range.

        A task of the running loop advances it in steps for as long as it is faster.
        """
        if not 1 <= speed <= FASTEST:
            raise ValueError(f"speed must be from 1 to {FASTEST:.0f}")
        self._speed = float(speed)
        if self._speed > 1 and (self._pace is None or self._pace.done()):
            self._pace = asyncio.create_task(self._run())

    async def _run(self) -> None:
        last = time.monotonic()
        while self._speed > 1:
            await asyncio.sleep(STEP_S)
            now = time.monotonic()
            with contextlib.suppress(RedisError):  # what could not be told now is told by the next step
                await self.advance((self._speed - 1) * (now - last))
            last = now
