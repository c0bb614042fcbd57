"""The one HTTP server of a process: Slack's events where it is a web role, and the probes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from bot.observe.probes import Health

Events = Callable[[Request], Awaitable[Response]]
SHUTDOWN_SECONDS = 5


class Front:
    """The routes of a process. `events` is set when Slack is known; until then Slack is told to come again."""

    def __init__(self, health: Health) -> None:
        self.events: Events | None = None
        routes = [Route("/slack/events", self._events, methods=["POST"]), *health.routes()]
        self.app = Router(routes)

    async def _events(self, request: Request) -> Response:
        if self.events is None:
            return PlainTextResponse("not ready\n", status_code=503)
        return await self.events(request)


class _Server(uvicorn.Server):
    """A server that leaves the signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(front: Front, host: str, port: int) -> AsyncIterator[None]:
    """Serve until the end of the block; port 0 serves nothing (contract, section 2). Raises OSError: port in use."""
    if port == 0:
        yield
        return
    bound = socket.create_server((host, port), backlog=2048)
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited: acks must not wait for more to send
    config = uvicorn.Config(
        front.app,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nobody asks who called: signatures prove it
        lifespan="off",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
