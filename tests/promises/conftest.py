from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from redis import Redis

from tests.promises.house import House
from tests.stack import stack

Open = Callable[[int, int], House]
LEASE = "1.5"


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Return how to open a sandbox with some web and some worker processes; leases are short."""
    with ExitStack() as held:

        def opened(webs: int, workers: int) -> House:
            found = held.enter_context(stack(tmp_path_factory.mktemp("house"), bots=webs))
            redis = held.enter_context(Redis.from_url(found.redis.url))
            for _ in range(workers):
                found.start_bot("worker", BOT_LEASE_SECONDS=LEASE)
            for port in found.ports:
                found.start_bot("web", port)
            found.ready()
            return House(found, redis)

        yield opened
