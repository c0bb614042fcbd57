from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.command import Place
from bot.describe import registry
from bot.errors import StoreDown
from bot.ports import Change, D, Entry, Stored
from bot.records import Inbound, Language
from bot.slack.client import connect
from bot.slack.outbox import Sender
from bot.slack.people import People
from bot.slack.tasks import Tasks
from bot.slack.wiring import Web, build_events
from sandbox.server import Options, run_sandbox
from sandbox.workspace.rates import RateLimits
from tests.fakes.store import FakeStore
from tests.fakes.words import CATALOG
from tests.sandbox.conftest import Control, serving, until
from tests.slack.given import SECRET, Counted, Hands, request, signed

Json = dict[str, Any]
TOKEN = "xoxb-test"


class Fallible(FakeStore):
    """A store whose server can be down, or that can break as nobody foresaw."""

    down = False
    broken = False
    loads = 0
    commits = 0

    async def load(self, kind: type[D], identity: str) -> Stored[D] | None:
        if self.down:
            raise StoreDown("no answer")
        self.loads += 1
        return await super().load(kind, identity)

    async def commit(self, change: Change) -> None:
        if self.broken:
            raise RuntimeError("nobody foresaw this")
        if self.down:
            raise StoreDown("no answer")
        self.commits += 1
        await super().commit(change)


@dataclass
class House:
    """The web role on the simulated Slack, with a store in memory whose streams the test reads itself."""

    web: Web
    store: Fallible
    clock: Hands
    control: Control
    events: Any

    @property
    def site(self) -> Any:
        return self.control.running.controls.site

    async def deliver(self, body: bytes, **headers: str) -> Response:
        """Deliver a signed body to the endpoint itself."""
        kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
        found: Response = await self.events(request(body, signed(body) | headers, kind))
        return found

    async def acked(self, body: bytes) -> Json:
        """Deliver a body, wait for what follows the ack, and return the ack."""
        answer = await self.deliver(body)
        assert answer.status_code == 200
        await self.quiet()
        found: Json = json.loads(bytes(answer.body)) if answer.body else {}
        return found

    async def quiet(self) -> None:
        """Wait until nothing goes on behind the acks."""
        await until(lambda: len(self.web.tasks) == 0)

    async def taken(self) -> list[Inbound]:
        """Return the inbound records that workers were woken for, and forget them."""
        entries = await self.store.read("work", 100)
        found = [await self.store.load(Inbound, entry.id) for entry in entries]
        return [stored.record for stored in found if stored]

    async def messages(self, who: str, where: str = "@bot") -> list[Json]:
        return await self.control.messages(who, where)

    async def say(self, who: str, text: str, where: str = "#modelarts") -> Json:
        found: Json = await self.control.say(who, where, text)
        await self.quiet()
        return found

    async def view(self, who: str) -> Json | None:
        found: Json | None = await self.control.get("view", {"as": who})
        return found

    async def submit(self, who: str, **values: str) -> Json:
        found: Json = await self.control.post("submit", {"as": who, "values": values})
        await self.quiet()
        return found

    async def press(self, who: str, action: str, where: str = "#modelarts") -> Json:
        """Press the newest button with this action id."""
        rows = await self.messages(who, where)
        ts = next(row["ts"] for row in reversed(rows) if f'"{action}"' in json.dumps(row["blocks"]))
        whole = {"as": who, "in": where, "ts": ts, "action_id": action, "surface": "message"}
        found: Json = await self.control.post("press", whole)
        await self.quiet()
        return found

    def sender(self, owner: str = "w1", **more: Any) -> Sender:
        web = self.web
        return Sender(web.slack, self.store, self.clock, CATALOG, web.identity, owner, **more)

    async def outbox(self) -> list[Entry]:
        """Return the cards that senders are woken for now."""
        await self.store.promote(self.clock.now(), self.clock.machine())
        return await self.store.read("outbox", 100)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The web role, connected both ways to a simulated Slack without rate limits."""
    outside, inside = contextlib.AsyncExitStack(), contextlib.AsyncExitStack()
    try:
        yield await _built(outside, inside)
    finally:
        await asyncio.gather(outside.aclose(), inside.aclose())


async def _built(outside: contextlib.AsyncExitStack, inside: contextlib.AsyncExitStack) -> House:
    bound = inside.enter_context(socket.create_server(("127.0.0.1", 0)))
    bots = [f"http://127.0.0.1:{bound.getsockname()[1]}"]
    options = Options(bots=bots, signing_secret=SECRET, bot_token=TOKEN, rates=RateLimits(enabled=False))
    running = await outside.enter_async_context(run_sandbox(options))
    slack, identity = await connect(TOKEN, url=running.announced["slack_api"], seconds=1.0)
    inside.push_async_callback(slack.close)
    clock = Hands()
    store = Fallible(clock)
    people = People(slack, identity, clock, admin_groups=["S0ADMINS01"], language=Language.EN)
    place = Place("acct", "cn-north-4")
    keys = ("new-secret", SECRET)
    web = Web(keys, identity, slack, store, registry(), place, CATALOG, people, clock, Counted(), Tasks())
    inside.push_async_callback(web.tasks.drain, 1)
    events = build_events(web)

    async def serve(request: Request) -> Response:
        return await events(request)

    app = Starlette(routes=[Route("/slack/events", serve, methods=["POST"])])
    await inside.enter_async_context(serving(app, bound))
    session = await inside.enter_async_context(aiohttp.ClientSession())
    return House(web, store, clock, Control(running, session), events)
