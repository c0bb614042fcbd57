"""The processes of a run: the sandbox for Slack's side, a Redis, the servers that are measured, and the load client."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import aiohttp

from benchmarks.forms import Origin
from bot.store.embedded import Embedded, dies_with_parent

READY_S = 60.0
POLL_S = 0.005
STOP_S = 10.0
ASKER = "wang"
FOREIGN = ("BOT_", "SLACK_", "HUAWEI", "PYTHONDONTWRITE")  # modules are compiled once, as on any machine
BOT = ("-m", "bot", "run", "--role")
APP = ("-m", "benchmarks.apps")


class BenchmarkFault(Exception):
    """Nothing can be measured; says why."""


def _cpus() -> tuple[set[int], set[int]]:
    """Return the CPU of what is measured and the CPUs of everything else; empty where there is no choice."""
    here = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (set(here[:1]), set(here[1:])) if len(here) > 1 else (set(), set())


@contextlib.contextmanager
def _on(cpus: set[int]) -> Iterator[None]:
    """Let what starts in this block run on these CPUs only."""
    if not cpus:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server that is measured; `started` is the event loop's time at its start."""

    port: int
    started: float
    process: Process


class Stage:
    """Starts and stops everything; an asynchronous context manager. Raises `BenchmarkFault`.

    `alone` keeps what is measured on a CPU of its own, where there are two.
    """

    def __init__(self, *, alone: bool = True) -> None:
        self.measured, self._rest = _cpus() if alone else (set[int](), set[int]())
        self._all = AsyncExitStack()
        self._turn = asyncio.Lock()
        self._names = itertools.count()

    async def __aenter__(self) -> Self:
        """Start the sandbox and the load client, and leave the first CPU to what is measured."""
        enter = self._all.enter_async_context
        self._folder = Path(self._all.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        self._all.enter_context(_on(self._rest))
        try:
            self._http = await enter(aiohttp.ClientSession())
            sandbox = await enter(self.sandbox())
            self._load = await enter(self._child(["-m", "benchmarks.load"], {}, output=PIPE))
            self.slow_port = _free_port()
            await enter(self._child([*APP, "slow", str(self.slow_port)], {}))
            self._slack: dict[str, str] = sandbox["env"]
            self.origin = await self._origin(sandbox)
        except BaseException:
            await self._all.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop everything."""
        await self._all.aclose()

    @asynccontextmanager
    async def sandbox(self, scenario: str = "default") -> AsyncIterator[dict[str, Any]]:
        """Run a sandbox with a scenario, by name or path; yield what it announces, the bot's settings under `env`."""
        announce = self._folder / f"sandbox-{next(self._names)}.json"
        words = ["-m", "sandbox", "--port", "0", "--no-rate-limits", "--announce", str(announce)]
        async with self._child([*words, "--scenario", scenario], {}):
            await self.until(announce.exists)
            yield json.loads(announce.read_text("utf-8"))

    @asynccontextmanager
    async def distant(self) -> AsyncIterator[Server]:
        """Run a cloud that takes its time for each answer."""
        port, started = _free_port(), asyncio.get_running_loop().time()
        async with self._child([*APP, "distant", str(port)], {}) as process:
            yield Server(port, started, process)

    def write(self, name: str, text: str) -> Path:
        """Return a file of the run with this text."""
        path = self._folder / name
        path.write_text(text, "utf-8")
        return path

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds."""
        async with asyncio.timeout(READY_S):
            while not condition():  # noqa: ASYNC110 - the condition lies in other processes
                await asyncio.sleep(POLL_S)

    async def _origin(self, sandbox: Mapping[str, Any]) -> Origin:
        async with self._http.get(f"{sandbox['url']}/control/state") as answer:
            people = (await answer.json())["people"]
        user = next(person["id"] for person in people if person["name"] == ASKER)
        answers = f"http://127.0.0.1:{self.slow_port}/answers"
        return Origin(sandbox["signing_secret"], sandbox["team"], "", user, answers)

    @asynccontextmanager
    async def _child(
        self, words: list[str], settings: Mapping[str, str], cpus: set[int] | None = None, output: int | None = None
    ) -> AsyncIterator[Process]:
        """Run Python with these words while the block lasts; without `output` its own goes to a file."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        with _on(cpus or self._rest), (self._folder / f"{next(self._names)}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *words,
                env={**kept, **settings},
                stdin=PIPE if output else DEVNULL,
                stdout=output or log,
                stderr=log,
                preexec_fn=dies_with_parent(),
            )
        try:
            yield process
        finally:
            await _stopped(process)

    @asynccontextmanager
    async def redis(self) -> AsyncIterator[str]:
        """Run an empty Redis as the product embeds it, file and all; yield its URL."""
        with _on(self._rest):
            async with Embedded(self._folder / f"redis-{next(self._names)}") as redis:
                yield redis.url

    @asynccontextmanager
    async def bot(
        self, role: str, redis_url: str, *, await_ready: bool = True, cloud: Mapping[str, str] | None = None
    ) -> AsyncIterator[Server]:
        """Run the product; its OBS answers when the gate is open. `cloud` is the `env` of a sandbox of one's own."""
        port = _free_port()
        settings = {
            **self._slack,
            "HUAWEICLOUD_ENDPOINT_OBS": f"http://127.0.0.1:{self.slow_port}",
            **{name: value for name, value in (cloud or {}).items() if name.startswith("HUAWEI")},
            "REDIS_URL": redis_url,
            "BOT_SECRET_KEY": "k" * 32,
            "BOT_LOG_FORMAT": "json",
            "BOT_PORT": str(port),
            "BOT_ASKS_PER_MINUTE": "100000000",  # counted as always, though one person asks for thousands
            "BOT_DATA_DIR": str(self._folder),
        }
        async with self._server([*BOT, role], port, settings, await_ready) as server:
            yield server

    @asynccontextmanager
    async def peer(self, name: str, *, await_ready: bool = True) -> AsyncIterator[Server]:
        """Run one of `benchmarks.apps`."""
        port = _free_port()
        async with self._server([*APP, name, str(port)], port, self._slack, await_ready) as server:
            yield server

    @asynccontextmanager
    async def _server(
        self, words: list[str], port: int, settings: Mapping[str, str], await_ready: bool
    ) -> AsyncIterator[Server]:
        started = asyncio.get_running_loop().time()
        async with self._child(words, settings, self.measured) as process:
            server = Server(port, started, process)
            if await_ready:
                await self.answered(server)
            yield server

    async def answered(self, server: Server) -> float:
        """Wait until a slash command is acknowledged; return the seconds since the start."""
        loop = asyncio.get_running_loop()
        while not await self._acknowledged(server):
            if server.process.returncode is not None or loop.time() - server.started > READY_S:
                raise BenchmarkFault(
                    f"port {server.port} acknowledged nothing. What was said last:\n{self._last_words()}"
                )
            await asyncio.sleep(POLL_S)
        return loop.time() - server.started

    async def _acknowledged(self, server: Server) -> bool:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            try:
                writer.write(next(self.origin.requests("help", 1)))
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
        return False

    def _last_words(self) -> str:
        logs = sorted(self._folder.glob("*.log"), key=lambda log: log.stat().st_mtime)
        return "\n".join(f"{log.name}: {log.read_text('utf-8')[-500:]}" for log in logs[-3:])

    async def load(self, server: Server, text: str, **job: object) -> dict[str, float]:
        """Let the load client send `text` in a way of its own (`benchmarks.load`). Raises for a request that failed."""
        order = {"port": server.port, "origin": asdict(self.origin), "text": text, **job}
        assert self._load.stdin
        assert self._load.stdout
        async with self._turn:
            self._load.stdin.write(json.dumps(order).encode() + b"\n")
            line = await self._load.stdout.readline()
        if not line:
            raise BenchmarkFault(f"the load client ended. What was said last:\n{self._last_words()}")
        seen: dict[str, float] = json.loads(line)
        if seen["bad"] or not seen["answers"]:
            raise BenchmarkFault(f"{seen['bad']:.0f} requests of {text!r} were not acknowledged")
        return seen

    async def gate(self, way: str) -> int:
        """Hold the cloud's answers back ("shut"), or let them through ("open"); return how many calls wait."""
        async with self._http.post(f"http://127.0.0.1:{self.slow_port}/gate/{way}") as answer:
            return int(await answer.text())

    async def ready(self, server: Server) -> None:
        """Wait until a process that answers nobody at Slack, a worker, says that it is ready."""
        async with asyncio.timeout(READY_S):
            while not await self._says_ready(server.port):  # noqa: ASYNC110 - it lies in another process
                await asyncio.sleep(POLL_S)

    async def _says_ready(self, port: int) -> bool:
        with contextlib.suppress(aiohttp.ClientConnectionError):
            async with self._http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return answer.status == HTTPStatus.OK
        return False

    async def unsettled(self, server: Server) -> float:
        """Return how much work the product says it has left."""
        async with self._http.get(f"http://127.0.0.1:{server.port}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("modelarts_bot_unsettled"))

    async def alone(self, module: str, *words: str, env: Mapping[str, str] | None = None) -> Any:
        """Run a module on the measured CPU and return the JSON that it prints."""
        async with self._child(["-m", module, *words], env or self._slack, self.measured, output=PIPE) as process:
            said, _ = await process.communicate()
        if process.returncode:
            raise BenchmarkFault(f"{module} ended with {process.returncode}")
        return json.loads(said)


async def _stopped(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])
