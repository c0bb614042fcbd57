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


FULL = 0.9
"""The share of `maxmemory` from which on it is told: what needs memory is refused when there is none."""


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
    """Return what speaks against this server (decision 2): it may evict (fatal), or would lose or refuse what we write.

    Raises `StoreDown`. Servers that hide their configuration are judged by INFO alone.
    """
    memory, persistence = await link.together(("INFO", "memory"), ("INFO", "persistence"))
    policy = str(memory.get("maxmemory_policy", ""))
    kept = persistence.get("aof_enabled") or await _set(link, "save")
    found = [
        Finding(True, "redis.evicts", policy) if policy not in ("", "noeviction") else None,
        None if kept else Finding(False, "redis.not_persisted"),
        _unwritten(persistence),
        _full(memory),
        await _unsynced(link) if persistence.get("aof_enabled") else None,
        Finding(False, "redis.alone") if await link.lacks_replicas() else None,
    ]
    return [one for one in found if one]


def _unwritten(persistence: Mapping[str, Any]) -> Finding | None:
    names = ("rdb_last_bgsave_status", "aof_last_bgrewrite_status", "aof_last_write_status")
    bad = [name for name in names if persistence.get(name, "ok") != "ok"]
    return Finding(False, "redis.unwritten", ", ".join(bad)) if bad else None


def _full(memory: Mapping[str, Any]) -> Finding | None:
    most, used = int(memory.get("maxmemory") or 0), int(memory.get("used_memory") or 0)
    share = used / most if most else 0.0
    return Finding(False, "redis.full", f"{share:.0%}") if share > FULL else None


async def _unsynced(link: Link) -> Finding | None:
    return Finding(False, "redis.unsynced", "no") if await _set(link, "appendfsync") == "no" else None


async def _set(link: Link, name: str) -> str:
    """Return one value of the server's configuration, or "" where it hides that."""
    try:
        answer = await link.call("CONFIG", "GET", name)
    except ResponseError:
        return ""
    return answer[1].decode() if answer else ""
