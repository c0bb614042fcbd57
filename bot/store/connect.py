"""From REDIS_URL to a client, and what to check before trusting the server behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.connection import ConnectionPool, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError

from bot.errors import BotError
from bot.store.link import IN_FLIGHT, LIMIT, Link
from bot.store.wire import CONNECTIONS

_FIXED = {
    "protocol": 2,
    "socket_connect_timeout": LIMIT,
    "socket_timeout": None,
    "max_connections": 2 * IN_FLIGHT,
    "retry": Retry(NoBackoff(), 0),
    "driver_info": None,
}


class BadAddress(BotError):
    """REDIS_URL cannot be used. The message never quotes it: it may hold a password."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a start-up check found: `fatal` forbids the start, `code` names it for texts, `detail` is a value."""

    fatal: bool
    code: str
    detail: str = ""


def _single(url: str) -> Redis:
    options: dict[str, Any] = {**parse_url(url), "connection_class": CONNECTIONS[urlsplit(url).scheme], **_FIXED}
    return Redis(connection_pool=ConnectionPool(**options))


_CLIENTS: Mapping[str, Callable[[str], Redis]] = dict.fromkeys(CONNECTIONS, _single)


def connect(url: str) -> Link:
    """Return a link to the server at `url`; nothing is sent yet. Raises `BadAddress`.

    Nothing is retried below: a write that got no answer is the caller's to look at.
    """
    scheme = urlsplit(url).scheme
    make = _CLIENTS.get(scheme)
    if make is None:
        known = ", ".join(f"{name}://" for name in _CLIENTS)
        raise BadAddress(f"REDIS_URL begins with {scheme or 'no scheme'!r}; this release knows {known}")
    try:
        return Link(make(url))
    except ValueError:
        raise BadAddress("REDIS_URL cannot be read: check the port, the database number and the options") from None


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
