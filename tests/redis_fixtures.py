"""Fixtures on real servers: a module that uses them says `pytest_plugins = ("tests.redis_fixtures",)`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tests.redis_server import ENGINES, Place, Server, running, workspace


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str], Server]]:
    """Return how to get the run's server of an engine; it is started when first asked for."""
    with contextlib.ExitStack() as stack:
        started: dict[str, Server] = {}

        def get(engine: str) -> Server:
            if engine not in started:
                started[engine] = stack.enter_context(running(engine))
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
