"""Run the entries of one stream: several at once, kept while they run, left pending when the process must go.

Delivery is at least once and only a wake-up: what is done is decided by the documents (decision 3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from bot.errors import StoreDown
from bot.ports import Change, Entry

log = structlog.get_logger(__name__)

DELIVERIES = 5
RENEWALS = 6
POLL_MS = 500
PAUSE = 0.5
NEWER = 30.0
"""Seconds until an entry that only a newer release can carry is delivered again (decision 2)."""


class Queue(Protocol):
    """The streams as one consumer sees them."""

    async def read(self, stream: str, count: int = 10, block_ms: int = 1000) -> list[Entry]:
        """Return new entries, waiting for the first."""
        ...

    async def reclaim(self, stream: str, min_idle_s: float = 60.0, count: int = 10) -> list[Entry]:
        """Take over entries that nobody renewed for a while."""
        ...

    async def renew(self, entries: Sequence[Entry]) -> None:
        """Keep entries that are being worked on."""
        ...

    async def finish(self, entry: Entry) -> None:
        """Acknowledge and delete an entry."""
        ...

    async def bury(self, entry: Entry, why: str, change: Change | None = None) -> None:
        """Give an entry up, together with a change."""
        ...


def put_back(entry: Entry, machine: float) -> Change:
    """Return the change that puts an entry on the clock again, `NEWER` seconds after `machine` time."""
    return Change().later(f"{entry.stream}:{entry.kind}:{entry.id}", machine + NEWER)


Run = Callable[[Entry], Awaitable[None]]
Mourn = Callable[[Entry], Awaitable[Change | None]]


async def nothing_more(_entry: Entry) -> Change | None:
    """Return no change: giving the entry up is all there is to do."""
    return None


class Crew:
    """The hands that work on one stream. `run` carries one entry; `mourn` says what a buried entry leaves behind."""

    def __init__(
        self,
        queue: Queue,
        stream: str,
        run: Run,
        *,
        hands: int,
        idle_seconds: float,
        mourn: Mourn = nothing_more,
    ) -> None:
        self._queue = queue
        self._stream = stream
        self._run = run
        self._hands = hands
        self._idle = idle_seconds
        self._mourn = mourn
        self._running: dict[asyncio.Task[None], Entry] = {}
        self._freed = asyncio.Event()

    @property
    def busy(self) -> int:
        """Return how many entries are being worked on."""
        return len(self._running)

    async def work(self, stop: asyncio.Event) -> None:
        """Read and run entries until `stop` is set; what still runs then is left to `drain`."""
        keeper = asyncio.create_task(self._keep(stop))
        try:
            while not stop.is_set():
                await self._round(stop)
        finally:
            keeper.cancel()

    async def _round(self, stop: asyncio.Event) -> None:
        free = self._hands - len(self._running)
        if free <= 0:
            self._freed.clear()
            await _pause(self._freed, PAUSE)
            return
        try:
            self._start(await self._queue.read(self._stream, free, POLL_MS))
        except StoreDown as fault:
            log.warning("store down", stream=self._stream, fault=str(fault))
            await _pause(stop, PAUSE)

    async def _keep(self, stop: asyncio.Event) -> None:
        """Renew what runs and take over what others left, several times an idle period."""
        while not stop.is_set():
            try:
                await self._queue.renew(list(self._running.values()))
                if (free := self._hands - len(self._running)) > 0:
                    self._start(await self._queue.reclaim(self._stream, self._idle, free))
            except StoreDown as fault:
                log.warning("store down", stream=self._stream, fault=str(fault))
            await _pause(stop, self._idle / RENEWALS)

    def _start(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            task = asyncio.create_task(self._one(entry))
            self._running[task] = entry
            task.add_done_callback(self._let_go)

    def _let_go(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._freed.set()

    async def _one(self, entry: Entry) -> None:
        structlog.contextvars.clear_contextvars()
        try:
            if entry.tries >= DELIVERIES:
                await self._bury(entry)
                return
            await self._run(entry)
            await self._queue.finish(entry)
        except StoreDown as fault:
            log.warning("store down, entry left pending", kind=entry.kind, id=entry.id, fault=str(fault))
        except Exception:
            log.exception("entry failed, left pending", kind=entry.kind, id=entry.id, tries=entry.tries)

    async def _bury(self, entry: Entry) -> None:
        log.error("entry given up", kind=entry.kind, id=entry.id, tries=entry.tries)
        await self._queue.bury(entry, f"failed {entry.tries} times", await self._left(entry))

    async def _left(self, entry: Entry) -> Change | None:
        """Return what the entry leaves behind; where that fails too, the entry is buried all the same."""
        try:
            return await self._mourn(entry)
        except StoreDown:
            raise
        except Exception:
            log.exception("given-up entry leaves nothing behind", kind=entry.kind, id=entry.id)
            return None

    async def drain(self, seconds: float) -> None:
        """Wait up to `seconds` for running entries, then let go of them: they stay pending for others."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in list(self._running):
            task.cancel()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not longer than until the event."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
