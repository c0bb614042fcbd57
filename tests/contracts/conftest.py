"""What the contract suites share: one served address for each module, behind which every test puts its own cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.cloud.support import Served, Switch


@pytest.fixture(scope="module")
def port() -> Iterator[tuple[Switch, Served]]:
    switch = Switch()
    served = Served(switch)
    try:
        yield switch, served
    finally:
        served.stop()
