"""Work that goes on after an ack: counted, logged when it fails, finished before the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.errors import BotError

log = structlog.get_logger(__name__)
DRAIN = 20.0


class Tasks:
    """A set of running follow-ups. Bolt's own lazy listeners cost three times as much (baseline, finding 4)."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Return how many are running: part of what is not settled yet."""
        return len(self._running)

    def spawn(self, work: Coroutine[Any, Any, object], name: str) -> None:
        """Run `work` beside the answer; the correlation id goes with it, since tasks copy their context."""
        task = asyncio.create_task(self._logged(work, name), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _logged(self, work: Coroutine[Any, Any, object], name: str) -> None:
        try:
            await work
        except BotError as error:
            log.warning("follow-up failed", task=name, error=type(error).__name__, code=str(error))
        except Exception:
            log.exception("follow-up broke", task=name)

    async def drain(self, seconds: float = DRAIN) -> int:
        """Wait for what runs; after `seconds` cancel the rest and return how many that were."""
        if not self._running:
            return 0
        _, late = await asyncio.wait(set(self._running), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)
