"""The truth of IAM: what the accounts contain, how many of each thing they may have, and who may do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.clock import Clock
from sandbox.cloud.accounts import Accounts, Caller
from sandbox.cloud.iam.agencies import DAY_S, SERVICE_DOMAIN, Agency, AgencyBook, Given, iam_time, new_id
from sandbox.cloud.iam.permissions import Permission, PermissionBook
from sandbox.cloud.iam.seed import SeededAgency, SeededGrant, SeededPolicy
from sandbox.cloud.iam.users import UserBook
from sandbox.cloud.seed import Account, Project, Seed, User
from sandbox.cloud.wire import Refusal
from sandbox.tables import check_known

Json = dict[str, Any]
# Type of quota -> (limit, smallest, largest); the spelling is the API's.
QUOTAS: Mapping[str, tuple[int, int, int]] = {
    "user": (50, 10, 1000),
    "group": (20, 10, 1000),
    "idp": (10, 10, 50),
    "agency": (50, 10, 1000),
    "policy": (200, 50, 300),
    "assigment_group_mp": (500, 50, 1000),
    "assigment_agency_mp": (50, 50, 200),
    "assigment_group_ep": (500, 50, 1000),
    "assigment_user_ep": (500, 50, 1000),
    "mapping": (10, 10, 50),
}
GRANTS = "assigment_agency_mp"


class IamState:
    """Hold what IAM holds."""

    def __init__(self, clock: Clock, seed: Seed, accounts: Accounts) -> None:
        self.clock = clock
        self.accounts = accounts
        self.users = UserBook(accounts)
        self.permissions = PermissionBook()
        self.agencies = AgencyBook(ended_listed=seed.options.ended_agencies == "listed")
        self.groups = seed.groups
        self.sessions: list[Json] = []
        for policy in seed.policies:
            self._seed_policy(policy)
        for row in (*seed.agencies, *_crowd(seed)):
            self._seed_agency(row)
        self._by_user = self._gather()

    def _gather(self) -> Mapping[tuple[str, str], Sequence[Given]]:
        found: dict[tuple[str, str], list[Given]] = {}
        for group in self.groups:
            account = self.accounts.named(group.owner)
            check_known(f"user of {account.name}", group.users, (user.name for user in account.users))
            for user in group.users:
                given = [self.from_row(grant, account) for grant in group.grants]
                found.setdefault((account.domain_id, user), []).extend(given)
        return found

    def from_row(self, row: SeededGrant, account: Account) -> Given:
        """Return what a row of a seed gives. Raises ValueError for a permission or project that is not there."""
        return self.given(self.permissions.named(row.permission, account.domain_id), row.scope, account)

    def given(self, permission: Permission, scope: str, account: Account) -> Given:
        """Return a permission in a scope: domain, all_projects, or a project by name. Raises ValueError."""
        if scope == "domain":
            return Given(permission, "domain")
        if scope == "all_projects":
            return Given(permission, "inherited")
        projects = {one.name: one.id for one in account.projects}
        check_known(f"project of {account.name}", [scope], projects)
        return Given(permission, "project", projects[scope])

    def _seed_policy(self, row: SeededPolicy) -> None:
        about = {"Resource": list(row.resources)} if row.resources else {}
        policy = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": list(row.actions), **about}]}
        domain = self.accounts.named(row.owner).domain_id
        self.permissions.create(domain, row.name, row.type, ("", ""), policy, self.clock.now())

    def _seed_agency(self, row: SeededAgency) -> None:
        account, now = self.accounts.named(row.owner), self.clock.now()
        made = Agency(
            row.id or new_id(),
            row.name,
            account.domain_id,
            *self.trusted(name=row.trusts),
            description=row.description,
            created=now - row.created,
        )
        if row.days:
            made.hours, made.expires = row.days * 24, made.created + row.days * DAY_S
        for grant in row.grants:
            made.give(self.from_row(grant, account))
        self.agencies.add(made, now)

    def trusted(self, *, name: str | None = None, identity: str | None = None) -> tuple[str, str]:
        """Return id and name of the account or service that is to act by an agency. Raises Refusal 404."""
        for account in self.accounts.all:
            if name == account.name or identity == account.domain_id:
                return account.domain_id, account.name
        if name and SERVICE_DOMAIN.fullmatch(name):
            return f"{name}_domain_id", name
        raise Refusal(404, "IAM.0004", f"Could not find domain: {name or identity}.")

    def create_agency(self, account: Account, agency: Agency) -> Agency:
        """Create an agency. Raises Refusal where the quota is used up or the name is taken."""
        self.check_room(account, "agency")
        return self.agencies.add(agency, self.clock.now())

    def give(self, account: Account, agency: Agency, given: Given) -> None:
        """Give an agency a permission. Raises Refusal where it may have no more, or the level does not fit."""
        most = account.quotas.get(GRANTS, QUOTAS[GRANTS][0])
        if given not in agency.grants and len(agency.grants) >= most:
            raise Refusal(403, "IAM.0003", f"The number of {GRANTS} exceeds the quota of {most}.")
        agency.give(given)

    def check_room(self, account: Account, kind: str) -> None:
        """Refuse one more of a kind where the account has as many as it may have. Raises Refusal 403."""
        quota = self.quotas(account, kind)[0]
        if quota["used"] >= quota["quota"]:
            raise Refusal(403, "IAM.0003", f"The number of {kind} exceeds the quota of {quota['quota']}.")

    def is_root(self, caller: Caller) -> bool:
        """Return whether a caller is the account itself."""
        if caller.agency_id or caller.account is None:
            return False
        user = self.user(caller.account, caller.user_id)
        return caller.user_id is None or (user is not None and user.name == caller.account.name)

    def grants_of(self, caller: Caller) -> Sequence[Given] | None:
        """Return what a caller has been given, None for the account itself, which needs nothing."""
        if caller.account is None or self.is_root(caller):
            return None
        if caller.agency_id:
            acting = self.agencies.get(caller.agency_id, self.clock.now())
            return acting.grants if acting else ()
        user = self.user(caller.account, caller.user_id)
        return self._by_user.get((caller.account.domain_id, user.name if user else ""), ())

    def user(self, account: Account | None, user_id: str | None) -> User | None:
        """Return a user of an account, or None."""
        return self.users.find(account, user_id) if account else None

    def quotas(self, account: Account, kind: str | None) -> list[Json]:
        """Return the account's quotas, one of them or all."""
        now, domain = self.clock.now(), account.domain_id
        used = {
            "user": len(self.users.of(account)),
            "group": sum(group.owner == account.name for group in self.groups),
            "agency": len(self.agencies.of(domain, now)),
            "policy": len(self.permissions.of(domain)),
        }
        return [
            {
                "type": name,
                "quota": account.quotas.get(name, limit),
                "used": used.get(name, 0),
                "min": least,
                "max": most,
            }
            for name, (limit, least, most) in QUOTAS.items()
            if kind in (None, name)
        ]

    def truth(self) -> Json:
        """Return accounts with projects, users, agencies and quotas; no secret keys and no tokens."""
        return {"accounts": [self._account_truth(account) for account in self.accounts.all], "sessions": self.sessions}

    def _account_truth(self, account: Account) -> Json:
        now, domain = self.clock.now(), account.domain_id
        return {
            "domain_id": domain,
            "name": account.name,
            "projects": [project.model_dump() for project in account.projects],
            "users": [user.model_dump() for user in self.users.of(account)],
            "groups": [group.model_dump() for group in self.groups if group.owner == account.name],
            "agencies": [agency.truth() for agency in self.agencies.of(domain, now)],
            "policies": [policy.row() for policy in self.permissions.of(domain)],
            "access_keys": [key.ak for key in account.keys],
            "quotas": self.quotas(account, None),
        }

    def note_session(self, agency: Agency, name: str, expires: float) -> None:
        """Remember that somebody acts by an agency."""
        self.sessions.append({"agency": agency.name, "session": name, "expires_at": iam_time(expires)})


def _crowd(seed: Seed) -> list[SeededAgency]:
    many = [crowd for crowd in seed.crowds if crowd.kind == "agency"]
    return [
        SeededAgency(owner=crowd.owner, name=f"{crowd.prefix}{number}")
        for crowd in many
        for number in range(1, crowd.count + 1)
    ]


def project_row(account: Account, project: Project) -> Json:
    """Return a project as IAM lists it: parent is the account, no project is a domain."""
    return {
        "id": project.id,
        "name": project.name,
        "domain_id": account.domain_id,
        "parent_id": account.domain_id,
        "enabled": project.enabled,
        "is_domain": False,
        "description": project.description,
    }


def user_row(account: Account, user: User) -> Json:
    """Return a user as IAM shows it."""
    return {
        "id": user.id,
        "name": user.name,
        "domain_id": account.domain_id,
        "enabled": user.enabled,
        "description": user.description,
        "access_mode": user.access_mode,
        "pwd_status": True,
        "password_expires_at": None,
    }
