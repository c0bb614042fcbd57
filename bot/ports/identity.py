"""IAM, ModelArts' authorizations, and whom the account belongs to. All of it is read whole: every page.

Every method raises `CloudRefused` and `CloudBusy`, the writing ones also `CloudUnknown`. A write goes out once; what it
does the second time is said, so that an operation may observe and act again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.records.identity import (
    Account,
    Agency,
    Allowance,
    Authorization,
    Balance,
    Grant,
    IamUser,
    Level,
    LoginToken,
    Permission,
    Principal,
    Project,
    RealName,
    Scope,
    Statement,
)


class Directory(Protocol):
    """IAM: whose key the bot has, and who and what is below that account."""

    async def account(self) -> Account:
        """Return the account of the key."""
        ...

    async def caller(self) -> IamUser | None:
        """Return the user whom the bot's key belongs to, or None for the key of an agency or of no user."""
        ...

    async def projects(self) -> Sequence[Project]:
        """Return the account's projects, by name."""
        ...

    async def users(self) -> Sequence[IamUser]:
        """Return the account's IAM users, by name, disabled ones included. Federated users cannot be listed (R3.04)."""
        ...

    async def user(self, identity: str) -> IamUser | None:
        """Return one user by id, or None where the account has no such user."""
        ...

    async def allowances(self) -> Sequence[Allowance]:
        """Return the quotas of IAM with what is used of them (R3.07)."""
        ...

    async def login_token(self, agency: str, session: str, seconds: int) -> LoginToken:
        """Return a token that signs a person in by a broker agency, by name, for at least 600 `seconds` (R2.02).

        `session` is shown in the provider's own records: 5 to 64 letters, digits, "-" and "_", a letter first. Between
        lie temporary credentials, which never leave the gateway. An agency that is not there, or that does not trust
        the bot's account, refuses. This creates nothing that lasts; asking again gives another token.
        """
        ...


class Agencies(Protocol):
    """IAM's agencies of the account, and what each may do. ModelArts creates its own: `Authorizations`."""

    async def listed(self) -> Sequence[Agency]:
        """Return the account's agencies, by name."""
        ...

    async def named(self, name: str) -> Agency | None:
        """Return the agency with exactly this name, or None."""
        ...

    async def show(self, identity: str) -> Agency | None:
        """Return one agency by id, or None where it is gone."""
        ...

    async def set_days(self, identity: str, days: int) -> None:
        """Set the validity, `days` from now, 0 for permanent (R3.12). Twice counts from the second time."""
        ...

    async def delete(self, identity: str) -> None:
        """Delete an agency; one that is gone already refuses with status 404 (R3.18).

        IAM does not ask whether an authorization still uses it.
        """
        ...

    async def grants(self, identity: str) -> Sequence[Grant]:
        """Return what the agency has for the account, in each project and in all projects (R3.11).

        A grant in all projects is one grant. Permissions come whole, with their actions.
        """
        ...

    async def grant(self, identity: str, permission: str, scope: Scope) -> None:
        """Grant a permission, by id. Granting what is granted changes nothing (R3.13).

        Refused where the permission's level does not fit the scope.
        """
        ...

    async def revoke(self, identity: str, permission: str, scope: Scope) -> None:
        """Take a grant back; one that is not there refuses with status 404."""
        ...


class Permissions(Protocol):
    """IAM's system permissions and the account's custom policies."""

    async def system(self) -> Sequence[Permission]:
        """Return the system roles and policies, by catalog and display name: several hundred (R3.11)."""
        ...

    async def custom(self) -> Sequence[Permission]:
        """Return the account's custom policies, by display name."""
        ...

    async def show(self, identity: str) -> Permission | None:
        """Return one permission by id, or None where there is none."""
        ...

    async def create_policy(self, display: str, level: Level, statements: Sequence[Statement], description: str) -> str:
        """Create a custom policy and return its id (R3.08).

        `level` is DOMAIN for global services (OBS) or PROJECT for the others: one policy cannot mix them. A name that
        is taken refuses with status 409. IAM takes 1 to 8 statements, 100 actions each, 6,144 characters in all.
        """
        ...

    async def delete_policy(self, identity: str) -> None:
        """Delete a custom policy; its grants go with it. One that is gone already refuses with status 404."""
        ...


class Authorizations(Protocol):
    """ModelArts' authorizations of the region: which principal uses which agency. They are refused by code."""

    async def listed(self) -> Sequence[Authorization]:
        """Return all authorizations, oldest first (R3.10)."""
        ...

    async def create_agency(self, suffix: str) -> str:
        """Create ModelArts' preset agency and return its name, `ma_agency_<suffix>` or the preset one (R3.03, R3.08).

        It is permanent and broad, and not yet authorized for anybody. Where an agency of that name exists nothing is
        created, and its name returned. `suffix` is at most 50 letters, digits, "-" and "_"; "" is the preset name.
        """
        ...

    async def register(self, principal: Principal, agency: str) -> None:
        """Authorize a principal to use an agency, by name (R3.03).

        A principal that has one refuses with `ModelArts.0424`, except all users, whose authorization is replaced. An
        agency that is not there refuses with `ModelArts.6376`; 0423: the service statement has not been agreed to.
        """
        ...

    async def remove(self, principal: Principal) -> None:
        """Delete one principal's authorization, not the agency (R3.14). Not there: refuses with `ModelArts.0429`."""
        ...

    async def clear(self) -> None:
        """Delete every authorization of the account; the agencies stay (R3.15). With none there it does nothing."""
        ...

    async def denied(self, actions: Sequence[str]) -> Sequence[str]:
        """Return those of these IAM actions that ModelArts would deny the bot's own key (R3.05)."""
        ...


class Customer(Protocol):
    """The billing service on whose the account is (R1.01, R1.02)."""

    async def real_name(self) -> RealName:
        """Return the state of real-name authentication; UNAVAILABLE on the international site."""
        ...

    async def balance(self) -> Balance:
        """Return the balance. A key without `bss:balance:view` refuses."""
        ...
