from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, stack


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One sandbox with one bot for all journeys of a module; each journey uses names of its own."""
    folder: Path = tmp_path_factory.mktemp("house")
    with stack(folder) as found:
        found.start_bot("all", found.ports[0])
        found.ready()
        yield found
