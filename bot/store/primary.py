"""Where the primary is: asked at every new connection, so that a connection cut by a failover leads to the new one.

redis-py's pool for sentinels does the asking. A cluster is asked in the same way: all keys of a workspace are in one
slot (decision 2), so that for us a cluster is one primary that may move, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import MovedError, ResponseError
from redis.exceptions import TimeoutError as Late

from bot.store.address import Node


class PrimaryPool(SentinelConnectionPool):
    """Connections to whatever server is the primary when they are made. Closes who it asks, too."""

    async def aclose(self) -> None:
        """Close all connections."""
        await super().aclose()
        await self.sentinel_manager.aclose()

    async def moved(self, fault: MovedError) -> None:
        """Go where the cluster says that the slot is."""
        self.sentinel_manager.learn(fault)
        await self.disconnect(inuse_connections=False)


def sentinels(nodes: Sequence[Node], options: dict[str, Any]) -> Sentinel:
    """Return who knows the primary: each sentinel in turn, those that answer first."""
    return Sentinel(nodes, sentinel_kwargs=options)  # type: ignore[no-untyped-call]


class Shards:
    """Any node of a cluster knows who owns a slot. The slot is learnt from the first redirection.

    Nodes are asked in turn, because a node that is cut off from the others tells of the past.
    """

    def __init__(self, nodes: Sequence[Node], options: dict[str, Any]) -> None:
        self._given = tuple(nodes)
        self._nodes = list(nodes)
        self._options = options
        self._slot = 0
        self._told: Node | None = None

    def learn(self, fault: MovedError) -> None:
        """Remember the slot, and where the next connection shall go; later ones ask again."""
        self._slot = fault.slot_id
        self._told = (fault.host, fault.port) if fault.host else None

    async def discover_master(self, _service: str) -> Node:
        """Return the owner of the slot. Raises `MasterNotFoundError`."""
        if self._told:
            told, self._told = self._told, None
            return told
        for node in tuple(self._nodes):
            self._nodes.remove(node)
            self._nodes.append(node)
            try:
                return self._read(node, await self._ask(node))
            except (Unreachable, Late, ResponseError, OSError, LookupError):
                continue
        raise MasterNotFoundError(f"no node of the cluster knows who owns slot {self._slot}")

    async def _ask(self, node: Node) -> Any:
        async with Redis(host=node[0], port=node[1], **self._options) as client:
            return await client.execute_command("CLUSTER", "SLOTS")  # type: ignore[no-untyped-call]

    def _read(self, asked: Node, ranges: Any) -> Node:
        """Return the owner; the nodes of the answer are those to ask from now on, beside the given ones."""
        known = [_node(asked, place) for first, last, *places in ranges for place in places]
        owner = next(_node(asked, place) for first, last, place, *_ in ranges if first <= self._slot <= last)
        kept = [node for node in self._nodes if node in known or node in self._given]
        self._nodes = kept + [node for node in dict.fromkeys(known) if node not in kept]
        return owner

    async def aclose(self) -> None:
        """Close nothing: every question has a connection of its own."""


def _node(asked: Node, place: Sequence[Any]) -> Node:
    """Return a node's address; one that does not know its own is where it was asked."""
    host = (place[0] or b"").decode()
    return host if host not in ("", "?") else asked[0], int(place[1])
