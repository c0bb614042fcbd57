"""One suite for what `Buckets` reads and changes of buckets that are there, on the fake and over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from obs import CorsRule, DateTime, Expiration, Lifecycle, ObsClient, Rule, TagInfo, Transition

from bot.errors import CloudRefused, CloudUnknown
from bot.huawei.cloud import HuaweiCloud
from bot.ports import Buckets, BucketSetting
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import Cloud, build_cloud
from tests.contracts.test_buckets import AK, HERE, SEED, SK, settings
from tests.fakes.cloud import FakeBuckets, Kept
from tests.sandbox.cloud.support import Served, Switch

OBJECTS: list[dict[str, Any]] = [{"key": "a-1"}, {"key": "a/"}, {"key": "a/x", "encrypted": True}, {"key": "b"}]
DENIED = [{"Effect": "Deny", "Principal": {"ID": ["*"]}, "Action": ["GetObject"], "Resource": ["full/b"]}]
POLICY = json.dumps({"Statement": DENIED})
BUCKETS: list[dict[str, Any]] = [
    {"name": "full", "owner": "us", "region": HERE, "objects": OBJECTS, "policy": POLICY, "encryption": "kms"},
    {"name": "empty", "owner": "us", "region": HERE},
    {"name": "foreign", "owner": "them", "region": HERE},
]
RULES = [
    Rule(
        id="tidy",
        prefix="old/",
        status="Enabled",
        expiration=Expiration(date=DateTime(2030, 5, 17)),
        transition=[Transition(storageClass="WARM", days=30)],
    )
]
SET = {
    BucketSetting.VERSIONING: '"Enabled"',
    BucketSetting.TAGS: '{"tagSet": [{"key": "team", "value": "花"}]}',
    BucketSetting.QUOTA: "1048576",
    BucketSetting.PUBLIC_ACCESS: '{"blockPublicAcls": true, "blockPublicPolicy": true, '
    '"ignorePublicAcls": false, "restrictPublicBuckets": false}',
}


def furnish(url: str) -> None:
    """Give bucket `full` every setting that can be copied, with the provider's own SDK."""
    client = ObsClient(AK, SK, server=url, max_retry_count=0, timeout=5)
    try:
        done = [
            client.setBucketVersioning("full", "Enabled"),
            client.setBucketLifecycle("full", Lifecycle(rule=RULES)),
            client.setBucketTagging("full", TagInfo().addTag("team", "花")),
            client.setBucketCors(
                "full", [CorsRule(id="w", allowedMethod=["GET"], allowedOrigin=["https://a.example"])]
            ),
            client.setBucketQuota("full", 1048576),
            client.putBucketPublicAccessBlock("full", True, False, True, False),
        ]
    finally:
        client.close()
    assert [result.status for result in done] == [200, 200, 204, 200, 200, 200]


def fake() -> FakeBuckets:
    keys = {item["key"]: 0 for item in OBJECTS}
    lifecycle, cors = '{"rule": [{"id": "tidy"}]}', '[{"id": "w"}]'
    known = SET | {BucketSetting.LIFECYCLE: lifecycle, BucketSetting.CORS: cors}
    return FakeBuckets(
        {
            "full": Kept(HERE, "STANDARD", "kms", keys, True, frozenset({"a/x"}), frozenset({"b"}), POLICY, {**known}),
            "empty": Kept(HERE),
            "foreign": Kept(HERE, ours=False),
        }
    )


@asynccontextmanager
async def wired(
    port: tuple[Switch, Served], buckets: list[dict[str, Any]]
) -> AsyncIterator[tuple[Cloud, Calls, Buckets]]:
    """Run the adapter on a simulated OBS that holds these buckets."""
    switch, served = port
    calls = Calls()
    simulated = build_cloud(Clock(), calls, {**SEED, "buckets": buckets})
    switch.app = simulated.apps["obs"]
    cloud = HuaweiCloud(settings(served.url))
    try:
        yield simulated, calls, cloud.buckets
    finally:
        await cloud.close()
        simulated.close()


@pytest.fixture(params=["fake", "wire"])
async def buckets(request: pytest.FixtureRequest, port: tuple[Switch, Served]) -> AsyncIterator[Buckets]:
    if request.param == "fake":
        yield fake()
        return
    async with wired(port, BUCKETS) as (_, _, found):
        furnish(port[1].url)
        yield found


@pytest.mark.parametrize(
    ("prefix", "most", "keys"),
    [("", 10, ["a-1", "a/", "a/x", "b"]), ("a/", 10, ["a/", "a/x"]), ("", 2, ["a-1", "a/"]), ("z", 10, [])],
)
async def test_keys_come_in_order_cut_at_the_most(buckets: Buckets, prefix: str, most: int, keys: list[str]) -> None:
    assert await buckets.keys("full", prefix, most) == keys


@pytest.mark.parametrize(("prefix", "folders"), [("", ["a/", "c/"]), ("c/", ["c/d/"]), ("c/d/", []), ("z/", [])])
async def test_folders_are_those_directly_below(buckets: Buckets, prefix: str, folders: list[str]) -> None:
    await buckets.make_folder("empty", "a/")
    await buckets.make_folder("empty", "c/d/")
    assert await buckets.folders("empty", prefix) == folders


@pytest.mark.rule("R4.02")
async def test_an_object_tells_how_it_was_written(buckets: Buckets) -> None:
    assert await buckets.object_encryption("full", "a/x") == "kms"
    assert await buckets.object_encryption("full", "a-1") == ""


@pytest.mark.rule("R4.07")
async def test_an_object_that_may_not_be_read_refuses(buckets: Buckets) -> None:
    with pytest.raises(CloudRefused) as refused:
        await buckets.object_encryption("full", "b")
    assert refused.value.status == 403


@pytest.mark.rule("R4.02")
async def test_encryption_is_switched_off_and_off_stays_off(buckets: Buckets) -> None:
    assert await buckets.encryption("full") == "kms"
    await buckets.encryption_off("full")
    await buckets.encryption_off("full")
    assert await buckets.encryption("full") == ""
    assert await buckets.object_encryption("full", "a/x") == "kms"


async def test_only_an_empty_bucket_is_deleted(buckets: Buckets) -> None:
    with pytest.raises(CloudRefused) as refused:
        await buckets.delete("full")
    assert refused.value.say.key == "cloud.bucket_not_empty"
    await buckets.delete("empty")
    assert await buckets.region_of("empty") is None


@pytest.mark.rule("R4.06")
async def test_only_an_empty_folder_is_deleted(buckets: Buckets) -> None:
    await buckets.make_folder("empty", "a/b/")
    await buckets.make_folder("empty", "a/")
    for name, key in (("empty", "a/"), ("full", "a/")):
        with pytest.raises(CloudRefused) as refused:
            await buckets.delete_folder(name, key)
        assert refused.value.say.key == "bucket.folder.full"
    for key in ("a/b/", "a/", "a/"):
        await buckets.delete_folder("empty", key)
        assert not await buckets.has_key("empty", key)
    assert await buckets.keys("empty", "", 10) == []


@pytest.mark.rule("R4.03")
@pytest.mark.parametrize(("setting", "value"), SET.items())
async def test_a_setting_reads_as_canonical_json(buckets: Buckets, setting: BucketSetting, value: str) -> None:
    assert await buckets.setting("full", setting) == value
    assert await buckets.setting("empty", setting) == ""


@pytest.mark.rule("R4.03")
@pytest.mark.parametrize("setting", BucketSetting)
async def test_a_copied_setting_reads_as_in_its_source(buckets: Buckets, setting: BucketSetting) -> None:
    before = await buckets.setting("full", setting)
    await buckets.copy_setting(setting, "full", "empty")
    await buckets.copy_setting(setting, "full", "empty")
    assert before
    assert await buckets.setting("empty", setting) == before
    assert await buckets.setting("full", setting) == before


async def test_settings_of_no_bucket_are_refused(buckets: Buckets) -> None:
    with pytest.raises(CloudRefused) as refused:
        await buckets.setting("nobodys-bucket", BucketSetting.TAGS)
    assert refused.value.code == "NoSuchBucket"


async def test_an_unanswered_delete_is_unknown() -> None:
    buckets = fake()
    buckets.fault("delete", "timeout_after")
    with pytest.raises(CloudUnknown):
        await buckets.delete("empty")
    assert await buckets.region_of("empty") is None


async def test_a_folders_own_object_is_not_deleted_with_bytes_in_it(port: tuple[Switch, Served]) -> None:
    async with wired(port, BUCKETS) as (_, _, buckets):
        client = ObsClient(AK, SK, server=port[1].url, max_retry_count=0, timeout=5)
        try:
            assert client.putContent("empty", "sized/", "data").status == 200
        finally:
            client.close()
        with pytest.raises(CloudRefused) as refused:
            await buckets.delete_folder("empty", "sized/")
        assert refused.value.code == "FolderNotEmpty"
        assert await buckets.has_key("empty", "sized/")


WRITES: dict[str, Callable[[Buckets], Awaitable[None]]] = {
    "delete_bucket_encryption": lambda buckets: buckets.encryption_off("full"),
    "delete_bucket": lambda buckets: buckets.delete("empty"),
    "delete_object": lambda buckets: buckets.delete_folder("empty", "a/"),
    "set_bucket_versioning": lambda buckets: buckets.copy_setting(BucketSetting.VERSIONING, "full", "empty"),
    "set_bucket_lifecycle": lambda buckets: buckets.copy_setting(BucketSetting.LIFECYCLE, "full", "empty"),
    "set_bucket_tagging": lambda buckets: buckets.copy_setting(BucketSetting.TAGS, "full", "empty"),
    "set_bucket_cors": lambda buckets: buckets.copy_setting(BucketSetting.CORS, "full", "empty"),
    "set_bucket_quota": lambda buckets: buckets.copy_setting(BucketSetting.QUOTA, "full", "empty"),
    "set_bucket_public_access_block": lambda b: b.copy_setting(BucketSetting.PUBLIC_ACCESS, "full", "empty"),
}


@pytest.mark.rule("R4.03")
@pytest.mark.parametrize("operation", WRITES)
async def test_an_unanswered_write_goes_out_once(port: tuple[Switch, Served], operation: str) -> None:
    async with wired(port, BUCKETS) as (simulated, calls, buckets):
        furnish(port[1].url)
        before = len(calls.listed("obs"))
        simulated.add_fault("obs", operation, "server_error", 2)
        with pytest.raises(CloudUnknown):
            await WRITES[operation](buckets)
        assert [row["method"] for row in calls.listed("obs")[before:] if row["method"] not in ("GET", "HEAD")] in (
            ["PUT"],
            ["DELETE"],
        )
        assert simulated.truth("obs")["buckets"][0]["name"] == "empty"


@pytest.mark.rule("R4.03")
async def test_a_lifecycle_that_could_grow_wider_is_not_copied(port: tuple[Switch, Served]) -> None:
    async with wired(port, BUCKETS) as (simulated, _, buckets):
        client = ObsClient(AK, SK, server=port[1].url, max_retry_count=0, timeout=5)
        rules = [*RULES, Rule(id="all", status="Enabled", expiration=Expiration(days=1))]
        assert client.setBucketLifecycle("full", Lifecycle(rule=rules)).status == 200
        client.close()
        assert await buckets.setting("full", BucketSetting.LIFECYCLE) is None
        with pytest.raises(CloudRefused):
            await buckets.copy_setting(BucketSetting.LIFECYCLE, "full", "empty")
        assert "lifecycle" not in simulated.truth("obs")["buckets"][0]["settings"]


@pytest.mark.rule("R4.05")
async def test_a_thousand_buckets_are_one_request(port: tuple[Switch, Served]) -> None:
    many = [{"name": f"b-{number:04}", "owner": "us", "region": HERE} for number in range(1000)]
    async with wired(port, many) as (_, calls, buckets):
        assert [found.name for found in await buckets.listed()] == [bucket["name"] for bucket in many]
        assert len(calls.listed("obs")) == 1
