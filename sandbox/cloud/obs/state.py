"""The truth of OBS: buckets of all accounts in all regions, with settings and objects."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
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
NULL = "null"
"""The version id of what was written while versioning was not on."""
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


@dataclass(frozen=True, slots=True)
class Version:
    """What versioning keeps of an object beside the current one; without `stored` it marks a deletion."""

    key: str
    id: str
    at: float
    stored: Stored | None


@dataclass(slots=True)
class Bucket:
    """A bucket; `documents` holds settings kept as read (lifecycle, cors, tagging, publicAccessBlock).

    `objects` are the current ones, `ids` the version ids of those that have one, `history` what versioning keeps, the
    oldest first.
    """

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
    ids: dict[str, str] = field(default_factory=dict)
    history: list[Version] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return the bytes stored, old versions included."""
        old = [version.stored for version in self.history if version.stored]
        return sum(len(stored.content) for stored in (*self.objects.values(), *old))

    def write(self, key: str, stored: Stored) -> str:
        """Make this the current object; return its version id, "" in a bucket that keeps none."""
        self._keep(key)
        self.objects[key] = stored
        return self._numbered(key)

    def erase(self, key: str, at: float) -> None:
        """Delete the current object; where versions are kept it stays as an old one, behind a mark of its deletion."""
        self._keep(key)
        self.objects.pop(key, None)
        self.ids.pop(key, None)
        if self.versioning:
            identity = secrets.token_hex(16).upper() if self.versioning == "Enabled" else NULL
            self.history.append(Version(key, identity, at, None))

    def erase_version(self, key: str, identity: str) -> None:
        """Delete one version, or one mark of a deletion, for good; the newest one left becomes the current object."""
        self.history = [one for one in self.history if (one.key, one.id) != (key, identity)]
        if key in self.objects and self.ids.get(key, NULL) == identity:
            del self.objects[key]
            self.ids.pop(key, None)
        newest = next((one for one in reversed(self.history) if one.key == key), None)
        if key not in self.objects and newest is not None and newest.stored is not None:
            self.history.remove(newest)
            self.objects[key], self.ids[key] = newest.stored, newest.id

    def _keep(self, key: str) -> None:
        """Keep the current object as an old version where versioning is on, or was when it was written."""
        current = self.objects.get(key)
        if current is not None and (self.versioning == "Enabled" or self.ids.get(key, NULL) != NULL):
            self.history.append(Version(key, self.ids.get(key, NULL), current.modified, current))

    def _numbered(self, key: str) -> str:
        self.ids.pop(key, None)
        if self.versioning == "Enabled":
            self.ids[key] = secrets.token_hex(16).upper()
        elif self.versioning == "Suspended":
            self.history = [one for one in self.history if (one.key, one.id) != (key, NULL)]
            self.ids[key] = NULL
        return self.ids.get(key, "")


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
        if bucket.objects or bucket.uploads or bucket.history:
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
        "old_versions": [{"key": one.key, "deleted": one.stored is None} for one in bucket.history],
        "uploads": [{"key": upload.key, "parts": sorted(upload.parts)} for upload in bucket.uploads.values()],
    }
