"""Records as text: JSON that names the schema of its shape, and the way up from older schemas.

A stored document is `<version>` newline `{"schema":1,…}`. The version counts its changes; the schema counts
the changes of the kind's shape, made by releases. A reader lifts older schemas and refuses newer ones, so that
two releases can run side by side while one replaces the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.errors import NewerSchema, Unreadable
from bot.ports import D, Document, Stored

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


def unchanged(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as they are: the next schema only added some, and an older release must not overlook them."""
    return fields


UPCASTS: Mapping[tuple[str, int], Upcast] = {("approval", 1): unchanged, ("operation", 1): unchanged}
"""(kind, schema) → how to turn that schema's dict into the next one's. Kinds in their first schema have none."""


class _Head(msgspec.Struct):
    schema: int


_head: msgspec.json.Decoder[_Head] = msgspec.json.Decoder(_Head)
_encode = msgspec.json.Encoder().encode


class Codec:
    """Writes and reads documents of all kinds; `upcasts` as in `UPCASTS`."""

    def __init__(self, upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS) -> None:
        self._upcasts = upcasts
        self._decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}

    def encode(self, record: Document, version: int) -> bytes:
        """Return the stored form of a record."""
        return b'%d\n{"schema":%d,%b' % (version, record.schema, _encode(record)[1:])

    def decode(self, kind: type[D], identity: str, stored: bytes) -> Stored[D]:
        """Return a record with its version. Raises `NewerSchema`, or `Unreadable` for damage or a missing upcast."""
        name = f"{kind.kind_name}:{identity}"
        version, _, body = stored.partition(b"\n")
        try:
            schema = _head.decode(body).schema
            if schema == kind.schema:
                return Stored(self._decoder(kind).decode(body), int(version))
            return Stored(self._lifted(kind, name, schema, msgspec.json.decode(body)), int(version))
        except (msgspec.MsgspecError, ValueError) as fault:
            raise Unreadable(name, str(fault)) from None

    def _decoder(self, kind: type[D]) -> msgspec.json.Decoder[D]:
        decoder = self._decoders.get(kind)
        if decoder is None:
            decoder = self._decoders[kind] = msgspec.json.Decoder(kind)
        return decoder

    def _lifted(self, kind: type[D], name: str, schema: int, fields: dict[str, Any]) -> D:
        if schema > kind.schema:
            raise NewerSchema(name, f"schema {schema} is newer than {kind.schema}")
        for step in range(schema, kind.schema):
            upcast = self._upcasts.get((kind.kind_name, step))
            if upcast is None:
                raise Unreadable(name, f"no way from schema {step} to {step + 1}")
            fields = upcast(fields)
        return msgspec.convert(fields, kind)
