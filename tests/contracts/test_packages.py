"""One suite for `Packages`, on the fake and on BssPackages against the simulated billing over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from bot.errors import CloudBusy, CloudFault, CloudRefused
from bot.huawei.client import Clients, CloudSettings, Limits
from bot.huawei.packages import BssPackages
from bot.ports import Package, Packages, Quota
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.fakes.packages import FakePackages
from tests.fakes.words import words_of
from tests.sandbox.cloud.support import Served, Switch

AK, SK = "SANDBOXDEMOAK0000001", "sandbox-demo-secret-key-000000000000001"
HERE, THERE = "cn-north-4", "cn-east-3"
DAY = 86400.0
SEED: dict[str, Any] = {
    "endpoint_region": HERE,
    "accounts": [
        {"domain_id": "d1", "name": "us", "keys": [{"ak": AK, "sk": SK}]},
        {"domain_id": "d2", "name": "them"},
    ],
    "packages": [
        {"owner": "us", "id": "now", "product": "P1", "name": "CPU 100 hours", "usage": "CPU hours", "hours": 100}
        | {"effective": "22d", "expires_in": "8d", "uses": [{"ago": "1d", "hours": 30.5}]},
        {"owner": "us", "id": "next", "product": "P1", "name": "CPU 100 hours", "usage": "CPU hours", "hours": 100}
        | {"effective_in": "8d", "expires_in": "38d"},
        {"owner": "us", "id": "spent", "product": "P2", "name": "GPU 5 hours", "usage": "GPU hours", "hours": 5}
        | {"effective": "9d", "expires_in": "21d", "region": THERE, "uses": [{"ago": "2d", "hours": 5}]},
        {"owner": "us", "id": "back", "product": "P2", "name": "GPU 5 hours", "usage": "GPU hours", "hours": 5}
        | {"effective": "9d", "expires_in": "21d", "region": THERE, "refunded": True},
        {"owner": "them", "id": "theirs", "product": "P1", "name": "CPU 100 hours", "hours": 1, "expires_in": "8d"},
    ],
    "options": {"hang_s": 5.0, "slow_s": 1.0},
}


class Rig(Protocol):
    @property
    def packages(self) -> Packages: ...

    def fault(self, kind: str, times: int = 1) -> None: ...

    async def advance(self, seconds: float) -> None: ...


@dataclass
class FakeRig:
    packages: FakePackages
    clock: Clock

    def fault(self, kind: str, times: int = 1) -> None:
        self.packages.fault("listed", kind, times)

    async def advance(self, seconds: float) -> None:
        await self.clock.advance(seconds)


@dataclass
class WireRig:
    cloud: Cloud
    packages: Packages
    clock: Clock

    def fault(self, kind: str, times: int = 1) -> None:
        self.cloud.add_fault("bss", "list_free_resource_infos", kind, times)

    async def advance(self, seconds: float) -> None:
        await self.clock.advance(seconds)


def fake(clock: Clock) -> FakePackages:
    now = clock.now()

    def quota(name: str, usage: str, total: float, left: float) -> tuple[Quota]:
        return (Quota(f"{name}-1", usage, total, left, "h"),)

    cpu, gpu = ("P1", "CPU 100 hours", HERE), ("P2", "GPU 5 hours", THERE)
    return FakePackages(
        (
            Package("now", "o1", *cpu, "", now - 22 * DAY, now + 8 * DAY, quota("now", "CPU hours", 100, 69.5)),
            Package("next", "o2", *cpu, "", now + 8 * DAY, now + 38 * DAY, quota("next", "CPU hours", 100, 100)),
            Package("spent", "o3", *gpu, "", now - 9 * DAY, now + 21 * DAY, quota("spent", "GPU hours", 5, 0)),
            Package("back", "o4", *gpu, "refunded", now - 9 * DAY, now + 21 * DAY, quota("back", "GPU hours", 5, 5)),
        ),
        now=clock.now,
    )


@pytest.fixture(params=["fake", "wire"])
async def rig(request: pytest.FixtureRequest, port: tuple[Switch, Served]) -> AsyncIterator[Rig]:
    """Give the port; on the wire in pages of three."""
    clock = Clock()
    if request.param == "fake":
        yield FakeRig(fake(clock), clock)
        return
    switch, served = port
    cloud = build_cloud(clock, Calls(), SEED)
    switch.app = cloud.apps["bss"]
    limits = Limits(queue=2.0, connect=1.0, read=0.3, attempts=2, pause=0.01, longest_pause=0.02)
    clients = Clients(CloudSettings(AK, SK, HERE, "d1", endpoints={"bss": served.url}, limits=limits))
    try:
        yield WireRig(cloud, BssPackages(clients, page=3), clock)
    finally:
        await clients.close()
        cloud.close()


async def listed(rig: Rig) -> dict[str, Package]:
    return {package.id: package for package in await rig.packages.listed()}


@pytest.mark.rule("R5.51")
async def test_lists_our_packages_of_every_page_region_and_state(rig: Rig) -> None:
    found = await listed(rig)
    assert {name: (package.state, package.region) for name, package in found.items()} == {
        "now": ("active", HERE),
        "next": ("waiting", HERE),
        "spent": ("used_up", THERE),
        "back": ("refunded", THERE),
    }
    assert len(await rig.packages.listed()) == len(found)


async def test_a_package_says_what_it_is_and_how_much_is_left(rig: Rig) -> None:
    package = (await listed(rig))["now"]
    assert (package.product, package.name) == ("P1", "CPU 100 hours")
    assert package.order
    assert package.quotas == (Quota("now-1", "CPU hours", 100.0, 69.5, "h"),)


@pytest.mark.rule("R5.51")
async def test_times_are_seconds(rig: Rig) -> None:
    package = (await listed(rig))["now"]
    assert package.expires - package.effective == pytest.approx(30 * DAY, abs=2)
    assert (await listed(rig))["next"].effective == pytest.approx(package.expires, abs=2)


@pytest.mark.rule("R5.57")
async def test_a_renewal_takes_over_when_the_first_term_ends(rig: Rig) -> None:
    await rig.advance(8 * DAY + 5)
    found = await listed(rig)
    assert {name: found[name].state for name in ("now", "next")} == {"now": "expired", "next": "active"}


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("arrears", CloudRefused),
        ("not_real_name", CloudRefused),
        ("forbidden", CloudRefused),
        ("quota", CloudRefused),
        ("throttled", CloudBusy),
        ("server_error", CloudBusy),
        ("timeout_before", CloudBusy),
        ("timeout_after", CloudBusy),
        ("slow", CloudBusy),
    ],
)
async def test_every_fault_ends_in_words(rig: Rig, kind: str, error: type[CloudFault]) -> None:
    rig.fault(kind, 2)
    with pytest.raises(error) as raised:
        await rig.packages.listed()
    assert words_of(raised.value.say)
