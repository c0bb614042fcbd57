"""One suite for `Prices`, on the fake and on BssPrices against the simulated billing over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from bot.errors import CloudBusy, CloudFault, CloudRefused
from bot.huawei.client import Clients, CloudSettings, Limits
from bot.huawei.prices import BssPrices
from bot.ports import Prices, Rate
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.fakes.prices import FakePrices
from tests.fakes.words import words_of
from tests.sandbox.cloud.support import Served, Switch

AK, SK = "SANDBOXDEMOAK0000001", "sandbox-demo-secret-key-000000000000001"
HERE = "cn-north-4"
KEPT = {"bill.p4": "7.2", "cpu.2u": "0.8412345678", "odd": "0"}
SEED: dict[str, Any] = {
    "endpoint_region": HERE,
    "accounts": [
        {"domain_id": "d1", "name": "us", "keys": [{"ak": AK, "sk": SK}], "projects": [{"id": "p4", "name": HERE}]}
    ],
    "flavors": [
        {"id": "gpu.p4", "processor": "GPU", "hourly": "7.2", "billing": "bill.p4"},
        {"id": "cpu.2u", "processor": "CPU", "hourly": "0.8412345678"},
        {"id": "odd", "processor": "CPU", "hourly": "0"},
        {"id": "cpu.free", "processor": "CPU", "is_free": True},
    ],
    "options": {"hang_s": 5.0, "slow_s": 1.0},
}


class Rig(Protocol):
    @property
    def prices(self) -> Prices: ...

    def fault(self, kind: str, times: int = 1) -> None: ...

    def raise_p4(self, hourly: float) -> None: ...


@dataclass
class FakeRig:
    prices: FakePrices

    def fault(self, kind: str, times: int = 1) -> None:
        self.prices.fault("hourly", kind, times)

    def raise_p4(self, hourly: float) -> None:
        self.prices.kept["bill.p4"] = str(hourly)


@dataclass
class WireRig:
    cloud: Cloud
    prices: Prices

    def fault(self, kind: str, times: int = 1) -> None:
        self.cloud.add_fault("bss", "list_on_demand_resource_ratings", kind, times)

    def raise_p4(self, hourly: float) -> None:
        self.cloud.console("bss", "price", {"flavor": "gpu.p4", "hourly": hourly})


@pytest.fixture(params=["fake", "wire"])
async def rig(request: pytest.FixtureRequest, port: tuple[Switch, Served]) -> AsyncIterator[Rig]:
    if request.param == "fake":
        yield FakeRig(FakePrices(KEPT))
        return
    switch, served = port
    cloud = build_cloud(Clock(), Calls(), SEED)
    switch.app = cloud.apps["bss"]
    limits = Limits(queue=2.0, connect=1.0, read=0.3, attempts=2, pause=0.01, longest_pause=0.02)
    clients = Clients(CloudSettings(AK, SK, HERE, "d1", "p4", endpoints={"bss": served.url}, limits=limits))
    try:
        yield WireRig(cloud, BssPrices(clients))
    finally:
        await clients.close()
        cloud.close()


@pytest.mark.rule("R5.43")
@pytest.mark.parametrize(("spec", "amount"), [("bill.p4", "7.2"), ("cpu.2u", "0.8412345678")])
async def test_a_node_s_hour_has_its_price_and_its_currency(rig: Rig, spec: str, amount: str) -> None:
    assert await rig.prices.hourly(spec) == Rate(amount, "CNY")


@pytest.mark.rule("R5.43")
@pytest.mark.parametrize("spec", ["nothing", "gpu.p4", "cpu.free", "odd"])
async def test_what_is_not_sold_or_said_to_cost_nothing_is_unknown_never_zero(rig: Rig, spec: str) -> None:
    assert await rig.prices.hourly(spec) == Rate("", "")


async def test_a_raised_price_is_the_next_answer(rig: Rig) -> None:
    rig.raise_p4(9.3)
    assert (await rig.prices.hourly("bill.p4")).amount == "9.3"


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("arrears", CloudRefused),
        ("forbidden", CloudRefused),
        ("throttled", CloudBusy),
        ("server_error", CloudBusy),
        ("timeout_before", CloudBusy),
        ("slow", CloudBusy),
    ],
)
async def test_every_fault_ends_in_words(rig: Rig, kind: str, error: type[CloudFault]) -> None:
    rig.fault(kind, 2)
    with pytest.raises(error) as raised:
        await rig.prices.hourly("bill.p4")
    assert words_of(raised.value.say)
