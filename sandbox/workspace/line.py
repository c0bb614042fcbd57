"""One Socket Mode connection, as Slack's end sees it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]
SILENT = 3
"""After how many unanswered pings a connection counts as dead."""
GRACE_S = 1.0
"""How long an ending connection still takes acknowledgements of what it has delivered."""


@dataclass(eq=False, slots=True)
class Line:
    """A connection with the envelopes that wait for their acknowledgement; `host` names it in what it says.

    `leave` is called when it takes no more envelopes, once or more.
    """

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    host: str
    leave: Callable[[Line], None]
    lost: bool = False
    _waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)
    _heard: float = field(default_factory=perf_counter)
    _ending: set[asyncio.Task[None]] = field(default_factory=set)

    def debug_info(self, **more: int) -> Json:
        """Return what Slack tells of itself with hello and disconnect."""
        return {"debug_info": {"host": self.host, "build_number": 1, **more}}

    async def send(self, message: Json) -> bool:
        """Send one message; return whether the connection still took it."""
        try:
            await self.socket.send_str(json.dumps(message, ensure_ascii=False))
        except (ConnectionError, RuntimeError):
            return False
        return True

    async def ask(self, envelope: Json) -> Json | None:
        """Send an envelope and return the acknowledgement's payload; None when the connection is lost before it."""
        if self.lost:
            return None
        name, waiting = envelope["envelope_id"], asyncio.get_running_loop().create_future()
        self._waiting[name] = waiting
        try:
            return await waiting if await self.send(envelope) else None
        finally:
            self._waiting.pop(name, None)

    async def read(self) -> None:
        """Take in acknowledgements and pings until the connection ends."""
        async for message in self.socket:
            self._heard = perf_counter()
            if message.type is WSMsgType.PING:
                await self.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._take(message.data)

    def _take(self, text: str) -> None:
        """Give an acknowledgement to whoever waits for it; anything else is ignored."""
        try:
            said = json.loads(text)
            waiting = self._waiting.get(said["envelope_id"])
            answer = said.get("payload") or {}
        except (ValueError, TypeError, LookupError, AttributeError):
            return
        if waiting and not waiting.done():
            waiting.set_result(answer if isinstance(answer, dict) else {})

    def lose(self) -> None:
        """Give up: whoever still waits has to try another connection."""
        self.lost = True
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(None)

    async def disconnect(self, reason: str) -> None:
        """Say why, and close the connection, unless the word is but a warning."""
        if reason != "warning":
            self.leave(self)
        await self.send({"type": "disconnect", "reason": reason, **self.debug_info()})
        if reason == "warning":
            return
        if self._waiting:
            await asyncio.wait(set(self._waiting.values()), timeout=GRACE_S)
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self.socket.close()

    async def live(self, life_s: float, warn_s: float) -> None:
        """Warn towards the end of the connection's life, then end it."""
        await asyncio.sleep(max(0.0, life_s - warn_s))
        await self.refresh(warn_s)

    async def refresh(self, warn_s: float) -> None:
        """Warn, wait, and ask for a new connection."""
        await self.disconnect("warning")
        await asyncio.sleep(warn_s)
        await self.disconnect("refresh_requested")

    def end(self, how: str, warn_s: float) -> None:
        """End the connection in one of the ways of `sockets.REASONS`."""
        if how == "lost":
            self._cut()
            return
        task = asyncio.create_task(self.refresh(warn_s) if how == "warning" else self.disconnect(how))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _cut(self) -> None:
        """Cut the connection without a word."""
        self.leave(self)
        if self.transport:
            self.transport.abort()

    async def beat(self, ping_s: float) -> None:
        """Ping, and cut the connection when nothing has come back for a while."""
        while perf_counter() - self._heard < SILENT * ping_s:
            await asyncio.sleep(ping_s)
            with contextlib.suppress(ConnectionError, RuntimeError):
                await self.socket.ping(f"Ping from {self.host}".encode())
        self._cut()
