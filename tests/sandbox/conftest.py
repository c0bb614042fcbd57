from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import aiohttp
import pytest
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.server import Options, Running, listening, run_sandbox
from sandbox.workspace.rates import RateLimits

Json = dict[str, Any]
Listen = Callable[[AsyncApp], None]
SECRET = "test-signing-secret"
TOKEN = "xoxb-test"


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for a condition with a deadline."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "the condition did not come true in time"
        await asyncio.sleep(0.01)


@dataclass
class Control:
    """The control API, as a test calls it."""

    running: Running
    session: aiohttp.ClientSession

    async def get(self, path: str, query: Json | None = None, status: int = 200) -> Any:
        async with self.session.get(f"{self.running.url}/control/{path}", params=query) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: Json, status: int = 200) -> Any:
        async with self.session.post(f"{self.running.url}/control/{path}", json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def say(self, who: str, where: str, text: str, **more: str) -> Any:
        return await self.post("say", {"as": who, "in": where, "text": text, **more})

    async def messages(self, who: str, where: str) -> list[Json]:
        found: list[Json] = await self.get("messages", {"as": who, "in": where})
        return found

    def client(self, token: str = TOKEN) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=self.running.announced["slack_api"])


@dataclass
class Seen:
    """What reached the bot: the bodies of requests, with their headers."""

    requests: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    unsettled: float = 0.0
    ready: bool = True


def _bot(listen: Listen, api: str, seen: Seen) -> Starlette:
    app = AsyncApp(signing_secret=SECRET, client=AsyncWebClient(token=TOKEN, base_url=api))
    listen(app)
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        seen.requests.append((await request.body(), dict(request.headers)))
        return await handler.handle(request)

    async def metrics(_: Request) -> Response:
        return PlainTextResponse(f"# TYPE x gauge\nmodelarts_bot_unsettled {seen.unsettled}\n")

    async def readyz(_: Request) -> Response:
        return Response(status_code=200 if seen.ready else 503)

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            Route("/metrics", metrics),
            Route("/readyz", readyz),
        ]
    )


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@asynccontextmanager
async def serving(app: Any, bound: socket.socket) -> AsyncIterator[None]:
    """Serve an app on a bound socket while the block lasts."""
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def company(listen: Listen | None = None, **options: Any) -> AsyncIterator[tuple[Control, Seen]]:
    """Run a sandbox, with a small Bolt app as its bot if listeners are given."""
    seen = Seen()
    settings = {"signing_secret": SECRET, "bot_token": TOKEN, "rates": RateLimits(enabled=False), **options}
    async with contextlib.AsyncExitStack() as stack:
        bound = stack.enter_context(listening("127.0.0.1", 0))
        bots = [f"http://127.0.0.1:{bound.getsockname()[1]}"] if listen else []
        running = await stack.enter_async_context(run_sandbox(Options(bots=bots, **settings)))
        if listen:
            app = _bot(listen, running.announced["slack_api"], seen)
            await stack.enter_async_context(serving(app, bound))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Control(running, session), seen


@pytest.fixture
async def control() -> AsyncIterator[Control]:
    """Give the control API of a sandbox without a bot."""
    async with company() as (found, _):
        yield found


Company = Callable[..., Awaitable[tuple[Control, Seen]]]


@pytest.fixture
async def with_bot() -> AsyncIterator[Company]:
    """Give a starter of sandboxes with a small bot; all are stopped after the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(listen: Listen, **options: Any) -> tuple[Control, Seen]:
            return await stack.enter_async_context(company(listen, **options))

        yield start
