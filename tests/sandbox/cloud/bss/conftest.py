"""Billing under test: the provider's own client, unmodified, on a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import huaweicloudsdkbss.v2 as bss
import pytest
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig

from sandbox.calls import Calls
from sandbox.cloud import Cloud, build_cloud, default_seed
from tests.sandbox.cloud.modelarts.stage import Still
from tests.sandbox.cloud.support import AK, DOMAIN, SK, Served, Switch

Json = dict[str, Any]
SOON, LONG, WAITING = (
    "6f0e3d2a71c84b0f9a5d4c3b2a190817",
    "b2c41d5e8f7a4960a1d3e5f708192a3b",
    "d94e0c7b6a5f4e3d8c2b1a0918273645",
)
MODELARTS = "hws.service.type.modelarts"
QUERY = "/v3/payments/free-resources/query"
DAY = 86400.0


@dataclass
class Books:
    """One account's billing."""

    cloud: Cloud
    clock: Still
    url: str
    client: Any

    def packages(self, **filters: Any) -> list[Json]:
        """Return the rows of a list, as JSON."""
        return self.answer(**filters)["free_resource_packages"]  # type: ignore[no-any-return]

    def answer(self, **filters: Any) -> Json:
        """Return the whole answer of a list, as JSON."""
        request = bss.ListFreeResourceInfosRequest(body=bss.ListFreeResourceInfosReq(**filters))
        return self.client.list_free_resource_infos(request).to_json_object()  # type: ignore[no-any-return]

    def states(self) -> dict[str, int]:
        """Return the state of every package by its id."""
        return {row["order_instance_id"]: row["status"] for row in self.packages(limit=100)}

    def act(self, action: str, package: str, **more: Any) -> Json:
        """Do something in the console."""
        return self.cloud.console("bss", action, {"package": package} | more)


Open = Callable[..., Books]


@pytest.fixture(scope="session")
def port() -> Iterator[tuple[Switch, Served]]:
    switch = Switch()
    served = Served(switch)
    try:
        yield switch, served
    finally:
        served.stop()


@pytest.fixture
def open_books(port: tuple[Switch, Served]) -> Iterator[Open]:
    clients: list[Any] = []
    switch, served = port

    def build(changes: Mapping[str, Any] | None = None, pair: tuple[str, str, str] = (AK, SK, DOMAIN)) -> Books:
        clock = Still()
        cloud = build_cloud(clock, Calls(), default_seed() | dict(changes or {}))
        switch.app = cloud.apps["bss"]
        builder = bss.BssClient.new_builder().with_credentials(GlobalCredentials(*pair))
        config = HttpConfig(timeout=(2, 5))
        clients.append(builder.with_http_config(config).with_endpoints([served.url]).build())
        return Books(cloud, clock, served.url, clients[-1])

    try:
        yield build
    finally:
        for client in clients:
            client.close()


@pytest.fixture
def books(open_books: Open) -> Books:
    return open_books()
