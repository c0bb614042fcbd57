"""A simulated cloud on the wire, and settings that lead to it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.huawei.client import CloudSettings, Limits
from bot.huawei.cloud import HuaweiCloud
from bot.rules.actions import needed
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.sandbox.cloud.support import Served, Switch

Answers = Callable[[Request], Response]
AK, SK = "SANDBOXDEMOAK0000001", "sandbox-demo-secret-key-000000000000001"
HERE, THERE = "cn-north-4", "cn-north-1"
QUICK = Limits(queue=2.0, connect=1.0, read=0.5, attempts=3, pause=0.01, longest_pause=0.02)
SERVICES = ("iam", "obs", "modelarts", "bss")
RUNNING = {"status": "running", "created": "3h", "changed": "3h"}
SEED: dict[str, Any] = {
    "endpoint_region": HERE,
    "accounts": [
        {
            "domain_id": "d1",
            "name": "us",
            "keys": [{"ak": AK, "sk": SK}],
            "projects": [{"id": "p4", "name": HERE}, {"id": "p4x", "name": f"{HERE}_lab"}],
            "bucket_quota": 2,
        },
        {"domain_id": "d2", "name": "them"},
    ],
    "buckets": [{"name": "plain", "owner": "us", "region": HERE}],
    "flavors": [{"id": "gpu.p4", "processor": "GPU"}],
    "models": [{"owner": "us", "name": "roses", "created": "9d"}],
    "services": [{"owner": "us", "name": "dear", "id": "s-1", "model": "roses:1.0.0", "flavor": "gpu.p4"} | RUNNING],
    "packages": [{"owner": "us", "id": "k-1", "product": "P1", "name": "CPU", "hours": 100, "expires_in": "8d"}],
    "options": {"hang_s": 5.0},
}


@dataclass
class Ports:
    """The services on ports of their own, whichever cloud is plugged in."""

    switches: dict[str, Switch]
    served: dict[str, Served]

    def settings(self, **changed: Any) -> CloudSettings:
        """Return the settings of a bot that works on these ports."""
        endpoints = {name: served.url for name, served in self.served.items()}
        settings = CloudSettings(AK, SK, HERE, "d1", "p4", endpoints=endpoints, limits=QUICK)
        return replace(settings, **changed)

    def plug(self, **changed: Any) -> tuple[Cloud, Calls]:
        """Plug a fresh cloud in, its seed changed, and return it with its record of calls."""
        calls = Calls()
        cloud = build_cloud(Clock(), calls, SEED | changed)
        for name, switch in self.switches.items():
            switch.app = cloud.apps[name]
        return cloud, calls


@contextmanager
def opened_ports() -> Iterator[Ports]:
    """Serve until the block ends."""
    switches = {name: Switch() for name in SERVICES}
    served = {name: Served(switch) for name, switch in switches.items()}
    try:
        yield Ports(switches, served)
    finally:
        for server in served.values():
            server.stop()


@dataclass
class Heard:
    """What `on_call` was told, try by try."""

    tries: list[tuple[str, str, str]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __call__(self, service: str, operation: str, outcome: str, seconds: float, request_id: str) -> None:
        assert seconds >= 0
        self.tries.append((service, operation, outcome))
        self.requests.append(request_id)


@dataclass
class Rig:
    """The product's adapter, the cloud behind it, and what was heard of the calls."""

    product: HuaweiCloud
    cloud: Cloud
    calls: Calls
    heard: Heard


@asynccontextmanager
async def rigged(ports: Ports, **changed: Any) -> AsyncIterator[Rig]:
    """Return a product on a fresh simulated cloud; both are closed at the end."""
    cloud, calls = ports.plug()
    heard = Heard()
    product = HuaweiCloud(ports.settings(**changed), on_call=heard)
    try:
        yield Rig(product, cloud, calls, heard)
        assert [one for one in heard.tries if needed(one[0], one[1]) is None] == []
    finally:
        await product.close()
        cloud.close()


@contextmanager
def answering(ports: Ports, service: str, answer: Answers) -> Iterator[list[Request]]:
    """Put a provider in a service's place that answers everything in one way; yield what it was asked."""
    asked: list[Request] = []

    async def heard(request: Request) -> Response:
        await request.body()
        asked.append(request)
        return answer(request)

    methods = ["GET", "PUT", "POST", "DELETE"]
    ports.switches[service].app = Starlette(routes=[Route("/{rest:path}", heard, methods=methods)])
    yield asked


def always(status: int, body: object, **headers: str) -> Answers:
    """Return one answer to everything; a header's name has _ for -."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: Response(content, status, {name.replace("_", "-"): value for name, value in headers.items()})
