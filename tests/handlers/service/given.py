"""Services, flavors and a desk for the tests of the service commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.records import Thing
from bot.records.provider import Flavor, Package, Service
from tests.fakes.cloud import FakeCloud
from tests.fakes.packages import FakePackages
from tests.fakes.prices import FakePrices
from tests.fakes.services import FakeServices
from tests.handlers.watching import Desk, Records
from tests.rules.things import HERE, HOUR, NOON, service

FREE = Flavor("cpu.free", "CPU (free)", True, False, False, "CPU")
FREE_GPU = Flavor("gpu.free", "GPU (free)", True, False, False, "GPU")
PAID = Flavor("gpu.p4", "GPU P4", False, False, False, "GPU", "bill.p4")
RUNNING = service(url="https://infer/s1", calls=41, failed_calls=2)
STOPPED = service(state="stopped", changed=NOON - HOUR, due=0.0)
GPU = service(id="s9", name="gpu", free=False, flavor="gpu.p4", state="stopped", changed=NOON - HOUR, due=0.0)


def desk(
    *services: Service,
    things: Iterable[Thing] = (),
    packages: Iterable[Package] = (),
    flavors: tuple[Flavor, ...] = (FREE, FREE_GPU, PAID),
    region: str = HERE,
    prices: Mapping[str, str] | None = None,
    now: Callable[[], float] = lambda: NOON,
) -> Desk:
    """Return a desk with these services."""
    cloud = FakeCloud(
        services=FakeServices(services, flavors, now=now), packages=FakePackages(packages), prices=FakePrices(prices)
    )
    return Desk(cloud, Records(list(things)), region)
