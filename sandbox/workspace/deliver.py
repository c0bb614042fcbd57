"""Deliver payloads to the app and judge the answer as Slack does.

An answer later than 3 s counts as none. Events are tried again (at once, after 1 and 5 minutes), told to be
repetitions; everything else is delivered once. How a payload travels is the carrier's matter: signed HTTP
(`posting.py`) or Socket Mode (`sockets.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sandbox.workspace.faults import DELIVERY_KINDS, Faults

Json = dict[str, Any]
ACK_S = 3.0
RETRY_AFTER_S = (0.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One payload on its way; `kind` is slash_commands or the payload's type, `retry` 0 for the first try."""

    kind: str
    payload: Json
    retry: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """What came back: `error` is None, or Slack's name for the failure; `body` is the text of a good answer.

    `status` is that of HTTP, `reason` what the next try of an event says of this failed one; `final` asks for no next.
    `request_id` is what the app says to find the payload by in its own records, "" if it says nothing.
    """

    ack_ms: float
    status: int = 0
    body: str = ""
    json: bool = False
    error: str | None = None
    reason: str = ""
    final: bool = False
    request_id: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the app acknowledged in time."""
        return self.error is None


class Carrier(Protocol):
    """A way to the app."""

    async def carry(self, parcel: Parcel) -> Ack:
        """Take a payload to the app and wait for its acknowledgement, no longer than Slack does."""

    async def close(self) -> None:
        """Let go of what the carrier holds open."""


class Deliverer:
    """Send payloads to the app.

    `in_flight` counts what is not answered yet, `waiting` events that are to be sent again later. Whoever
    is in `told` hears of each delivery and its outcome.
    """

    def __init__(self, carrier: Carrier, faults: Faults, retry_scale: float = 1.0) -> None:
        self.in_flight = 0
        self.waiting = 0
        self.told: list[Callable[[Parcel, Ack], None]] = []
        self._carrier = carrier
        self._faults = faults
        self._retry_after = [seconds * retry_scale for seconds in RETRY_AFTER_S]
        self._tasks: set[asyncio.Task[None]] = set()

    async def command(self, fields: dict[str, str]) -> Ack:
        """Deliver a slash command."""
        return await self._send(Parcel("slash_commands", dict(fields)))

    async def interactive(self, payload: Json) -> Ack:
        """Deliver an action, a submission, a shortcut or a request for options."""
        return await self._send(Parcel(payload["type"], payload))

    async def event(self, payload: Json) -> Ack:
        """Deliver an event and answer with the first try's outcome; retries go on behind it."""
        parcel = Parcel("event_callback", payload)
        ack = await self._send(parcel)
        if not ack.ok:
            self._spawn(self._retry(parcel, ack))
        return ack

    async def close(self) -> None:
        """Give up what is waiting and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._carrier.close()

    def behind(self, payload: Json) -> None:
        """Deliver an event without waiting for it; ordered faults are not spent on it."""
        self._spawn(self._behind(Parcel("event_callback", payload)))

    async def _behind(self, parcel: Parcel) -> None:
        ack = await self._carry(parcel)
        if not ack.ok:
            await self._retry(parcel, ack)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something after a while of machine time; nothing waits for it, and a stop gives it up."""
        task = asyncio.create_task(self._after(seconds, act))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _after(self, seconds: float, act: Callable[[], None]) -> None:
        await asyncio.sleep(seconds)
        act()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.in_flight += 1
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self.in_flight -= 1
        self._tasks.discard(task)

    async def _retry(self, parcel: Parcel, ack: Ack) -> None:
        for number, seconds in enumerate(self._retry_after, start=1):
            if ack.final:
                return
            await self._wait(seconds)
            ack = await self._send(replace(parcel, retry=number, reason=ack.reason))
            if ack.ok:
                return

    async def _wait(self, seconds: float) -> None:
        self.in_flight, self.waiting = self.in_flight - 1, self.waiting + 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self.in_flight, self.waiting = self.in_flight + 1, self.waiting - 1

    async def _send(self, parcel: Parcel) -> Ack:
        ack = await self._carry(parcel)
        for tell in self.told:
            tell(parcel, ack)
        if self._faults.take(DELIVERY_KINDS, parcel.kind):
            self._spawn(self._again(parcel))
        return ack

    async def _again(self, parcel: Parcel) -> None:
        await self._carry(parcel)

    async def _carry(self, parcel: Parcel) -> Ack:
        self.in_flight += 1
        try:
            return await self._carrier.carry(parcel)
        finally:
            self.in_flight -= 1
