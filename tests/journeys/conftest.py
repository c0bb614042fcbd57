from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.shapes import SHAPES, in_shape
from tests.stack import Stack


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One sandbox with one bot for all journeys of a module; each journey uses names of its own.

    With JOURNEYS=replicas or another of the shapes every journey runs on several processes.
    """
    folder: Path = tmp_path_factory.mktemp("house")
    with in_shape(folder, SHAPES[os.environ.get("JOURNEYS", "one")]) as found:
        yield found
