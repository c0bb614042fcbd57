"""What the suites of IAM and authorizations share: one account, on the fake and on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bot.huawei.agencies import IamAgencies
from bot.huawei.authorizations import ModelartsAuthorizations
from bot.huawei.client import Clients, CloudSettings, Limits
from bot.huawei.customer import BssCustomer
from bot.huawei.iam import IamDirectory
from bot.huawei.permissions import IamPermissions
from bot.ports import (
    Agencies,
    Agency,
    Authorization,
    Authorizations,
    AuthorizationType,
    Customer,
    Directory,
    IamUser,
    Permission,
    Permissions,
    Principal,
    PrincipalKind,
    Project,
)
from bot.rules.actions import policies
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.fakes.faults import Spoilable
from tests.fakes.identity import FakeAgencies, FakeDirectory, FakeIam
from tests.fakes.permissions import FakeAuthorizations, FakeCustomer, FakePermissions
from tests.sandbox.cloud.support import Served, Switch

AK, SK = "SANDBOXDEMOAK0000001", "sandbox-demo-secret-key-000000000000001"
LEVELS = {"iam": "AX", "obs": "AX", "bss": "AX", "modelarts": "XA", "smn": "XA"}
HERE, THERE = "cn-north-4", "cn-east-3"
DAY = 86400.0
ANNA, BO = Principal(PrincipalKind.IAM_USER, "u-anna", "anna"), Principal(PrincipalKind.IAM_USER, "u-bo", "bo")
CARLA = Principal(PrincipalKind.FEDERATED, "carla", "carla")


def actions_of(policy: Any) -> list[str]:
    """Return the actions of one of the bot's own policies."""
    return list(policy["Statement"][0]["Action"])


class Rig(Protocol):
    """The ports of one account, and how they are spoilt; port names are those of `Cloud`."""

    directory: Directory
    agencies: Agencies
    permissions: Permissions
    authorizations: Authorizations
    customer: Customer
    clock: Clock

    def fault(self, port: str, operation: str, kind: str, times: int = 1) -> None: ...


@dataclass
class FakeRig:
    iam: FakeIam
    clock: Clock
    directory: Directory
    agencies: Agencies
    permissions: Permissions
    authorizations: Authorizations
    customer: Customer

    def fault(self, port: str, operation: str, kind: str, times: int = 1) -> None:
        spoilt: Spoilable = getattr(self, port)
        spoilt.fault(operation, kind, times)


def fake(clock: Clock, *, agreed: bool) -> FakeRig:
    now = clock.now()
    iam = FakeIam(
        projects=[Project("p-north-4", HERE), Project("p-east-3", THERE)],
        users=[IamUser("u-bo", "bo", enabled=False), IamUser("u-anna", "anna"), IamUser("u-bot", "the-bot")],
        agencies=[
            Agency("a-shared", "shared", "op_svc_modelarts", created=now - 9 * DAY),
            Agency("a-broker", "broker", "us", created=now - 8 * DAY),
            Agency("a-limited", "limited", "op_svc_modelarts", 10, now + 3 * DAY, now - 7 * DAY, "ends soon"),
        ],
        authorizations=[
            Authorization(BO, AuthorizationType.CREDENTIAL, "", now - 6 * DAY),
            Authorization(ANNA, AuthorizationType.AGENCY, "shared", now - 5 * DAY),
        ],
        limits={"agency": 4, "user": 50, "policy": 200},
        agreed=agreed,
        brokers=frozenset({"broker"}),
        now=clock.now,
    )
    return FakeRig(
        iam,
        clock,
        FakeDirectory(iam),
        FakeAgencies(iam),
        FakePermissions(iam),
        FakeAuthorizations(iam),
        FakeCustomer(),
    )


SEED: dict[str, Any] = {
    "endpoint_region": HERE,
    "accounts": [
        {
            "domain_id": "d1",
            "name": "us",
            "projects": [{"id": "p-north-4", "name": HERE}, {"id": "p-east-3", "name": THERE}],
            "users": [
                {"id": "u-bo", "name": "bo", "enabled": False},
                {"id": "u-anna", "name": "anna"},
                {"id": "u-bot", "name": "the-bot"},
            ],
            "keys": [{"ak": AK, "sk": SK, "user_id": "u-bot"}],
            "quotas": {"agency": 4},
        },
        {"domain_id": "d2", "name": "them"},
    ],
    "policies": [
        {"owner": "us", "name": f"bot {service}", "type": LEVELS[service], "actions": actions_of(policy)}
        for service, policy in policies().items()
    ],
    "groups": [
        {
            "owner": "us",
            "name": "bots",
            "users": ["the-bot"],
            "grants": [
                {"permission": f"bot {service}", "scope": "domain" if LEVELS[service] == "AX" else HERE}
                for service in policies()
            ],
        }
    ],
    "agencies": [
        {"owner": "us", "id": "a-shared", "name": "shared", "created": "9d"},
        {"owner": "us", "id": "a-broker", "name": "broker", "trusts": "us", "created": "8d"},
        {"owner": "us", "id": "a-limited", "name": "limited", "description": "ends soon", "days": 10, "created": "7d"},
        {"owner": "them", "name": "theirs"},
    ],
    "authorizations": [
        {"owner": "us", "user": "bo", "type": "credential", "content": "AKIDOFBO", "created": "6d"},
        {"owner": "us", "user": "anna", "content": "shared", "created": "5d"},
    ],
    "options": {"hang_s": 5.0, "slow_s": 1.0},
}
OPERATIONS = {"set_days": ("iam", "update_agency"), "register": ("modelarts", "create_authorization")}


@dataclass
class WireRig:
    cloud: Cloud
    clock: Clock
    directory: Directory
    agencies: Agencies
    permissions: Permissions
    authorizations: Authorizations
    customer: Customer

    def fault(self, port: str, operation: str, kind: str, times: int = 1) -> None:
        self.cloud.add_fault(*OPERATIONS[operation], kind, times)


class Ports:
    """The simulated services on ports of their own, for a module's time."""

    def __init__(self) -> None:
        self.switches = {name: Switch() for name in ("iam", "modelarts", "bss")}
        self.served = {name: Served(switch) for name, switch in self.switches.items()}

    def stop(self) -> None:
        for served in self.served.values():
            served.stop()


@asynccontextmanager
async def rigged(kind: str, ports: Ports, seed: dict[str, Any]) -> AsyncIterator[Rig]:
    """Give the ports of one kind; on the wire with small pages and a key that has the least policy."""
    clock = Clock()
    if kind == "fake":
        yield fake(clock, agreed=seed["accounts"][0].get("service_statement", True))
        return
    cloud = build_cloud(clock, Calls(), seed)
    for name, switch in ports.switches.items():
        switch.app = cloud.apps[name]
    limits = Limits(queue=2.0, connect=1.0, read=0.5, attempts=2, pause=0.01, longest_pause=0.02)
    endpoints = {name: served.url for name, served in ports.served.items()}
    clients = Clients(CloudSettings(AK, SK, HERE, "d1", "p-north-4", endpoints=endpoints, limits=limits))
    permissions = IamPermissions(clients, page=40)
    try:
        yield WireRig(
            cloud,
            clock,
            IamDirectory(clients),
            IamAgencies(clients, permissions, page=2),
            permissions,
            ModelartsAuthorizations(clients, page=2),
            BssCustomer(clients),
        )
    finally:
        await clients.close()
        cloud.close()


async def permission(rig: Rig, display: str) -> Permission:
    """Return a system permission by its display name."""
    return next(one for one in await rig.permissions.system() if one.display == display)


async def agency(rig: Rig, name: str) -> Agency:
    """Return an agency that is there."""
    found = await rig.agencies.named(name)
    assert found
    return found
