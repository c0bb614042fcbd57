from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud, default_seed
from tests.sandbox.cloud.support import Served, Site, Switch, Tunnel

OpenSite = Callable[[Mapping[str, Any]], Site]


@dataclass
class Ports:
    switches: dict[str, Switch]
    served: dict[str, Served]
    tunnel: Tunnel


@pytest.fixture(scope="session")
def ports() -> Iterator[Ports]:
    switches = {name: Switch() for name in ("iam", "obs")}
    served = {name: Served(switch) for name, switch in switches.items()}
    tunnel = Tunnel(served["obs"].port)
    try:
        yield Ports(switches, served, tunnel)
    finally:
        tunnel.stop()
        for server in served.values():
            server.stop()


@pytest.fixture
def open_site(ports: Ports) -> Iterator[OpenSite]:
    sites: list[Site] = []

    def build(changes: Mapping[str, Any]) -> Site:
        clock, calls = Clock(), Calls()
        cloud = build_cloud(clock, calls, default_seed() | dict(changes))
        for name, switch in ports.switches.items():
            switch.app = cloud.apps[name]
        sites.append(Site(cloud, clock, calls, ports.served, ports.tunnel.port))
        return sites[-1]

    try:
        yield build
    finally:
        for site in sites:
            for close in site.closers:
                close()


@pytest.fixture
def site(open_site: OpenSite) -> Site:
    return open_site({})
