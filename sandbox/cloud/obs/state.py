"""The truth of OBS: buckets of all accounts in all regions, with settings and objects."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.cloud.accounts import Accounts
from sandbox.cloud.obs.grants import Grant, canned_grants
from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.seed import Account, Seed, SeededBucket
from sandbox.tables import check_known

NAME = re.compile(r"[a-z0-9](?!.*(\.\.|\.-|-\.))[a-z0-9.-]{1,61}[a-z0-9]")
DEFAULT_REGION = "cn-north-1"
_REGION_NAMES = (
    "af-north-1 af-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 cn-east-3 cn-east-4 cn-north-1 "
    "cn-north-2 cn-north-4 cn-north-9 cn-north-11 cn-north-12 cn-south-1 cn-southwest-2 cn-southwest-3 la-north-2 "
    "la-south-2 me-east-1 sa-brazil-1 tr-west-1"
)
REGIONS = frozenset(_REGION_NAMES.split())


@dataclass(frozen=True, slots=True)
class Stored:
    """An object; `modified` is cloud time in seconds, `encryption` the algorithm it was written with."""

    content: bytes
    modified: float
    storage_class: str
    content_type: str = "binary/octet-stream"
    encryption: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    joined: str = ""
    etag: str = field(init=False)
    """The quoted MD5 of the content, or of an object uploaded in parts what was made of theirs."""

    def __post_init__(self) -> None:
        """Take the MD5 once, when the object is written: listings of thousands ask for it again and again."""
        made = self.joined or f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'
        object.__setattr__(self, "etag", made)


@dataclass(slots=True)
class Bucket:
    """A bucket; `documents` holds settings kept as read (lifecycle, cors, tagging, publicAccessBlock)."""

    name: str
    owner: Account
    region: str
    created: float
    grants: tuple[Grant, ...]
    storage_class: str = "STANDARD"
    file_system: bool = False
    enterprise_project: str | None = None
    redundancy: str | None = None
    encryption: str | None = None
    encryption_key: str | None = None
    policy: str | None = None
    versioning: str | None = None
    quota: int = 0
    documents: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, Stored] = field(default_factory=dict)
    uploads: dict[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return the bytes stored."""
        return sum(len(stored.content) for stored in self.objects.values())


class ObsState:
    """Hold all buckets; names are one space for all accounts."""

    def __init__(self, clock: Clock, seed: Seed, accounts: Accounts) -> None:
        self.clock = clock
        self.region = seed.endpoint_region
        self.options = seed.options
        self._released: dict[str, float] = {}
        self.buckets = {bucket.name: self._seeded(bucket, accounts.named(bucket.owner)) for bucket in seed.buckets}

    def _seeded(self, seed: SeededBucket, owner: Account) -> Bucket:
        check_name(seed.name)
        check_known("region", [seed.region], sorted(REGIONS))
        bucket = Bucket(
            seed.name,
            owner,
            seed.region,
            self.clock.now(),
            canned_grants(seed.acl, owner.domain_id),
            storage_class=seed.storage_class,
            encryption=seed.encryption,
            policy=seed.policy,
        )
        for item in seed.objects:
            content = item.content.encode() if item.size is None else bytes(item.size)
            encryption = (seed.encryption or "kms") if item.encrypted else None
            bucket.objects[item.key] = Stored(content, bucket.created, seed.storage_class, encryption=encryption)
        return bucket

    def find(self, name: str) -> Bucket:
        """Return the bucket. Raises Refusal NoSuchBucket."""
        if name not in self.buckets:
            raise refuse("NoSuchBucket")
        return self.buckets[name]

    def owned(self, account: Account) -> list[Bucket]:
        """Return the account's buckets by name."""
        return sorted((b for b in self.buckets.values() if b.owner is account), key=lambda b: b.name)

    def taken(self, name: str, account: Account, region: str) -> Bucket | None:
        """Return the account's own bucket of this name and region, None if the name is free. Raises Refusal 409."""
        bucket = self.buckets.get(name)
        if bucket is None:
            self._check_released(name)
            return None
        if bucket.owner is not account:
            raise refuse("BucketAlreadyExists")
        if bucket.region != region:
            raise refuse("BucketAlreadyOwnedByYou")
        return bucket

    def _check_released(self, name: str) -> None:
        deleted = self._released.get(name)
        if deleted is not None and self.clock.now() < deleted + self.options.name_release_s:
            raise refuse("OperationAborted", "The name of a deleted bucket is not free yet")

    def add(self, bucket: Bucket) -> None:
        """Add a bucket. Raises Refusal TooManyBuckets."""
        if len(self.owned(bucket.owner)) >= bucket.owner.bucket_quota:
            raise refuse("TooManyBuckets")
        self.buckets[bucket.name] = bucket

    def remove(self, bucket: Bucket) -> None:
        """Remove an empty bucket. Raises Refusal BucketNotEmpty."""
        if bucket.objects or bucket.uploads:
            raise refuse("BucketNotEmpty")
        del self.buckets[bucket.name]
        self._released[bucket.name] = self.clock.now()

    def truth(self) -> dict[str, Any]:
        """Return all buckets with settings and objects, ready for JSON."""
        return {"region": self.region, "buckets": [_truth(self.buckets[name]) for name in sorted(self.buckets)]}


def check_name(name: str) -> None:
    """Refuse a name that breaks the rules of OBS. Raises Refusal InvalidBucketName."""
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        if NAME.fullmatch(name):
            return
    raise refuse("InvalidBucketName")


def _truth(bucket: Bucket) -> dict[str, Any]:
    rows = [
        {
            "key": key,
            "size": len(stored.content),
            "encrypted": stored.encryption is not None,
            "etag": stored.etag.strip('"'),
            "metadata": dict(stored.metadata),
        }
        for key, stored in sorted(bucket.objects.items())
    ]
    return {
        "name": bucket.name,
        "region": bucket.region,
        "owner": bucket.owner.name,
        "owner_id": bucket.owner.domain_id,
        "created": bucket.created,
        "storage_class": bucket.storage_class,
        "encryption": bucket.encryption,
        "versioning": bucket.versioning,
        "quota": bucket.quota,
        "acl": [grant.truth() for grant in bucket.grants],
        "policy": bucket.policy,
        "enterprise_project": bucket.enterprise_project,
        "settings": dict(bucket.documents),
        "objects": rows,
        "uploads": [{"key": upload.key, "parts": sorted(upload.parts)} for upload in bucket.uploads.values()],
    }
