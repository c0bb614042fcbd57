from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.huawei.support import Ports, Rig, opened_ports, rigged


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    with opened_ports() as found:
        yield found


@pytest.fixture
async def rig(ports: Ports) -> AsyncIterator[Rig]:
    async with rigged(ports) as made:
        yield made
