"""Permissions and ModelArts' authorizations in memory, over the same `FakeIam`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import CloudRefused
from bot.ports import (
    EVERYBODY,
    Agency,
    Authorization,
    AuthorizationType,
    Balance,
    Grant,
    Level,
    Permission,
    PermissionKind,
    Principal,
    RealName,
    Scope,
    ScopeKind,
    Statement,
)
from bot.say import say
from tests.fakes.faults import Spoilable
from tests.fakes.identity import PRESET, SERVICE, FakeIam


class FakePermissions(Spoilable):
    """`Permissions` in memory."""

    writes = frozenset({"create_policy", "delete_policy"})

    def __init__(self, iam: FakeIam) -> None:
        super().__init__()
        self.iam = iam

    async def system(self) -> Sequence[Permission]:
        self.note("system")
        return self._sorted(custom=False)

    async def custom(self) -> Sequence[Permission]:
        self.note("custom")
        return self._sorted(custom=True)

    async def show(self, identity: str) -> Permission | None:
        self.note("show", identity)
        return next((one for one in self.iam.permissions if one.id == identity), None)

    async def create_policy(self, display: str, level: Level, statements: Sequence[Statement], description: str) -> str:
        lost = self.note("create_policy", display)
        if any(one.custom and one.display == display for one in self.iam.permissions):
            raise CloudRefused(say("cloud.taken", name=display, code="IAM.0005"), code="IAM.0005", status=409)
        identity = f"policy-{len(self.iam.permissions)}"
        given = (identity, f"custom_{identity}", display, PermissionKind.POLICY, level, "CUSTOMED", True, description)
        self.iam.permissions.append(Permission(*given, statements=tuple(statements)))
        if lost:
            raise lost
        return identity

    async def delete_policy(self, identity: str) -> None:
        lost = self.note("delete_policy", identity)
        self.iam.permissions.remove(self.iam.permission(identity))
        for grants in self.iam.grants.values():
            grants[:] = [grant for grant in grants if grant.permission.id != identity]
        if lost:
            raise lost

    def _sorted(self, *, custom: bool) -> list[Permission]:
        found = [one for one in self.iam.permissions if one.custom is custom]
        return sorted(found, key=lambda one: (one.catalog, one.display))


class FakeAuthorizations(Spoilable):
    """`Authorizations` in memory."""

    writes = frozenset({"create_agency", "register", "remove", "clear"})

    def __init__(self, iam: FakeIam) -> None:
        super().__init__()
        self.iam = iam

    async def listed(self) -> Sequence[Authorization]:
        self.note("listed")
        return sorted(self.iam.authorizations, key=lambda row: row.created)

    async def create_agency(self, suffix: str) -> str:
        lost = self.note("create_agency", suffix)
        name = f"ma_agency_{suffix}" if suffix else PRESET
        if not self.iam.agreed:
            _refuse("cloud.statement", "ModelArts.0423")
        if all(one.name != name for one in self.iam.living()):
            self._create(name)
        if lost:
            raise lost
        return name

    async def register(self, principal: Principal, agency: str) -> None:
        lost = self.note("register", agency)
        if all(one.name != agency for one in self.iam.living()):
            _refuse("cloud.no_agency", "ModelArts.6376", name=agency)
        known = [row for row in self.iam.authorizations if row.principal == principal]
        if known and principal.kind is not EVERYBODY.kind:
            _refuse("cloud.authorization_there", "ModelArts.0424", name=principal.name)
        kept = [row for row in self.iam.authorizations if row not in known]
        made = Authorization(principal, AuthorizationType.AGENCY, agency, self.iam.now())
        self.iam.authorizations = [*kept, made]
        if lost:
            raise lost

    async def remove(self, principal: Principal) -> None:
        lost = self.note("remove", principal.id or principal.name)
        kept = [row for row in self.iam.authorizations if row.principal != principal]
        if len(kept) == len(self.iam.authorizations):
            _refuse("cloud.no_authorization", "ModelArts.0429", name=principal.name or principal.id)
        self.iam.authorizations = kept
        if lost:
            raise lost

    async def clear(self) -> None:
        lost = self.note("clear")
        self.iam.authorizations = []
        if lost:
            raise lost

    async def denied(self, actions: Sequence[str]) -> Sequence[str]:
        self.note("denied")
        return [action for action in actions if action in self.iam.denied]

    def _create(self, name: str) -> None:
        if len(self.iam.living()) >= self.iam.limits["agency"]:
            _refuse("cloud.agency_failed", "ModelArts.0421", name=name, message="quota")
        made = Agency(f"agency-{len(self.iam.agencies)}", name, SERVICE, created=self.iam.now())
        self.iam.agencies.append(made)
        for permission in self.iam.preset:
            kind = ScopeKind.DOMAIN if permission.level is Level.DOMAIN else ScopeKind.ALL_PROJECTS
            self.iam.grants.setdefault(made.id, []).append(Grant(permission, Scope(kind)))


def _refuse(key: str, code: str, **facts: str) -> None:
    raise CloudRefused(say(key, code=code, **{"request_id": "r", **facts}), code=code, status=400)


class FakeCustomer(Spoilable):
    """`Customer` in memory."""

    def __init__(self, state: RealName = RealName.DONE, balance: Balance | None = None) -> None:
        super().__init__()
        self.state = state
        self.kept = balance or Balance(500.0, 0.0, "CNY")

    async def real_name(self) -> RealName:
        self.note("real_name")
        return self.state

    async def balance(self) -> Balance:
        self.note("balance")
        return self.kept
