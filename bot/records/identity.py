"""What IAM and ModelArts know of who may do what: accounts, users, agencies, permissions, grants, authorizations.

IAM calls both kinds of permission "role" in its paths; here a role and a policy are two kinds of permission, as on the
provider's pages. Times are seconds since the epoch; an agency's validity is whole days, whatever unit came (R3.12).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Account:
    """A Huawei Cloud account: its domain id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the account; a region's own is named exactly like the region, a sub-project `<region>_<name>`."""

    id: str
    name: str
    enabled: bool = True

    @property
    def region(self) -> str:
        """Return the region the project is in."""
        return self.name.partition("_")[0]


@dataclass(frozen=True, slots=True)
class IamUser:
    """A user below the account; one that is not `enabled` cannot sign in."""

    id: str
    name: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Allowance:
    """A quota of IAM: how many of a kind ("user", "group", "agency", "policy" …) the account has, and may have."""

    kind: str
    used: int
    limit: int

    @property
    def full(self) -> bool:
        """Return whether no further one can be created (R3.07)."""
        return self.used >= self.limit


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of the account. `trusted` is the name of who acts by it, a service (`op_svc_modelarts`) or an account.

    `days` is its validity as set, 0 for permanent; `expires` when it ends, 0.0 for never.
    """

    id: str
    name: str
    trusted: str
    days: int = 0
    expires: float = 0.0
    created: float = 0.0
    description: str = ""


class PermissionKind(StrEnum):
    """Role: coarse, may need other roles. Policy: operations, resources, conditions, needs nothing (R3.26)."""

    ROLE = "role"
    POLICY = "policy"


class Level(StrEnum):
    """Where a permission can be granted: for the global services, in projects, in both, in neither; IAM's `type`."""

    DOMAIN = "AX"
    PROJECT = "XA"
    BOTH = "AA"
    NEITHER = "XX"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy. `effect` is Allow or Deny; `conditions` is JSON, "" where there are none."""

    actions: tuple[str, ...]
    effect: str = "Allow"
    resources: tuple[str, ...] = ()
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A role that another role needs, in the same scope, named by catalog and display name (R3.26)."""

    catalog: str
    display: str


@dataclass(frozen=True, slots=True)
class Permission:
    """A system or custom permission. `name` is IAM's internal one, `display` what the console shows.

    `statements` are there for policies (and for roles that carry actions); `depends` only for roles.
    """

    id: str
    name: str
    display: str
    kind: PermissionKind
    level: Level
    catalog: str = ""
    custom: bool = False
    description: str = ""
    description_zh: str = ""
    statements: tuple[Statement, ...] = ()
    depends: tuple[Dependency, ...] = ()

    @property
    def actions(self) -> tuple[str, ...]:
        """Return the actions its statements allow, in order, wildcards as written (R3.11)."""
        return tuple(dict.fromkeys(a for s in self.statements if s.effect == "Allow" for a in s.actions))


class ScopeKind(StrEnum):
    """How far a grant reaches (R3.13)."""

    PROJECT = "project"
    DOMAIN = "domain"
    ALL_PROJECTS = "all_projects"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a permission is granted; `project` is a project's id, for `ScopeKind.PROJECT` only."""

    kind: ScopeKind
    project: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission that an agency has somewhere."""

    permission: Permission
    scope: Scope


class PrincipalKind(StrEnum):
    """Whom an authorization is for; ModelArts' `user_type` (R3.04)."""

    IAM_USER = "iam"
    FEDERATED = "federate"
    FEDERATED_GROUP = "federation-group"
    AGENCY = "grant"
    ALL_USERS = "all-users"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who uses an authorization: `id` of a user, group or agency, "" for a federated user, "all" for all users."""

    kind: PrincipalKind
    id: str = ""
    name: str = ""


EVERYBODY = Principal(PrincipalKind.ALL_USERS, "all")


class AuthorizationType(StrEnum):
    """By an agency, or by an access key, which is retired (R3.16)."""

    AGENCY = "agency"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True)
class Authorization:
    """A row of ModelArts' authorizations; `agency` is an agency's name, "" where the type is an access key (R3.10)."""

    principal: Principal
    type: AuthorizationType
    agency: str
    created: float


@dataclass(frozen=True, slots=True)
class LoginToken:
    """A token that signs a person in to the console until `expires`; `value` is told to nobody but them (R2.02)."""

    value: str = field(repr=False)
    expires: float


class RealName(StrEnum):
    """The state of real-name authentication on the China site (R1.01)."""

    NOT_DONE = "not_done"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    DONE = "done"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Balance:
    """What the account has and owes, in `currency`; `amount` is cash and may be spent, `debt` is overdue."""

    amount: float
    debt: float
    currency: str
