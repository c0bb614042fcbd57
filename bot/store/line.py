"""One connection for many commands at once: what is asked in one turn of the loop goes out together.

redis-py gives each command in flight a connection of its own, and ten of its coroutines to walk through: more than half
of what a commit costs the process. It still opens the connection, with address, TLS, password and database; then the
socket is taken over. Redis answers in the order it was asked, so a queue is all there is to keep.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import hiredis
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import InvalidResponse, ResponseError

_MORE = object()


class _Line(asyncio.Protocol):
    """An open connection of redis-py's, taken over. An error keeps its code: `NOSCRIPT …`, `OOM …`."""

    def __init__(self, connection: AbstractConnection) -> None:
        """Take over. Raises `Unreachable` for a connection that ended meanwhile."""
        if connection._writer is None:
            raise Unreachable("the connection ended at once")
        self._connection = connection
        self._transport = connection._writer.transport
        self._transport.set_protocol(self)
        self._reader = hiredis.Reader(protocolError=InvalidResponse, replyError=ResponseError, notEnoughData=_MORE)
        self._asked: deque[asyncio.Future[Any]] = deque()
        self._unsent: list[bytes] = []
        self._loop = asyncio.get_running_loop()

    @property
    def open(self) -> bool:
        """Return whether commands may be sent."""
        return not self._transport.is_closing()

    def ask(self, words: Sequence[str | bytes | int]) -> asyncio.Future[Any]:
        """Send a command at the end of this turn of the loop; return its answer to come."""
        packed = hiredis.pack_command(words)  # type: ignore[arg-type]  # the stub names a tuple of one
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(packed)
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._asked.append(answer)
        return answer

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, []
        self._transport.write(b"".join(unsent))

    def data_received(self, data: bytes) -> None:
        """Give each answer to whoever asked first; nonsense ends the connection."""
        self._reader.feed(data)
        try:
            while (answer := self._reader.gets()) is not _MORE:
                self._answered(answer)
        except InvalidResponse:
            self._transport.abort()

    def _answered(self, answer: Any) -> None:
        asked = self._asked.popleft()
        if asked.done():  # given up
            return
        if isinstance(answer, ResponseError):
            asked.set_exception(answer)
        else:
            asked.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody who waits that no answer will come: what they asked may have been done."""
        for asked in self._asked:
            if not asked.done():
                asked.set_exception(Unreachable(f"the connection ended: {exc or 'closed'}"))
        self._asked.clear()

    async def end(self) -> None:
        """End the connection."""
        await self._connection.disconnect(nowait=True)


class SharedLine:
    """The connection that all scripts of a link share: opened when first needed, and anew after its end."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._line: _Line | None = None
        self._opening = asyncio.Lock()

    async def ask(self, limit: float, *words: str | bytes | int) -> Any:
        """Send a command and return its answer. Raises redis-py's errors; nothing is sent twice.

        An answer that takes longer than `limit` seconds may never come: TimeoutError, and the connection is ended.
        """
        line = None
        try:
            async with asyncio.timeout(limit):
                line = await self._opened()
                return await line.ask(words)
        except TimeoutError:
            if line:
                await line.end()
            raise

    async def _opened(self) -> _Line:
        if self._line and self._line.open:
            return self._line
        async with self._opening:
            if not (self._line and self._line.open):
                await self.end()
                connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
                await connection.connect()  # type: ignore[no-untyped-call]
                self._line = _Line(connection)
            return self._line

    async def end(self) -> None:
        """End the connection; who still waits is told at once, and the next command opens another."""
        line, self._line = self._line, None
        if line:
            await line.end()
