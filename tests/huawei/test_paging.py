"""Every list call brings all pages: on the simulated cloud in small ones, and each way of counting with any rows."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.huawei.agencies import IamAgencies
from bot.huawei.authorizations import ModelartsAuthorizations
from bot.huawei.buckets import FOLDER_PAGES, ObsBuckets
from bot.huawei.client import Clients
from bot.huawei.packages import BssPackages
from bot.huawei.paging import by_marker, by_offset, by_page, by_record
from bot.huawei.permissions import IamPermissions
from bot.huawei.services import ModelartsServices
from sandbox.calls import Calls
from tests.huawei.support import HERE, RUNNING, SEED, Ports

MANY = 7
FIRST = {**SEED["accounts"][0], "users": [{"id": f"u-{n}", "name": f"u{n}"} for n in range(MANY)]}
CROWD: dict[str, Any] = {
    "accounts": [FIRST, SEED["accounts"][1]],
    "buckets": [{"name": f"b-{n}", "owner": "us", "region": HERE} for n in range(MANY)],
    "flavors": [{"id": f"gpu.p{n}", "processor": "GPU"} for n in range(4, 4 + MANY)],
    "services": [
        {"owner": "us", "name": f"s{n}", "id": f"s-{n}", "model": "roses:1.0.0", "flavor": "gpu.p4"} | RUNNING
        for n in range(MANY)
    ],
    "packages": [
        {"owner": "us", "id": f"k-{n}", "product": "P1", "name": "CPU", "hours": 9, "expires_in": "8d"}
        for n in range(MANY)
    ],
    "agencies": [{"owner": "us", "name": f"agency-{n}"} for n in range(MANY)],
    "authorizations": [{"owner": "us", "user": f"u{n}", "content": "agency-0", "created": "5d"} for n in range(MANY)],
}
Listed = Callable[[Clients], Awaitable[Sequence[Any]]]
LISTS: dict[str, tuple[str, Listed]] = {
    "buckets": ("obs", lambda clients: ObsBuckets(clients, page=3).listed()),
    "services": ("modelarts", lambda clients: ModelartsServices(clients, page=3).listed()),
    "flavors": ("modelarts", lambda clients: ModelartsServices(clients, page=3).flavors()),
    "authorizations": ("modelarts", lambda clients: ModelartsAuthorizations(clients, page=3).listed()),
    "packages": ("bss", lambda clients: BssPackages(clients, page=3).listed()),
    "agencies": ("iam", lambda clients: IamAgencies(clients, IamPermissions(clients), page=3).listed()),
}


@asynccontextmanager
async def crowded(ports: Ports, **changed: Any) -> AsyncIterator[tuple[Clients, Calls]]:
    """Give clients of an account with seven of everything."""
    cloud, calls = ports.plug(**CROWD | changed)
    clients = Clients(ports.settings())
    try:
        yield clients, calls
    finally:
        await clients.close()
        cloud.close()


@pytest.mark.parametrize("counts", ["records", "pages"])
@pytest.mark.parametrize("name", LISTS)
async def test_a_list_of_several_pages_comes_whole(ports: Ports, name: str, counts: str) -> None:
    service, listed = LISTS[name]
    async with crowded(ports, options={"offset_counts": counts}) as (clients, calls):
        found = await listed(clients)
        asked = len(calls.listed(service))
    assert len(set(found)) == len(found) == MANY
    assert 3 <= asked <= 4


async def test_permissions_come_in_pages_too(ports: Ports) -> None:
    async with crowded(ports) as (clients, _):
        whole = await IamPermissions(clients).system()
        assert await IamPermissions(clients, page=7).system() == whole
        assert len(whole) > 2 * MANY


async def test_folders_are_found_behind_pages_of_objects_and_not_for_ever(ports: Ports) -> None:
    objects = [{"key": f"a{n}"} for n in range(4)] + [{"key": f"z{n}/x"} for n in range(3)]
    buckets = [{"name": "deep", "owner": "us", "region": HERE, "objects": objects}]
    async with crowded(ports, buckets=buckets) as (clients, calls):
        assert await ObsBuckets(clients, page=2).folders("deep", "") == ["z0/", "z1/", "z2/"]
        assert len(calls.listed("obs")) == 4
    flat = [{"name": "flat", "owner": "us", "region": HERE, "objects": [{"key": f"{n:02}"} for n in range(30)]}]
    async with crowded(ports, buckets=flat) as (clients, calls):
        assert await ObsBuckets(clients, page=2).folders("flat", "") == []
        assert len(calls.listed("obs")) == FOLDER_PAGES


class Provider:
    """A list of rows that is asked for by pages, records or markers, and may not say how many there are."""

    def __init__(self, many: int, size: int, *, total: bool) -> None:
        self.rows = list(range(many))
        self.size = size
        self.total = float(many) if total else math.inf
        self.asked = 0

    def _from(self, first: int) -> list[int]:
        self.asked += 1
        return self.rows[first : first + self.size]

    async def page(self, number: int) -> tuple[list[int], float]:
        return self._from((number - 1) * self.size), self.total

    async def counted_by_page(self, offset: int) -> tuple[list[int], float]:
        return self._from(offset * self.size), self.total

    async def record(self, offset: int) -> tuple[list[int], float]:
        return self._from(offset), self.total

    async def marked(self, marker: str) -> tuple[list[int], str]:
        first = int(marker or 0)
        following = first + self.size
        return self._from(first), str(following) if following < len(self.rows) else ""


def same(row: int) -> int:
    return row


@given(many=st.integers(0, 30), size=st.integers(1, 8), total=st.booleans())
def test_every_way_of_counting_brings_each_row_once_in_few_calls(many: int, size: int, total: bool) -> None:
    ways: dict[str, Callable[[Provider], Awaitable[list[int]]]] = {
        "page": lambda one: by_page(one.page, size),
        "record": lambda one: by_record(one.record, same),
        "offset by page": lambda one: by_offset(one.counted_by_page, same, size),
        "offset by record": lambda one: by_offset(one.record, same, size),
        "marker": lambda one: by_marker(one.marked),
    }

    async def all_of() -> None:
        for name, way in ways.items():
            provider = Provider(many, size, total=total)
            assert await way(provider) == provider.rows, name
            assert provider.asked <= many // size + 3, name

    asyncio.run(all_of())


async def test_a_provider_that_ignores_what_it_is_asked_for_ends() -> None:
    async def stubborn(_: int) -> tuple[list[int], float]:
        return [1, 2], math.inf

    async def circular(_: str) -> tuple[list[int], str]:
        return [1, 2], "2"

    assert await by_page(stubborn, 2) == await by_record(stubborn, same) == await by_offset(stubborn, same, 2) == [1, 2]
    assert await by_marker(circular) == [1, 2, 1, 2]
