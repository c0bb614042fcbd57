"""Connections that pack a command in C.

redis-py packs in Python on its asynchronous side: 50 µs for the thirty words of a change, a quarter of the whole
round trip. Its synchronous side hands the same work to hiredis; these classes do so too.
"""

from __future__ import annotations

from collections.abc import Mapping

import hiredis
from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.sentinel import SentinelManagedConnection
from redis.typing import EncodableT


class _Packed(AbstractConnection):
    def pack_command(self, *args: EncodableT) -> list[bytes]:
        """Return the command as sent; a first word with spaces is several words ("CLIENT SETINFO")."""
        first = args[0]
        if isinstance(first, str) and " " in first:
            args = (*first.split(), *args[1:])
        return [hiredis.pack_command(args)]  # type: ignore[arg-type]  # the stub names a tuple of one


class _Tcp(_Packed, Connection):
    pass


class _Tls(_Packed, SSLConnection):
    pass


class _Unix(_Packed, UnixDomainSocketConnection):
    pass


class _MovingTcp(_Packed, SentinelManagedConnection):
    pass


class _MovingTls(_Packed, SentinelManagedConnection, SSLConnection):
    pass


CONNECTIONS: Mapping[str, type[AbstractConnection]] = {"redis": _Tcp, "rediss": _Tls, "unix": _Unix}
"""URL scheme → connection."""

MOVING: Mapping[str, type[AbstractConnection]] = {"redis": _MovingTcp, "rediss": _MovingTls}
"""The same for a primary that may move: it is looked up at each connect."""
