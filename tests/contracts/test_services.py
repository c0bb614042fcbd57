"""One suite for `Services`, on the fake and on ModelartsServices against the simulated ModelArts over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import pytest

from bot.errors import CloudBusy, CloudFault, CloudRefused, CloudUnknown
from bot.huawei.client import Clients, CloudSettings, Limits
from bot.huawei.services import ModelartsServices
from bot.ports import Flavor, Service, Services
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.fakes.services import FakeServices
from tests.fakes.words import words_of
from tests.sandbox.cloud.support import Served, Switch, wait_until

AK, SK = "SANDBOXDEMOAK0000001", "sandbox-demo-secret-key-000000000000001"
HERE, PROJECT = "cn-north-4", "p4"
CPU_FREE, GPU_FREE, PAID, SOLD = "cpu.free", "gpu.free", "gpu.p4", "gpu.t4"
HOUR, DAY = 3600.0, 86400.0
FREE, DEAR, BROKEN = (f"8da30673-1b2c-4d5e-8f90-a1b2c3d4e50{n}" for n in (1, 2, 3))
SEED: dict[str, Any] = {
    "endpoint_region": HERE,
    "accounts": [
        {
            "domain_id": "d1",
            "name": "us",
            "keys": [{"ak": AK, "sk": SK}],
            "projects": [{"id": PROJECT, "name": HERE}],
        }
    ],
    "agencies": [{"owner": "us", "name": "lab", "grants": [{"permission": "OBS OperateAccess"}]}],
    "authorizations": [{"owner": "us", "user_type": "all-users", "content": "lab"}],
    "flavors": [
        {"id": CPU_FREE, "processor": "CPU", "is_free": True, "display_en": "CPU, free"},
        {"id": GPU_FREE, "processor": "GPU", "is_free": True, "display_en": "GPU, free"},
        {"id": PAID, "processor": "GPU", "display_en": "GPU P4"},
        {"id": SOLD, "processor": "GPU", "display_en": "GPU T4", "sold_out": True},
    ],
    "models": [{"owner": "us", "name": "roses", "created": "9d"}],
    "services": [
        {"owner": "us", "name": "free", "id": FREE, "model": "roses:1.0.0", "flavor": CPU_FREE, "status": "stopped"}
        | {"created": "2h", "changed": "1h", "calls": 41, "failed_calls": 2},
        {"owner": "us", "name": "dear", "id": DEAR, "model": "roses:1.0.0", "flavor": PAID, "status": "running"}
        | {"created": "3h", "changed": "3h", "nodes": 2},
        {"owner": "us", "name": "broken", "id": BROKEN, "model": "roses:1.0.0", "flavor": PAID, "status": "failed"}
        | {"created": "1h", "changed": "1h"},
    ],
    "options": {"hang_s": 5.0, "slow_s": 1.0, "deploy_s": 40.0, "stop_s": 5.0},
}
OPERATIONS = {"listed": "list_services", "show": "show_service", "start": "update_service", "stop": "update_service"}


class Rig(Protocol):
    @property
    def services(self) -> Services: ...

    def fault(self, operation: str, kind: str, times: int = 1) -> None: ...

    def writes(self) -> int: ...

    def state(self, identity: str) -> str: ...

    async def advance(self, seconds: float) -> None: ...


@dataclass
class FakeRig:
    services: FakeServices
    clock: Clock

    def fault(self, operation: str, kind: str, times: int = 1) -> None:
        self.services.fault(operation, kind, times)

    def writes(self) -> int:
        return sum(operation in self.services.writes for operation, _ in self.services.calls)

    def state(self, identity: str) -> str:
        return self.services.kept[identity].state

    async def advance(self, seconds: float) -> None:
        await self.clock.advance(seconds)


@dataclass
class WireRig:
    cloud: Cloud
    services: Services
    clock: Clock
    calls: Calls

    def fault(self, operation: str, kind: str, times: int = 1) -> None:
        self.cloud.add_fault("modelarts", OPERATIONS[operation], kind, times)

    def writes(self) -> int:
        return sum(row["method"] == "PUT" for row in self.calls.listed("modelarts"))

    def state(self, identity: str) -> str:
        return {row["service_id"]: str(row["status"]) for row in self.cloud.truth("modelarts")["services"]}[identity]

    async def advance(self, seconds: float) -> None:
        await self.clock.advance(seconds)


def fake(clock: Clock) -> FakeServices:
    now = clock.now()
    ago = {hours: now - hours * HOUR for hours in (1, 2, 3)}
    services = (
        Service(FREE, "free", "stopped", CPU_FREE, True, 1, "roses:1.0.0", ago[2], ago[1], calls=41, failed_calls=2),
        Service(DEAR, "dear", "running", PAID, False, 2, "roses:1.0.0", ago[3], ago[3], url="https://x"),
        Service(BROKEN, "broken", "failed", PAID, False, 1, "roses:1.0.0", ago[1], ago[1], error="start model failed"),
    )
    flavors = (
        Flavor(CPU_FREE, "CPU, free", True, False, False, "CPU"),
        Flavor(GPU_FREE, "GPU, free", True, False, False, "GPU"),
        Flavor(PAID, "GPU P4", False, False, False, "GPU"),
        Flavor(SOLD, "GPU T4", False, False, True, "GPU"),
    )
    return FakeServices(services, flavors, now=clock.now)


@pytest.fixture(params=["fake", "wire"])
async def rig(request: pytest.FixtureRequest, port: tuple[Switch, Served]) -> AsyncIterator[Rig]:
    """Give the port; on the wire in pages of two."""
    clock = Clock()
    if request.param == "fake":
        yield FakeRig(fake(clock), clock)
        return
    switch, served = port
    calls = Calls()
    cloud = build_cloud(clock, calls, SEED)
    switch.app = cloud.apps["modelarts"]
    limits = Limits(queue=2.0, connect=1.0, read=0.3, attempts=2, pause=0.01, longest_pause=0.02)
    settings = CloudSettings(AK, SK, HERE, "d1", PROJECT, endpoints={"modelarts": served.url}, limits=limits)
    clients = Clients(settings)
    try:
        yield WireRig(cloud, ModelartsServices(clients, page=2), clock, calls)
    finally:
        await clients.close()
        cloud.close()


async def shown(rig: Rig, identity: str) -> Service:
    found = await rig.services.show(identity)
    assert found is not None
    return found


async def test_lists_every_page_oldest_first(rig: Rig) -> None:
    assert [(s.name, s.state, s.free) for s in await rig.services.listed()] == [
        ("dear", "running", False),
        ("free", "stopped", True),
        ("broken", "failed", False),
    ]


async def test_a_list_says_what_a_look_says_but_for_flavor_nodes_model_and_address(rig: Rig) -> None:
    for listed in await rig.services.listed():
        whole = await shown(rig, listed.id)
        assert listed == replace(whole, flavor="", nodes=0, model="", url="")


async def test_shows_what_a_service_is_made_of(rig: Rig) -> None:
    free, dear = await shown(rig, FREE), await shown(rig, DEAR)
    assert (free.name, free.flavor, free.nodes, free.model) == ("free", CPU_FREE, 1, "roses:1.0.0")
    assert (free.calls, free.failed_calls, free.due, free.error) == (41, 2, 0.0, "")
    assert (dear.flavor, dear.nodes, dear.free, dear.due) == (PAID, 2, False, 0.0)
    assert dear.url.startswith("https://")
    assert (await shown(rig, BROKEN)).error == "start model failed"


@pytest.mark.rule("R5.25")
async def test_times_are_seconds_of_cloud_time(rig: Rig) -> None:
    before = await shown(rig, FREE)
    assert before.changed - before.created == pytest.approx(HOUR, abs=1)
    await rig.services.start(FREE)
    after = await shown(rig, FREE)
    assert after.changed - before.changed == pytest.approx(HOUR, abs=5)


@pytest.mark.parametrize("identity", ["8da30673-ffff-4d5e-8f90-a1b2c3d4e5ff", "..", "", "a/b", f"{FREE},{DEAR}"])
async def test_what_is_not_there_is_none_and_cannot_be_turned(rig: Rig, identity: str) -> None:
    assert await rig.services.show(identity) is None
    with pytest.raises(CloudRefused) as refused:
        await rig.services.start(identity)
    assert (refused.value.code, refused.value.say.key) == ("ModelArts.3502", "cloud.no_service")


@pytest.mark.rule("R5.78")
async def test_a_start_takes_its_time_and_keeps_the_flavor(rig: Rig) -> None:
    await rig.services.start(FREE)
    assert (await shown(rig, FREE)).state == "deploying"
    await rig.advance(41)
    running = await shown(rig, FREE)
    assert (running.state, running.flavor, running.progress) == ("running", CPU_FREE, 100)


async def test_a_stop_takes_its_time(rig: Rig) -> None:
    await rig.services.stop(DEAR)
    assert (await shown(rig, DEAR)).state == "stopping"
    await rig.advance(6)
    assert (await shown(rig, DEAR)).state == "stopped"


@pytest.mark.rule("R5.25")
async def test_a_free_service_says_when_it_stops_and_does(rig: Rig) -> None:
    await rig.services.start(FREE)
    await rig.advance(41)
    running = await shown(rig, FREE)
    assert running.due - running.changed == pytest.approx(HOUR, abs=1)
    assert (await rig.services.listed())[1].due == running.due
    await rig.advance(HOUR)
    stopped = await shown(rig, FREE)
    assert (stopped.state, stopped.due) == ("stopped", 0.0)
    assert stopped.changed == pytest.approx(running.due, abs=0.01)


@pytest.mark.rule("R5.26")
async def test_a_free_service_is_gone_after_three_days_at_rest(rig: Rig) -> None:
    await rig.advance(3 * DAY - HOUR - 60)
    assert (await shown(rig, FREE)).state == "stopped"
    await rig.advance(60)
    assert await rig.services.show(FREE) is None
    assert [service.name for service in await rig.services.listed()] == ["dear", "broken"]


@pytest.mark.parametrize(("operation", "identity"), [("start", DEAR), ("stop", FREE), ("stop", BROKEN)])
async def test_what_its_state_forbids_is_refused_in_words(rig: Rig, operation: str, identity: str) -> None:
    with pytest.raises(CloudRefused) as refused:
        await getattr(rig.services, operation)(identity)
    assert (refused.value.code, refused.value.say.key) == ("ModelArts.3519", "cloud.service_state")


@pytest.mark.rule("R5.29")
async def test_flavors_tell_what_is_free_taken_and_sold_out(rig: Rig) -> None:
    found = {flavor.id: flavor for flavor in await rig.services.flavors()}
    assert [name for name, flavor in found.items() if flavor.free] == [CPU_FREE, GPU_FREE]
    assert [name for name, flavor in found.items() if flavor.over_quota] == [CPU_FREE]
    assert [name for name, flavor in found.items() if flavor.sold_out] == [SOLD]
    assert (found[PAID].name, found[PAID].processor) == ("GPU P4", "GPU")


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize(
    ("kind", "read", "write"),
    [
        ("arrears", CloudRefused, CloudRefused),
        ("not_real_name", CloudRefused, CloudRefused),
        ("forbidden", CloudRefused, CloudRefused),
        ("quota", CloudRefused, CloudRefused),
        ("throttled", CloudBusy, CloudBusy),
        ("server_error", CloudBusy, CloudUnknown),
        ("timeout_before", CloudBusy, CloudUnknown),
        ("slow", CloudBusy, CloudUnknown),
    ],
)
async def test_every_fault_ends_in_words(rig: Rig, kind: str, read: type[CloudFault], write: type[CloudFault]) -> None:
    for operation, arguments in (("listed", ()), ("show", (DEAR,))):
        rig.fault(operation, kind, 2)
        with pytest.raises(read) as raised:
            await getattr(rig.services, operation)(*arguments)
        assert words_of(raised.value.say)
    rig.fault("stop", kind)
    with pytest.raises(write) as raised:
        await rig.services.stop(DEAR)
    assert words_of(raised.value.say)


@pytest.mark.parametrize(("kind", "state"), [("timeout_before", "running"), ("timeout_after", "stopping")])
async def test_an_unanswered_write_is_unknown_and_never_repeated(rig: Rig, kind: str, state: str) -> None:
    rig.fault("stop", kind)
    with pytest.raises(CloudUnknown):
        await rig.services.stop(DEAR)
    assert rig.state(DEAR) == state
    wait_until(lambda: rig.writes() >= 1)
    assert rig.writes() == 1


@pytest.mark.parametrize("kind", ["throttled", "server_error"])
async def test_a_write_that_was_turned_down_went_out_once(rig: Rig, kind: str) -> None:
    rig.fault("stop", kind)
    with pytest.raises((CloudBusy, CloudUnknown)):
        await rig.services.stop(DEAR)
    assert rig.writes() == 1
    assert rig.state(DEAR) == "running"
