"""Who exists: accounts with their projects, users and key pairs, permanent and temporary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sandbox.clock import Clock
from sandbox.cloud.iam.seed import Crowd
from sandbox.cloud.seed import Account, Key, Seed, User


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed a request, by an agency or as a user; an anonymous caller has no account.

    `policy` holds the statements that temporary credentials were narrowed to, None where they were not.
    """

    account: Account | None
    user_id: str | None = None
    agency_id: str | None = None
    policy: Sequence[Mapping[str, Any]] | None = None

    @property
    def domain_id(self) -> str | None:
        """Return the account's domain id, or None when nobody signed."""
        return self.account.domain_id if self.account else None


ANONYMOUS = Caller(None)


@dataclass(frozen=True, slots=True)
class Pair:
    """A key pair in force; `token` and `expires_at` (cloud time, seconds) belong to temporary ones."""

    ak: str
    sk: str
    caller: Caller
    token: str | None = None
    expires_at: float | None = None


class Accounts:
    """Find accounts and key pairs."""

    def __init__(self, clock: Clock, seed: Seed) -> None:
        self._clock = clock
        self.all: tuple[Account, ...] = tuple(_crowded(account, seed.crowds) for account in seed.accounts)
        self._pairs = {key.ak: self._pair(account, key) for account in self.all for key in account.keys if key.active}
        self._barred = {user.id for account in self.all for user in account.users if not user.enabled}

    def _pair(self, account: Account, key: Key) -> Pair:
        expires = None if key.expires_in_s is None else self._clock.now() + key.expires_in_s
        return Pair(key.ak, key.sk, Caller(account, key.user_id), key.token, expires)

    def pair(self, ak: str) -> Pair | None:
        """Return the key pair with this access key, expired or not; none of a user who is disabled."""
        found = self._pairs.get(ak)
        return None if found is None or found.caller.user_id in self._barred else found

    def lend(self, pair: Pair) -> None:
        """Put a temporary key pair in force."""
        self._pairs[pair.ak] = pair

    def expired(self, pair: Pair) -> bool:
        """Tell whether a temporary key pair has run out."""
        return pair.expires_at is not None and pair.expires_at <= self._clock.now()

    def named(self, name: str) -> Account:
        """Return the account of this name. Raises ValueError when a seed names one that is not there."""
        for account in self.all:
            if account.name == name:
                return account
        raise ValueError(f"the seed names an unknown account {name!r}")


def _crowded(account: Account, crowds: Iterable[Crowd]) -> Account:
    """Return an account with the users of its crowds."""
    many = [crowd for crowd in crowds if (crowd.owner, crowd.kind) == (account.name, "user")]
    names = [f"{crowd.prefix}{number}" for crowd in many for number in range(1, crowd.count + 1)]
    users = [User(id=sha256(f"{account.name}/{name}".encode()).hexdigest()[:32], name=name) for name in names]
    return account.model_copy(update={"users": (*account.users, *users)})


def project_ids(account: Account | None) -> Iterable[str]:
    """Return the ids of the projects that an account may work in: those that are enabled."""
    return [project.id for project in account.projects if project.enabled] if account else []
