"""The front of every simulated service: one ASGI app that reads, refuses, delays, answers and records."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.calls import Calls
from sandbox.cloud.faults import Faults, Pace
from sandbox.cloud.seed import Options
from sandbox.cloud.wire import Refusal, Reply, Request, lower_headers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
UNANSWERED = 0


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted request: the operation it asks for and the work that has its effect."""

    operation: str
    run: Callable[[], Reply]


class Published(Protocol):
    """What every kind of route tells about itself."""

    @property
    def operation(self) -> str:
        """Return the operation's name."""

    @property
    def method(self) -> str:
        """Return the HTTP method."""

    @property
    def path(self) -> str:
        """Return the path with `{names}`."""


class Service(Protocol):
    """What a simulated service offers to its front."""

    name: str

    @property
    def routes(self) -> Sequence[Published]:
        """Return everything the service publishes."""

    def accept(self, request: Request) -> Job:
        """Authenticate and route a request. Raises Refusal."""

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Reply:
        """Write a refusal the way this service does."""

    def stamp(self, request: Request, reply: Reply, request_id: str, /) -> Reply:
        """Add the headers that every answer of this service carries."""

    def fault(self, kind: str, operation: str, /) -> Refusal:
        """Return the refusal that stands for a fault kind at an operation."""

    def needs(self, operation: str) -> Sequence[str]:
        """Return the IAM actions that an operation takes."""

    def truth(self) -> dict[str, Any]:
        """Return everything the service holds, ready for JSON."""


class Front:
    """Serve one simulated service over ASGI."""

    def __init__(self, service: Service, faults: Faults, calls: Calls, options: Options) -> None:
        self._service = service
        self._faults = faults
        self._calls = calls
        self._options = options
        self._pace = Pace(options.calls_a_minute)
        self.closing = asyncio.Event()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one HTTP request; lifespan messages are acknowledged, nothing else is served."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._serve(await _read(scope, receive), receive, send)

    async def _serve(self, request: Request, receive: Receive, send: Send) -> None:
        told = {"request_id": secrets.token_hex(16)}
        reply = await self._reply(request, told, receive)
        self._calls.add(self._service.name, request.method, request.target, _status(reply), **told)
        if reply is None:
            return
        stamped = self._service.stamp(request, reply, told["request_id"])
        await _write(stamped.bodiless() if request.method == "HEAD" else stamped, send)

    async def _reply(self, request: Request, told: dict[str, str], receive: Receive) -> Reply | None:
        """Answer, and tell for the record what was asked and why it was refused."""
        try:
            job = self._service.accept(request)
            told["operation"] = job.operation
            if self._pace.exceeded(job.operation):
                raise self._service.fault("throttled", job.operation)
            return await self._work(job, self._faults.take(self._service.name, job.operation), receive)
        except Refusal as refusal:
            told["code"] = refusal.code
            reply = self._service.refused(request, refusal, told["request_id"])
            return reply.having(refusal.headers)

    async def _work(self, job: Job, kind: str | None, receive: Receive) -> Reply | None:
        if kind == "timeout_before":
            return await self._hang(receive)
        if kind == "timeout_after":
            with suppress(Refusal):
                job.run()
            return await self._hang(receive)
        if kind == "slow":
            await self._pause(self._options.slow_s)
        elif kind is not None:
            raise self._service.fault(kind, job.operation)
        return job.run()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    async def _hang(self, receive: Receive) -> Reply | None:
        gone, closing = asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(self.closing.wait())
        done, pending = await asyncio.wait(
            {gone, closing}, timeout=self._options.hang_s, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        return None if gone in done else Reply(504)


def _status(reply: Reply | None) -> int:
    return UNANSWERED if reply is None else reply.status


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read(scope: Mapping[str, Any], receive: Receive) -> Request:
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Request(
        method=scope["method"],
        raw_path=raw_path.decode("latin-1"),
        raw_query=scope["query_string"].decode("latin-1"),
        headers=lower_headers(scope["headers"]),
        body=b"".join(chunks),
        scheme=scope.get("scheme", "http"),
    )


async def _write(reply: Reply, send: Send) -> None:
    headers = dict(reply.headers)
    if reply.status not in (204, 304):
        headers.setdefault("content-length", str(len(reply.body)))
    pairs = [
        (name.lower().encode("latin-1"), value.encode("utf-8", "surrogateescape")) for name, value in headers.items()
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
    await send({"type": "http.response.body", "body": reply.body})
