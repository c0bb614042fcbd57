from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.shapes import house_in
from tests.stack import Stack


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`make demo REPLICAS=2` for all journeys of a module; each journey uses names of its own."""
    with house_in(tmp_path_factory.mktemp("house")) as found:
        yield found
