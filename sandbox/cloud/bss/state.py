"""The truth of billing: resource packages with what was used of them, by cloud time, and prices by the hour."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sandbox.clock import Clock
from sandbox.cloud.accounts import Accounts
from sandbox.cloud.seed import Account, Seed, SeededPackage

WAITING, ACTIVE, USED_UP, EXPIRED, REFUNDED = range(5)
MODELARTS = "hws.service.type.modelarts"
HOUR = 4
LISTED_AFTER_EXPIRY_S = 18 * 30 * 86400.0


@dataclass(frozen=True, slots=True)
class Use:
    """One deduction in hours, at cloud time in seconds."""

    at: float
    hours: Decimal
    resource_id: str


@dataclass(frozen=True, slots=True)
class Package:
    """A resource package of hours, in force from `effective` until `expires` (cloud time, seconds)."""

    id: str
    order: str
    product: str
    name: str
    region: str
    owner: Account
    total: Decimal
    effective: float
    expires: float
    usage: str
    refunded: bool = False
    uses: tuple[Use, ...] = field(default=())

    @property
    def quota_id(self) -> str:
        """Return the id of the one quota inside."""
        return f"{self.id}-1"

    @property
    def left(self) -> Decimal:
        """Return the hours left."""
        return max(Decimal(0), self.total - sum((use.hours for use in self.uses), Decimal(0)))

    def status(self, now: float) -> int:
        """Return the provider's number for the state; what has ended is expired, used up or not."""
        if self.refunded:
            return REFUNDED
        if now < self.effective:
            return WAITING
        if now >= self.expires:
            return EXPIRED
        return ACTIVE if self.left > 0 else USED_UP


def new_id() -> str:
    """Return an identifier in the provider's style."""
    return secrets.token_hex(16)


def new_order() -> str:
    """Return an order number in the provider's style."""
    return f"CS{secrets.token_hex(6).upper()}"


class BssState:
    """Hold the packages of all accounts and regions; billing has one endpoint for all of them."""

    def __init__(self, clock: Clock, seed: Seed, accounts: Accounts) -> None:
        self.clock = clock
        self.accounts = accounts
        self.real_names: dict[str, int] = {account.domain_id: account.real_name for account in accounts.all}
        self._packages: dict[str, Package] = {}
        self._region = seed.endpoint_region
        self._billed = {flavor.id: flavor.billing_spec for flavor in seed.flavors if flavor.hourly is not None}
        self.hourly = {flavor.id: flavor.hourly for flavor in seed.flavors if flavor.hourly is not None}
        for row in seed.packages:
            self._keep(self._seeded(row, accounts.named(row.owner)))

    @property
    def tariffs(self) -> dict[tuple[str, str], Decimal]:
        """Return the prices of an hour as the inquiry knows them: by region and resource specification."""
        return {(self._region, self._billed[flavor]): hourly for flavor, hourly in self.hourly.items()}

    def set_price(self, flavor: str, hourly: Decimal) -> None:
        """Let a flavor cost this much an hour. Raises ValueError for one that has no price."""
        if flavor not in self.hourly:
            raise ValueError(f"no price of {flavor!r}; there are: {', '.join(self.hourly) or 'none'}")
        self.hourly[flavor] = hourly

    @property
    def _second(self) -> float:
        """Return the second under way: terms begin and end on whole seconds, as the wire tells them."""
        return math.floor(self.clock.now())

    def _seeded(self, row: SeededPackage, owner: Account) -> Package:
        now = self._second
        effective = now - row.effective if row.effective_in is None else now + row.effective_in
        if not effective < now + row.expires_in:
            raise ValueError(f"the seed's package {row.name!r} ends before it takes effect")
        uses = tuple(Use(now - use.ago, use.hours, new_id()) for use in row.uses)
        return Package(
            row.id or new_id(),
            new_order(),
            row.product,
            row.name,
            row.region,
            owner,
            row.hours,
            effective,
            now + row.expires_in,
            row.usage or row.name,
            row.refunded,
            uses,
        )

    def _keep(self, package: Package) -> Package:
        self._packages[package.id] = package
        return package

    def all(self) -> Sequence[Package]:
        """Return every package, in the order bought."""
        return list(self._packages.values())

    def of(self, owner: Account) -> list[Package]:
        """Return an account's packages, newest first; those expired for over 18 months are not told any more."""
        oldest = self.clock.now() - LISTED_AFTER_EXPIRY_S
        return [package for package in reversed(self.all()) if package.owner is owner and package.expires > oldest]

    def find(self, identity: str) -> Package:
        """Return a package. Raises ValueError that names those there are."""
        if identity not in self._packages:
            raise ValueError(f"no package {identity!r}; there are: {', '.join(self._packages) or 'none'}")
        return self._packages[identity]

    def renew(self, package: Package) -> Package:
        """Add a package of the same product that follows the last one of its chain (R5.57)."""
        if package.refunded:
            raise ValueError("a refunded package cannot be renewed")
        alike = [one for one in self.all() if (one.owner, one.product, one.region) == _kind(package)]
        ends = max(one.expires for one in alike if not one.refunded)
        return self._following(package, max(ends, self._second))

    def buy_again(self, package: Package) -> Package:
        """Add a package of the same product that is in force at once (R5.57)."""
        return self._following(package, self._second)

    def _following(self, package: Package, effective: float) -> Package:
        expires = effective + package.expires - package.effective
        fresh = replace(package, id=new_id(), order=new_order(), effective=effective, expires=expires)
        return self._keep(replace(fresh, refunded=False, uses=()))

    def use(self, package: Package, hours: Decimal) -> Package:
        """Deduct hours now. Raises ValueError when the package is not in force or has less left."""
        if package.status(self.clock.now()) != ACTIVE or hours > package.left:
            raise ValueError(f"the package is not in force, or has only {package.left} hours left")
        used = Use(self.clock.now(), hours, new_id())
        return self._keep(replace(package, uses=(*package.uses, used)))


def _kind(package: Package) -> tuple[Account, str, str]:
    return package.owner, package.product, package.region
