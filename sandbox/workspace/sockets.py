"""Socket Mode: take payloads to the app over the WebSockets that it opened.

Each payload goes to one connection, in turn; Slack promises no order. What a lost connection left without an
acknowledgement goes to another one at once, with a new envelope id. A connection lives for a while only: then the app
is warned, and after some seconds told to refresh and cut off.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from aiohttp import WSCloseCode, web

from sandbox.workspace.deliver import ACK_S, Ack, Parcel
from sandbox.workspace.line import Line
from sandbox.workspace.posting import since

Json = dict[str, Any]
MOST = 10
TICKET_S = 30.0
ANSWERED = frozenset({"slash_commands", "view_submission", "block_suggestion"})
"""Payloads whose acknowledgement may carry an answer."""
ENVELOPES = {"slash_commands": "slash_commands", "event_callback": "events_api"}
REASONS = ("refresh_requested", "warning", "link_disabled", "lost")
"""How a connection can be ended on order: with a word of Slack's, warned first, or cut without a word."""


@dataclass(frozen=True)
class Pace:
    """How long, in seconds, connections live, how long before the end they are warned, how often they are pinged."""

    life_s: float = 3_600.0
    warn_s: float = 10.0
    ping_s: float = 10.0


def envelope_of(parcel: Parcel, name: str) -> Json:
    """Return a payload as it goes over the socket."""
    kind = ENVELOPES.get(parcel.kind, "interactive")
    envelope: Json = {
        "envelope_id": name,
        "type": kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.kind in ANSWERED,
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": parcel.retry, "retry_reason": parcel.reason}
    return envelope


@dataclass(slots=True)
class Sockets:
    """The open connections of one app; `address` is where they are opened, as ws://host:port."""

    app: str
    address: str
    ack_s: float = ACK_S
    pace: Pace = field(default_factory=Pace)
    lines: list[Line] = field(default_factory=list)
    _tickets: dict[str, float] = field(default_factory=dict)
    _opened: asyncio.Event = field(default_factory=asyncio.Event)
    _next: int = 0

    # ------------------------------------------------------------- connections

    def url(self) -> str:
        """Return the address of one new connection, as apps.connections.open hands it out."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = perf_counter() + TICKET_S
        return f"{self.address}/link/?ticket={ticket}&app_id={self.app}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        until = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if until < perf_counter():
            return web.Response(status=401, text="no such ticket\n")
        socket = web.WebSocketResponse(autoping=False, heartbeat=None)
        await socket.prepare(request)
        line = Line(socket, request.transport, f"applink-{secrets.randbelow(1000)}", self._leave)
        if len(self.lines) >= MOST:
            await line.disconnect("too_many_websockets")
            return socket
        await self._join(line)
        ending = asyncio.create_task(line.live(self.pace.life_s, self.pace.warn_s))
        beating = asyncio.create_task(line.beat(self.pace.ping_s))
        try:
            await line.read()
        finally:
            ending.cancel()
            beating.cancel()
            self._leave(line)
            line.lose()
        return socket

    async def _join(self, line: Line) -> None:
        self.lines.append(line)
        hello = {"type": "hello", "num_connections": len(self.lines), "connection_info": {"app_id": self.app}}
        await line.send(hello | line.debug_info(approximate_connection_time=round(self.pace.life_s)))
        self._opened.set()

    def _leave(self, line: Line) -> None:
        """Give a connection no more envelopes."""
        if line in self.lines:
            self.lines.remove(line)
        if not self.lines:
            self._opened.clear()

    def disconnect(self, how: str, times: int) -> None:
        """End the oldest connections in one of the ways of `REASONS`. Raises ValueError."""
        if how not in REASONS:
            raise ValueError(f"no way {how!r} to disconnect; there are: {', '.join(REASONS)}")
        for line in [*self.lines[:times]]:
            line.end(how, self.pace.warn_s)

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(line.socket.close(code=WSCloseCode.GOING_AWAY) for line in [*self.lines]))

    # ------------------------------------------------------------- payloads

    async def carry(self, parcel: Parcel) -> Ack:
        """Take a payload to a connection; when that is lost before the acknowledgement, to another one."""
        started = perf_counter()
        if not self.lines:
            return Ack(0.0, error="dispatch_failed", reason="connection_failed")
        try:
            async with asyncio.timeout(self.ack_s):
                answer = await self._answered(parcel)
        except TimeoutError:
            return Ack(since(started), error="operation_timeout", reason="timeout")
        said = json.dumps(answer, ensure_ascii=False) if answer and parcel.kind in ANSWERED else ""
        return Ack(since(started), body=said, json=bool(said))

    async def _answered(self, parcel: Parcel) -> Json:
        """Return the payload of the acknowledgement, empty without one."""
        while True:
            await self._opened.wait()
            self._next += 1
            line = self.lines[self._next % len(self.lines)]
            answer = await line.ask(envelope_of(parcel, f"{secrets.token_hex(4)}-{secrets.token_hex(8)}"))
            if answer is not None:
                return answer
