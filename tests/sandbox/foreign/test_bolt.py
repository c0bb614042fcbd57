"""Foreign apps on the simulated Slack: Bolt for Python, both kinds, and Bolt for JavaScript, over HTTP and Socket Mode.

Each is a process of its own that has a listener of every kind; people use all of them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.server import Options, Running, run_sandbox
from sandbox.workspace.rates import RateLimits
from tests.sandbox.conftest import Control, until
from tests.sandbox.foreign import node
from tests.stack import free_ports

Json = dict[str, Any]
HERE = Path(__file__).parent
APPS = ("bolt_sync.py", "bolt_async.py", "bolt.cjs")
STARTS_S = 30.0
SLOW_S = 10.0


def _command(app: str) -> tuple[list[str], dict[str, str]]:
    """Return how an app is started, and what it needs of the environment."""
    if app.endswith(".py"):
        return [sys.executable, str(HERE / app)], {}
    modules = node.modules()
    return [str(shutil.which("node")), str(HERE / app)], {"NODE_PATH": str(modules)}


@contextlib.contextmanager
def running(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[Callable[[], str]]:
    """Run a process while the block lasts; yields what tells its last words once it has ended."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=output, stderr=output)
    try:
        yield lambda: "" if process.poll() is None else log.read_text("utf-8")
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture(params=["http", "socket mode"])
def socket_mode(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "socket mode")


@pytest.fixture(params=APPS)
async def control(request: pytest.FixtureRequest, socket_mode: bool, tmp_path: Path) -> AsyncIterator[Control]:
    """A sandbox with a foreign app on it, ready."""
    command, more = _command(request.param)
    (port,) = free_ports(1)
    options = Options(
        bots=[f"http://127.0.0.1:{port}"], socket_mode=socket_mode, rates=RateLimits(enabled=False), ack_s=SLOW_S
    )
    async with contextlib.AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(run_sandbox(options))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        environment = {**sandbox.announced["env"], **more, "PORT": str(port)}
        ended = stack.enter_context(running(command, environment, tmp_path / "app.log"))
        await _joined(sandbox, port, ended)
        yield Control(sandbox, session)


async def _joined(sandbox: Running, port: int, ended: Callable[[], str]) -> None:
    """Wait until the app can be reached; fail with what it said if it ended."""
    sockets = sandbox.controls.site.sockets

    def reachable() -> bool:
        assert not ended(), ended()
        return bool(sockets.lines) if sockets else _listens(port)

    await until(reachable, STARTS_S)


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


async def said(control: Control, who: str, where: str, text: str) -> Json:
    """Wait until somebody sees a message of the bot's with this text."""
    workspace = control.running.controls.site.workspace
    person = workspace.person(who)
    place = workspace.place(where, person)

    def seen() -> list[str]:
        return [one.ts for one in workspace.visible(person, place) if one.by_bot and text in one.text]

    await until(lambda: bool(seen()), SLOW_S)
    rows = await control.messages(who, where)
    return next(row for row in rows if row["ts"] == seen()[-1])


async def form(control: Control) -> Json:
    """Wait until li has a form open."""
    stack = control.running.controls.site.workspace.stack("U0LI000001")
    await until(lambda: bool(stack), SLOW_S)
    found: Json = await control.get("view", {"as": "li"})
    return found


async def test_every_kind_of_listener_is_reached(control: Control) -> None:
    await _commands_and_forms(control)
    await _presses(control)
    await _shortcuts(control)
    await _events(control)
    await _refresh(control)


async def _commands_and_forms(control: Control) -> None:
    assert (await control.say("li", "#general", "/modelarts hi"))["response"]["text"] == "you said hi"
    assert (await control.say("li", "#general", "/modelarts form"))["ok"]
    assert (await form(control))["callback_id"] == "ask"
    offered = await control.get("options", {"as": "li", "action_id": "flavor", "q": "p"})
    assert [option["value"] for option in offered] == ["p1"]
    refused = await control.post("submit", {"as": "li", "values": {"name": "bad"}})
    assert refused["errors"] == {"name": "not like this"}
    assert (await control.post("submit", {"as": "li", "values": {"name": "good", "flavor": "p1"}}))["ok"]
    assert await control.get("view", {"as": "li"}) is None


async def _presses(control: Control) -> None:
    await control.say("li", "#general", "/modelarts card")
    card = await said(control, "li", "@bot", "card")
    pressed = {"as": "li", "in": "@bot", "ts": card["ts"], "action_id": "approve"}
    assert (await control.post("press", pressed))["ok"]
    assert (await said(control, "li", "@bot", "approved"))["ts"] == card["ts"]


async def _shortcuts(control: Control) -> None:
    assert (await control.post("shortcut", {"as": "li", "callback_id": "modelarts"}))["ok"]
    await form(control)
    assert (await control.post("close", {"as": "li"}))["ok"]
    await said(control, "li", "@bot", "you closed it")
    root = await control.say("li", "#general", "an error")
    chosen = {"as": "li", "callback_id": "diagnose", "in": "#general", "ts": root["ts"]}
    assert (await control.post("shortcut", chosen))["ok"]
    await said(control, "li", "#general", "I saw an error")


async def _events(control: Control) -> None:
    root = await control.say("wang", "#general", "@bot are you there?")
    assert (await said(control, "wang", "#general", "yes?"))["thread_ts"] == root["ts"]
    await control.say("wang", "@bot", "good morning")
    await said(control, "wang", "@bot", "hello")
    await control.get("home", {"as": "wang"})
    await until(lambda: "U0WANG0001" in control.running.controls.site.workspace.homes, SLOW_S)
    assert "At home" in str((await control.get("home", {"as": "wang"}))["blocks"])


async def _refresh(control: Control) -> None:
    """End the app's connection, if it has one; it must come back by itself."""
    sockets = control.running.controls.site.sockets
    if sockets is None:
        return
    first = sockets.lines[0]
    await control.post("slack/faults", {"kind": "disconnect"})
    await until(lambda: bool(sockets.lines) and first not in sockets.lines, SLOW_S)
    assert (await control.say("li", "#general", "/modelarts again"))["response"]["text"] == "you said again"
