"""What the provider has, as our own values: what the ports return and the rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Bucket:
    """An OBS bucket as listed; `created` is the provider's ISO time, `region` its location.

    `file_system`: it is a parallel file system, which OBS lists among the buckets.
    """

    name: str
    region: str
    created: str = ""
    file_system: bool = False


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


@dataclass(frozen=True, slots=True)
class AclGrant:
    """A line of a bucket's ACL, to an account's domain id or to a group; `delivered` reaches the objects, too."""

    permission: str
    account: str = ""
    group: str = ""
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Acl:
    """A bucket's access control list: its owner's domain id, and the grants in the order they are listed in."""

    owner: str
    grants: tuple[AclGrant, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload in parts that is not finished; `begun` is when, in seconds since the epoch by the provider's clock."""

    id: str
    key: str
    begun: float


@dataclass(frozen=True, slots=True)
class ObjectSeen:
    """An object as a look at it shows it: bytes, ETag without quotes, storage class, and what it was made from.

    `source` is what the bot noted in the object's own metadata when it wrote it, else "".
    """

    size: int
    etag: str
    storage_class: str = "STANDARD"
    source: str = ""


class BucketSetting(StrEnum):
    """A setting of a bucket that can be copied to another one by reading and writing it (R4.03)."""

    VERSIONING = "versioning"
    LIFECYCLE = "lifecycle"
    TAGS = "tags"
    CORS = "cors"
    QUOTA = "quota"
    PUBLIC_ACCESS = "public_access"


@dataclass(frozen=True, slots=True)
class Service:
    """A real-time service of the classic inference API. Times are seconds since the epoch, 0 where unknown.

    `state` is the provider's word (running, stopped, deploying, failed …); `due` is when the provider stops it by
    itself; `changed` when its state last changed. `free` and `flavor` are those of its only or first node,
    and `mixed` says that others have another flavor.
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
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Flavor:
    """A compute node specification; `over_quota`: the free slot is taken (R5.29); `billing`: what bills call it."""

    id: str
    name: str
    free: bool
    over_quota: bool
    sold_out: bool
    processor: str
    billing: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one node costs an hour, a decimal number as text; "" is unknown, never zero (R5.43)."""

    amount: str = ""
    currency: str = ""


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
