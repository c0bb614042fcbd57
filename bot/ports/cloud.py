"""The provider, one account and one region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Bucket:
    """An OBS bucket as listed; `created` is the provider's ISO time, `region` its location."""

    name: str
    region: str
    created: str = ""


@dataclass(frozen=True, slots=True)
class BucketDetails:
    """What one bucket answers about itself (R4.08). Lists and counts are None where the key may not read them."""

    name: str
    region: str
    storage_class: str
    encryption: str
    grants: tuple[str, ...] | None
    policy_statements: int | None
    domain: str
    objects: int | None = None
    size: int | None = None


class Buckets(Protocol):
    """OBS. Every method raises `CloudRefused`, `CloudBusy`, and the writing ones `CloudUnknown`."""

    async def listed(self) -> list[Bucket]:
        """Return the account's buckets in all regions, by name."""
        ...

    async def region_of(self, name: str) -> str | None:
        """Return the region of a bucket of this account, or None where there is none. A bucket of others refuses."""
        ...

    async def encryption(self, name: str) -> str:
        """Return the default encryption's algorithm, or "" where it is off (R4.02)."""
        ...

    async def details(self, name: str, *, counted: bool) -> BucketDetails:
        """Return what the bucket answers about itself; object count and size only if `counted`."""
        ...

    async def create(self, name: str, region: str, storage_class: str) -> None:
        """Create a bucket without default encryption."""
        ...

    async def has_key(self, name: str, key: str) -> bool:
        """Return whether the object `key` exists."""
        ...

    async def make_folder(self, name: str, key: str) -> None:
        """Create the zero-byte object `key` that ends in "/"."""
        ...


@dataclass(frozen=True, slots=True)
class Service:
    """A real-time service of the classic inference API. Times are seconds since the epoch, 0 where unknown.

    `state` is the provider's word (running, stopped, deploying, failed …); `due` is when the provider stops it by
    itself; `changed` when its state last changed. `free` and `flavor` are those of its only or first node.
    """

    id: str
    name: str
    state: str
    flavor: str
    free: bool
    nodes: int
    model: str
    created: float
    changed: float
    due: float = 0.0
    progress: int = 0
    url: str = ""
    calls: int = 0
    failed_calls: int = 0
    error: str = ""
    owner_tag: str = ""


@dataclass(frozen=True, slots=True)
class Flavor:
    """A compute node specification; `over_quota` says that the free slot is taken (R5.29)."""

    id: str
    name: str
    free: bool
    over_quota: bool
    sold_out: bool
    processor: str


class Services(Protocol):
    """ModelArts' classic real-time services. Raises `CloudRefused`, `CloudBusy`; writing also `CloudUnknown`."""

    async def listed(self) -> Sequence[Service]:
        """Return all real-time services of the region, all pages."""
        ...

    async def show(self, identity: str) -> Service | None:
        """Return one service by id, or None when it is gone."""
        ...

    async def flavors(self) -> Sequence[Flavor]:
        """Return the flavors that services may use."""
        ...

    async def start(self, identity: str) -> None:
        """Start a stopped service with the flavor it has (R5.78)."""
        ...

    async def stop(self, identity: str) -> None:
        """Stop a running service."""
        ...


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota inside a package: what it measures, how much there was and is left, in `unit`."""

    id: str
    usage: str
    total: float
    left: float
    unit: str


@dataclass(frozen=True, slots=True)
class Package:
    """A resource package as the billing service lists it; times are seconds since the epoch (R5.51).

    `state` is waiting, active, used_up, expired or refunded.
    """

    id: str
    order: str
    product: str
    name: str
    region: str
    state: str
    effective: float
    expires: float
    quotas: tuple[Quota, ...] = ()


class Packages(Protocol):
    """Resource packages of the billing service, whatever region they were bought in."""

    async def listed(self) -> Sequence[Package]:
        """Return the account's ModelArts packages, all pages, expired ones included."""
        ...


class Cloud(Protocol):
    """The provider, one account and region."""

    @property
    def buckets(self) -> Buckets:
        """Return OBS."""
        ...

    @property
    def services(self) -> Services:
        """Return ModelArts' real-time services."""
        ...

    @property
    def packages(self) -> Packages:
        """Return the billing service's resource packages."""
        ...

    @property
    def write_limit(self) -> float:
        """Return the longest time in seconds that one write may take before it is given up."""
        ...
