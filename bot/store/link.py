"""One way to a server: a time limit on everything, scripts by their digest, and our own error when it is down."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MovedError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Late

from bot.errors import StoreDown
from bot.store.line import SharedLine

Word = str | bytes | int
T = TypeVar("T")

LIMIT = 0.5
"""Seconds one command may take, connecting included (decision 1)."""

IN_FLIGHT = 64
"""Commands of one process at a time, each on a connection of its own, scripts apart; more wait, within the limit."""

SAFE = 0.2
"""Seconds a replica has to confirm a decision (architecture, section 4: `WAIT 1 200`)."""

SHAKEN = 60.0
"""Seconds after an outage in which what the server knows of its last moments is doubted."""

_DOWN = (
    Unreachable,
    Late,
    ReadOnlyError,
    OutOfMemoryError,
    ClusterDownError,
    TryAgainError,
    AskError,
    OSError,
    TimeoutError,
)
_DOWN_CODES = (
    *("OOM", "READONLY", "UNBLOCKED", "MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN"),
    *("MOVED", "ASK ", "BUSY ", "LOADING"),
)
"""The same on the shared line, where errors keep their codes."""

_ELSEWHERE = ("MOVED", "READONLY")


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

    After `StoreDown` a write may or may not have happened; nothing that may have happened is sent twice by itself.
    `replicated` says that there ought to be replicas; `moved` is told where the slot went, in a cluster.
    """

    def __init__(
        self,
        client: Redis,
        *,
        limit: float = LIMIT,
        replicated: bool = False,
        moved: Callable[[MovedError], Awaitable[None]] | None = None,
    ) -> None:
        self._client = client
        self._limit = limit
        self._replicated = replicated
        self._moved = moved
        self._free = asyncio.Semaphore(IN_FLIGHT)
        self._shared = SharedLine(client.connection_pool)
        self._down_at = float("-inf")

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Turn "not now" into `StoreDown`, and note when it was."""
        try:
            with down():
                yield
        except StoreDown:
            self._down_at = time.monotonic()
            raise

    def shaken(self) -> bool:
        """Return whether the server did not answer lately: one that came back may have lost its last seconds."""
        return time.monotonic() - self._down_at < SHAKEN

    async def call(self, *command: Word, patience: float = 0.0, **reading: bool) -> Any:
        """Send one command; `patience` is what it may block on purpose, in seconds, on top of the limit.

        `reading` tells the client how to read the answer, where it cannot know.
        """
        return await self._sent(lambda: self._one(command, reading), patience)

    async def together(self, *commands: Sequence[Word], patience: float = 0.0) -> list[Any]:
        """Send several commands in one go over one connection, not atomic. Return the answers, raise the first error.

        In a cluster that moves the slot meanwhile, those without a key may be carried out twice.
        """
        return await self._sent(lambda: self._many(commands), patience)

    async def _sent(self, send: Callable[[], Awaitable[T]], patience: float) -> T:
        """Send, and once again where a cluster's node did nothing because the slot is not its own."""
        with self._noted():
            async with asyncio.timeout(self._limit + patience), self._free:
                try:
                    return await send()
                except MovedError as fault:
                    await self._follow(fault)
                return await send()

    async def _follow(self, fault: ResponseError) -> None:
        """Go where a node says that the slot is. Raises the fault if it says something else."""
        if str(fault).startswith("MOVED "):
            fault = MovedError(str(fault).removeprefix("MOVED "))
        if not isinstance(fault, MovedError):
            raise fault
        if not self._moved:
            raise StoreDown("Redis: a node of a cluster: write redis+cluster:// in REDIS_URL") from fault
        await self._moved(fault)

    async def _one(self, command: Sequence[Word], reading: dict[str, bool]) -> Any:
        return await self._client.execute_command(*command, **reading)  # type: ignore[no-untyped-call]

    async def _many(self, commands: Sequence[Sequence[Word]]) -> list[Any]:
        async with self._client.pipeline(transaction=False) as line:
            for command in commands:
                line.execute_command(*command)
            return await line.execute()

    async def run(self, program: Script, keys: Sequence[str], words: Sequence[Word]) -> Any:
        """Run a script, in one round trip unless the server has never seen it."""
        try:
            return await self._ask("EVALSHA", program.digest, len(keys), *keys, *words)
        except ResponseError as fault:
            if not str(fault).startswith("NOSCRIPT"):
                raise
            return await self._ask("EVAL", program.text, len(keys), *keys, *words)

    async def _ask(self, *command: Word) -> Any:
        """Send on the shared line; one that leads to the wrong server, or to what was the primary once, is ended."""
        with self._noted():
            try:
                return await self._shared.ask(self._limit, *command)
            except ResponseError as fault:
                if not str(fault).startswith(_ELSEWHERE):
                    raise
                await self._shared.end()
                await self._follow(fault)
            return await self._shared.ask(self._limit, *command)

    async def run_safely(self, program: Script, keys: Sequence[str], words: Sequence[Word]) -> tuple[Any, bool]:
        """Run a script; return its answer, and whether a replica has what it wrote within `SAFE` seconds.

        A server that has no replicas and needs none is safe by itself. Both commands go over one connection, because
        a server waits for what the asking connection wrote.
        """
        if not await self._replicas():
            return await self.run(program, keys, words), not self._replicated
        try:
            return await self._waited("EVALSHA", program.digest, len(keys), *keys, *words)
        except NoScriptError:
            return await self._waited("EVAL", program.text, len(keys), *keys, *words)

    async def _waited(self, *command: Word) -> tuple[Any, bool]:
        answer, replicas = await self.together(command, ("WAIT", 1, round(SAFE * 1000)), patience=SAFE)
        return answer, replicas > 0

    async def lacks_replicas(self) -> bool:
        """Return whether there ought to be replicas, and none is connected."""
        return self._replicated and not await self._replicas()

    async def _replicas(self) -> int:
        """Return how many replicas are connected; services that hide it count as one server."""
        try:
            role, _, *rest = await self.call("ROLE")
        except ResponseError:
            return 0
        return len(rest[0]) if role == b"master" else 0

    async def close(self) -> None:
        """Close the connections."""
        try:
            await self._shared.end()
            await self._client.aclose()
        except (RedisError, OSError):
            return
