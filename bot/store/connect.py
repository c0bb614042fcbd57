"""From REDIS_URL to a client, and what to check before trusting the server behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError

from bot.store.address import Address, Shape, read
from bot.store.link import IN_FLIGHT, LIMIT, Link
from bot.store.primary import PrimaryPool, Shards, sentinels
from bot.store.wire import CONNECTIONS, MOVING

_FIXED = {
    "protocol": 2,
    "socket_connect_timeout": LIMIT,
    "socket_timeout": None,
    "max_connections": 2 * IN_FLIGHT,
    "retry": Retry(NoBackoff(), 0),
    "driver_info": None,
}
_ASKING = {**_FIXED, "socket_connect_timeout": LIMIT / 4, "socket_timeout": LIMIT / 4, "max_connections": IN_FLIGHT}
"""Who is asked for the primary must leave time to ask another, and to connect."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a start-up check found: `fatal` forbids the start, `code` names it for texts, `detail` is a value."""

    fatal: bool
    code: str
    detail: str = ""


def _single(address: Address) -> Link:
    options: dict[str, Any] = {**address.options, "connection_class": CONNECTIONS[address.transport], **_FIXED}
    return Link(Redis(connection_pool=ConnectionPool(**options)))


def _sentinel(address: Address) -> Link:
    knowing = sentinels(address.nodes, {**address.guards, **_ASKING, "ssl": address.transport == "rediss"})
    return Link(Redis.from_pool(_pool(address, knowing)), replicated=True)


def _cluster(address: Address) -> Link:
    knowing = Shards(address.nodes, {**address.options, **_ASKING, "ssl": address.transport == "rediss"})
    pool = _pool(address, knowing)
    return Link(Redis.from_pool(pool), replicated=True, moved=pool.moved)


def _pool(address: Address, knowing: object) -> PrimaryPool:
    options: dict[str, Any] = {**address.options, "connection_class": MOVING[address.transport], **_FIXED}
    return PrimaryPool(address.service, knowing, **options)  # type: ignore[no-untyped-call]


_CLIENTS: Mapping[Shape, Callable[[Address], Link]] = {"single": _single, "sentinel": _sentinel, "cluster": _cluster}


def connect(url: str) -> Link:
    """Return a link to the service at `url` (see `address`); nothing is sent yet. Raises `BadAddress`.

    Nothing is retried below: a write that got no answer is the caller's to look at. On a cluster a link serves one
    workspace: it goes where that workspace's slot is.
    """
    address = read(url)
    return _CLIENTS[address.shape](address)


async def check(link: Link) -> list[Finding]:
    """Return what speaks against this server: it may evict (fatal), or nothing of it is kept (decision 2).

    Raises `StoreDown`. Servers that hide their configuration are judged by INFO alone.
    """
    memory, persistence = await link.together(("INFO", "memory"), ("INFO", "persistence"))
    policy = str(memory.get("maxmemory_policy", ""))
    found = [Finding(True, "redis.evicts", policy)] if policy not in ("", "noeviction") else []
    if not persistence.get("aof_enabled") and not await _snapshots(link):
        found.append(Finding(False, "redis.not_persisted"))
    return found


async def _snapshots(link: Link) -> bool:
    try:
        answer = await link.call("CONFIG", "GET", "save")
    except ResponseError:
        return False
    return any(answer[1::2])
