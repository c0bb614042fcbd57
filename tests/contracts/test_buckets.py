"""One suite for `Buckets`, on the fake and on ObsBuckets against the simulated OBS over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from bot.errors import CloudBusy, CloudRefused, CloudUnknown
from bot.huawei.client import CloudSettings, Limits
from bot.huawei.cloud import HuaweiCloud
from bot.ports import Buckets
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.fakes.cloud import FakeBuckets, Kept
from tests.sandbox.cloud.support import Served, Switch

AK, SK = "SANDBOXDEMOAK0000001", "sandbox-demo-secret-key-000000000000001"
HERE, THERE = "cn-north-4", "cn-north-1"
SEED: dict[str, Any] = {
    "endpoint_region": HERE,
    "accounts": [
        {"domain_id": "d1", "name": "us", "keys": [{"ak": AK, "sk": SK}], "bucket_quota": 6},
        {"domain_id": "d2", "name": "them", "keys": []},
    ],
    "buckets": [
        {"name": "foreign", "owner": "them", "region": HERE},
        {"name": "plain", "owner": "us", "region": HERE, "objects": [{"key": "flowers/"}, {"key": "a", "size": 2048}]},
        {"name": "away", "owner": "us", "region": THERE, "storage_class": "COLD"},
        {"name": "sealed", "owner": "us", "region": HERE, "encryption": "kms"},
    ],
    "options": {"hang_s": 5.0},
}
OPERATIONS = {"create": "create_bucket", "make_folder": "put_object", "region_of": "get_bucket_location"}


class Rig(Protocol):
    @property
    def buckets(self) -> Buckets: ...

    def fault(self, operation: str, kind: str, times: int = 1) -> None: ...

    def holds(self, name: str) -> bool: ...


@dataclass
class FakeRig:
    buckets: FakeBuckets

    def fault(self, operation: str, kind: str, times: int = 1) -> None:
        self.buckets.fault(operation, kind, times)

    def holds(self, name: str) -> bool:
        return name in self.buckets.kept


@dataclass
class WireRig:
    cloud: Cloud
    buckets: Buckets

    def fault(self, operation: str, kind: str, times: int = 1) -> None:
        self.cloud.add_fault("obs", OPERATIONS[operation], kind, times)

    def holds(self, name: str) -> bool:
        return any(bucket["name"] == name for bucket in self.cloud.truth("obs")["buckets"])


def fake() -> FakeBuckets:
    return FakeBuckets(
        {
            "foreign": Kept(HERE, ours=False),
            "plain": Kept(HERE, objects={"flowers/": 0, "a": 2048}),
            "away": Kept(THERE, "COLD"),
            "sealed": Kept(HERE, encryption="kms"),
        }
    )


def settings(url: str, ak: str = AK, sk: str = SK) -> CloudSettings:
    limits = Limits(queue=2.0, connect=1.0, read=0.5, attempts=2, pause=0.01, longest_pause=0.02)
    return CloudSettings(ak, sk, HERE, endpoints={"obs": url}, limits=limits)


@pytest.fixture(params=["fake", "wire"])
async def rig(request: pytest.FixtureRequest, port: tuple[Switch, Served]) -> AsyncIterator[Rig]:
    if request.param == "fake":
        yield FakeRig(fake())
        return
    switch, served = port
    simulated = build_cloud(Clock(), Calls(), SEED)
    switch.app = simulated.apps["obs"]
    cloud = HuaweiCloud(settings(served.url))
    try:
        yield WireRig(simulated, cloud.buckets)
    finally:
        await cloud.close()
        simulated.close()


@pytest.mark.rule("R4.05")
async def test_lists_our_buckets_of_all_regions_by_name(rig: Rig) -> None:
    assert [(b.name, b.region) for b in await rig.buckets.listed()] == [
        ("away", THERE),
        ("plain", HERE),
        ("sealed", HERE),
    ]


@pytest.mark.rule("R4.01")
@pytest.mark.parametrize(("name", "region"), [("plain", HERE), ("away", THERE), ("nobodys-bucket", None)])
async def test_says_the_region_even_behind_a_redirect(rig: Rig, name: str, region: str | None) -> None:
    assert await rig.buckets.region_of(name) == region


@pytest.mark.rule("R4.04")
async def test_a_bucket_of_others_is_refused_in_words(rig: Rig) -> None:
    with pytest.raises(CloudRefused) as refused:
        await rig.buckets.region_of("foreign")
    assert refused.value.say.key == "cloud.bucket_foreign"
    assert refused.value.code == "AccessDenied"


@pytest.mark.rule("R4.02")
@pytest.mark.parametrize(("name", "algorithm"), [("plain", ""), ("sealed", "kms"), ("away", "")])
async def test_reads_default_encryption(rig: Rig, name: str, algorithm: str) -> None:
    assert await rig.buckets.encryption(name) == algorithm


@pytest.mark.rule("R4.02")
async def test_a_missing_bucket_is_not_an_unencrypted_one(rig: Rig) -> None:
    with pytest.raises(CloudRefused) as refused:
        await rig.buckets.encryption("nobodys-bucket")
    assert refused.value.say.key == "cloud.no_bucket"


@pytest.mark.rule("R4.08")
async def test_details_of_a_bucket(rig: Rig) -> None:
    found = await rig.buckets.details("plain", counted=False)
    assert (found.region, found.storage_class, found.encryption) == (HERE, "STANDARD", "")
    assert found.grants == ("owner FULL_CONTROL",)
    assert found.policy_statements == 0
    assert found.domain == "plain.obs.cn-north-4.myhuaweicloud.com"
    assert (found.objects, found.size) == (None, None)


@pytest.mark.rule("R4.08")
async def test_details_count_on_request_and_name_the_class(rig: Rig) -> None:
    counted = await rig.buckets.details("plain", counted=True)
    assert (counted.objects, counted.size) == (2, 2048)
    assert (await rig.buckets.details("away", counted=False)).storage_class == "COLD"


async def test_details_of_no_bucket_are_refused(rig: Rig) -> None:
    with pytest.raises(CloudRefused) as refused:
        await rig.buckets.details("nobodys-bucket", counted=False)
    assert refused.value.code == "NoSuchBucket"


@pytest.mark.rule("R4.02")
@pytest.mark.parametrize("storage_class", ["standard", "warm", "cold"])
async def test_creates_without_encryption_and_again_without_harm(rig: Rig, storage_class: str) -> None:
    await rig.buckets.create("c-flowers", HERE, storage_class)
    await rig.buckets.create("c-flowers", HERE, storage_class)
    found = await rig.buckets.details("c-flowers", counted=False)
    assert (found.region, found.encryption) == (HERE, "")
    assert found.storage_class == storage_class.upper()


@pytest.mark.rule("R4.04")
@pytest.mark.parametrize(
    ("name", "region", "code", "text"),
    [
        ("foreign", HERE, "BucketAlreadyExists", "cloud.bucket_taken"),
        ("away", HERE, "BucketAlreadyOwnedByYou", "cloud.bucket_elsewhere"),
        ("new-bucket", THERE, "IllegalLocationConstraintException", "cloud.location"),
    ],
)
async def test_a_name_that_cannot_be_had_is_explained(rig: Rig, name: str, region: str, code: str, text: str) -> None:
    with pytest.raises(CloudRefused) as refused:
        await rig.buckets.create(name, region, "standard")
    assert (refused.value.code, refused.value.say.key) == (code, text)


@pytest.mark.rule("R4.06")
async def test_folders_are_there_once_made_however_often(rig: Rig) -> None:
    assert await rig.buckets.has_key("plain", "flowers/")
    for key in ("训练/", "a b+c/d/", "100%/"):
        assert not await rig.buckets.has_key("plain", key)
        await rig.buckets.make_folder("plain", key)
        await rig.buckets.make_folder("plain", key)
        assert await rig.buckets.has_key("plain", key)
    assert not await rig.buckets.has_key("nobodys-bucket", "flowers/")


async def test_a_folder_in_no_bucket_is_refused(rig: Rig) -> None:
    with pytest.raises(CloudRefused) as refused:
        await rig.buckets.make_folder("nobodys-bucket", "flowers/")
    assert refused.value.code == "NoSuchBucket"


@pytest.mark.rule("R1.02")
async def test_arrears_are_named_with_the_link_that_mends(rig: Rig) -> None:
    rig.fault("create", "arrears")
    with pytest.raises(CloudRefused) as refused:
        await rig.buckets.create("c-flowers", HERE, "standard")
    assert refused.value.say.key == "cloud.arrears"
    assert "link" in refused.value.say.facts
    assert not rig.holds("c-flowers")


@pytest.mark.parametrize(("kind", "happened"), [("timeout_before", False), ("timeout_after", True)])
async def test_an_unanswered_write_is_unknown_and_never_repeated(rig: Rig, kind: str, happened: bool) -> None:
    rig.fault("create", kind)
    with pytest.raises(CloudUnknown):
        await rig.buckets.create("c-flowers", HERE, "standard")
    assert rig.holds("c-flowers") is happened


async def test_a_throttled_write_did_nothing(rig: Rig) -> None:
    rig.fault("create", "throttled")
    with pytest.raises(CloudBusy):
        await rig.buckets.create("c-flowers", HERE, "standard")
    assert not rig.holds("c-flowers")
