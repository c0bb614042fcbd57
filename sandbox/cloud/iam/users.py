"""The truth about IAM users: those of the start, and those that somebody made or deleted in the console since."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sandbox.cloud.accounts import Accounts
from sandbox.cloud.seed import Account, User
from sandbox.cloud.wire import Refusal


class UserBook:
    """All users of all accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._users = {account.domain_id: list(account.users) for account in accounts.all}

    def of(self, account: Account) -> Sequence[User]:
        """Return an account's users, oldest first."""
        return self._users[account.domain_id]

    def find(self, account: Account, user_id: str | None) -> User | None:
        """Return a user by id, or None."""
        return next((user for user in self.of(account) if user.id == user_id), None)

    def create(self, account: Account, name: str) -> User:
        """Create a user. Raises Refusal 409 where the name is taken."""
        if any(user.name == name for user in self.of(account)):
            raise Refusal(409, "IAM.0005", f"Duplicate entry for user: {name}.")
        made = User(id=sha256(f"{account.name}/{name}".encode()).hexdigest()[:32], name=name)
        self._users[account.domain_id].append(made)
        return made

    def delete(self, account: Account, name: str) -> User:
        """Delete a user, not the account's own. Raises Refusal 404, 403."""
        found = next((user for user in self.of(account) if name in (user.name, user.id)), None)
        if found is None:
            raise Refusal(404, "IAM.0004", f"Could not find user: {name}.")
        if found.name == account.name:
            raise Refusal(403, "IAM.0003", "The account itself cannot be deleted.")
        self._users[account.domain_id].remove(found)
        return found
