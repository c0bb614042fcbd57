"""The feed of changes: whoever shows the workspace subscribes and redraws what changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

Kind = Literal["message", "modal", "home", "people", "unread", "clock"]

WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `person` is whom alone it concerns (None: all), `channel` and `ts` where it was."""

    kind: Kind
    channel: str | None = None
    ts: str | None = None
    person: str | None = None


class Subscription:
    """An endless, ordered stream of changes; a reader that falls behind loses the oldest ones."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Change] = asyncio.Queue(maxsize=WAITING)

    def put(self, change: Change) -> None:
        """Append one change, dropping the oldest when the reader is too slow."""
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(change)

    async def get(self) -> Change:
        """Wait for the next change."""
        return await self._queue.get()

    def waiting(self) -> list[Change]:
        """Return the changes that are there already, without waiting."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    async def __aiter__(self) -> AsyncIterator[Change]:
        while True:
            yield await self.get()


class Feed:
    """Hand every published change to all present subscribers; for use in one event loop."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def publish(self, change: Change) -> None:
        """Tell all subscribers."""
        for subscription in self._subscriptions:
            subscription.put(change)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """Give a subscription that ends with the block, to be read with `async for`."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
