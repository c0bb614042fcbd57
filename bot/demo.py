"""Run the real bot on the sandbox: an embedded server, `python -m sandbox` and the bot as processes of their own.

Whatever ends this process ends all of them: signals are passed on, and the kernel tells the children when their
parent is killed. The sandbox is reached by its command line and its addresses only; nothing of it is imported.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
import urllib.error
import urllib.request
import webbrowser
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.store.embedded import Embedded, EmbeddedFault, dies_with_parent

READY_SECONDS = 60.0
STOP_SECONDS = 8.0
RESTART_SECONDS = 1.0
CLOCK_KEY = "mb:{-:TEAM}:clock"
"""Where the sandbox writes how far product time is ahead; it puts the workspace's id in the place of TEAM."""


@dataclass(frozen=True, slots=True)
class Options:
    """What `make demo` passes on."""

    port: int = 8080
    replicas: int = 1
    scenario: str = "default"
    headless: bool = False
    socket_mode: bool = False


class DemoFault(RuntimeError):
    """The demo cannot start; the message says why and what to do."""


async def demo(options: Options) -> None:
    """Run until SIGINT, SIGTERM or SIGHUP. Raises `DemoFault`."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="modelarts-demo-") as folder:
        async with _embedded(Path(folder)) as server, _Children() as children:
            running = asyncio.create_task(_run(options, Path(folder), server.url, children))
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait([running, stopped], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if running.done():
                running.result()
            running.cancel()


@contextlib.asynccontextmanager
async def _embedded(folder: Path) -> AsyncIterator[Embedded]:
    try:
        async with Embedded(folder / "redis") as server:
            yield server
    except EmbeddedFault as fault:
        raise DemoFault(str(fault)) from None


async def _run(options: Options, folder: Path, redis: str, children: _Children) -> None:
    """Start everything, say where the page is, and keep it running. Raises `DemoFault`."""
    bots = [f"http://127.0.0.1:{port}" for port in _free_ports(options.replicas)]
    announce = folder / "sandbox.json"
    _say("Starting the simulated Slack workspace and Huawei Cloud …")
    await children.start("sandbox", _sandbox_command(options, bots, redis, announce), os.environ, vital=True)
    found = await _announced(announce, children)
    _say(f"Starting the bot ({options.replicas} process{'es' if options.replicas > 1 else ''}) …")
    settings = _settings(found.env, redis, folder)
    for number, address in enumerate(bots):
        environment = {**os.environ, **settings, "BOT_PORT": address.rpartition(":")[2]}
        await children.start(f"bot-{number + 1}", [sys.executable, "-m", "bot", "run", "--role", "all"], environment)
    await _ready(bots, children)
    _say("Ready. Open this page; Ctrl-C stops everything.")
    _say(found.url)
    if not options.headless and _has_display():
        webbrowser.open(found.url)
    await children.kept()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def _sandbox_command(options: Options, bots: Sequence[str], redis: str, announce: Path) -> list[str]:
    targets = [word for address in bots for word in ("--bot-url", address)]
    command = [sys.executable, "-m", "sandbox", "--port", str(options.port), "--scenario", options.scenario]
    mode = ["--socket-mode"] if options.socket_mode else []
    return [*command, *targets, *mode, "--redis-url", redis, "--clock-key", CLOCK_KEY, "--announce", str(announce)]


def _settings(announced: Mapping[str, str], redis: str, folder: Path) -> dict[str, str]:
    return {
        **announced,
        "REDIS_URL": redis,
        "BOT_DATA_DIR": str(folder),
        "BOT_SECRET_KEY": secrets.token_hex(32),
        "BOT_SANDBOX": "1",
        "BOT_HOST": "127.0.0.1",
    }


def _free_ports(count: int) -> list[int]:
    """Return ports that are free now, all different."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in held]


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@dataclass(frozen=True, slots=True)
class _Sandbox:
    """What the sandbox announced: its page, and the settings by which a bot joins it."""

    url: str
    env: Mapping[str, str]


async def _announced(path: Path, children: _Children) -> _Sandbox:
    async for _ in _tries(children, "the sandbox did not start: see its message above, or choose another PORT"):
        if text := await asyncio.to_thread(_text, path):
            found = json.loads(text)
            return _Sandbox(found["url"], found["env"])
    raise AssertionError("tries end by themselves")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


async def _ready(addresses: Sequence[str], children: _Children) -> None:
    for address in addresses:
        async for _ in _tries(children, "the bot did not become ready: see its messages above"):
            if await asyncio.to_thread(_answers, f"{address}/readyz"):
                break


async def _tries(children: _Children, fault: str) -> AsyncIterator[None]:
    """Yield until the time is over or a child ended. Raises `DemoFault`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_SECONDS
    while loop.time() < deadline and not children.ended():
        yield
        await asyncio.sleep(0.05)
    raise DemoFault(fault)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@dataclass(slots=True)
class _Child:
    """One process with what it takes to start it again; `vital` ones end the demo when they end."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    vital: bool
    process: Process


class _Children:
    """The processes of the demo, ended together whatever happens; a bot that is killed is started again."""

    def __init__(self) -> None:
        self._children: list[_Child] = []

    async def __aenter__(self) -> _Children:
        return self

    async def __aexit__(self, *_: object) -> None:
        for child in self._children:
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
        await asyncio.gather(*(_gone(child.process) for child in self._children))

    async def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, vital: bool = False
    ) -> None:
        """Start a process that dies with this one."""
        self._children.append(_Child(name, command, environment, vital, await _spawned(command, environment)))

    def ended(self) -> bool:
        """Return whether a process ended by itself."""
        return any(child.process.returncode is not None for child in self._children)

    async def kept(self) -> None:
        """Start ended bots again, for ever. Raises `DemoFault` when a vital process ends."""
        while True:
            waits = {asyncio.create_task(child.process.wait()): child for child in self._children}
            done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            for task in done:
                await _again(waits[task])


async def _again(child: _Child) -> None:
    if child.vital:
        raise DemoFault(f"{child.name} ended by itself: see its messages above")
    _say(f"{child.name} ended; starting it again …")
    await asyncio.sleep(RESTART_SECONDS)
    child.process = await _spawned(child.command, child.environment)


async def _spawned(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=DEVNULL,
        env=dict(environment),
        start_new_session=True,  # Ctrl-C is for this process, which ends the others in order
        preexec_fn=dies_with_parent(),
    )


async def _gone(process: Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
