"""What the tests of authorizations and agencies share: an account of four people, its agencies, and plans carried."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.command import Command, Plan
from bot.errors import CloudFault
from bot.ports import (
    Agency,
    Authorization,
    AuthorizationType,
    Dependency,
    Grant,
    IamUser,
    Level,
    Permission,
    PermissionKind,
    Principal,
    PrincipalKind,
    Project,
    Scope,
    ScopeKind,
)
from bot.records import Step
from tests.fakes.cloud import FakeCloud
from tests.fakes.identity import COMMON, OBS_OPERATE, TENANT_ADMIN, FakeIam
from tests.handlers.watching import Desk, Records
from tests.rules.things import NOON

OURS = "op_svc_modelarts"
LAB = Agency("ag-lab", "ma_agency_lab", OURS)
IDLE = Agency("ag-idle", "ma_agency_idle", OURS, days=20, expires=NOON + 20 * 86400)
PARTNER = Agency("ag-partner", "partner_b", "acme")
LI = Principal(PrincipalKind.IAM_USER, "u-li", "li.wei")
WANG = Principal(PrincipalKind.IAM_USER, "u-wang", "wang")
SERVER = Permission("srv", "server_adm", "Server Administrator", PermissionKind.ROLE, Level.PROJECT, "BASE")
CCE = Permission(
    "cce",
    "cce_adm",
    "CCE Administrator",
    PermissionKind.ROLE,
    Level.PROJECT,
    "CCE",
    depends=(Dependency("BASE", "Server Administrator"),),
)
EVERY = Scope(ScopeKind.ALL_PROJECTS)
NORTH = Scope(ScopeKind.PROJECT, "p-north-4")
ACCOUNT = Scope(ScopeKind.DOMAIN)


def row(principal: Principal, agency: str = LAB.name, *, key: bool = False) -> Authorization:
    """Return an authorization, by an agency or by an access key."""
    kind = AuthorizationType.CREDENTIAL if key else AuthorizationType.AGENCY
    return Authorization(principal, kind, "" if key else agency, NOON - 86400)


def iam(*rows: Authorization, users: bool = True) -> FakeIam:
    """Return an account with these authorizations."""
    return FakeIam(
        projects=[Project("p-north-4", "cn-north-4"), Project("p-north-1", "cn-north-1")],
        users=[IamUser("u-li", "li.wei"), IamUser("u-wang", "wang")] if users else [],
        agencies=[LAB, IDLE, PARTNER],
        permissions=[COMMON, OBS_OPERATE, TENANT_ADMIN, SERVER, CCE],
        grants={LAB.id: [Grant(COMMON, EVERY), Grant(OBS_OPERATE, ACCOUNT)]},
        authorizations=list(rows),
        now=lambda: NOON,
    )


@dataclass
class House:
    """A desk, and whoever carries what was planned there."""

    account: FakeIam = field(default_factory=iam)
    records: Records = field(default_factory=Records)

    def __post_init__(self) -> None:
        """Put up the cloud and the desk."""
        self.cloud = FakeCloud(iam=self.account)
        self.desk = Desk(self.cloud, self.records)

    async def carried(self, command: Command, **values: str) -> Plan:
        """Plan, and carry every step as an operation does: observe, act, observe."""
        plan = await self.desk.planned(command, **values)
        for step in plan.steps:
            await self.carry(command, step)
        return plan

    async def carry(self, command: Command, step: Step) -> None:
        """Carry one step; what an answer lost on the way hides is found by looking."""
        effect = command.effects[step.kind]
        if await effect.observe(step, self.cloud) is None:
            try:
                await effect.act(step, self.cloud)
            except CloudFault as fault:
                if fault.status:
                    raise
            assert await effect.observe(step, self.cloud) is not None, step

    def held(self, name: str) -> set[tuple[str, Scope]]:
        """Return what the agency of this name has."""
        found = next(one for one in self.account.living() if one.name == name)
        return {(grant.permission.display, grant.scope) for grant in self.account.grants.get(found.id, ())}

    def users(self) -> dict[str, str]:
        """Return the agency of each principal, by name."""
        return {one.principal.name or one.principal.id: one.agency for one in self.account.authorizations}
