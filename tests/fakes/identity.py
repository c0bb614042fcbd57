"""IAM and ModelArts' authorizations with memory: one `FakeIam` under several ports, on the clock `now`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import CloudRefused
from bot.ports import (
    Account,
    Agency,
    Allowance,
    Authorization,
    Grant,
    IamUser,
    Level,
    LoginToken,
    Permission,
    PermissionKind,
    Project,
    Scope,
    ScopeKind,
    Statement,
)
from bot.say import say
from tests.fakes.faults import Spoilable

DAY = 86400.0
SERVICE = "op_svc_modelarts"
PRESET = "modelarts_agency"


def policy(display: str, level: Level, *actions: str, custom: bool = False, catalog: str = "") -> Permission:
    """Return a policy with one statement; its id and name come from the display name."""
    identity = display.lower().replace(" ", "_")
    kind, statements = PermissionKind.POLICY, (Statement(actions),)
    return Permission(identity, identity, display, kind, level, catalog, custom, statements=statements)


COMMON = policy("ModelArts CommonOperations", Level.PROJECT, "modelarts:*:get*", "modelarts:trainJob:create")
OBS_OPERATE = policy("OBS OperateAccess", Level.DOMAIN, "obs:object:GetObject", "obs:object:PutObject")
TENANT_ADMIN = Permission("te_admin", "te_admin", "Tenant Administrator", PermissionKind.ROLE, Level.BOTH, "BASE")


@dataclass
class FakeIam:
    """What one account has. `preset` is what ModelArts grants its own agency, `grants` are kept by agency id."""

    account: Account = field(default_factory=lambda: Account("d1", "us"))
    projects: list[Project] = field(default_factory=lambda: [Project("p-north-4", "cn-north-4")])
    users: list[IamUser] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=lambda: [COMMON, OBS_OPERATE, TENANT_ADMIN])
    grants: dict[str, list[Grant]] = field(default_factory=dict)
    authorizations: list[Authorization] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=lambda: {"agency": 50, "user": 50, "policy": 200})
    preset: list[Permission] = field(default_factory=lambda: [COMMON, OBS_OPERATE, TENANT_ADMIN])
    key_of: str = "the-bot"
    agreed: bool = True
    brokers: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    now: Callable[[], float] = lambda: 0.0

    def agency(self, identity: str) -> Agency | None:
        """Return a living agency by id."""
        return next((one for one in self.living() if one.id == identity), None)

    def living(self) -> list[Agency]:
        """Return the agencies that have not ended."""
        return [one for one in self.agencies if not one.expires or one.expires > self.now()]

    def permission(self, identity: str) -> Permission:
        """Return a permission by id. Raises `CloudRefused` (404)."""
        return next((one for one in self.permissions if one.id == identity), None) or _missing(identity)


def _missing(name: str) -> Permission:
    raise CloudRefused(say("cloud.gone", name=name, code="IAM.0004"), code="IAM.0004", status=404)


class FakeDirectory(Spoilable):
    """`Directory` in memory."""

    def __init__(self, iam: FakeIam) -> None:
        super().__init__()
        self.iam = iam

    async def account(self) -> Account:
        self.note("account")
        return self.iam.account

    async def caller(self) -> IamUser | None:
        self.note("caller")
        return next((user for user in self.iam.users if user.name == self.iam.key_of), None)

    async def projects(self) -> Sequence[Project]:
        self.note("projects")
        return sorted(self.iam.projects, key=lambda project: project.name)

    async def users(self) -> Sequence[IamUser]:
        self.note("users")
        return sorted(self.iam.users, key=lambda user: user.name)

    async def user(self, identity: str) -> IamUser | None:
        self.note("user", identity)
        return next((user for user in self.iam.users if user.id == identity), None)

    async def allowances(self) -> Sequence[Allowance]:
        self.note("allowances")
        custom = sum(one.custom for one in self.iam.permissions)
        used = {"agency": len(self.iam.living()), "user": len(self.iam.users), "policy": custom}
        return [Allowance(kind, used.get(kind, 0), limit) for kind, limit in self.iam.limits.items()]

    async def login_token(self, agency: str, session: str, seconds: int) -> LoginToken:
        self.note("login_token", agency)
        if agency not in self.iam.brokers:
            raise CloudRefused(say("cloud.gone", name=agency, code="IAM.0004"), code="IAM.0004", status=404)
        return LoginToken(f"token-of-{session}", self.iam.now() + max(seconds, 600))


class FakeAgencies(Spoilable):
    """`Agencies` in memory."""

    writes = frozenset({"set_days", "delete", "grant", "revoke"})

    def __init__(self, iam: FakeIam) -> None:
        super().__init__()
        self.iam = iam

    async def listed(self) -> Sequence[Agency]:
        self.note("listed")
        return sorted(self.iam.living(), key=lambda agency: agency.name)

    async def named(self, name: str) -> Agency | None:
        self.note("named", name)
        return next((one for one in self.iam.living() if one.name == name), None)

    async def show(self, identity: str) -> Agency | None:
        self.note("show", identity)
        return self.iam.agency(identity)

    async def set_days(self, identity: str, days: int) -> None:
        lost = self.note("set_days", identity)
        found = self._there(identity)
        ends = self.iam.now() + days * DAY if days else 0.0
        self.iam.agencies[self.iam.agencies.index(found)] = replace(found, days=days, expires=ends)
        if lost:
            raise lost

    async def delete(self, identity: str) -> None:
        lost = self.note("delete", identity)
        self.iam.agencies.remove(self._there(identity))
        self.iam.grants.pop(identity, None)
        if lost:
            raise lost

    async def grants(self, identity: str) -> Sequence[Grant]:
        self.note("grants", identity)
        self._there(identity)
        return list(self.iam.grants.get(identity, ()))

    async def grant(self, identity: str, permission: str, scope: Scope) -> None:
        lost = self.note("grant", identity)
        self._there(identity)
        found = self.iam.permission(permission)
        if not fits(found.level, scope.kind):
            words = say("cloud.other", code="IAM.0011", message="the level does not fit", request_id="r")
            raise CloudRefused(words, code="IAM.0011", status=400)
        grants = self.iam.grants.setdefault(identity, [])
        if Grant(found, scope) not in grants:
            grants.append(Grant(found, scope))
        if lost:
            raise lost

    async def revoke(self, identity: str, permission: str, scope: Scope) -> None:
        lost = self.note("revoke", identity)
        self._there(identity)
        grants = self.iam.grants.get(identity, [])
        found = next((g for g in grants if (g.permission.id, g.scope) == (permission, scope)), None)
        if found is None:
            _missing(permission)
        grants.remove(found)  # type: ignore[arg-type]
        if lost:
            raise lost

    def _there(self, identity: str) -> Agency:
        found = self.iam.agency(identity)
        if found is None:
            raise CloudRefused(say("cloud.gone", name=identity, code="IAM.0004"), code="IAM.0004", status=404)
        return found


def fits(level: Level, kind: ScopeKind) -> bool:
    """Return whether a permission of this level can be granted in this kind of scope."""
    return level is Level.BOTH or (level is Level.DOMAIN) == (kind is ScopeKind.DOMAIN)
