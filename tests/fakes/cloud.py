"""A cloud with memory, for flows and handlers: says what OBS says, and can be told to fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.errors import CloudRefused
from bot.ports import EVERYBODY, Acl, Authorization, AuthorizationType, Bucket, BucketDetails, BucketSetting
from bot.say import say
from tests.fakes.access import PRIVATE, FakeAccess
from tests.fakes.faults import Spoilable
from tests.fakes.identity import FakeAgencies, FakeDirectory, FakeIam
from tests.fakes.objects import FakeObjects
from tests.fakes.packages import FakePackages
from tests.fakes.permissions import FakeAuthorizations, FakeCustomer, FakePermissions
from tests.fakes.prices import FakePrices
from tests.fakes.services import FakeServices


@dataclass
class Kept:
    """A bucket as the fake keeps it; `ours` False is another account's.

    `sealed` are keys written encrypted, `closed` those that may not be read; `settings` hold canonical JSON.
    """

    region: str
    storage_class: str = "STANDARD"
    encryption: str = ""
    objects: dict[str, int] = field(default_factory=dict)
    ours: bool = True
    sealed: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    policy: str | None = ""
    settings: dict[BucketSetting, str | None] = field(default_factory=dict)
    acl: Acl | None = PRIVATE
    old: tuple[str, ...] = ()
    file_system: bool = False


class FakeBuckets(Spoilable):
    """`Buckets` in memory."""

    writes = frozenset({"create", "make_folder", "encryption_off", "delete", "delete_folder", "copy_setting"})

    def __init__(self, kept: dict[str, Kept] | None = None, *, here: str = "cn-north-4") -> None:
        super().__init__()
        self.kept = kept if kept is not None else {}
        self._here = here

    def _mine(self, name: str) -> Kept:
        found = self.kept.get(name)
        if found is None:
            raise CloudRefused(say("cloud.no_bucket", name=name), code="NoSuchBucket", status=404)
        if not found.ours:
            raise CloudRefused(say("cloud.bucket_foreign", name=name), code="AccessDenied", status=403)
        return found

    async def listed(self) -> list[Bucket]:
        self.note("listed")
        kept = sorted(self.kept.items())
        return [Bucket(name, b.region, file_system=b.file_system) for name, b in kept if b.ours]

    async def region_of(self, name: str) -> str | None:
        self.note("region_of", name)
        return self._mine(name).region if name in self.kept else None

    async def encryption(self, name: str) -> str:
        self.note("encryption", name)
        return self._mine(name).encryption

    async def details(self, name: str, *, counted: bool) -> BucketDetails:
        self.note("details", name)
        b = self._mine(name)
        domain = f"{name}.obs.{b.region}.myhuaweicloud.com"
        numbers = (len(b.objects), sum(b.objects.values())) if counted else (None, None)
        return BucketDetails(
            name, b.region, b.storage_class, b.encryption, ("owner FULL_CONTROL",), 0, domain, *numbers
        )

    async def create(self, name: str, region: str, storage_class: str) -> None:
        lost = self.note("create", name)
        found = self.kept.get(name)
        if region != self._here:
            code = "IllegalLocationConstraintException"
            raise CloudRefused(say("cloud.location", region=region, code=code, request_id="r"), code=code, status=400)
        if found is not None and not found.ours:
            raise CloudRefused(
                say("cloud.bucket_taken", name=name, code="BucketAlreadyExists"),
                code="BucketAlreadyExists",
                status=409,
            )
        if found is not None and found.region != region:
            code = "BucketAlreadyOwnedByYou"
            raise CloudRefused(
                say("cloud.bucket_elsewhere", name=name, region=region, code=code), code=code, status=409
            )
        self.kept.setdefault(name, Kept(region, storage_class.upper()))
        if lost:
            raise lost

    async def has_key(self, name: str, key: str) -> bool:
        self.note("has_key", name)
        return name in self.kept and key in self._mine(name).objects

    async def make_folder(self, name: str, key: str) -> None:
        lost = self.note("make_folder", name)
        self._mine(name).objects.setdefault(key, 0)
        if lost:
            raise lost

    async def keys(self, name: str, prefix: str, most: int) -> list[str]:
        self.note("keys", name)
        return sorted((k for k in self._mine(name).objects if k.startswith(prefix)), key=str.encode)[:most]

    async def old_versions(self, name: str, most: int) -> list[str]:
        self.note("old_versions", name)
        return list(self._mine(name).old[:most])

    async def folders(self, name: str, prefix: str) -> list[str]:
        self.note("folders", name)
        below = [k[len(prefix) :] for k in self._mine(name).objects if k.startswith(prefix)]
        return sorted({f"{prefix}{k.split('/', 1)[0]}/" for k in below if "/" in k})[:1000]

    async def object_encryption(self, name: str, key: str) -> str:
        self.note("object_encryption", name)
        if key in self._mine(name).closed:
            raise CloudRefused(say("cloud.bucket_foreign", name=name), status=403)
        return "kms" if key in self._mine(name).sealed else ""

    async def encryption_off(self, name: str) -> None:
        lost = self.note("encryption_off", name)
        self._mine(name).encryption = ""
        if lost:
            raise lost

    async def delete(self, name: str) -> None:
        lost = self.note("delete", name)
        if self._mine(name).objects or self._mine(name).old:
            code = "BucketNotEmpty"
            raise CloudRefused(say("cloud.bucket_not_empty", name=name, code=code), code=code, status=409)
        del self.kept[name]
        if lost:
            raise lost

    async def delete_folder(self, name: str, key: str) -> None:
        lost = self.note("delete_folder", name)
        objects = self._mine(name).objects
        if any(one.startswith(key) and (one != key or size) for one, size in objects.items()):
            raise CloudRefused(say("bucket.folder.full", name=name, folder=key), code="FolderNotEmpty", status=409)
        objects.pop(key, None)
        if lost:
            raise lost

    async def setting(self, name: str, setting: BucketSetting) -> str | None:
        self.note("setting", name)
        return self._mine(name).settings.get(setting, "")

    async def copy_setting(self, setting: BucketSetting, source: str, target: str) -> None:
        lost = self.note("copy_setting", target)
        self._mine(target).settings[setting] = self._mine(source).settings.get(setting, "")
        if lost:
            raise lost


class _Sizes(Mapping[str, dict[str, int]]):
    """The fake buckets as the fake objects see them: sizes by key, by bucket."""

    def __init__(self, buckets: FakeBuckets) -> None:
        self._buckets = buckets

    def __getitem__(self, name: str) -> dict[str, int]:
        return self._buckets.kept[name].objects

    def __iter__(self) -> Iterator[str]:
        return iter(self._buckets.kept)

    def __len__(self) -> int:
        return len(self._buckets.kept)


class FakeCloud:
    """`Cloud` in memory; `iam` is the one memory of who may do what, all users being authorized if it is left out."""

    def __init__(
        self,
        buckets: FakeBuckets | None = None,
        services: FakeServices | None = None,
        packages: FakePackages | None = None,
        iam: FakeIam | None = None,
        customer: FakeCustomer | None = None,
        prices: FakePrices | None = None,
    ) -> None:
        self.buckets = buckets or FakeBuckets()
        self.access = FakeAccess(self.buckets)
        self.objects = FakeObjects(_Sizes(self.buckets))
        self.services = services or FakeServices()
        self.packages = packages or FakePackages()
        self.prices = prices or FakePrices()
        self.iam = iam or FakeIam(authorizations=[Authorization(EVERYBODY, AuthorizationType.AGENCY, "lab", 0.0)])
        self.directory = FakeDirectory(self.iam)
        self.agencies = FakeAgencies(self.iam)
        self.permissions = FakePermissions(self.iam)
        self.authorizations = FakeAuthorizations(self.iam)
        self.customer = customer or FakeCustomer()
        self.write_limit = 1.0
