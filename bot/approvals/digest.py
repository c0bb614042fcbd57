"""Hash what is approved, so that nothing else can be carried out in its name (decision 6)."""

from __future__ import annotations

import hashlib

import msgspec

from bot.records import Record


def canonical(record: Record) -> bytes:
    """Return the record as JSON with sorted keys: equal records give equal bytes."""
    return msgspec.json.encode(record, order="sorted")


def reference(identity: str) -> str:
    """Return the eight characters by which people name a request in words; its id is the value of its buttons."""
    return hashlib.sha256(identity.encode()).hexdigest()[:8]


def digest(record: Record) -> str:
    """Return the SHA-256 of the canonical record, 64 hex digits."""
    return hashlib.sha256(canonical(record)).hexdigest()
