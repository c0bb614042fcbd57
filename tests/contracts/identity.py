"""What the suites of IAM and authorizations share: one account, on the fake and on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

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
from sandbox.clock import Clock
from tests.fakes.faults import Spoilable
from tests.fakes.identity import FakeAgencies, FakeDirectory, FakeIam
from tests.fakes.permissions import FakeAuthorizations, FakeCustomer, FakePermissions

HERE, THERE = "cn-north-4", "cn-east-3"
DAY = 86400.0
ANNA, BO = Principal(PrincipalKind.IAM_USER, "u-anna", "anna"), Principal(PrincipalKind.IAM_USER, "u-bo", "bo")
CARLA = Principal(PrincipalKind.FEDERATED, "carla", "carla")


class Rig(Protocol):
    """The ports of one account, and how they are spoilt; port names are those of `Cloud`."""

    directory: Directory
    agencies: Agencies
    permissions: Permissions
    authorizations: Authorizations
    customer: Customer
    clock: Clock

    def fault(self, port: str, operation: str, kind: str, times: int = 1) -> None: ...

    def disagree(self) -> None: ...


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

    def disagree(self) -> None:
        self.iam.agreed = False


def fake(clock: Clock) -> FakeRig:
    now = clock.now()
    iam = FakeIam(
        projects=[Project("p-north-4", HERE), Project("p-east-3", THERE)],
        users=[IamUser("u-bo", "bo", enabled=False), IamUser("u-anna", "anna")],
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


@asynccontextmanager
async def rigged(kind: str) -> AsyncIterator[Rig]:
    """Give the ports of one kind."""
    assert kind == "fake"
    yield fake(Clock())


async def permission(rig: Rig, display: str) -> Permission:
    """Return a system permission by its display name."""
    return next(one for one in await rig.permissions.system() if one.display == display)


async def agency(rig: Rig, name: str) -> Agency:
    """Return an agency that is there."""
    found = await rig.agencies.named(name)
    assert found
    return found
