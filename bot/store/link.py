"""One way to a server: a time limit on everything, scripts by their digest, and our own error when it is down."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import (
    ConnectionError as Unreachable,
)
from redis.exceptions import (
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import (
    TimeoutError as Late,
)

from bot.errors import StoreDown
from bot.store.line import SharedLine

Word = str | bytes | int

LIMIT = 0.5
"""Seconds one command may take, connecting included (decision 1)."""

IN_FLIGHT = 64
"""Commands of one process at a time, each on a connection of its own, scripts apart; more wait, within the limit."""

_DOWN = (Unreachable, Late, ReadOnlyError, OutOfMemoryError, OSError, TimeoutError)
_DOWN_CODES = ("OOM", "READONLY", "MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY ", "LOADING")


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the digest the server knows it by."""

    text: str
    digest: str


def script(name: str) -> Script:
    """Return the script `scripts/<name>.lua`."""
    text = resources.files("bot.store").joinpath("scripts", f"{name}.lua").read_text("utf-8")
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


@contextmanager
def down() -> Iterator[None]:
    """Turn everything that means "not now" into `StoreDown`; a wrong command stays a `RedisError`."""
    try:
        yield
    except _DOWN as fault:
        raise StoreDown(f"Redis: {type(fault).__name__}: {fault}") from fault
    except ResponseError as fault:
        if str(fault).startswith(_DOWN_CODES):
            raise StoreDown(f"Redis: {fault}") from fault
        raise


class Link:
    """Commands over one client's connections. Every method raises `StoreDown` when the answer does not come in time.

    After `StoreDown` a write may or may not have happened; nothing is sent twice by itself.
    """

    def __init__(self, client: Redis, *, limit: float = LIMIT) -> None:
        self._client = client
        self._limit = limit
        self._free = asyncio.Semaphore(IN_FLIGHT)
        self._shared = SharedLine(client.connection_pool)

    async def call(self, *command: Word, patience: float = 0.0, **reading: bool) -> Any:
        """Send one command; `patience` is what it may block on purpose, in seconds, on top of the limit.

        `reading` tells the client how to read the answer, where it cannot know.
        """
        with down():
            async with asyncio.timeout(self._limit + patience), self._free:
                return await self._client.execute_command(*command, **reading)  # type: ignore[no-untyped-call]

    async def together(self, *commands: Sequence[Word]) -> list[Any]:
        """Send several commands in one go, not atomic, and return their answers. Raises the first error."""
        with down():
            async with asyncio.timeout(self._limit), self._free, self._client.pipeline(transaction=False) as line:
                for command in commands:
                    line.execute_command(*command)
                return await line.execute()

    async def run(self, program: Script, keys: Sequence[str], words: Sequence[Word]) -> Any:
        """Run a script, in one round trip unless the server has never seen it."""
        ask, given = self._shared.ask, (len(keys), *keys, *words)
        with down():
            try:
                return await ask(self._limit, "EVALSHA", program.digest, *given)
            except ResponseError as fault:
                if not str(fault).startswith("NOSCRIPT"):
                    raise
                return await ask(self._limit, "EVAL", program.text, *given)

    async def close(self) -> None:
        """Close the connections."""
        try:
            await self._shared.end()
            await self._client.aclose()
        except (RedisError, OSError):
            return
