"""The provider, one account and one region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.ports.identity import Agencies, Authorizations, Customer, Directory, Permissions
from bot.records.provider import (
    Acl,
    Bucket,
    BucketDetails,
    BucketSetting,
    Flavor,
    ObjectSeen,
    Package,
    Rate,
    Service,
    Upload,
)


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

    async def keys(self, name: str, prefix: str, most: int) -> list[str]:
        """Return the first `most` (at most 1,000) keys that begin with `prefix`, in the order of their bytes."""
        ...

    async def old_versions(self, name: str, most: int) -> list[str]:
        """Return the keys that are kept as old versions or marks of deletions, of the first `most` versions."""
        ...

    async def folders(self, name: str, prefix: str) -> list[str]:
        """Return the first 1,000 folders directly below `prefix` ("" for the top), each with its "/" at the end.

        Where tens of thousands of objects lie beside them, those behind are left out.
        """
        ...

    async def object_encryption(self, name: str, key: str) -> str:
        """Return the algorithm an object was written with, or "". An object that the key may not read refuses."""
        ...

    async def encryption_off(self, name: str) -> None:
        """Switch default encryption off; objects that were written encrypted stay so (R4.02)."""
        ...

    async def delete(self, name: str) -> None:
        """Delete an empty bucket; one with objects in it refuses."""
        ...

    async def delete_folder(self, name: str, key: str) -> None:
        """Delete the empty object `key` that ends in "/"; a folder with anything in it refuses (R4.06)."""
        ...

    async def setting(self, name: str, setting: BucketSetting) -> str | None:
        """Return a setting as canonical JSON, "" where not set, None where it cannot be read whole (R4.03)."""
        ...

    async def copy_setting(self, setting: BucketSetting, source: str, target: str) -> None:
        """Set on `target` what `source` has now; refused where that is nothing, or cannot be read whole (R4.03)."""
        ...


class Access(Protocol):
    """Who may do what with an OBS bucket: its policy and its ACL. Errors as `Buckets`."""

    async def policy(self, name: str) -> str | None:
        """Return the bucket policy as JSON, "" where there is none, None where the key may not read it."""
        ...

    async def set_policy(self, name: str, policy: str) -> None:
        """Put this policy in the place of the one that is there; "" leaves the bucket without one."""
        ...

    async def acl(self, name: str) -> Acl | None:
        """Return the bucket's ACL, None where the key may not read it."""
        ...

    async def set_acl(self, name: str, acl: Acl) -> None:
        """Put this ACL in the place of the one that is there."""
        ...


class Objects(Protocol):
    """The objects in OBS buckets: written in one piece or in parts. Errors as `Buckets`."""

    async def seen(self, bucket: str, key: str) -> ObjectSeen | None:
        """Return an object's size, ETag and source, or None where there is none."""
        ...

    async def put(self, bucket: str, key: str, content: bytes, source: str) -> str:
        """Write a small object with its MD5, which OBS checks; return the ETag it has there."""
        ...

    async def begin(self, bucket: str, key: str, source: str) -> str:
        """Begin an upload in parts; return its id."""
        ...

    async def uploads(self, bucket: str, prefix: str) -> Sequence[Upload]:
        """Return the first 1,000 uploads that are not finished, of keys that begin with `prefix`."""
        ...

    async def give_up(self, bucket: str, key: str, upload: str) -> None:
        """Drop an upload with its parts; one that is not there counts as dropped."""
        ...

    async def parts(self, bucket: str, key: str, upload: str) -> Mapping[int, str]:
        """Return the ETags of the parts that are there, by number (from 1)."""
        ...

    async def put_part(self, bucket: str, key: str, upload: str, number: int, content: bytes) -> str:
        """Write one part with its MD5, which OBS checks; return its ETag."""
        ...

    async def finish(self, bucket: str, key: str, upload: str, parts: Mapping[int, str]) -> None:
        """Put the parts together."""
        ...

    async def link(self, bucket: str, key: str, seconds: int) -> str:
        """Return an address that gives the object's content to whoever has it, for so long. No call is made."""
        ...


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


class Packages(Protocol):
    """Resource packages of the billing service, whatever region they were bought in."""

    async def listed(self) -> Sequence[Package]:
        """Return the account's ModelArts packages, all pages, expired ones included."""
        ...


class Prices(Protocol):
    """The billing service's inquiry for pay-per-use prices. Raises `CloudRefused` and `CloudBusy`."""

    async def hourly(self, spec: str) -> Rate:
        """Return what a node of this billing specification costs an hour in the region; unknown if not sold (R5.43)."""
        ...


class Cloud(Protocol):
    """The provider, one account and region."""

    @property
    def buckets(self) -> Buckets:
        """Return OBS."""
        ...

    @property
    def access(self) -> Access:
        """Return who may do what with OBS's buckets."""
        ...

    @property
    def objects(self) -> Objects:
        """Return what is in OBS's buckets."""
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
    def prices(self) -> Prices:
        """Return the billing service's price inquiry."""
        ...

    @property
    def directory(self) -> Directory:
        """Return IAM's account, projects and users."""
        ...

    @property
    def agencies(self) -> Agencies:
        """Return IAM's agencies and their grants."""
        ...

    @property
    def permissions(self) -> Permissions:
        """Return IAM's permissions."""
        ...

    @property
    def authorizations(self) -> Authorizations:
        """Return ModelArts' authorizations."""
        ...

    @property
    def customer(self) -> Customer:
        """Return the billing service on whose the account is."""
        ...

    @property
    def write_limit(self) -> float:
        """Return the longest time in seconds that one write may take before it is given up."""
        ...
