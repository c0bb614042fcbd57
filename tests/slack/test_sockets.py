"""The connections of Socket Mode, held by the product's own code to the simulated Slack."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.errors import ChatBusy, ChatFault, ChatRefused
from bot.slack.client import Slack, connect
from bot.slack.line import Envelope, Line
from bot.slack.sockets import Sockets
from bot.slack.web import Ack
from sandbox.server import Options
from sandbox.workspace.line import Line as Far
from sandbox.workspace.sockets import MOST, Pace
from tests.sandbox.conftest import Control, company, until

Json = dict[str, Any]


BOTH = 2
"""A connection and its spare."""


@dataclass
class Process:
    """What one process would do: answer every envelope alike, and hear how many connections it has."""

    sockets: Sockets
    heard: list[Envelope] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)

    @property
    def open(self) -> int:
        return self.told[-1][0] if self.told else 0


@dataclass
class Town:
    """A sandbox in Socket Mode, and the processes connected to it."""

    control: Control
    slack: Slack
    stack: contextlib.AsyncExitStack

    @property
    def lines(self) -> list[Far]:
        sockets = self.control.running.controls.site.sockets
        assert sockets
        return sockets.lines

    def starts(self, ack: Ack | None = None, token: str = Options.app_token, slow_s: float = 0.0) -> Process:
        async def answer(envelope: Envelope) -> Ack:
            process.heard.append(envelope)
            await asyncio.sleep(slow_s)
            return ack or Ack()

        def told(count: int, why: str) -> None:
            process.told.append((count, why))

        process = Process(Sockets(self.slack, token, answer, told))
        process.sockets.start()
        self.stack.push_async_callback(process.sockets.close)
        return process


@asynccontextmanager
async def town_of(**options: Any) -> AsyncIterator[Town]:
    settings = {"socket_mode": True, "ack_s": 1.0, "retry_scale": 0.0, **options}
    async with company(**settings) as (control, _), contextlib.AsyncExitStack() as stack:
        slack, _identity = await connect("xoxb-test", url=control.running.announced["slack_api"])
        stack.push_async_callback(slack.close)
        yield Town(control, slack, stack)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with town_of() as found:
        yield found


async def test_a_process_keeps_a_spare_connection(town: Town) -> None:
    process = town.starts()
    assert process.told == [(0, "no connection yet")]
    await until(lambda: process.open == BOTH)
    await town.control.post("slack/faults", {"kind": "disconnect", "method": "lost"})
    await until(lambda: (BOTH - 1, "the connection was lost") in process.told)
    await until(lambda: process.open == BOTH)
    await process.sockets.close()
    await until(lambda: not town.lines)


async def test_many_processes_share_the_ten_and_each_has_one(town: Town) -> None:
    processes = [town.starts() for _ in range(MOST - 2)]
    await until(lambda: all(process.open for process in processes), 10)
    await until(lambda: len(town.lines) <= MOST, 10)
    assert all(process.open for process in processes)


async def test_what_is_more_than_ten_waits_for_its_turn(town: Town) -> None:
    first = [town.starts() for _ in range(MOST)]
    await until(lambda: len(town.lines) == MOST, 10)
    late = town.starts()
    await until(lambda: late.told[-1][1].endswith("too_many_websockets"))
    await first[0].sockets.close()
    await until(lambda: late.open == 1, 20)


async def test_an_answer_goes_out_only_where_slack_takes_one(town: Town) -> None:
    process = town.starts(Ack(body={"text": "here"}))
    await until(lambda: process.open == BOTH)
    said = await town.control.say("wang", "#general", "/modelarts help")
    assert said["response"]["text"] == "here"
    assert (await town.control.say("wang", "@bot", "hello"))["ok"]
    assert [envelope.type for envelope in process.heard] == ["slash_commands", "events_api"]


async def test_what_cannot_be_taken_in_is_not_acknowledged(town: Town) -> None:
    process = town.starts(Ack(503))
    await until(lambda: process.open == BOTH)
    assert not (await town.control.say("wang", "@bot", "hello"))["ok"]
    await until(lambda: [envelope.retry_attempt for envelope in process.heard] == [0, 1, 2, 3], 10)


async def test_leaving_acknowledges_what_has_come_in(town: Town) -> None:
    process = town.starts(slow_s=0.3)
    await until(lambda: process.open == BOTH)
    said = asyncio.create_task(town.control.say("wang", "#general", "/modelarts help"))
    await until(lambda: bool(process.heard))
    await process.sockets.close()
    assert (await said)["ok"]


async def test_a_warned_connection_serves_until_its_successor_is_there() -> None:
    async with town_of(sockets=Pace(life_s=1.6, warn_s=0.4)) as town:
        processes = [town.starts(), town.starts()]
        await until(lambda: all(process.open == BOTH for process in processes))
        before = [*town.lines]
        await until(lambda: not set(before) & set(town.lines), 10)
        assert [min(count for count, _ in process.told[BOTH:]) for process in processes] == [BOTH, BOTH]


@pytest.mark.parametrize(("token", "code"), [("xapp-other", "invalid_auth"), ("xoxb-test", "not_allowed_token_type")])
async def test_a_wrong_token_is_told(town: Town, token: str, code: str) -> None:
    process = town.starts(token=token)
    await until(lambda: process.told[-1] == (0, f"Slack does not open a connection: {code}"))


@asynccontextmanager
async def false_slack(url: str, says: str) -> AsyncIterator[Slack]:
    """Give a connection to something that hands out `url`, or serves sockets itself and says one thing on them."""

    async def api(request: web.Request) -> web.Response:
        own = f"ws://127.0.0.1:{request.url.port}/link"
        return web.json_response({"ok": True, "url": url or own})

    async def link(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(says)
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_post("/api/apps.connections.open", api)
    app.router.add_get("/link", link)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        yield Slack("xoxb-test", f"http://127.0.0.1:{port}/api/", session)
    await runner.cleanup()


@pytest.mark.parametrize(
    "url",
    ["wss://slack.com.example/link", "ws://wss.slack.com/link", "http://127.0.0.1:1/link", "", "ws://127.0.0.2/link"],
)
async def test_only_slacks_own_addresses_are_followed(url: str) -> None:
    async with false_slack(url or "nonsense", "") as slack:
        with pytest.raises(ChatRefused, match="foreign_url"):
            await slack.socket("xapp-1")


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ('{"type": "disconnect", "reason": "too_many_websockets"}', "too_many_websockets"),
        ('{"type": "events_api", "envelope_id": "1"}', "no_hello"),
        ("no json", "no_hello"),
        ("[]", "no_hello"),
    ],
)
async def test_a_connection_without_a_greeting_is_none(says: str, code: str) -> None:
    async def answer(_: Envelope) -> Ack:
        raise AssertionError("nothing may be answered")

    async with false_slack("", says) as slack:
        with pytest.raises(ChatBusy, match=code):
            await Line(await slack.socket("xapp-1"), answer).greeted()


async def test_an_address_where_nobody_listens_is_tried_again() -> None:
    async with false_slack("ws://127.0.0.1:9/link", "") as slack:
        with pytest.raises(ChatFault) as fault:
            await slack.socket("xapp-1")
    assert (type(fault.value), fault.value.code) == (ChatBusy, "no_connection")
