"""One Socket Mode connection: envelopes come in, each is answered on its own, acknowledgements go out.

An acknowledgement that cannot be given (Redis does not answer, say) is withheld: Slack comes again then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import msgspec
import structlog

from bot.errors import ChatBusy
from bot.slack.web import Ack, Body

log = structlog.get_logger(__name__)

GREETING_SECONDS = 10.0
LEAVING_SECONDS = 5.0


class Envelope(msgspec.Struct):
    """What Slack sends over a connection: a payload, or a word about the connection itself."""

    type: str
    envelope_id: str = ""
    payload: dict[str, Any] = {}
    accepts_response_payload: bool = False
    retry_attempt: int = 0
    retry_reason: str = ""
    reason: str = ""
    num_connections: int = 0


Answer = Callable[[Envelope], Awaitable[Ack]]
DECODER = msgspec.json.Decoder(Envelope)


class Line:
    """One connection; `connections` is how many the app had when this one was greeted."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, answer: Answer) -> None:
        self.connections = 0
        self._socket, self._answer = socket, answer
        self._answering: set[asyncio.Task[None]] = set()
        self._leaving: asyncio.Task[None] | None = None
        self._ending: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def greeted(self) -> None:
        """Wait for Slack's hello. Raises `ChatBusy` where it says something else, or nothing; closed then."""
        try:
            first = DECODER.decode(await self._socket.receive_str(timeout=GREETING_SECONDS))
        except (TypeError, ValueError, TimeoutError, aiohttp.ClientError) as error:
            await self._socket.close()
            raise ChatBusy("no_hello", retry_after=1) from error
        except asyncio.CancelledError:
            await self._socket.close()
            raise
        if first.type != "hello":
            await self._socket.close()
            raise ChatBusy(first.reason or "no_hello", retry_after=1)
        self.connections = first.num_connections

    @property
    def ends(self) -> bool:
        """Return whether the connection needs a successor by now."""
        return self._ending.done()

    async def ending(self) -> str:
        """Wait until the connection needs a successor; return Slack's reason, or "lost"."""
        return await asyncio.shield(self._ending)

    async def serve(self) -> None:
        """Answer what comes in until the connection is closed."""
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            self._end("lost")

    async def leave(self) -> None:
        """Acknowledge what has come in, then close; what Slack sends meanwhile it gives to another connection."""
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=LEAVING_SECONDS)
        await self._socket.close()

    def _take(self, text: str) -> None:
        try:
            envelope = DECODER.decode(text)
        except msgspec.DecodeError:
            log.warning("envelope not understood")
            return
        if envelope.type == "disconnect":
            self._told_to_go(envelope.reason)
        elif envelope.envelope_id:
            task = asyncio.create_task(self._reply(envelope))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    def _told_to_go(self, reason: str) -> None:
        """Have a successor opened; a warning leaves some seconds more, anything else means now."""
        self._end(reason)
        if reason != "warning" and self._leaving is None:
            self._leaving = asyncio.create_task(self.leave())

    async def _reply(self, envelope: Envelope) -> None:
        ack = await self._answer(envelope)
        if ack.status != 200:
            return
        said: Body = {"envelope_id": envelope.envelope_id}
        if ack.body and envelope.accepts_response_payload:
            said["payload"] = dict(ack.body)
        try:
            await self._socket.send_str(msgspec.json.encode(said).decode())
        except ConnectionError:
            log.warning("acknowledged too late", kind=envelope.type)

    def _end(self, reason: str) -> None:
        if not self._ending.done():
            self._ending.set_result(reason)
