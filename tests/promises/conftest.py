from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from redis import Redis

from tests.promises.house import House
from tests.stack import free_ports, stack

LEASE = "2"


class Open(Protocol):
    """Opens a sandbox with some web and some worker processes, all with further settings; leases are short."""

    def __call__(self, webs: int, workers: int, **settings: str) -> House:
        """Return the house."""


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    with ExitStack() as held:

        def opened(webs: int, workers: int, **settings: str) -> House:
            found = held.enter_context(stack(tmp_path_factory.mktemp("house"), bots=webs))
            redis = held.enter_context(Redis.from_url(found.redis.url))
            watched = free_ports(workers)
            for port in watched:
                found.start_bot("worker", port, **{"BOT_LEASE_SECONDS": LEASE, **settings})
            for port in found.ports:
                found.start_bot("web", port, **settings)
            found.ready()
            return House(found, redis, watched)

        yield opened
