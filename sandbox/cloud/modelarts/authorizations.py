"""ModelArts' authorizations: which principal uses which agency, and the agency that ModelArts makes itself.

In doubt, and so options of the seed: `agency_repeat`, `authorization_repeat`, `all_users`, `preset_agency` and
`preset_grants`. The provider's Terraform code expects some regions to refuse a second creation with ModelArts.3818.
What ModelArts answers where the agency may not read the model is not documented (403 ModelArts.0112 here, which names
the action). An authorization of all users is shown, and deleted, as `all-users`; `all` deletes every row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.iam.agencies import Agency, Given, new_id
from sandbox.cloud.iam.rights import allows
from sandbox.cloud.iam.seed import SeededAuthorization
from sandbox.cloud.iam.state import IamState
from sandbox.cloud.modelarts.refusals import refuse
from sandbox.cloud.seed import Account, Seed, User
from sandbox.cloud.wire import Refusal
from sandbox.tables import check_known

Json = dict[str, Any]
EVERY_ROW, EVERYBODY = "all", "all-users"
SERVICE = "op_svc_modelarts"


@dataclass(frozen=True)
class Authorization:
    """One row; `type` is agency or credential, `content` the agency's name or the access key."""

    user_id: str
    user_name: str
    user_type: str
    type: str
    content: str
    created: float

    def row(self) -> Json:
        """Return it as ModelArts shows it; times are milliseconds."""
        return {
            "user_id": self.user_id,
            "user_name": self.user_name,
            "user_type": self.user_type,
            "type": self.type,
            "content": self.content,
            "create_time": round(self.created * 1000),
        }


class AuthorizationBook:
    """The authorizations of all accounts."""

    def __init__(self, seed: Seed, iam: IamState) -> None:
        self._iam = iam
        self._options = seed.options
        self._rows: dict[str, list[Authorization]] = {account.domain_id: [] for account in iam.accounts.all}
        self._agreed = {account.domain_id for account in iam.accounts.all if account.service_statement}
        self._modes: dict[str, str] = {}
        for row in seed.authorizations:
            self._seed(row)

    @property
    def now(self) -> float:
        """Return cloud time."""
        return self._iam.clock.now()

    def _seed(self, row: SeededAuthorization) -> None:
        account = self._iam.accounts.named(row.owner)
        users = {user.name: user.id for user in account.users}
        if row.user_type == "iam":
            check_known(f"user of {account.name}", [row.user], users)
        found: Callable[[], str] = {
            "iam": lambda: users[row.user],
            "grant": lambda: self._agency(account, row.user).id,
        }.get(row.user_type, lambda: EVERYBODY if row.user_type == EVERYBODY else row.user)
        name = "" if row.user_type == EVERYBODY else row.user
        made = Authorization(found(), name, row.user_type, row.type, row.content, self.now - row.created)
        self._rows[account.domain_id].append(made)

    def accounts(self) -> Sequence[Account]:
        """Return all accounts."""
        return self._iam.accounts.all

    def account(self, name: str) -> Account:
        """Return an account by name. Raises ValueError."""
        return self._iam.accounts.named(name)

    def users(self, account: Account) -> Sequence[User]:
        """Return an account's IAM users."""
        return self._iam.users.of(account)

    def of(self, account: Account) -> list[Authorization]:
        """Return an account's authorizations, oldest first."""
        return sorted(self._rows[account.domain_id], key=lambda row: row.created)

    def agree(self, account: Account) -> None:
        """Note that the account agrees to the service statement."""
        self._agreed.add(account.domain_id)

    def mode(self, account: Account, new: str | None = None) -> str:
        """Return the authorization mode, after setting it where one is given."""
        if new:
            self._modes[account.domain_id] = new
        return self._modes.get(account.domain_id, "loose")

    def create_agency(self, account: Account, suffix: str) -> str:
        """Create ModelArts' own agency, permanent and broad, and return its name."""
        if account.domain_id not in self._agreed:
            raise refuse("statement")
        name = f"ma_agency_{suffix}" if suffix else self._options.preset_agency
        if self._iam.agencies.acting(account.domain_id, name, self.now):
            if self._options.agency_repeat == "refused":
                raise refuse("agency_exists", name)
            return name
        made = Agency(new_id(), name, account.domain_id, *self._iam.trusted(name=SERVICE), "", self.now)
        for display in self._options.preset_grants:
            permission = self._iam.permissions.named(display, account.domain_id)
            made.give(Given(permission, "domain" if permission.type == "AX" else "inherited"))
        try:
            self._iam.create_agency(account, made)
        except Refusal as refusal:
            raise refuse("agency_failed", refusal.message) from None
        return name

    def register(self, account: Account, made: Authorization) -> None:
        """Authorize a principal. Raises Refusal."""
        if made.type == "agency":
            self._agency(account, made.content)
        rows = self._rows[account.domain_id]
        known = [row for row in rows if (row.user_id, row.user_type) == (made.user_id, made.user_type)]
        everybody = made.user_type == EVERYBODY
        if known and not everybody and self._options.authorization_repeat == "refused":
            raise refuse("authorized", made.user_name or made.user_id)
        kept = [] if everybody and self._options.all_users == "instead" else [row for row in rows if row not in known]
        self._rows[account.domain_id] = [*kept, made]

    def remove(self, account: Account, user_id: str) -> None:
        """Delete the authorization of one principal, or every one."""
        rows = self._rows[account.domain_id]
        kept = [] if user_id == EVERY_ROW else [row for row in rows if row.user_id != user_id]
        if len(kept) == len(rows) and user_id != EVERY_ROW:
            raise refuse("not_authorized", user_id)
        self._rows[account.domain_id] = kept

    def principal(self, account: Account, user_type: str, user_id: str | None, user_name: str | None) -> Json:
        """Return id and name of a principal. Raises Refusal for one that is named wrongly or not there."""
        if user_type == EVERYBODY:
            if user_id not in (EVERY_ROW, EVERYBODY):
                raise refuse("no_user", "all")
            return {"user_id": EVERYBODY, "user_name": ""}
        if user_type == "federate":
            if not user_name or user_id:
                raise refuse("no_user", "user_name")
            return {"user_id": user_name, "user_name": user_name}
        if not user_id:
            raise refuse("no_user", "user_id")
        return {"user_id": user_id, "user_name": self._name(account, user_type, user_id)}

    def _name(self, account: Account, user_type: str, user_id: str) -> str:
        if user_type == "grant":
            return self._iam.agencies.find(user_id, account.domain_id, self.now).name
        user = self._iam.user(account, user_id)
        if user_type == "iam" and user is None:
            raise refuse("users_failed", user_id)
        return user.name if user else user_id

    def check_acts(self, account: Account, user_id: str | None, action: str) -> None:
        """Refuse where ModelArts may not act for a user, or may not do this by the agency; the user's own row counts.

        An access key may do everything.
        """
        rows = [row for row in self.of(account) if row.user_id in (EVERYBODY, user_id or account.domain_id)]
        acting = [self._iam.agencies.acting(account.domain_id, row.content, self.now) for row in rows]
        if any(row.type == "credential" for row in rows):
            return
        own = [agency for row, agency in zip(rows, acting, strict=True) if agency and row.user_id != EVERYBODY]
        agencies = own or [agency for agency in acting if agency]
        if not agencies:
            raise refuse("no_agency_configured")
        if not allows(agencies[0].grants, action):
            raise refuse("agency_lacks", f"{agencies[0].name} needs {action}")

    def _agency(self, account: Account, name: str) -> Agency:
        found = self._iam.agencies.acting(account.domain_id, name, self.now)
        if found is None:
            raise refuse("no_agency", name)
        return found
