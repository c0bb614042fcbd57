"""Fixtures on real servers: a module that uses them says `pytest_plugins = ("tests.redis_fixtures",)`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.redis_groups import Group, cluster, sentinels
from tests.redis_server import ENGINES, Place, Server, running, workspace

GROUPS: dict[str, Callable[[], AbstractContextManager[Group]]] = {"sentinel": sentinels, "cluster": cluster}


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str], Server]]:
    """Return how to get the run's server of an engine, or a group of them; it is started when first asked for."""
    with contextlib.ExitStack() as stack:
        started: dict[str, Server] = {}

        def get(engine: str) -> Server:
            if engine not in started:
                group = GROUPS.get(engine)
                started[engine] = stack.enter_context(group() if group else running(engine))
            return started[engine]

        yield get


@pytest.fixture(params=ENGINES)
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """Return a server, of each engine in turn."""
    return servers(request.param)


@pytest.fixture
async def place(server: Server) -> AsyncIterator[Place]:
    """Return a fresh workspace, on each engine in turn."""
    async with workspace(server) as opened:
        yield opened
