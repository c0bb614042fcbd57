"""The keys of a running bot, held against the catalogue that docs/redis-keys.md is made of."""

from __future__ import annotations

import re
from typing import Any

from redis import Redis

from bot.store import keys
from bot.store.keys import DAY, KINDS
from tests.promises.house import TAG

ROW = re.compile(r"^\| `([^`]+)` +\| (\w+) +\| ([^|]+?) +\| ([^|]+?) +\|$", re.MULTILINE)


def strangers(redis: Redis) -> list[str]:
    """Return each key that the catalogue does not have, or has with another type or lifetime."""
    types = {name: kind for name, kind, _, _ in ROW.findall(keys.__doc__ or "")}
    found = [(raw.decode(), _type(redis, raw), int(redis.ttl(raw))) for raw in redis.scan_iter()]
    return [f"{key} {kind} {seconds}" for key, kind, seconds in found if not fits(types, key, kind, seconds)]


def _type(redis: Redis, key: bytes) -> str:
    found: Any = redis.type(key)
    return str(found.decode())


def fits(types: dict[str, str], key: str, kind: str, seconds: int) -> bool:
    """Return whether a key is as the catalogue says: its name, its type, its lifetime (-1: none)."""
    if not key.startswith(TAG):
        return False
    name, _, rest = key.removeprefix(TAG).partition(":")
    row = next((row for row in types if row.partition(":")[0] == name and (":" in row) == bool(rest)), "")
    if not row or types[row] != kind:
        return False
    if name == "doc":
        return lives(rest.partition(":")[0], seconds)
    return 0 <= seconds <= DAY if name in ("once", "rate") else seconds == -1


def lives(kind: str, seconds: int) -> bool:
    """Return whether a document of this kind may live so long."""
    kept = KINDS.get(kind)
    if kept is None:
        return False
    if seconds == -1:
        return kept.seconds is None or bool(kept.until)
    return kept.seconds is not None and seconds <= kept.seconds
